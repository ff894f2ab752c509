"""Jobs over HTTP, paid at the local Stripe: taken, made, shipped and paid out, or declined and paid back."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from marketplace.kernel import clock
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.parts.models import FileMeasurement, Preview
from marketplace.workflows import checking
from marketplace.workflows.ordering import fulfilment
from tests.blueprints.customer.test_orders import choose, held_minutes, quoted
from tests.scenes import BRACKET, SHA
from tests.uploads import PICTURES

pytestmark = pytest.mark.usefixtures("app_with_stripe")

REASON = "The spindle is down until next week."
PARCEL = {"carrier": "DHL", "tracking_number": "JD014600006281230704"}


@pytest.fixture
def paid(till, scene, as_user):
    """A paid order of one job: both parties' browsers, and the addresses of what they share."""
    shop = scene.shop(till.seller())
    customer = as_user(till.customer)
    quote = quoted(customer, scene.part(till.customer))
    order = customer.post("/v1/customer/orders", json=choose(quote)).json
    pay(till, customer, order)
    factory = as_user(shop.owner)
    (job,) = factory.get("/v1/factory/jobs").json["items"]
    return SimpleNamespace(
        shop=shop,
        customer=customer,
        factory=factory,
        order=f"/v1/customer/orders/{order['id']}",
        job=f"/v1/factory/jobs/{job['id']}",
        offer=quote["offers"][0],
    )


def pay(till, customer, order):
    opened = customer.post(f"/v1/customer/orders/{order['id']}/payment").json
    till.stripe.pay(opened["payment_intent"])
    for event in till.stripe.events("payment_intent.succeeded"):
        till.deliver(event)
    till.work()


def holds_everywhere(app):
    """Every stored invariant but D1: the scene's listings were never moderated."""
    with app.app_context():
        return {finding.invariant.id for finding in checking.check() if finding.offenders} <= {"D1"}


def test_a_paid_job_is_offered_at_the_price_of_the_quote(paid):
    job = paid.factory.get(paid.job).json

    assert job["state"] == "offered"
    assert job["price"] == paid.offer["factory_price"]
    assert job["machine_min"] == paid.offer["machine_min"]
    assert job["ships_on"] == paid.offer["ships_on"]
    assert job["answer_by"] > clock.now().isoformat()
    assert paid.customer.get(paid.order).json["state"] == "paid"


def test_a_job_is_accepted_made_shipped_and_paid_out_to_the_minor_unit(app, till, paid):
    assert paid.factory.post(f"{paid.job}/accept").json["state"] == "accepted"
    assert paid.factory.post(f"{paid.job}/reports", json={"pieces_done": 12, "note": "Half."}).status_code == 201
    assert paid.factory.post(f"{paid.job}/reports", json={"pieces_done": 25}).json["state"] == "in_production"
    assert paid.factory.post(f"{paid.job}/ship", json=PARCEL).json["shipments"][0]["carrier"] == "DHL"
    seen = paid.customer.get(paid.order).json
    assert seen["state"] == "shipped"
    assert [report["pieces_done"] for report in seen["jobs"][0]["reports"]] == [12, 25]
    assert held_minutes(app) == 0, "minutes on later days are no longer needed"

    assert paid.customer.post(f"{paid.order}/accept").json["state"] == "accepted"
    till.work()
    (transfer,) = till.stripe.client.v1.transfers.list().data
    assert transfer.amount == paid.offer["factory_price"]["minor"]
    assert holds_everywhere(app)


def test_a_declined_job_gives_the_minutes_and_the_money_back(app, till, paid):
    assert held_minutes(app) == paid.offer["machine_min"]

    assert paid.factory.post(f"{paid.job}/decline", json={"reason": REASON}).json["state"] == "declined"
    till.work()
    assert held_minutes(app) == 0
    assert paid.customer.get(paid.order).json["state"] == "cancelled"
    (refund,) = till.stripe.client.v1.refunds.list().data
    assert refund.amount == paid.offer["total"]["minor"]
    assert holds_everywhere(app)


def test_a_job_that_nobody_answers_is_declined_by_the_house(app, till, paid):
    with app.app_context(), clock.moved_by(timedelta(hours=47)):
        fulfilment.decline_unanswered()
    assert paid.factory.get(paid.job).json["state"] == "offered"
    with app.app_context(), clock.moved_by(timedelta(hours=49)):
        fulfilment.decline_unanswered()
        fulfilment.decline_unanswered()
    till.work()

    assert paid.factory.get(paid.job).json["state"] == "declined"
    assert till.stripe.count("refund") == 1
    assert holds_everywhere(app)


def test_an_answer_after_the_time_is_refused_and_changes_nothing(paid):
    answer_by = paid.factory.get(paid.job).json["answer_by"]
    with clock.moved_by(timedelta(hours=49)):
        reply = paid.factory.post(f"{paid.job}/accept")

    assert (reply.status_code, reply.json["code"], reply.json["answer_by"]) == (409, "answer_overdue", answer_by)
    assert paid.factory.get(paid.job).json["state"] == "offered"


