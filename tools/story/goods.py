"""Chapter 5: the factory takes the job, makes and ships it; the customer takes the goods; the factory is paid."""

from hashlib import sha256
from typing import Any

import stripe

from tools.client import Client
from tools.story.ordering import Ordered
from tools.story.parts import Parts
from tools.story.persons import Factory, People, Person
from tools.story.quotes import Quotes
from tools.story.shops import cents
from tools.story.stage import Stage
from tools.story.telling import equal

Json = dict[str, Any]
CARRIER, TRACKING = "DHL Freight", "JD014600006281230704"


def play(stage: Stage, people: People, parts: Parts, quotes: Quotes, ordered: Ordered) -> stripe.Transfer:
    """From the paid order to the money on the factory's account; that movement at Stripe."""
    stage.teller.chapter(5, "The goods are made and taken; the factory is paid")
    factory = people.factory_of(quotes.offer["factory_id"])
    job = _accepted(stage, factory, quotes)
    _file_fetched(stage, factory, job, people.customer, parts)
    _reported(stage, factory, job)
    _shipped(stage, factory, job, people.customer.client, ordered)
    _taken(stage, people.customer.client, ordered)
    return _transferred(stage, factory, quotes, ordered)


def _accepted(stage: Stage, factory: Factory, quotes: Quotes) -> Json:
    with stage.teller.step(f"{factory.name} accepts the job"):
        offered = factory.client.get("/v1/factory/jobs")["items"][0]
        equal("state of the job", offered["state"], "offered")
        equal("price of the job", offered["price"], quotes.offer["factory_price"])
        job: Json = factory.client.post(f"/v1/factory/jobs/{offered['id']}/accept")
        equal("state of the job", job["state"], "accepted")
        stage.teller.fact("job", f"{job['quantity']} pieces, {job['material']}, {job['process']}")
        stage.teller.fact("the factory's price", job["price"]["text"])
        stage.teller.fact("ships on", f"{job['ships_on']} ({factory.zone}), {job['machine_min']} min now firm")
    return job


def _file_fetched(stage: Stage, factory: Factory, job: Json, customer: Person, parts: Parts) -> None:
    with stage.teller.step("It fetches the part's file, and the customer is told that it did"):
        file = factory.client.download(f"/v1/factory/jobs/{job['id']}/file")
        equal("hash of the file", sha256(file).hexdigest(), parts.bracket["sha256"])
        stage.teller.fact("file", f"{len(file):,} bytes, sha256 {sha256(file).hexdigest()[:12]}…, as uploaded")
        seen = customer.client.get(f"/v1/customer/parts/{parts.bracket['part']['id']}/revisions/1/accesses")["items"]
        equal("who fetched it, as the customer sees", [each["organisation"]["name"] for each in seen], [factory.name])
        stage.teller.fact("the customer sees", f"{factory.name}, {seen[0]['at']}")


def _reported(stage: Stage, factory: Factory, job: Json) -> None:
    with stage.teller.step("It reports production"):
        half = job["quantity"] // 2
        reports = ((half, "First side of all pieces is milled."), (job["quantity"], "Deburred, measured, packed."))
        for pieces, note in reports:
            told = {"pieces_done": pieces, "note": note}
            seen = factory.client.post(f"/v1/factory/jobs/{job['id']}/reports", told)
            equal("state of the job", seen["state"], "in_production")
            stage.teller.fact(f"{pieces} of {job['quantity']} pieces", note)


def _shipped(stage: Stage, factory: Factory, job: Json, customer: Client, ordered: Ordered) -> None:
    with stage.teller.step("It ships, and the customer sees the tracking number"):
        told = {"carrier": CARRIER, "tracking_number": TRACKING}
        factory.client.post(f"/v1/factory/jobs/{job['id']}/ship", told)
        order = customer.get(ordered.address)
        (shipment,) = order["jobs"][0]["shipments"]
        equal("tracking number at the customer", shipment["tracking_number"], TRACKING)
        equal("state of the order", order["state"], "shipped")
        stage.teller.fact(shipment["carrier"], f"{shipment['tracking_number']}, {shipment['shipped_at']}")


def _taken(stage: Stage, customer: Client, ordered: Ordered) -> None:
    with stage.teller.step("The customer accepts the goods; the ledger releases the money"):
        order = customer.post(f"{ordered.address}/accept")
        equal("state of the order", order["state"], "accepted")
        stage.teller.fact("order", f"{order['number']} {order['state']}")


def _transferred(stage: Stage, factory: Factory, quotes: Quotes, ordered: Ordered) -> stripe.Transfer:
    with stage.teller.step("The transfer leaves through the outbox; Stripe holds it, amount by amount"):
        ours = stage.stripe()
        transfer = stage.teller.until("waiting for the transfer at Stripe", lambda: _transfer(ours, ordered))
        share = quotes.offer["factory_price"]["minor"]
        equal("destination", transfer.destination, factory.account_id)
        equal("amount", (transfer.amount, transfer.currency), (share, quotes.offer["total"]["currency"].lower()))
        stage.teller.fact("transfer", f"{transfer.id} to {transfer.destination} ({factory.name})")
        _tell_balance(stage, ours, ordered, share)
    return transfer


def _transfer(ours: stripe.StripeClient, ordered: Ordered) -> stripe.Transfer | None:
    found = ours.v1.transfers.list({"transfer_group": ordered.id}).data
    equal("number of transfers", len(found) in (0, 1), True)
    return found[0] if found else None


def _tell_balance(stage: Stage, ours: stripe.StripeClient, ordered: Ordered, share: int) -> None:
    """The movements of this order in Stripe's own books: what came, what Stripe kept, what left."""
    charge = ours.v1.charges.retrieve(ordered.charge_id, {"expand": ["balance_transaction"]})
    came = charge.balance_transaction
    assert isinstance(came, stripe.BalanceTransaction)
    rows = {
        f"charge {charge.id}": came.amount,
        "Stripe's fee (2.9 % and 0.30, assumed by the local Stripe)": -came.fee,
        "transfer to the factory": -share,
        "stays on the platform's balance": came.net - share,
    }
    stage.teller.table([(label, cents(amount)) for label, amount in rows.items()])
