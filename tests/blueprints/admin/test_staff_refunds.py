"""/v1/admin/refunds: the staff gives money back, alone up to a limit, above it by two; jobs and books follow."""

import pytest

from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.refunds.errors import RefundAmountUnfit
from marketplace.refunds.rules import limit_minor
from marketplace.workflows import checking
from marketplace.workflows.money import staff_refunding
from tests.blueprints.customer.test_baskets import refunds, transfers
from tests.blueprints.customer.test_orders import held_minutes
from tests.blueprints.factory.test_jobs import PARCEL

pytestmark = pytest.mark.usefixtures("app_with_stripe")

REFUNDS = "/v1/admin/refunds"
LOST = {"reason": "The carrier lost the goods and admits it."}


@pytest.fixture
def desk(as_user, staff):
    return as_user(staff)


@pytest.fixture
def second(as_user, world):
    """Another person of the staff."""
    return as_user(world.make_staff())


@pytest.fixture
def high_limit(monkeypatch):
    """One person decides."""
    monkeypatch.setattr("marketplace.refunds.rules.LEAST_CHARGES_ALONE", 10**6)


def all_is_well(till):
    till.work()
    assert till.broken() == []
    assert till.balance("stripe") == till.stripe.balance_transactions()
    with till.app.app_context():
        broken = [finding for finding in checking.check() if finding.offenders and finding.invariant.id != "D1"]
        assert broken == []  # shops of a scene were never examined


def ship(deal):
    deal.factory.post(f"{deal.job}/accept")
    deal.factory.post(f"{deal.job}/reports", json={"pieces_done": 25})
    assert deal.factory.post(f"{deal.job}/ship", json=PARCEL).json["state"] == "shipped"


def total(deal):
    return deal.customer.get(deal.order).json["total"]["minor"]


def job_of(deal):
    return deal.factory.get(deal.job).json


def test_a_part_of_a_running_job_goes_back_and_both_sides_read_why(till, deal, desk):
    deal.factory.post(f"{deal.job}/accept")
    earned = job_of(deal)["price"]["minor"]
    part = {"job_id": deal.job_id, "amount_minor": 400}

    made = desk.post(REFUNDS, json={"order_id": deal.order_id, "parts": [part], **LOST})

    assert (made.status_code, made.json["state"], made.json["amount"]["minor"]) == (201, "carried_out", 400)
    all_is_well(till)
    assert refunds(till) == [400]
    assert job_of(deal)["state"] == "accepted"
    number = deal.customer.get(deal.order).json["number"]
    borne = Money(earned - job_of(deal)["price"]["minor"], "EUR")
    assert 0 < borne.minor < 400
    for side, text in (
        (deal.customer, f"4.00 EUR of order {number}."),
        (deal.factory, f"4.00 EUR of order {number}, {borne} of it out of your part."),
    ):
        notice = side.get("/v1/account/notices").json["items"][0]
        assert (notice["kind"], notice["text"]) == ("refund_by_staff", f"{text} {LOST['reason']}")
    ship(deal)
    deal.customer.post(f"{deal.order}/accept")
    all_is_well(till)
    assert sum(transfers(till)) < total(deal) - 400


@pytest.mark.usefixtures("high_limit")
def test_all_that_is_left_before_the_goods_are_taken_calls_the_job_off(till, deal, desk):
    deal.factory.post(f"{deal.job}/accept")

    made = desk.post(REFUNDS, json={"order_id": deal.order_id, **LOST})

    assert made.json["amount"]["minor"] == total(deal)
    all_is_well(till)
    assert refunds(till) == [total(deal)]
    assert job_of(deal)["state"] == "cancelled"
    assert deal.customer.get(deal.order).json["state"] == "cancelled"
    assert held_minutes(till.app) == 0


@pytest.mark.usefixtures("high_limit")
def test_goods_that_never_came_are_called_off(till, deal, desk):
    ship(deal)

    assert desk.post(REFUNDS, json={"order_id": deal.order_id, **LOST}).status_code == 201

    all_is_well(till)
    assert job_of(deal)["state"] == "cancelled"
    assert deal.customer.post(f"{deal.order}/accept").status_code == 409


@pytest.mark.usefixtures("high_limit")
def test_after_release_the_parties_bear_it(till, deal, desk):
    ship(deal)
    deal.customer.post(f"{deal.order}/accept")
    till.work()
    [sent] = transfers(till)

    desk.post(REFUNDS, json={"order_id": deal.order_id, **LOST})

    all_is_well(till)
    assert refunds(till) == [total(deal)]
    assert till.sql("select sum(amount_minor) from provider_operations where kind = 'reversal'") == [sent]
    assert job_of(deal)["state"] == "done"