@pytest.mark.parametrize(
    ("verb", "body"),
    [("ship", PARCEL), ("reports", {"pieces_done": 1}), ("accept", None), ("decline", {"reason": REASON})],
)
def test_every_verb_out_of_its_turn_is_refused(paid, verb, body):
    """Nothing is made or shipped before it is accepted; nothing is answered twice."""
    if verb in ("accept", "decline"):
        paid.factory.post(f"{paid.job}/accept")
    before = paid.factory.get(paid.job).json

    reply = paid.factory.post(f"{paid.job}/{verb}", json=body)
    assert (reply.status_code, reply.json["code"]) == (409, "illegal_move")
    assert paid.factory.get(paid.job).json == before


def test_goods_are_shipped_once_and_accepted_once(till, paid):
    paid.factory.post(f"{paid.job}/accept")
    assert paid.factory.post(f"{paid.job}/ship", json=PARCEL).status_code == 200
    assert paid.factory.post(f"{paid.job}/ship", json=PARCEL).json["code"] == "illegal_move"
    assert paid.customer.post(f"{paid.order}/accept").status_code == 200
    assert paid.customer.post(f"{paid.order}/accept").json["code"] == "nothing_to_accept"
    till.work()

    assert till.stripe.count("transfer") == 1


@pytest.mark.parametrize(
    ("progress", "code"),
    [
        ({"pieces_done": 26}, "more_pieces_than_ordered"),
        ({"pieces_done": 4}, "fewer_pieces_than_before"),
        ({"pieces_done": -1}, "validation_failed"),
        ({"pieces_done": True}, "validation_failed"),
        ({"pieces_done": "7"}, "validation_failed"),
        ({}, "validation_failed"),
    ],
)
def test_a_report_that_cannot_be_is_refused(paid, progress, code):
    paid.factory.post(f"{paid.job}/accept")
    paid.factory.post(f"{paid.job}/reports", json={"pieces_done": 5})

    assert paid.factory.post(f"{paid.job}/reports", json=progress).json["code"] == code
    assert [report["pieces_done"] for report in paid.factory.get(paid.job).json["reports"]] == [5]


def test_a_job_of_another_factory_does_not_exist(paid, as_user, make_organisation):
    rival = as_user(make_organisation("Rival", hats=("factory",)))

    assert rival.get("/v1/factory/jobs").json["items"] == []
    assert rival.get(paid.job).json["code"] == "job_not_found"
    for verb, body in (("accept", None), ("decline", {"reason": REASON}), ("ship", PARCEL)):
        assert rival.post(f"{paid.job}/{verb}", json=body).json["code"] == "job_not_found"
    for place in ("file", "thumbnail", "model"):
        assert rival.get(f"{paid.job}/{place}").json["code"] == "job_not_found"


def test_the_factory_sees_what_it_is_to_make(paid, app_with_stripe):
    for place in ("thumbnail", "model"):
        assert paid.factory.get(f"{paid.job}/{place}").json["code"] == "picture_not_found"
    draw(app_with_stripe)

    assert paid.factory.get(f"{paid.job}/thumbnail").data == PICTURES.thumbnail
    assert paid.factory.get(f"{paid.job}/model").data == PICTURES.model
    assert paid.customer.get(f"{paid.job}/thumbnail").status_code == 403


def draw(app):
    """Pictures of the scene's part."""
    engine = BRACKET.engine
    with app.app_context(), transaction():
        session().add(FileMeasurement(sha256=SHA, engine=engine, outcome=BRACKET.as_json()))
        session().flush()
        session().add(Preview(sha256=SHA, engine=engine, thumbnail=PICTURES.thumbnail, model=PICTURES.model))


def test_a_viewer_of_the_factory_looks_and_does_not_answer(paid, as_user, make_member):
    viewer = as_user(make_member(paid.shop.owner, Role.VIEWER))

    assert viewer.get(paid.job).status_code == 200
    assert viewer.post(f"{paid.job}/accept").status_code == 403


def test_money_that_comes_after_the_cancellation_goes_back(app, till, scene, as_user):
    scene.shop(till.seller())
    customer = as_user(till.customer)
    quote = quoted(customer, scene.part(till.customer))
    order = customer.post("/v1/customer/orders", json=choose(quote)).json
    opened = customer.post(f"/v1/customer/orders/{order['id']}/payment").json
    till.stripe.pay(opened["payment_intent"])
    customer.post(f"/v1/customer/orders/{order['id']}/cancel", json={"reason": "Changed my mind."})
    for event in till.stripe.events("payment_intent.succeeded"):
        till.deliver(event)
    till.work()

    assert customer.get(f"/v1/customer/orders/{order['id']}").json["state"] == "cancelled"
    assert [refund.amount for refund in till.stripe.client.v1.refunds.list().data] == [order["total"]["minor"]]
    assert holds_everywhere(app)
