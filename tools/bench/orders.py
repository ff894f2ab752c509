"""Orders over HTTP as a customer and their browser send them, and what each costs."""

import asyncio
import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
import orjson
import psycopg

from tools.bench.cpu import Spent, metered
from tools.bench.http import Client, Unexpected
from tools.bench.load import Timings, closed_loop
from tools.bench.world import RARE, Customer, Ready

PAUSE_S: Final = 0.05
"""Between two looks at an order that is to become paid: short for a person, long enough not to be the load itself."""
WARM_S: Final = 3.0
"""Before anything is measured: connections are opened, statements are compiled and prepared."""
MOST_LOOKS: Final = 400
CARD: Final = "pm_card_visa"
BROWSER: Final = {"Authorization": "Bearer pk_test_sandbox"}
SEED: Final = 20261123

Json = dict[str, Any]


class Choosable(msgspec.Struct):
    """An offer as somebody sees it who only clicks on it."""

    id: str


class Quoted(msgspec.Struct):
    """What a shopper reads of a quote's 160 kB: a browser would show the rest, on a machine of its own."""

    id: str
    offers: list[Choosable]


QUOTED: Final = msgspec.json.Decoder(Quoted)


@dataclass
class Shopper:
    """One customer with a connection to the marketplace and their browser's connection to Stripe."""

    customer: Customer
    web: Client
    stripe: Client
    draw: random.Random
    materials: Iterator[str] = field(default_factory=lambda: itertools.cycle(RARE))

    async def buy(self) -> None:
        """The whole flow: quote, order, open payment, pay, and look until the order is paid."""
        wanted = orjson.dumps(self.customer.wants(next(self.materials)))
        quote = QUOTED.decode(await self.web.raw("POST", "/v1/customer/quotes", wanted, expected=201))
        choice = {"lines": [{"quote_id": quote.id, "offer_id": self.draw.choice(quote.offers).id}]}
        order = await self.web.post("/v1/customer/orders", choice, expected=201)
        await self.pay(order)

    async def pay(self, order: Json) -> None:
        """Open the payment, pay, and look until the order is paid."""
        await self._confirm(order)
        await self._see_paid(order)

    async def _confirm(self, order: Json) -> None:
        opened = await self.web.post(f"/v1/customer/orders/{order['id']}/payment", {})
        intent_id = opened["client_secret"].partition("_secret_")[0]
        form = {"client_secret": opened["client_secret"], "payment_method": CARD}
        paid = await self.stripe.post_form(f"/v1/payment_intents/{intent_id}/confirm", form)
        if paid["status"] != "succeeded":
            raise Unexpected(f"The payment intent is {paid['status']}.")

    async def _see_paid(self, order: Json) -> None:
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(PAUSE_S)
            if (await self.web.get(f"/v1/customer/orders/{order['id']}"))["state"] == "paid":
                return
        raise Unexpected(f"Order {order['number']} was not paid after {MOST_LOOKS * PAUSE_S:.0f} s.")


@dataclass(frozen=True)
class Flow:
    """The whole order flow at so many clients."""

    clients: int
    timings: Timings
    spent: Spent
    requests: float
    """How many the marketplace was sent for each order, looks included."""


@dataclass(frozen=True)
class Where:
    """The servers, and the pids of their process trees."""

    web_url: str
    stripe_url: str
    address: str
    """Of the database, as libpq reads it."""
    roots: Mapping[str, int]

    @property
    def database(self) -> int | None:
        """The pid of the database server, if it runs on this machine."""
        return self.roots.get("database")


async def flow(where: Where, customers: Sequence[Customer], *, clients: int, seconds: float) -> Flow:
    """Let so many shoppers buy again and again."""
    shoppers = [shopper(where, customer, number) for number, customer in enumerate(customers[:clients])]
    await closed_loop([each.buy for each in shoppers], seconds=WARM_S)
    await asyncio.to_thread(settle, where.address)  # meanwhile idle connections may close, and are noticed
    before = sum(each.web.requests for each in shoppers)
    with metered(where.roots) as spent:
        timings = await closed_loop([each.buy for each in shoppers], seconds=seconds)
    close(client for each in shoppers for client in (each.web, each.stripe))
    asked = sum(each.web.requests for each in shoppers) - before
    return Flow(clients, timings, spent, asked / timings.count)


async def place(
    where: Where, customers: Sequence[Customer], ready: Sequence[Ready], *, clients: int, seconds: float
) -> Flow:
    """Let so many clients order from quotes that are there already; nothing is paid."""
    buyers = [Buyer(where, customers[number::clients], ready) for number in range(clients)]
    warm = await closed_loop([buyer.order for buyer in buyers], seconds=WARM_S, most=len(ready) // 3)
    await asyncio.to_thread(settle, where.address)  # meanwhile idle connections may close, and are noticed
    left = len(ready) * 3 // 4 - warm.count  # the visitors take turns, but not exactly
    with metered(where.roots) as spent:
        timings = await closed_loop([buyer.order for buyer in buyers], seconds=seconds, most=left)
    close(client for buyer in buyers for client in buyer.clients.values())
    return Flow(clients, timings, spent, 1.0)


class Buyer:
    """Orders from the quotes of a few customers, in their order; each customer has a connection of their own."""

    def __init__(self, where: Where, customers: Sequence[Customer], ready: Sequence[Ready]) -> None:
        self.clients = {each.revision_id: Client(where.web_url, each.headers) for each in customers}
        self._waiting = iter([each for each in ready if each.revision_id in self.clients])

    async def order(self) -> None:
        quote = next(self._waiting)
        await self.clients[quote.revision_id].post("/v1/customer/orders", quote.choice, expected=201)


def shopper(where: Where, customer: Customer, number: int) -> Shopper:
    """Somebody with connections of their own, who chooses as their number says."""
    web, stripe = Client(where.web_url, customer.headers), Client(where.stripe_url, BROWSER)
    materials = itertools.islice(itertools.cycle(RARE), number % len(RARE), None)
    return Shopper(customer, web, stripe, random.Random(SEED + number), materials=materials)  # noqa: S311 - no secret


def settle(address: str) -> None:
    """Let the database count its rows, as autovacuum does each minute: connections plan anew, by tables as they are.

    Else plans that were made for empty tables read them from end to end, until the first minute is over.
    """
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("analyze")


def close(clients: Iterable[Client]) -> None:
    for client in clients:
        client.close()
