"""Orders of several lines and factories: what each side may do with a job, and that money and minutes follow."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.payments.models import Method
from marketplace.workflows import checking
from marketplace.workflows.ordering import fulfilment
from tests.blueprints.customer.test_orders import held_minutes, quoted
from tests.blueprints.factory.test_jobs import PARCEL, REASON, holds_everywhere, pay

pytestmark = pytest.mark.usefixtures("app_with_stripe")


@pytest.fixture
def shops(till, scene):
    """Two factories, the second a little dearer."""
    return [scene.shop(till.seller(), machine_rate=rate, open_min=2_000) for rate in (6000, 6600)]


@pytest.fixture
def customer(till, as_user):
    return as_user(till.customer)


@pytest.fixture
def order(till, scene, shops, customer, as_user):
    """Places a paid order of so many lines, all at the cheaper factory, and shows how both sides reach it."""

    def order(lines=1, **more):
        quotes = [quoted(customer, scene.part(till.customer), quantity=25 // lines) for _ in range(lines)]
        chosen = [{"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]} for quote in quotes]
        reply = customer.post("/v1/customer/orders", json={"lines": chosen, **more})
        assert reply.status_code == 201, reply.json
        pay(till, customer, reply.json)
        address = f"/v1/customer/orders/{reply.json['id']}"
        jobs = [job["id"] for job in reply.json["jobs"]]
        return SimpleNamespace(
            id=reply.json["id"],
            address=address,
            quotes=quotes,
            total=reply.json["total"]["minor"],
            jobs=[f"{address}/jobs/{job}" for job in jobs],
            at_factory=[f"/v1/factory/jobs/{job}" for job in jobs],
            factory=as_user(shops[0].owner),
            other=as_user(shops[1].owner),
        )

    return order


def states(customer, order):
    seen = customer.get(order.address).json
    return seen["state"], [job["state"] for job in seen["jobs"]]


def refunds(till):
    return sorted(each.amount for each in till.stripe.client.v1.refunds.list({"limit": 100}).data)


def transfers(till):
    return sorted(each.amount for each in till.stripe.client.v1.transfers.list({"limit": 100}).data)


def test_three_lines_are_one_order_one_payment_and_three_jobs_that_live_apart(app, till, customer, order):
    bought = order(3)
    assert states(customer, bought) == ("paid", ["offered"] * 3)
    assert bought.total == sum(quote["offers"][0]["total"]["minor"] for quote in bought.quotes)

    bought.factory.post(f"{bought.at_factory[0]}/accept")
    assert states(customer, bought) == ("in_production", ["accepted", "offered", "offered"])
    bought.factory.post(f"{bought.at_factory[0]}/ship", json=PARCEL)
    assert customer.post(f"{bought.jobs[0]}/accept").json["state"] == "in_production"
    till.work()

    assert transfers(till) == [bought.quotes[0]["offers"][0]["factory_price"]["minor"]]
    assert states(customer, bought) == ("in_production", ["done", "offered", "offered"])
    assert holds_everywhere(app)


def test_one_declined_line_gives_back_its_own_money_and_minutes_and_nothing_else(app, till, customer, order):
    bought = order(2)
    before = held_minutes(app)

    bought.factory.post(f"{bought.at_factory[1]}/decline", json={"reason": REASON})
    till.work()

    assert refunds(till) == [bought.quotes[1]["offers"][0]["total"]["minor"]]
    assert held_minutes(app) == before - bought.quotes[1]["offers"][0]["machine_min"]
    assert states(customer, bought) == ("paid", ["offered", "declined"])
    assert holds_everywhere(app)


def test_a_declined_job_goes_to_the_next_best_that_costs_no_more(app, till, scene, shops, customer, order):
    bought = order()  # the rule is to refund
    bought.factory.post(f"{bought.at_factory[0]}/decline", json={"reason": REASON})
    assert states(customer, bought) == ("cancelled", ["declined"])

    quote = quoted(customer, scene.part(till.customer))
    dearer = {"quote_id": quote["id"], "offer_id": quote["offers"][1]["id"]}
    placed = customer.post("/v1/customer/orders", json={"lines": [dearer], "if_declined": "next_best"}).json
    pay(till, customer, placed)
    bought.other.post(f"/v1/factory/jobs/{placed['jobs'][0]['id']}/decline", json={"reason": REASON})
    till.work()

    seen = customer.get(f"/v1/customer/orders/{placed['id']}").json
    assert [job["state"] for job in seen["jobs"]] == ["declined", "offered"]
    assert seen["jobs"][1]["factory_id"] == str(shops[0].owner.organisation_id)
    cheaper = quote["offers"][0]["total"]["minor"]
    assert refunds(till)[0] == quote["offers"][1]["total"]["minor"] - cheaper
    (job,) = [each for each in bought.factory.get("/v1/factory/jobs").json["items"] if each["state"] == "offered"]
    assert job["customer_pays"]["minor"] == cheaper
    assert held_minutes(app) == quote["offers"][0]["machine_min"]
    assert holds_everywhere(app)

    bought.factory.post(f"/v1/factory/jobs/{job['id']}/accept")
    bought.factory.post(f"/v1/factory/jobs/{job['id']}/ship", json=PARCEL)
    customer.post(f"/v1/customer/orders/{placed['id']}/accept")
    till.work()
    assert transfers(till) == [quote["offers"][0]["factory_price"]["minor"]]
    assert holds_everywhere(app)


def test_nobody_is_asked_who_costs_more_ships_too_late_or_has_no_minutes(app, till, customer, order):
    bought = order(if_declined="next_best")  # the other one is dearer
    bought.factory.post(f"{bought.at_factory[0]}/decline", json={"reason": REASON})
    till.work()

    assert states(customer, bought) == ("cancelled", ["declined"])
    assert refunds(till) == [bought.total]
    assert (held_minutes(app), holds_everywhere(app)) == (0, True)


@pytest.mark.parametrize(
    ("until", "back"),
    [("offered", 10_000), ("accepted", 9_000), ("said to be made", 5_000), ("half shipped", 2_600)],
)
def test_a_customer_cancels_by_the_published_table(app, till, customer, order, until, back):
    """What has left is paid, what is only said to be made is not: of 13 in 25 pieces half goes back."""
    bought = order()
    if until != "offered":
        bought.factory.post(f"{bought.at_factory[0]}/accept")
    if until == "said to be made":
        bought.factory.post(f"{bought.at_factory[0]}/reports", json={"pieces_done": 25})
    if until == "half shipped":
        bought.factory.post(f"{bought.at_factory[0]}/ship", json={**PARCEL, "pieces": 12})
    expected = bought.total * back // 10_000

    assert customer.get(f"{bought.jobs[0]}/cancellation").json["back"]["minor"] == expected
    assert customer.post(f"{bought.jobs[0]}/cancel", json={"reason": "No longer needed."}).status_code == 200
    till.work()

    assert states(customer, bought) == ("cancelled", ["cancelled"])
    assert refunds(till) == [expected]
    assert bool(transfers(till)) is (back < 10_000)
    assert (held_minutes(app), holds_everywhere(app)) == (0, True)


def test_a_factory_that_gives_up_the_rest_is_paid_for_what_has_left_and_nobody_makes_it_again(
    app, till, customer, order
):
    bought = order(if_declined="next_best")
    bought.factory.post(f"{bought.at_factory[0]}/accept")
    bought.factory.post(f"{bought.at_factory[0]}/ship", json={**PARCEL, "pieces": 20})

    gave = bought.factory.post(f"{bought.at_factory[0]}/give-up", json={"reason": REASON})
    till.work()

    assert gave.json["state"] == "cancelled"
    assert refunds(till) == [bought.total * 5 // 25]
    assert len(transfers(till)) == 1
    assert states(customer, bought) == ("cancelled", ["cancelled"])
    assert holds_everywhere(app)


def test_the_fee_does_not_get_lost_by_changes_down_and_up(app, till, customer, order):
    bought = order()
    before = bought.factory.get(bought.at_factory[0]).json["price"]["minor"]
    bought.factory.post(f"{bought.at_factory[0]}/accept")
    change = f"{bought.at_factory[0]}/changes"
    cent = bought.factory.post(change, json={"what": "For a cent.", "total_minor": 1})
    assert (cent.status_code, cent.json["code"]) == (422, "amount_not_payable")
    for number, total in ((1, 60), (2, bought.total)):
        assert bought.factory.post(change, json={"what": "Other terms.", "total_minor": total}).status_code == 201
        assert customer.post(f"{bought.jobs[0]}/changes/{number}/agree").status_code == 200
    pay(till, customer, {"id": bought.id})

    after = bought.factory.get(bought.at_factory[0]).json
    assert after["customer_pays"]["minor"] == bought.total
    assert abs(after["price"]["minor"] - before) <= 1
    assert holds_everywhere(app)


@pytest.mark.parametrize("method", [each for each in Method if each is not Method.CARD])
def test_a_dearer_change_is_paid_by_any_method(app, till, customer, order, method):
    bought = order()
    bought.factory.post(f"{bought.at_factory[0]}/accept")
    bought.factory.post(f"{bought.at_factory[0]}/changes", json={"what": "M6.", "total_minor": bought.total + 5_000})
    customer.post(f"{bought.jobs[0]}/changes/1/agree")

    opened = customer.post(f"{bought.address}/payment", json={"method": method}).json
    assert (opened["amount"]["minor"], opened["method"], opened["client_secret"]) == (5_000, method, None)
    if method is Method.INVOICE:
        buyer = till.stripe.served.sandbox.api.world.kind("customer")[-1].id
        funds = {"amount": 5_000, "currency": "eur"}
        till.stripe.client.v1.test_helpers.customers.fund_cash_balance(buyer, funds)
    elif method is Method.CHECKOUT:
        till.stripe.page(opened["url"], do="pay", method="card", card="4242424242424242")
    else:
        till.stripe.page(opened["url"], do="approve")
    till.hear()

    [job] = customer.get(bought.address).json["jobs"]
    assert (job["total"]["minor"], [each["state"] for each in job["changes"]]) == (bought.total + 5_000, ["in_effect"])
    told = customer.get(f"{bought.address}/payment").json
    assert (told["state"], told["is_awaited"]) == ("paid", False)
    assert holds_everywhere(app)


def test_a_customer_leaves_an_agreed_change_that_is_not_paid(customer, order):
    bought = order()
    bought.factory.post(f"{bought.at_factory[0]}/accept")
    bought.factory.post(f"{bought.at_factory[0]}/changes", json={"what": "M6.", "total_minor": bought.total + 5_000})
    withdraw = f"{bought.jobs[0]}/changes/1/withdraw"
    assert customer.post(withdraw).json["code"] == "change_not_yours"
    customer.post(f"{bought.jobs[0]}/changes/1/agree")

    assert customer.post(withdraw).json["jobs"][0]["changes"][0]["state"] == "withdrawn"
    assert customer.post(f"{bought.address}/payment").json["code"] == "order_not_awaiting_payment"
    assert customer.post(f"{bought.jobs[0]}/changes", json={"what": "M8."}).status_code == 201


def test_a_shipment_that_is_told_twice_under_one_key_is_one(customer, order):
    bought = order()
    bought.factory.post(f"{bought.at_factory[0]}/accept")
    told = {"json": {**PARCEL, "pieces": 3}, "headers": {"Idempotency-Key": "5b1c2a52-52b1-4a3c-8f0e-0a4b8c2d6e12"}}
    first, again = (bought.factory.post(f"{bought.at_factory[0]}/ship", **told) for _ in range(2))

    assert (first.json["pieces_shipped"], again.json["pieces_shipped"]) == (3, 3)


def test_a_factory_that_has_a_job_no_more_sees_no_more_of_its_part(customer, order):
    bought = order()
    assert bought.factory.get(f"{bought.at_factory[0]}/model").status_code in (200, 404)
    bought.factory.post(f"{bought.at_factory[0]}/decline", json={"reason": REASON})

    for what in ("file", "model", "thumbnail"):
        assert bought.factory.get(f"{bought.at_factory[0]}/{what}").json["code"] == "job_not_found"
    assert bought.factory.get(bought.at_factory[0]).json["state"] == "declined"


def test_the_same_offers_with_other_terms_are_not_the_same_order(scene, till, shops, customer):
    quote = quoted(customer, scene.part(till.customer))
    basket = {"lines": [{"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]}]}
    order = customer.post("/v1/customer/orders", json=basket)

    assert customer.post("/v1/customer/orders", json=basket).json["id"] == order.json["id"]
    other = customer.post("/v1/customer/orders", json={**basket, "notes": "Ring twice."})
    assert (other.status_code, other.json["code"], other.json["order_id"]) == (409, "quote_taken", order.json["id"])
    late = customer.post("/v1/customer/orders", json={**basket, "no_later_than": "2020-01-01"})
    assert (late.status_code, late.json["code"]) == (422, "date_impossible")
    never = customer.post("/v1/customer/orders", json={**basket, "no_later_than": "9999-12-31"})
    assert (never.status_code, never.json["code"]) == (422, "validation_failed")


def test_a_whole_paid_order_is_cancelled_or_nothing_of_it(app, till, customer, order):
    bought = order(2)
    bought.factory.post(f"{bought.at_factory[0]}/accept")
    bought.factory.post(f"{bought.at_factory[0]}/ship", json=PARCEL)

    reply = customer.post(f"{bought.address}/cancel", json={"reason": "No longer needed."})
    assert (reply.status_code, reply.json["code"]) == (409, "not_cancellable")
    assert states(customer, bought) == ("in_production", ["shipped", "offered"])

    assert customer.post(f"{bought.jobs[1]}/cancel", json={"reason": "No longer needed."}).status_code == 200
    assert customer.post(f"{bought.address}/accept").json["state"] == "accepted"
    till.work()
    assert holds_everywhere(app)


def test_a_factory_that_gives_a_job_up_is_paid_nothing(app, till, customer, order):
    bought = order()
    bought.factory.post(f"{bought.at_factory[0]}/accept")
    bought.factory.post(f"{bought.at_factory[0]}/reports", json={"pieces_done": 20})

    gave = bought.factory.post(f"{bought.at_factory[0]}/give-up", json={"reason": REASON})
    till.work()

    assert (gave.status_code, gave.json["state"]) == (200, "cancelled")
    assert (refunds(till), transfers(till)) == ([bought.total], [])
    assert states(customer, bought) == ("cancelled", ["cancelled"])
    assert holds_everywhere(app)


def test_goods_leave_in_parts_and_count_as_accepted_when_the_time_to_look_is_over(app, till, customer, order):
    bought = order()
    bought.factory.post(f"{bought.at_factory[0]}/accept")
    ship = f"{bought.at_factory[0]}/ship"
    assert bought.factory.post(ship, json={**PARCEL, "pieces": 10}).json["state"] == "in_production"
    too_many = bought.factory.post(ship, json={**PARCEL, "pieces": 16})
    assert (too_many.status_code, too_many.json["code"], too_many.json["left"]) == (422, "more_pieces_than_ordered", 15)
    shipped = bought.factory.post(ship, json=PARCEL).json
    assert [each["pieces"] for each in shipped["shipments"]] == [10, 15]
    assert bought.factory.post(ship, json=PARCEL).status_code == 409

    with app.app_context(), clock.moved_by(timedelta(days=13, hours=23)):
        fulfilment.accept_unclaimed()
    assert states(customer, bought) == ("shipped", ["shipped"])
    with app.app_context(), clock.moved_by(timedelta(days=14, minutes=1)):
        fulfilment.accept_unclaimed()
        fulfilment.accept_unclaimed()
    till.work()
    assert states(customer, bought) == ("accepted", ["done"])
    assert transfers(till) == [bought.quotes[0]["offers"][0]["factory_price"]["minor"]]
    assert holds_everywhere(app)


def later(days: int) -> str:
    return (clock.now().date() + timedelta(days=days)).isoformat()


def test_a_counter_offer_that_the_customer_agrees_to_is_a_job_taken(app, till, customer, order):
    bought = order()
    terms = {"what": "The machine is free a week later.", "total_minor": bought.total - 1_000, "ships_on": later(20)}
    countered = bought.factory.post(f"{bought.at_factory[0]}/changes", json=terms)
    assert (countered.status_code, countered.json["state"]) == (201, "countered")
    assert bought.factory.post(f"{bought.at_factory[0]}/changes/1/agree").json["code"] == "change_not_yours"

    agreed = customer.post(f"{bought.jobs[0]}/changes/1/agree").json["jobs"][0]
    till.work()

    assert (agreed["state"], agreed["ships_on"], agreed["total"]["minor"]) == (
        "accepted",
        later(20),
        bought.total - 1_000,
    )
    assert refunds(till) == [1_000]
    assert holds_everywhere(app)


def test_a_dearer_counter_offer_holds_when_the_customer_has_paid_the_difference(app, till, customer, order):
    bought = order()
    bought.factory.post(
        f"{bought.at_factory[0]}/changes", json={"what": "Dearer.", "total_minor": bought.total + 5_000}
    )
    customer.post(f"{bought.jobs[0]}/changes/1/agree")
    assert states(customer, bought) == ("paid", ["countered"])

    pay(till, customer, {"id": bought.id})
    assert states(customer, bought) == ("in_production", ["accepted"])
    assert customer.post(f"{bought.address}/payment").json["code"] == "order_not_awaiting_payment"
    bought.factory.post(f"{bought.at_factory[0]}/ship", json=PARCEL)
    customer.post(f"{bought.address}/accept")
    till.work()

    price = bought.factory.get(bought.at_factory[0]).json["price"]["minor"]
    assert sum(transfers(till)) == price
    assert price > bought.quotes[0]["offers"][0]["factory_price"]["minor"]
    assert holds_everywhere(app)


def test_a_refused_counter_offer_leaves_the_factory_its_choice_and_it_counters_three_times_at_most(customer, order):
    bought = order()
    for number in (1, 2, 3):
        bought.factory.post(f"{bought.at_factory[0]}/changes", json={"what": "Later.", "ships_on": later(20 + number)})
        reply = customer.post(f"{bought.jobs[0]}/changes/{number}/refuse", json={"answer": "Too late for us."})
        assert reply.json["jobs"][0]["state"] == "offered"

    again = bought.factory.post(f"{bought.at_factory[0]}/changes", json={"what": "Later.", "ships_on": later(30)})
    assert (again.status_code, again.json["code"]) == (409, "too_many_counters")
    assert bought.factory.post(f"{bought.at_factory[0]}/accept").json["state"] == "accepted"


def test_a_counter_offer_that_nobody_answers_counts_as_declined(app, till, customer, order):
    bought = order()
    bought.factory.post(f"{bought.at_factory[0]}/changes", json={"what": "Later.", "ships_on": later(20)})
    with app.app_context(), clock.moved_by(timedelta(hours=49)):
        fulfilment.decline_unanswered()
    till.work()

    assert states(customer, bought) == ("cancelled", ["declined"])
    assert refunds(till) == [bought.total]
    assert customer.get(bought.address).json["jobs"][0]["changes"][0]["state"] == "withdrawn"
    assert holds_everywhere(app)


def test_money_for_a_change_that_was_dropped_meanwhile_goes_back(app, till, customer, order):
    bought = order()
    bought.factory.post(f"{bought.at_factory[0]}/accept")
    bought.factory.post(f"{bought.at_factory[0]}/changes", json={"what": "M6.", "total_minor": bought.total + 5_000})
    customer.post(f"{bought.jobs[0]}/changes/1/agree")
    opened = customer.post(f"{bought.address}/payment").json
    till.stripe.pay(opened["payment_intent"])  # and nobody has told us yet
    bought.factory.post(f"{bought.at_factory[0]}/ship", json=PARCEL)
    for event in till.stripe.events("payment_intent.succeeded"):
        till.deliver(event)
    till.work()

    assert refunds(till) == [5_000]
    assert customer.get(bought.address).json["jobs"][0]["changes"][0]["state"] == "withdrawn"
    assert holds_everywhere(app)


def test_a_change_order_after_acceptance_is_proposed_by_either_side_one_at_a_time(customer, order):
    bought = order()
    proposed = {"what": "M6 instead of M5."}
    early = customer.post(f"{bought.jobs[0]}/changes", json=proposed)
    assert (early.status_code, early.json["code"]) == (409, "not_changeable")
    same = bought.factory.post(f"{bought.at_factory[0]}/changes", json=proposed)
    assert (same.status_code, same.json["code"]) == (422, "changes_nothing")
    bought.factory.post(f"{bought.at_factory[0]}/accept")

    assert customer.post(f"{bought.jobs[0]}/changes", json=proposed).status_code == 201
    second = bought.factory.post(f"{bought.at_factory[0]}/changes", json=proposed)
    assert (second.status_code, second.json["code"]) == (409, "change_open")
    assert bought.factory.post(f"{bought.at_factory[0]}/changes/1/agree").json["changes"][0]["state"] == "in_effect"
    assert bought.factory.post(f"{bought.at_factory[0]}/changes/1/agree").status_code == 409
    assert bought.factory.post(f"{bought.at_factory[0]}/changes/2/agree").json["code"] == "change_not_found"
    past = customer.post(f"{bought.jobs[0]}/changes", json={"what": "Sooner.", "ships_on": "2020-01-01"})
    assert (past.status_code, past.json["code"]) == (422, "date_impossible")


def test_a_basket_is_all_or_nothing(app, scene, till, shops, customer):
    first, second = (quoted(customer, scene.part(till.customer)) for _ in range(2))
    lines = [{"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]} for quote in (first, second)]
    twice = customer.post("/v1/customer/orders", json={"lines": [lines[0], lines[0]]})
    assert (twice.status_code, twice.json["code"]) == (422, "line_twice")

    with app.app_context():
        session().execute(text("update capacity_days set open_min = 0, calendar_min = 0 where held_min = 0"))
        session().commit()
    reply = customer.post("/v1/customer/orders", json={"lines": lines})
    assert (reply.status_code, reply.json["code"]) == (409, "capacity_taken")
    assert customer.get("/v1/customer/orders").json["items"] == []
    assert customer.get(f"/v1/customer/quotes/{first['id']}").json["state"] == "open"
    with app.app_context():
        assert {each.invariant.id for each in checking.check() if each.offenders} <= {"D1"}


ADDRESS = {"name": "Goods in", "street": "Werkstraße 7", "postal_code": "80331", "city": "München", "country": "DE"}


def test_goods_go_where_their_price_is_for(scene, till, customer, as_user):
    shop = scene.shop(till.seller(), card_has={"delivery": {"DE": {"base_minor": 900, "minor_per_kg": 100}}})
    quote = quoted(customer, scene.part(till.customer), deliver_to="DE")
    line = {"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]}

    nowhere = customer.post("/v1/customer/orders", json={"lines": [line]})
    assert (nowhere.status_code, nowhere.json["code"]) == (422, "address_unfit")
    elsewhere = customer.post("/v1/customer/orders", json={"lines": [line], "address": {**ADDRESS, "country": "FR"}})
    assert (elsewhere.status_code, elsewhere.json["deliver_to"]) == (422, "DE")
    fetched = customer.post("/v1/customer/orders", json={"lines": [line], "address": ADDRESS, "incoterm": "EXW"})
    assert (fetched.status_code, fetched.json["code"]) == (422, "incoterm_unfit")
    placed = customer.post(
        "/v1/customer/orders", json={"lines": [{**line, "address": ADDRESS}], "notes": "Ring twice."}
    )
    assert placed.status_code == 201, placed.json
    assert (placed.json["incoterm"], placed.json["lines"][0]["address"]["city"]) == ("DAP", "München")

    pay(till, customer, placed.json)
    factory, job = as_user(shop.owner), f"/v1/factory/jobs/{placed.json['jobs'][0]['id']}"
    assert factory.get(job).json["address"] is None, "a factory that has not taken the job does not know the customer"
    assert factory.post(f"{job}/accept").json["address"]["street"] == ADDRESS["street"]
    assert factory.get(job).json["notes"] == "Ring twice."


def test_the_terms_are_published(customer):
    terms = customer.get("/v1/terms").json

    table = {(each["who"], each["state"]): each["back_bps"] for each in terms["cancelling"]}
    assert table["customer", "accepted"] == 9_000
    assert {bps for (who, _), bps in table.items() if who == "factory"} == {10_000}
    assert ("customer", "shipped") not in table
    assert (terms["answer_hours"], terms["acceptance_days"]) == (48, 14)
