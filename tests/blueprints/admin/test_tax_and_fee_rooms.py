"""Rates of tax and fees, decided by the staff from a day on: with a reason, told, and never of the past."""

from datetime import timedelta

import pytest

from marketplace.kernel import clock

pytestmark = pytest.mark.usefixtures("app")

WHY = "The law gazette of this month says so."


@pytest.fixture(autouse=True)
def _the_clock_stands(monkeypatch):
    """No midnight passes between what a test says of today and what the house makes of it."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


def day(number):
    return (clock.now().date() + timedelta(days=number)).isoformat()


@pytest.fixture
def desk(staff, as_user):
    return as_user(staff)


@pytest.fixture
def shop(make_organisation):
    return make_organisation("Shop", hats=("factory",), country="FR")


def rate_of(desk, country, on):
    (found,) = [
        each for each in desk.get(f"/v1/admin/tax-rates/in-force?day={on}").json["items"] if each["country"] == country
    ]
    return found


def test_a_rate_is_in_force_from_its_day_and_the_day_before_is_as_it_was(desk):
    before = rate_of(desk, "DE", day(9))
    wanted = {"country": "DE", "goods_bps": 2_000, "services_bps": 2_100, "valid_from": day(10), "reason": WHY}
    made = desk.post("/v1/admin/tax-rates", json=wanted)

    assert made.status_code == 201, made.json
    assert {name: made.json[name] for name in wanted} == wanted
    then = rate_of(desk, "DE", day(10))
    assert (then["goods_bps"], then["services_bps"], then["source"]) == (2_000, 2_100, "decided")
    assert rate_of(desk, "DE", day(9)) == {**before, "valid_until": day(9)}
    assert desk.get("/v1/admin/tax-rates").json["items"] == [made.json]
    assert "tax.rate_decided" in [each["verb"] for each in desk.get("/v1/admin/audit").json["items"]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid_from": "2020-01-01"}, "tax_day_unfit"),
        ({"country": "US"}, "tax_country_unknown"),
        ({"goods_bps": 5_001}, "validation_failed"),
        ({"goods_bps": 19.5}, "validation_failed"),
        ({"reason": "so"}, "validation_failed"),
    ],
)
def test_a_wrong_rate_is_refused_and_leaves_nothing(desk, change, code):
    wanted = {"country": "DE", "goods_bps": 2_000, "services_bps": 2_000, "valid_from": day(1), "reason": WHY}
    reply = desk.post("/v1/admin/tax-rates", json={**wanted, **change})

    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert desk.get("/v1/admin/tax-rates").json["items"] == []


def test_a_number_that_was_seen_in_vies_says_so_and_its_holder_is_told(desk, shop, as_user):
    room = f"/v1/account/organisations/{shop.organisation_id}/tax-registrations"
    theirs = as_user(shop)
    made = theirs.post(room, json={"country": "FR", "tax_number": "40303265045", "valid_from": "2020-01-01"}).json
    seen = f"/v1/admin/tax-registrations/{made['id']}/seen-in-vies"

    assert desk.post(seen, json={"seen_on": day(1), "reason": WHY}).json["code"] == "tax_day_unfit"
    assert desk.post(seen, json={"seen_on": day(0), "reason": WHY}).status_code == 200
    assert theirs.get(room).json["items"][0]["seen_in_vies_on"] == day(0)
    (listed,) = desk.get("/v1/admin/tax-registrations").json["items"]
    assert (listed["organisation_id"], listed["tax_number"]) == (str(shop.organisation_id), "FR40303265045")
    notice = theirs.get("/v1/account/notices").json["items"][0]
    assert (notice["kind"], notice["text"]) == ("tax_number_seen", WHY)


def test_who_marks_a_number_as_seen_reads_who_else_is_registered_under_it(desk, shop, make_organisation, as_user):
    other = make_organisation("Another shop")
    number = {"country": "FR", "tax_number": "40303265045", "valid_from": "2020-01-01"}
    for each in (shop, other):
        room = f"/v1/account/organisations/{each.organisation_id}/tax-registrations"
        made = as_user(each).post(room, json=number).json

    newest, oldest = desk.get("/v1/admin/tax-registrations").json["items"]
    marked = desk.post(
        f"/v1/admin/tax-registrations/{made['id']}/seen-in-vies", json={"seen_on": day(0), "reason": WHY}
    )

    assert [each["organisation_id"] for each in oldest["held_by_others"]] == [str(other.organisation_id)]
    for each in (newest, marked.json):
        assert [held["organisation_id"] for held in each["held_by_others"]] == [str(shop.organisation_id)]
        assert each["held_by_others"][0]["held_as"] == "tax_registration"


def test_vies_knows_no_number_from_beyond_the_eu(desk, shop, as_user):
    room = f"/v1/account/organisations/{shop.organisation_id}/tax-registrations"
    number = {"country": "GB", "tax_number": "980780684", "valid_from": "2020-01-01"}
    made = as_user(shop).post(room, json=number).json
    reply = desk.post(f"/v1/admin/tax-registrations/{made['id']}/seen-in-vies", json={"seen_on": day(0), "reason": WHY})

    assert (reply.status_code, reply.json["code"]) == (409, "tax_registration_not_of_eu")


def test_a_fee_of_an_organisation_is_told_to_it_and_listed(desk, shop, as_user):
    own = {"organisation_id": str(shop.organisation_id), "fee_bps": 500, "valid_from": day(0), "reason": WHY}
    made = desk.post("/v1/admin/fee-rates", json=own)
    usual = desk.post("/v1/admin/fee-rates", json={"fee_bps": 900, "valid_from": day(3), "reason": WHY})

    assert (made.status_code, usual.status_code) == (201, 201)
    assert desk.get("/v1/admin/fee-rates").json["items"] == [usual.json, made.json]
    one = f"/v1/admin/fee-rates?organisation_id={shop.organisation_id}"
    assert desk.get(one).json["items"] == [made.json]
    notice = as_user(shop).get("/v1/account/notices").json["items"][0]
    assert (notice["kind"], notice["text"]) == ("fee_decided", f"From {day(0)} on it is 5 %. {WHY}")


def test_a_factory_reads_what_is_asked_of_it_since_when_and_next(desk, shop, as_user, statements):
    browser, room = as_user(shop), "/v1/factory/payouts/fee"
    assert browser.get(room).json == {"now": {"fee_bps": 800, "since": None, "is_own": False}, "next": None}
    today, later = day(0), day(5)
    for bps, first in ((500, today), (650, later)):
        own = {"organisation_id": str(shop.organisation_id), "fee_bps": bps, "valid_from": first, "reason": WHY}
        desk.post("/v1/admin/fee-rates", json=own)
    with statements() as sent:
        shown = browser.get(room).json

    assert shown == {
        "now": {"fee_bps": 500, "since": today, "is_own": True},
        "next": {"fee_bps": 650, "since": later, "is_own": True},
    }
    assert sum("fee_rates" in each for each in sent) == 1


@pytest.mark.parametrize(("usual", "told"), [(None, "8 %"), (725, "7.25 %")])
def test_an_organisation_that_goes_back_to_the_usual_fee_is_told_what_that_is(desk, shop, as_user, usual, told):
    if usual is not None:
        desk.post("/v1/admin/fee-rates", json={"fee_bps": usual, "valid_from": day(1), "reason": WHY})
    back = {"organisation_id": str(shop.organisation_id), "fee_bps": None, "valid_from": day(2), "reason": WHY}

    assert desk.post("/v1/admin/fee-rates", json=back).status_code == 201
    notice = as_user(shop).get("/v1/account/notices").json["items"][0]
    assert notice["text"] == f"From {day(2)} on it is the usual fee again, {told} as of now. {WHY}"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"valid_from": "2020-01-01"}, 422, "fee_day_unfit"),
        ({"fee_bps": None}, 422, "fee_rate_unfit"),
        ({"organisation_id": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e15"}, 404, "fee_payer_unknown"),
        ({"fee_bps": 5_001}, 422, "validation_failed"),
    ],
)
def test_a_wrong_fee_is_refused_and_leaves_nothing(desk, change, status, code):
    reply = desk.post("/v1/admin/fee-rates", json={"fee_bps": 500, "valid_from": day(0), "reason": WHY, **change})

    assert (reply.status_code, reply.json["code"]) == (status, code)
    assert desk.get("/v1/admin/fee-rates").json["items"] == []


@pytest.mark.parametrize("fee_bps", [500, None])
def test_who_sells_nothing_here_has_no_fee(desk, make_organisation, as_user, fee_bps):
    buyer = make_organisation("Customer")
    theirs = {"organisation_id": str(buyer.organisation_id), "fee_bps": fee_bps, "valid_from": day(0), "reason": WHY}
    reply = desk.post("/v1/admin/fee-rates", json=theirs)

    assert (reply.status_code, reply.json["code"]) == (409, "fee_payer_no_factory")
    assert desk.get("/v1/admin/fee-rates").json["items"] == []
    assert as_user(buyer).get("/v1/account/notices").json["items"] == []


def test_nobody_but_staff_decides(as_user, shop):
    browser = as_user(shop)

    for path in ("tax-rates", "fee-rates", "tax-registrations"):
        assert browser.get(f"/v1/admin/{path}").status_code in (403, 404)
