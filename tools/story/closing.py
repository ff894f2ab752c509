"""Chapter 7: who paid, who got what, and that nothing is left over anywhere."""

from collections.abc import Iterable
from typing import Any

import stripe

from marketplace.kernel.money import Money
from tools.client import Client
from tools.story.ordering import Ordered
from tools.story.persons import People, Person
from tools.story.quotes import Quotes
from tools.story.shops import cents
from tools.story.stage import Stage
from tools.story.telling import equal

Json = dict[str, Any]
OPEN_JOBS = ("waiting", "offered", "accepted", "in_production")


def play(stage: Stage, people: People, quotes: Quotes, ordered: Ordered, transfer: stripe.Transfer) -> None:
    """The books of the order, of the whole house, of the calendars; then every stored invariant."""
    stage.teller.chapter(7, "At the end everything adds up")
    _who_got_what(stage, people, quotes, ordered, transfer)
    _books(stage, people.admin.client)
    _minutes(stage, people)
    _invariants(stage)


def _who_got_what(stage: Stage, people: People, quotes: Quotes, ordered: Ordered, transfer: stripe.Transfer) -> None:
    with stage.teller.step(f"Order {ordered.number}: who paid, who got what"):
        admin, offer = people.admin.client, quotes.offer
        money = stage.teller.until("waiting for the receipt of the transfer", lambda: _done(admin, ordered))
        (operation,) = money["operations"]
        equal("evidence of the transfer", operation["provider_id"], transfer.id)
        balances = _balances(money["journals"])
        equal("what rests in the accounts of this order", sum(balances.values()), 0)
        paid, share, fee = (offer[name]["minor"] for name in ("total", "factory_price", "platform_fee"))
        stripes = balances.get("stripe_fees", 0)
        equal("held and payable", (balances.get("held", 0), balances.get("payable", 0)), (0, 0))
        equal("platform fee in the ledger", -balances["platform_fee"], fee)
        equal("at Stripe for us", balances["stripe"], paid - share - stripes)
        equal("what was paid", paid, share + fee)
        factory = people.factory_of(offer["factory_id"])
        rows = {
            f"{people.customer.name} paid": paid,
            f"{factory.name} got": share,
            "platform fee": fee,
            "  of which Stripe keeps": stripes,
            "  of which the platform keeps": fee - stripes,
            "left in the accounts of this order": balances.get("held", 0) + balances.get("payable", 0),
        }
        stage.teller.table([(label, cents(amount)) for label, amount in rows.items()])


def _done(admin: Client, ordered: Ordered) -> Json | None:
    money: Json = admin.get(f"/v1/admin/ledger/orders/{ordered.id}")
    return money if all(each["state"] == "done" for each in money["operations"]) else None


def _balances(journals: list[Json]) -> dict[str, int]:
    """What rests in each kind of account of one order; every journal must be balanced by itself."""
    balances: dict[str, int] = {}
    for journal in journals:
        equal(f"sum of journal {journal['kind']}", sum(line["amount"]["minor"] for line in journal["lines"]), 0)
        for line in journal["lines"]:
            balances[line["account"]] = balances.get(line["account"], 0) + line["amount"]["minor"]
    return balances


def _books(stage: Stage, admin: Client) -> None:
    with stage.teller.step("The ledger of the whole house, beside Stripe's own books"):
        balances = admin.get("/v1/admin/ledger/trial-balance")["items"]
        sums = _by_currency((each["balance"]["currency"], each["balance"]["minor"]) for each in balances)
        equal("sums by currency", set(sums.values()), {0})
        rows = [(f"{each['kind']} ({each['accounts']})", each["balance"]["text"]) for each in balances]
        rows += [("sum of the ledger", str(Money(total, currency))) for currency, total in sums.items()]
        rows += _beside_stripe(stage, balances)
        stage.teller.table(rows)


def _by_currency(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, 0) + amount
    return sums


def _beside_stripe(stage: Stage, balances: list[Json]) -> list[tuple[str, str]]:
    """Stripe's balance transactions of the platform add up to what the ledger says is there (M6)."""
    listed = stage.stripe().v1.balance_transactions.list({"limit": 100}).auto_paging_iter()
    moved = _by_currency((entry.currency.upper(), entry.net) for entry in listed)
    ours = {each["balance"]["currency"]: each["balance"]["minor"] for each in balances if each["kind"] == "stripe"}
    equal("Stripe's balance transactions", moved, ours)
    return [("Stripe's books say, too", str(Money(total, currency))) for currency, total in moved.items()]


def _minutes(stage: Stage, people: People) -> None:
    with stage.teller.step("Minutes held in all calendars are those of the open jobs"):
        held = {
            listed.work_centre_id: sum(factory.held_minutes(listed.work_centre_id).values())
            for factory in people.factories
            for listed in factory.listings
        }
        buyers = (people.customer, people.second_customer)
        jobs = [job for buyer in buyers for job in _open_jobs(buyer)]
        equal("minutes held", sum(held.values()), sum(minutes for _, minutes in jobs))
        rows = [*((f"open: {words}", minutes) for words, minutes in jobs), ("sum", sum(m for _, m in jobs))]
        rows.append((f"held in {len(held)} calendars, as their factories see them", sum(held.values())))
        stage.teller.table([(words, f"{minutes:,} min") for words, minutes in rows])


def _open_jobs(buyer: Person) -> list[tuple[str, int]]:
    """The jobs of a buyer that still need their minutes, in words, and how many minutes their offers said."""
    found = []
    for order in buyer.client.get("/v1/customer/orders")["items"]:
        offers = buyer.client.get(f"/v1/customer/quotes/{order['lines'][0]['quote_id']}")["offers"]
        minutes = {offer["id"]: offer["machine_min"] for offer in offers}
        for line, job in zip(order["lines"], order["jobs"], strict=True):
            if job["state"] in OPEN_JOBS:
                words = f"order {order['number']} of {buyer.name}, {order['state']}"
                found.append((words, minutes[line["offer_id"]]))
    return found


def _invariants(stage: Stage) -> None:
    with stage.teller.step("flask --app wsgi check: every stored invariant, with what it looked at"):
        said = stage.running.flask("check")
        stage.teller.block(said)
        equal("an invariant is broken", "BROKEN" in said, False)
