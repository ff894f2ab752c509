"""Offers from a thousand live listings, and where their time goes."""

import json
from dataclasses import dataclass

from tools.bench.cpu import Spent, metered
from tools.bench.http import Client
from tools.bench.load import Timings, closed_loop
from tools.bench.orders import Where
from tools.bench.world import COMMON, LISTINGS, Customer


@dataclass(frozen=True)
class Offers:
    """Quotes of the best fifty, one after another."""

    timings: Timings
    spent: Spent
    offers: int
    answer_kb: float


async def measure(where: Where, customer: Customer, *, seconds: float) -> Offers:
    """Ask for offers from every mill there is, with one client. Raises RuntimeError if not all of them were asked."""
    web = Client(where.web_url, customer.headers)
    quote = await web.post("/v1/customer/quotes", customer.wants(COMMON), expected=201)
    if quote["eligible"] != LISTINGS:
        raise RuntimeError(f"{quote['eligible']} listings were eligible, not {LISTINGS}.")
    sizes: list[int] = []

    async def ask() -> None:
        sizes.append(len(await web.raw("POST", "/v1/customer/quotes", body, expected=201)))

    body = json.dumps(customer.wants(COMMON)).encode()
    for _ in range(10):
        await ask()
    with metered(where.roots) as spent:
        timings = await closed_loop([ask], seconds=seconds)
    web.close()
    return Offers(timings, spent, len(quote["offers"]), sizes[-1] / 1000)
