"""Claims over HTTP: who may say what when, and that goods, money and the time to look follow from it."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.workflows import checking
from marketplace.workflows.ordering import claiming, fulfilment
from tests.blueprints.customer.test_baskets import refunds, states, transfers
from tests.blueprints.customer.test_orders import choose, held_minutes, quoted
from tests.blueprints.factory.test_jobs import PARCEL, REASON, holds_everywhere, pay
from tests.uploads import STL, form

pytestmark = pytest.mark.usefixtures("app_with_stripe")

WRONG = {"text": "The bores of three pieces are too wide.", "pieces": 3}
REMAKE = {**WRONG, "remedy": "remake"}
PART = {**WRONG, "remedy": "part_refund", "amount_minor": 1_200}
RETURN = {**WRONG, "remedy": "return"}
NO = {"answer": "All bores are within their limits."}
LESS = {"answer": "One of them is.", "remedy": "part_refund", "amount_minor": 400}


@pytest.fixture
def shops(till, scene):
    """Two factories, the second a little dearer."""
    return [scene.shop(till.seller(), machine_rate=rate, open_min=2_000) for rate in (6000, 6600)]


@pytest.fixture
def customer(till, as_user):
    return as_user(till.customer)


@pytest.fixture
def order(till, scene, shops, customer, as_user):
    """Places paid orders of 25 pieces each, and shows how both sides reach the job and its claims."""

    def order():
        quote = quoted(customer, scene.part(till.customer))
        placed = customer.post("/v1/customer/orders", json=choose(quote)).json
        pay(till, customer, placed)
        address, (job,) = f"/v1/customer/orders/{placed['id']}", placed["jobs"]
        return SimpleNamespace(
            id=placed["id"],
            address=address,
            at_customer=f"{address}/jobs/{job['id']}",
            claims=f"{address}/jobs/{job['id']}/claims",
            job=f"/v1/factory/jobs/{job['id']}",
            answers=f"/v1/factory/jobs/{job['id']}/claims",
            total=placed["total"]["minor"],
            price=quote["offers"][0]["factory_price"]["minor"],
            factory=as_user(shops[0].owner),
            other=as_user(shops[1].owner),
        )

    return order


@pytest.fixture
def shipped(order):
    """A shipped job."""
    bought = order()
    bought.factory.post(f"{bought.job}/accept")
    bought.factory.post(f"{bought.job}/reports", json={"pieces_done": 25})
    assert bought.factory.post(f"{bought.job}/ship", json=PARCEL).json["state"] == "shipped"
    return bought


@pytest.fixture
def desk(staff, as_user):
    return as_user(staff)


def code(reply):
    return reply.status_code, reply.json.get("code")


def told(browser):
    """The kinds of notices that somebody has got."""
    return {each["kind"] for each in browser.get("/v1/account/notices", query_string={"limit": 100}).json["items"]}


def instant(text_of):
    return datetime.fromisoformat(text_of)


def test_a_claim_stands_in_the_way_of_acceptance_until_the_factory_does_what_is_wanted(app, till, customer, shipped):
    raised = customer.post(shipped.claims, json=PART)
    assert (raised.status_code, raised.json["state"], raised.json["number"]) == (201, "raised", 1)
    assert raised.json["wanted_amount"]["minor"] == 1_200
    assert states(customer, shipped) == ("shipped", ["claimed"])
    assert code(customer.post(f"{shipped.at_customer}/accept")) == (409, "illegal_move")
    assert code(customer.post(f"{shipped.address}/accept")) == (409, "nothing_to_accept")
    with app.app_context(), clock.moved_by(timedelta(days=15)):
        fulfilment.accept_unclaimed()
    assert states(customer, shipped) == ("shipped", ["claimed"])
    assert holds_everywhere(app)

    accepted = shipped.factory.post(f"{shipped.answers}/1/accept").json
    till.work()
    assert (accepted["state"], accepted["remedy"], accepted["remedy_amount"]["minor"]) == (
        "settled",
        "part_refund",
        1_200,
    )
    assert (refunds(till), transfers(till)) == ([1_200], [])
    job = customer.get(shipped.address).json["jobs"][0]
    assert (job["state"], job["total"]["minor"]) == ("shipped", shipped.total - 1_200)

    customer.post(f"{shipped.at_customer}/accept")
    till.work()
    left = shipped.factory.get(shipped.job).json["price"]["minor"]
    assert transfers(till) == [left]
    assert left < shipped.price
    assert holds_everywhere(app)


def test_goods_that_are_kept_have_the_rest_of_their_window_and_three_days_at_least(till, customer, shipped, as_user):
    before = instant(customer.get(shipped.address).json["jobs"][0]["accept_by"])
    customer.post(shipped.claims, json=REMAKE)
    with clock.moved_by(timedelta(days=4)):
        assert customer.post(f"{shipped.claims}/1/withdraw").json["state"] == "withdrawn"
    stood_still = instant(customer.get(shipped.address).json["jobs"][0]["accept_by"])
    assert timedelta(days=4) <= stood_still - before < timedelta(days=4, minutes=5)

    with clock.moved_by(timedelta(days=17, hours=23)):
        later = as_user(till.customer)
        assert later.post(shipped.claims, json=REMAKE).status_code == 201
        assert later.post(f"{shipped.claims}/2/withdraw").status_code == 200
        now = clock.now()
    least = instant(customer.get(shipped.address).json["jobs"][0]["accept_by"])
    assert abs(least - now - timedelta(days=3)) < timedelta(minutes=5)


def test_claimed_pieces_are_made_and_shipped_again_and_the_customer_looks_again(app, till, customer, shipped):
    customer.post(shipped.claims, json=REMAKE)
    shipped.factory.post(f"{shipped.answers}/1/accept")
    assert states(customer, shipped) == ("in_production", ["in_production"])
    assert holds_everywhere(app)

    change = {"what": "M6.", "total_minor": shipped.total + 100}
    assert code(customer.post(f"{shipped.at_customer}/changes", json=change)) == (409, "not_changeable")
    assert code(shipped.factory.post(f"{shipped.job}/reports", json={"pieces_done": 29})) == (
        422,
        "more_pieces_than_ordered",
    )
    assert shipped.factory.post(f"{shipped.job}/reports", json={"pieces_done": 28}).status_code == 201
    too_many = shipped.factory.post(f"{shipped.job}/ship", json={**PARCEL, "pieces": 4})
    assert (code(too_many), too_many.json["left"]) == ((422, "more_pieces_than_ordered"), 3)
    assert shipped.factory.post(f"{shipped.job}/ship", json={**PARCEL, "pieces": 1}).json["state"] == "in_production"
    with app.app_context(), clock.moved_by(timedelta(days=40)):
        fulfilment.accept_unclaimed()
    assert states(customer, shipped) == ("in_production", ["in_production"])
    assert shipped.factory.post(f"{shipped.job}/ship", json=PARCEL).json["pieces_shipped"] == 28
    assert instant(customer.get(shipped.address).json["jobs"][0]["accept_by"]) > clock.now() + timedelta(days=13)
    assert holds_everywhere(app)

    assert customer.post(shipped.claims, json={**REMAKE, "pieces": 1}).json["number"] == 2
    customer.post(f"{shipped.claims}/2/withdraw")
    customer.post(f"{shipped.at_customer}/accept")
    till.work()
    assert (refunds(till), transfers(till)) == ([], [shipped.price])
    assert holds_everywhere(app)


@pytest.mark.parametrize("side", ["customer", "factory"])
def test_who_gives_a_remake_up_pays_for_all_but_the_pieces_that_were_not_replaced(app, till, customer, shipped, side):
    customer.post(shipped.claims, json={**REMAKE, "pieces": 5})
    shipped.factory.post(f"{shipped.answers}/1/accept")
    shipped.factory.post(f"{shipped.job}/ship", json={**PARCEL, "pieces": 3})
    back = shipped.total * 2 // 25

    assert customer.get(f"{shipped.at_customer}/cancellation").json["back"]["minor"] == back
    if side == "customer":
        customer.post(f"{shipped.at_customer}/cancel", json={"reason": "It takes too long."})
    else:
        shipped.factory.post(f"{shipped.job}/give-up", json={"reason": REASON})
    till.work()

    assert states(customer, shipped) == ("cancelled", ["cancelled"])
    assert refunds(till) == [back]
    assert len(transfers(till)) == 1
    assert holds_everywhere(app)


def test_goods_that_go_back_cost_nothing(app, till, customer, shipped):
    customer.post(shipped.claims, json=RETURN)
    shipped.factory.post(f"{shipped.answers}/1/accept")
    till.work()

    assert states(customer, shipped) == ("cancelled", ["cancelled"])
    assert (refunds(till), transfers(till)) == ([shipped.total], [])
    assert held_minutes(app) == 0
    assert code(customer.post(shipped.claims, json=REMAKE)) == (409, "not_claimable")
    assert holds_everywhere(app)


@pytest.mark.parametrize(
    ("answered", "days", "state", "job", "back"),
    [
        (None, 5, "settled", "shipped", [1_200]),
        ("offer", 7, "settled", "shipped", [400]),
        ("reject", 7, "lapsed", "shipped", []),
    ],
)
def test_what_counts_when_nobody_answers(app, till, customer, shipped, answered, days, state, job, back):
    customer.post(shipped.claims, json=PART)
    if answered:
        shipped.factory.post(f"{shipped.answers}/1/{answered}", json=LESS if answered == "offer" else NO)
    with app.app_context(), clock.moved_by(timedelta(days=days, minutes=-1)):
        claiming.settle_unanswered()
    assert states(customer, shipped)[1] == ["claimed"]
    with app.app_context(), clock.moved_by(timedelta(days=days, minutes=1)):
        claiming.settle_unanswered()
        claiming.settle_unanswered()
    till.work()

    assert customer.get(shipped.claims).json["items"][0]["state"] == state
    assert states(customer, shipped)[1] == [job]
    assert refunds(till) == back
    assert holds_everywhere(app)


def test_a_late_answer_is_refused_and_changes_nothing(customer, shipped):
    customer.post(shipped.claims, json=PART)
    before = customer.get(shipped.claims).json
    with clock.moved_by(timedelta(days=5, minutes=1)):
        assert code(shipped.factory.post(f"{shipped.answers}/1/reject", json=NO)) == (409, "claim_overdue")
        assert code(shipped.factory.post(f"{shipped.answers}/1/offer", json=LESS)) == (409, "claim_overdue")
    assert customer.get(shipped.claims).json == before
    shipped.factory.post(f"{shipped.answers}/1/reject", json=NO)
    with clock.moved_by(timedelta(days=7, minutes=1)):
        late = customer.post(f"{shipped.claims}/1/disagree", json={"reason": "They are not."})
    assert code(late) == (409, "claim_overdue")


def test_an_offer_is_agreed_to(app, till, customer, shipped):
    customer.post(shipped.claims, json=PART)
    same = {**LESS, "amount_minor": 1_200}
    assert code(shipped.factory.post(f"{shipped.answers}/1/offer", json=same)) == (422, "offers_the_wanted")
    offered = shipped.factory.post(f"{shipped.answers}/1/offer", json=LESS).json
    assert (offered["state"], offered["remedy_amount"]["minor"], offered["answer"]) == ("offered", 400, LESS["answer"])
    assert customer.post(f"{shipped.claims}/1/agree").json["state"] == "settled"
    till.work()

    assert refunds(till) == [400]
    assert holds_everywhere(app)


def test_the_staff_decides_after_a_third_factory_has_measured(
    app,
    till,
    scene,
    customer,
    shipped,
    desk,
    shops,
    as_user,
    make_organisation,
):
    customer.post(shipped.claims, json=RETURN)
    why = {"why": "We measure 8.02 mm, they measure 8.11 mm."}
    early = customer.post(f"{shipped.claims}/1/remeasurement", json=why)
    assert code(early) == (409, "illegal_move")
    shipped.factory.post(f"{shipped.answers}/1/reject", json=NO)
    claim = customer.post(f"{shipped.claims}/1/disagree", json={"reason": "They are too wide."}).json
    assert (claim["state"], claim["answer_by"]) == ("in_decision", None)
    at = f"/v1/admin/claims/{claim['id']}"
    nobody = desk.post(f"{at}/remeasurement", json={"factory_id": str(shops[1].owner.organisation_id)})
    assert code(nobody) == (404, "remeasurement_not_found")

    assert shipped.factory.post(f"{shipped.answers}/1/remeasurement", json=why).status_code == 201
    assert code(customer.post(f"{shipped.claims}/1/remeasurement", json=why)) == (409, "remeasured_already")
    printer = scene.shop(make_organisation(hats=("factory",)), process="fdm", materials=("pla",)).owner
    parties = (shops[0].owner, till.customer, printer)
    for each in parties:
        named = desk.post(f"{at}/remeasurement", json={"factory_id": str(each.organisation_id)})
        assert code(named) == (409, "not_neutral")
    named = desk.post(f"{at}/remeasurement", json={"factory_id": str(shops[1].owner.organisation_id)})
    assert (named.status_code, named.json["remeasurement"]["state"]) == (200, "named")

    third = shipped.other
    (asked,) = third.get("/v1/factory/remeasurements").json["items"]
    assert (asked["claimed"], asked["claimed_pieces"]) == (WRONG["text"], 3)
    assert shipped.id not in third.get(f"/v1/factory/remeasurements/{asked['id']}").text
    report = f"/v1/factory/remeasurements/{asked['id']}/report"
    found = {"pieces": 3, "conforming": 2, "result": "One bore is 8.11 mm wide."}
    assert code(shipped.factory.post(report, json=found)) == (404, "remeasurement_not_found")
    assert code(third.post(report, json={**found, "conforming": 4})) == (422, "more_pieces_than_shipped")
    assert code(third.post(report, json={**found, "pieces": 26})) == (422, "more_pieces_than_shipped")
    assert third.post(report, json=found).json["state"] == "reported"
    assert code(third.post(report, json=found)) == (409, "illegal_move")
    for seen in (customer.get(shipped.claims), shipped.factory.get(shipped.answers)):
        assert seen.json["items"][0]["remeasurement"]["result"] == found["result"]

    (waiting,) = desk.get("/v1/admin/claims", query_string={"state": "in_decision"}).json["items"]
    assert waiting["job_total_minor"] == shipped.total
    verdict = {"reason": "One of three bores was found too wide.", "remedy": "part_refund", "amount_minor": 500}
    assert code(desk.post(f"{at}/decide", json={**verdict, "amount_minor": shipped.total})) == (
        422,
        "remedy_amount_unfit",
    )
    assert desk.post(f"{at}/decide", json=verdict).json["state"] == "settled"
    assert code(desk.post(f"{at}/decide", json=verdict)) == (409, "illegal_move")
    till.work()
    assert refunds(till) == [500]
    assert shipped.factory.get(shipped.answers).json["items"][0]["decision"] == verdict["reason"]
    of_both = {"remeasurement_reported", "claim_settled"}
    assert of_both | {"claim_rejected", "remeasurement_asked"} <= told(customer)
    assert of_both | {"claim_raised", "claim_decision_asked"} <= told(shipped.factory)
    assert "remeasurement_named" in told(third)
    assert holds_everywhere(app)


def test_a_claim_that_the_staff_dismisses_leaves_everything_as_it_was(app, till, customer, shipped, desk, shops):
    customer.post(shipped.claims, json=PART)
    shipped.factory.post(f"{shipped.answers}/1/offer", json=LESS)
    claim = customer.post(f"{shipped.claims}/1/disagree", json={"reason": "That is too little."}).json
    customer.post(f"{shipped.claims}/1/remeasurement", json={"why": "We differ."})
    verdict = {"reason": "The drawing allows what was made."}

    decided = desk.post(f"/v1/admin/claims/{claim['id']}/decide", json=verdict).json
    till.work()

    assert (decided["state"], decided["remedy"], decided["remeasurement"]["state"]) == ("dismissed", None, "called_off")
    assert (refunds(till), states(customer, shipped)) == ([], ("shipped", ["shipped"]))
    late = {"factory_id": str(shops[1].owner.organisation_id)}
    assert code(desk.post(f"/v1/admin/claims/{claim['id']}/remeasurement", json=late)) == (409, "illegal_move")
    assert holds_everywhere(app)


@pytest.mark.parametrize(
    ("told", "refused"),
    [
        ({**REMAKE, "pieces": 26}, (422, "more_pieces_than_shipped")),
        ({**REMAKE, "amount_minor": 100}, (422, "remedy_amount_unfit")),
        ({**WRONG, "remedy": "part_refund"}, (422, "remedy_amount_unfit")),
        ({**PART, "amount_minor": 10**7}, (422, "remedy_amount_unfit")),
        ({**PART, "amount_minor": 0}, (422, "validation_failed")),
        ({**REMAKE, "pieces": 0}, (422, "validation_failed")),
        ({**REMAKE, "text": " "}, (422, "validation_failed")),
        ({**REMAKE, "remedy": "a_horse"}, (422, "validation_failed")),
    ],
)
def test_a_claim_that_cannot_be_is_refused_and_changes_nothing(customer, shipped, told, refused):
    assert code(customer.post(shipped.claims, json=told)) == refused
    assert (customer.get(shipped.claims).json["items"], states(customer, shipped)[1]) == ([], ["shipped"])


def test_all_of_a_jobs_money_is_no_part_of_it(customer, shipped):
    reply = customer.post(shipped.claims, json={**PART, "amount_minor": shipped.total})
    assert (code(reply), reply.json["less_than_minor"]) == ((422, "remedy_amount_unfit"), shipped.total)
    assert customer.post(shipped.claims, json={**PART, "amount_minor": shipped.total - 1}).status_code == 201


def test_goods_are_claimed_after_they_have_left_and_before_they_count_as_accepted(
    till, customer, order, shipped, as_user
):
    early = order()
    assert code(customer.post(early.claims, json=REMAKE)) == (409, "not_claimable")
    early.factory.post(f"{early.job}/accept")
    early.factory.post(f"{early.job}/ship", json={**PARCEL, "pieces": 24})
    assert code(customer.post(early.claims, json=REMAKE)) == (409, "not_claimable")

    with clock.moved_by(timedelta(days=14, minutes=1)):
        assert code(as_user(till.customer).post(shipped.claims, json=REMAKE)) == (409, "not_claimable")
    assert customer.post(shipped.claims, json=REMAKE).status_code == 201
    assert code(customer.post(shipped.claims, json=REMAKE)) == (409, "claim_open")
    customer.post(f"{shipped.claims}/1/withdraw")
    customer.post(f"{shipped.at_customer}/accept")
    assert code(customer.post(shipped.claims, json=REMAKE)) == (409, "not_claimable")


def test_foreign_jobs_and_claims_do_not_exist(customer, shipped, as_user, make_organisation):
    customer.post(shipped.claims, json=REMAKE)
    stranger, rival = as_user(make_organisation()), as_user(make_organisation(hats=("factory",)))

    assert code(stranger.get(shipped.claims)) == (404, "order_not_found")
    assert code(stranger.post(shipped.claims, json=REMAKE)) == (404, "order_not_found")
    assert code(rival.get(shipped.answers)) == (404, "job_not_found")
    assert code(rival.post(f"{shipped.answers}/1/accept")) == (404, "job_not_found")
    assert code(customer.post(f"{shipped.claims}/2/withdraw")) == (404, "claim_not_found")
    assert customer.get(f"/v1/admin/claims/{shipped.id}").status_code == 403


def test_a_claim_shows_files_that_lie_beside_its_job_and_the_staff_reads_those(app, customer, order, shipped, desk):
    def laid(bought, **more):
        reply = customer.post(f"{bought.address}/attachments", **form(**more))
        assert reply.status_code == 201, reply.json
        return reply.json["id"]

    photo, elsewhere = laid(shipped, job_id=shipped.job.rpartition("/")[2]), laid(order())
    for_staff = laid(shipped, seen_by="staff")
    for shown in ([photo, elsewhere], [for_staff], [shipped.id]):
        reply = customer.post(shipped.claims, json={**REMAKE, "attachment_ids": shown})
        assert code(reply) == (404, "attachment_not_found")
    assert customer.get(shipped.claims).json["items"] == []

    claim = customer.post(shipped.claims, json={**REMAKE, "attachment_ids": [photo]}).json
    assert shipped.factory.get(shipped.answers).json["items"][0]["attachment_ids"] == [photo]
    with desk.get(f"/v1/admin/claims/{claim['id']}/attachments/{photo}/file") as reply:
        assert reply.data == STL
    other = desk.get(f"/v1/admin/claims/{claim['id']}/attachments/{elsewhere}/file")
    assert code(other) == (404, "attachment_not_found")
    assert holds_everywhere(app)


VERBS = {
    "accept": ("factory", None, {"raised"}),
    "offer": ("factory", LESS, {"raised"}),
    "reject": ("factory", NO, {"raised"}),
    "agree": ("customer", None, {"offered"}),
    "disagree": ("customer", {"reason": "They are."}, {"offered", "rejected"}),
    "withdraw": ("customer", None, {"raised", "offered", "rejected", "in_decision"}),
    "remeasurement": ("customer", {"why": "We differ."}, {"in_decision"}),
    "decide": ("staff", {"reason": "It is as the drawing says."}, {"in_decision"}),
}
"""Who may, with what, in which states: a table of its own, not the code's."""
WAYS = {
    "raised": [],
    "offered": ["offer"],
    "rejected": ["reject"],
    "in_decision": ["reject", "disagree"],
    "settled": ["accept"],
    "dismissed": ["reject", "disagree", "decide"],
    "withdrawn": ["withdraw"],
}


