"""Chapter 4: one offer becomes an order, and the customer pays it through Stripe; the signed event comes back once."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import stripe

from tools.client import Client
from tools.story.persons import People
from tools.story.quotes import Quotes
from tools.story.stage import Stage
from tools.story.telling import equal

Json = dict[str, Any]
CARD = "pm_card_visa"


@dataclass(frozen=True)
class Ordered:
    """The paid order, and what it is at Stripe."""

    id: str
    number: int
    intent_id: str
    charge_id: str

    @property
    def address(self) -> str:
        return f"/v1/customer/orders/{self.id}"


def play(stage: Stage, people: People, quotes: Quotes) -> Ordered:
    """Order, pay as a browser would, see the event handled once although it comes twice."""
    stage.teller.chapter(4, "An offer is ordered and paid")
    customer = people.customer.client
    order = _placed(stage, people, quotes)
    intent = _paid(stage, customer, order)
    assert isinstance(intent.latest_charge, str)
    _confirmed(stage, customer, order)
    ordered = Ordered(order["id"], order["number"], intent.id, intent.latest_charge)
    _told_twice(stage, people.admin.client, ordered)
    return ordered


def _placed(stage: Stage, people: People, quotes: Quotes) -> Json:
    customer, factory = people.customer.client, people.factory_of(quotes.offer["factory_id"])
    choice = {
        "lines": [{"quote_id": quotes.milling["id"], "offer_id": quotes.offer["id"]}],
        "purchase_order_number": "PO-2027-0042",
    }
    with stage.teller.step("The customer orders the best milling offer"):
        centre = factory.listed(quotes.offer["listing_id"]).work_centre_id
        before = factory.held_minutes(centre)
        key = str(uuid4())
        order: Json = customer.post("/v1/customer/orders", choice, key=key)
        again = customer.post("/v1/customer/orders", choice, key=key)
        equal("order under the same Idempotency-Key", again["id"], order["id"])
        equal("total", order["total"], quotes.offer["total"])
        equal("state", order["state"], "awaiting_payment")
        stage.teller.fact("order", f"{order['number']}, {order['total']['text']}, to be paid by {order['pay_by']}")
        stage.teller.fact("sent twice, same key", f"one order: {order['id']}")
        (job,) = order["jobs"]
        equal("state of the job", job["state"], "waiting")
        stage.teller.fact("job", f"{job['state']} for the payment; ships {job['ships_on']}")
        _tell_hold(stage, before, factory.held_minutes(centre), quotes.offer["machine_min"])
    return order


def _tell_hold(stage: Stage, before: dict[str, int], after: dict[str, int], minutes: int) -> None:
    taken = {day: held - before.get(day, 0) for day, held in after.items() if held != before.get(day, 0)}
    equal("minutes held", sum(taken.values()), minutes)
    days = "\n".join(f"{day}  {held:>4} min" for day, held in sorted(taken.items()))
    stage.teller.fact("minutes held, by day", days)


def _paid(stage: Stage, customer: Client, order: Json) -> stripe.PaymentIntent:
    with stage.teller.step("The customer's browser pays with a test card"):
        payment = customer.post(f"/v1/customer/orders/{order['id']}/payment")
        equal("amount to pay", payment["amount"], order["total"])
        browser = stage.stripe(payment["publishable_key"])
        confirming: Any = {"client_secret": payment["client_secret"], "payment_method": CARD}
        seen = browser.v1.payment_intents.confirm(payment["payment_intent"], confirming)
        equal("payment intent", (seen.status, seen.amount), ("succeeded", order["total"]["minor"]))
        intent = stage.stripe().v1.payment_intents.retrieve(payment["payment_intent"])
        stage.teller.fact("payment intent", f"{intent.id}: {intent.status}, card {CARD}")
        stage.teller.fact("charge", f"{intent.latest_charge}, {order['total']['text']}")
    return intent


def _confirmed(stage: Stage, customer: Client, order: Json) -> None:
    with stage.teller.step("The signed event arrives at /hooks/stripe, and the order is paid"):
        address = f"/v1/customer/orders/{order['id']}"
        state = stage.teller.until("waiting for the event", lambda: _left(customer, address, "awaiting_payment"))
        equal("state of the order", state, "paid")
        stage.teller.fact("order", f"{order['number']} {state}")


def _left(client: Client, address: str, before: str) -> str | None:
    """The state of an order once it is no longer the one before."""
    state: str = client.get(address)["state"]
    return None if state == before else state


def _told_twice(stage: Stage, admin: Client, ordered: Ordered) -> None:
    """The same event once more, as Stripe does when an answer was lost."""
    with stage.teller.step("Stripe sends the same event again: it is handled once"):
        event = _event_of(stage, ordered)
        stored, money = f"/v1/admin/ledger/events/{event}", f"/v1/admin/ledger/orders/{ordered.id}"
        first, before = admin.get(stored), admin.get(money)["journals"]
        equal("stored event", (first["state"], first["outcome"]), ("handled", "applied"))
        stage.stripe_control("POST", f"events/{event}/resend")
        delivered = stage.teller.until("waiting for the second delivery", lambda: _deliveries(stage, event, 2))
        equal("answers to both deliveries", [each["status"] for each in delivered], [200, 200])
        equal("stored event", admin.get(stored), first)
        equal("journals of the order", admin.get(money)["journals"], before)
        stage.teller.fact("event", f"{event} {first['kind']}")
        stage.teller.fact("delivered", f"{len(delivered)} times, answered {[each['status'] for each in delivered]}")
        stage.teller.fact("stored", f"once, {first['state']} at {first['handled_at']}: {first['outcome']}")
        stage.teller.fact("ledger", f"{len(before)} journal of this order, the same after the second delivery")


def _event_of(stage: Stage, ordered: Ordered) -> str:
    events = stage.stripe().v1.events.list({"type": "payment_intent.succeeded", "limit": 100})
    (found,) = (each for each in events.auto_paging_iter() if each.data.object["id"] == ordered.intent_id)
    return str(found.id)


def _deliveries(stage: Stage, event_id: str, least: int) -> list[Json] | None:
    tried = [each for each in stage.stripe_control("GET", "state")["deliveries"] if each["event"] == event_id]
    return tried if len(tried) >= least else None