def test_above_the_limit_another_person_agrees(till, deal, desk, second):
    proposed = desk.post(REFUNDS, json={"order_id": deal.order_id, **LOST}).json
    assert (proposed["state"], proposed["is_above_limit"]) == ("proposed", True)
    assert [each["id"] for each in second.get(REFUNDS, query_string={"state": "proposed"}).json["items"]] == [
        proposed["id"]
    ]
    address = f"{REFUNDS}/{proposed['id']}"

    own = desk.post(f"{address}/approve")
    assert (own.status_code, own.json["code"]) == (403, "needs_another_person")
    all_is_well(till)
    assert refunds(till) == []

    approved = second.post(f"{address}/approve").json
    assert (approved["state"], approved["decided_by"]) != ("proposed", approved["proposed_by"])
    again = second.post(f"{address}/approve")
    assert (again.status_code, again.json["code"]) == (409, "illegal_move")
    all_is_well(till)
    assert refunds(till) == [total(deal)]


def test_the_limit_is_that_of_the_order_however_it_is_split(till, deal, desk, monkeypatch):
    monkeypatch.setattr("marketplace.refunds.rules.LEAST_CHARGES_ALONE", 20)
    told = {"order_id": deal.order_id, "parts": [{"job_id": deal.job_id, "amount_minor": 600}], **LOST}

    states = [desk.post(REFUNDS, json=told).json["state"] for _ in range(3)]

    assert states == ["carried_out", "proposed", "proposed"]
    all_is_well(till)
    assert refunds(till) == [600]


def test_a_proposal_is_refused_with_a_reason_or_taken_back(till, deal, desk, second):
    found = {"reason": "The carrier has found the goods."}
    for who in (second, desk):
        address = f"{REFUNDS}/{desk.post(REFUNDS, json={'order_id': deal.order_id, **LOST}).json['id']}"

        refused = who.post(f"{address}/refuse", json=found).json

        assert (refused["state"], refused["refusal"]) == ("refused", found["reason"])
        assert second.post(f"{address}/approve").status_code == 409
    all_is_well(till)
    assert refunds(till) == []


def test_what_has_gone_back_meanwhile_is_not_given_twice(till, deal, desk, second):
    first, other = (desk.post(REFUNDS, json={"order_id": deal.order_id, **LOST}).json for _ in range(2))
    assert second.post(f"{REFUNDS}/{first['id']}/approve").status_code == 200

    late = second.post(f"{REFUNDS}/{other['id']}/approve")

    assert (late.status_code, late.json["code"]) == (409, "nothing_to_refund")
    all_is_well(till)
    assert refunds(till) == [total(deal)]


@pytest.mark.parametrize(
    ("amount", "named", "code"),
    [(10_000_000, 1, "refund_amount_unfit"), (100, 2, "refund_amount_unfit"), (0, 1, "validation_failed")],
)
def test_amounts_that_cannot_be_are_refused(till, deal, desk, amount, named, code):
    part = {"job_id": deal.job_id, "amount_minor": amount}

    no = desk.post(REFUNDS, json={"order_id": deal.order_id, "parts": [part] * named, **LOST})

    assert (no.status_code, no.json["code"]) == (422, code)
    all_is_well(till)


@pytest.mark.usefixtures("high_limit")
def test_of_a_claimed_job_the_claim_decides(till, deal, desk):
    ship(deal)
    claim = {"text": "Three bores are too wide.", "pieces": 3, "remedy": "remake"}
    deal.customer.post(f"{deal.order}/jobs/{deal.job_id}/claims", json=claim)

    no = desk.post(REFUNDS, json={"order_id": deal.order_id, **LOST})

    assert (no.status_code, no.json["code"]) == (409, "claim_decides")
    assert till.sql("select count(*) from staff_refunds") == [0]


def test_the_same_proposal_sent_twice_is_one(till, deal, desk):
    told = {"order_id": deal.order_id, "parts": [{"job_id": deal.job_id, "amount_minor": 400}], **LOST}

    twice = [desk.post(REFUNDS, json=told, headers={"Idempotency-Key": "k"}).json["id"] for _ in range(2)]

    assert len(set(twice)) == 1
    all_is_well(till)
    assert refunds(till) == [400]


def test_an_unpaid_order_has_nothing_to_give_back(till, desk):
    order_id = till.order({None: 5_000})

    no = desk.post(REFUNDS, json={"order_id": str(order_id), **LOST})

    assert (no.status_code, no.json["code"]) == (409, "order_not_paid")


def test_in_three_decimals_amounts_are_in_steps(till, staff):
    order_id = till.paid({None: 50_000}, currency="KWD")
    [job_id] = till.sql("select id from jobs")

    with till.app.app_context(), transaction(), pytest.raises(RefundAmountUnfit):
        part = staff_refunding.Part(job_id, 1_005)
        staff_refunding.propose(order_id, parts=[part], reason="It was too late.", by=staff.actor)


@pytest.mark.parametrize(("currency", "minor"), [("EUR", 50_000), ("JPY", 50_000), ("KWD", 50_000), ("CZK", 1_500_000)])
def test_the_limit_of_one_person_is_about_the_same_in_every_currency(currency, minor):
    assert limit_minor(currency) == minor