@pytest.mark.parametrize("state", WAYS)
def test_every_verb_in_every_state_is_in_the_table_or_refused(app, customer, shipped, desk, state):
    def act(verb, number, claim_id):
        who, told, _ = VERBS[verb]
        at = {"factory": f"{shipped.answers}/{number}", "customer": f"{shipped.claims}/{number}"}
        browser = {"factory": shipped.factory, "customer": customer, "staff": desk}[who]
        return browser.post(f"{at.get(who, f'/v1/admin/claims/{claim_id}')}/{verb}", json=told)

    for number, (verb, (_, _, allowed)) in enumerate(VERBS.items(), 1):
        raised = customer.post(shipped.claims, json=PART)
        assert raised.status_code == 201, raised.json
        for step in WAYS[state]:
            assert act(step, number, raised.json["id"]).status_code in (200, 201)
        before = customer.get(shipped.claims).json["items"][-1]
        assert before["state"] == state
        reply = act(verb, number, raised.json["id"])
        if state in allowed:
            assert reply.status_code in (200, 201), (verb, reply.json)
        else:
            assert code(reply) == (409, "illegal_move"), verb
            assert customer.get(shipped.claims).json["items"][-1] == before
        if states(customer, shipped)[1] == ["claimed"]:
            assert customer.post(f"{shipped.claims}/{number}/withdraw").status_code == 200
    assert holds_everywhere(app)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        ("update jobs set state = 'shipped' where state = 'claimed'", "K1"),
        ("update claims set state = 'settled', answer_by = null", "K2"),
        ("update claims set state = 'settled', remedy = 'part_refund', remedy_minor = 7, answer_by = null", "K3"),
        ("update jobs set pieces_remade = 2", "K4"),
        ("update claims set attachment_ids = array[id]", "K6"),
    ],
)
def test_a_spoilt_claim_is_found_by_the_stored_invariants(app, customer, shipped, spoil, named):
    customer.post(shipped.claims, json=PART)
    assert holds_everywhere(app)
    with app.app_context():
        session().execute(text(spoil))
        session().commit()
    with app.app_context():
        assert named in {each.invariant.id for each in checking.check() if each.offenders}
