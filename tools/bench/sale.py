"""`python -m tools.bench.sale`: ten places, a hundred buyers let go at the last request, again and again, over HTTP.

Nobody may be sold what is not there, everybody else is told so by a refusal, and no server error is an answer.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from tools.bench.orders import Shopper, Where, close, shopper
from tools.bench.prepared import address_of, where
from tools.bench.world import Customer, Ready, build, ready_quotes
from tools.stack import StackOptions, stack

PLACES: Final = 10
BUYERS: Final = 100
ROUNDS: Final = 100
LOT_MIN: Final = 60
"""What each of the quotes written by prepare.sql takes of the work centre."""
DAYS: Final = 10
ACCEPTED: Final = "201"
REFUSED: Final = "409 capacity_taken"
SQL: Final = Path(__file__).with_name("sale.sql").read_text().split(";\n")
BLOCKED, FREED, SOLD = (each.encode() for each in SQL[:3])

Act = Callable[[Shopper, Ready], Awaitable[str]]


@dataclass(frozen=True)
class Sale:
    """What all rounds of one form came to."""

    name: str
    rounds: int
    answers: Counter[str]
    wrong: Sequence[str]
    """Rounds in which not exactly the places were sold."""
    wall_s: float

    def told(self) -> str:
        answers = ", ".join(f"{count:,} × {answer}" for answer, count in self.answers.most_common())
        verdict = "; ".join(self.wrong[:3]) or f"exactly {PLACES} sold in each round"
        return f"{self.name}: {self.rounds} rounds in {self.wall_s:.0f} s: {answers}; {verdict}."


async def place(visitor: Shopper, quote: Ready) -> str:
    """The last request before payment; what it was answered."""
    status, body = await visitor.web.ask("POST", "/v1/customer/orders", json.dumps(quote.choice).encode())
    return ACCEPTED if status == 201 else f"{status} {json.loads(body).get('code')}"


async def complete(visitor: Shopper, quote: Ready) -> str:
    """Order, open the payment, pay by card, and look until the order is paid; or what the order was answered."""
    status, body = await visitor.web.ask("POST", "/v1/customer/orders", json.dumps(quote.choice).encode())
    if status != 201:
        return f"{status} {json.loads(body).get('code')}"
    await visitor.pay(json.loads(body))
    return ACCEPTED


FORMS: Final[dict[str, Act]] = {"place order": place, "order, pay and be paid": complete}


@dataclass(frozen=True)
class Hall:
    """A running marketplace with a hundred customers, and quotes of one hot work centre for each of them."""

    where: Where
    address: str
    customers: Sequence[Customer]


def sales(hall: Hall, rounds: int) -> Iterator[Sale]:
    """Both forms, each with quotes of its own."""
    with psycopg.connect(hall.address) as connection:
        connection.execute(BLOCKED)
    for number, name in enumerate(FORMS):
        with psycopg.connect(hall.address) as connection:
            quotes = ready_quotes(connection, f"sale_{number}", process="fdm", count=rounds * BUYERS)
        yield asyncio.run(sale(hall, quotes, name=name, rounds=rounds))


async def sale(hall: Hall, quotes: Sequence[Ready], *, name: str, rounds: int) -> Sale:
    """Sell out so many times; each round has quotes of its own, one for each buyer."""
    answers: Counter[str] = Counter()
    wrong = []
    began = time.perf_counter()
    with psycopg.connect(hall.address, autocommit=True) as connection:
        for number in range(rounds):
            connection.execute(FREED, {"minutes": PLACES * LOT_MIN})
            before, _ = _held(connection)
            round_ = await _round(hall, quotes[number * BUYERS :], FORMS[name])
            after, is_sound = _held(connection)
            answers += round_
            if round_ != {ACCEPTED: PLACES, REFUSED: BUYERS - PLACES} or after - before != PLACES * LOT_MIN:
                wrong.append(f"round {number + 1}: {dict(round_)}, {after - before} minutes held")
            if not is_sound:
                wrong.append(f"round {number + 1}: oversold")
    return Sale(name, rounds, answers, wrong, time.perf_counter() - began)


async def _round(hall: Hall, quotes: Sequence[Ready], act: Act) -> Counter[str]:
    """Everybody stands at the door with a connection that is open; then all come in."""
    of_customer = {quote.revision_id: quote for quote in quotes[:BUYERS]}
    visitors = [shopper(hall.where, customer, number) for number, customer in enumerate(hall.customers)]
    assert len(of_customer) == len(hall.customers) == BUYERS, "each buyer has a quote of their own"
    gate = asyncio.Event()

    async def visit(visitor: Shopper) -> str:
        await gate.wait()
        return await act(visitor, of_customer[visitor.customer.revision_id])

    try:
        await asyncio.gather(*[visitor.web.ask("GET", "/readyz") for visitor in visitors])
        waiting = [asyncio.create_task(visit(visitor)) for visitor in visitors]
        gate.set()
        return Counter(await asyncio.gather(*waiting))
    finally:
        close(client for visitor in visitors for client in (visitor.web, visitor.stripe))


def _held(connection: psycopg.Connection) -> tuple[int, bool]:
    held, is_sound = connection.execute(SOLD).fetchone() or (0, False)
    return int(held), is_sound


def main() -> int:
    """Sell out and tell; 1 if anything but exactly the places was sold, or anybody was told anything else."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.sale", description="Ten places, a hundred buyers.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--name", default="sale", help="of the folder under .var/ that it lives in")
    asked = parser.parse_args()
    options = StackOptions(asked.name, fresh=True, extra={"UNPAID_ORDERS": "1000000"})
    with stack(options) as running:
        address = address_of(running)
        customers = build(address, listings=1, days=DAYS, customers=BUYERS)
        found = []
        for each in sales(Hall(where(running), address, customers), asked.rounds):
            found.append(each)
            print(each.told(), flush=True)
        running.must_run()
        print(running.flask("check").strip().rpartition("\n")[2])
    return 1 if any(each.wrong for each in found) else 0


if __name__ == "__main__":
    sys.exit(main())
