"""`python -m tools.bench.of_orders [--quick]`: what an order costs, alone and among others, in markets of two sizes."""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final

import psycopg

from tools.bench import limits, orders, report
from tools.bench.figures import HOT_PER_S, OURS, PROMISED_AT, SPREAD_PER_S, Bench, Limits, Size, bought, placed
from tools.bench.limits import HOT, SPREAD, SqlLimit
from tools.bench.prepared import address_of, where
from tools.bench.report import Figure
from tools.bench.world import Ready, build, grow, ready_quotes
from tools.stack import StackOptions, stack

CLIENTS: Final = (1, 8, 32)
FEW, MANY, QUICK_MANY = 100, 100_000, 2_000
"""Factories."""
DAYS: Final = 14
"""Of open minutes for each: enough for the lots, and few enough to write for a hundred thousand."""
NOISE: Final = 1.2
"""How much more an order may seem to cost among many factories by chance."""
FULL: Final = Size(flow_s=20, place_s=10, offers_s=0, limit_s=8, runs=0, ready=24_000)
QUICK: Final = Size(flow_s=2, place_s=1.5, offers_s=0, limit_s=1, runs=0, ready=3_000)


def main() -> int:
    """Measure and tell; 1 if a promised figure is missed and the measures are the long ones."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.of_orders", description="What an order costs here.")
    parser.add_argument("--quick", action="store_true", help="says that it works, not how fast it is")
    is_quick = parser.parse_args().quick
    began = time.perf_counter()
    missed = []
    options = StackOptions("bench-orders", fresh=True, extra={"UNPAID_ORDERS": "1000000"})
    with stack(options) as running:
        customers = build(address_of(running), listings=FEW, days=DAYS)
        size = QUICK if is_quick else FULL
        bench = Bench(running, options, size, where(running), customers, (), ())
        print(report.head(), flush=True)
        for figure in measured(bench, QUICK_MANY if is_quick else MANY):
            print(report.row(figure), flush=True)
            missed += [figure.what] if figure.is_met is False else []
        running.must_run()
        print(f"\n{running.flask('check', seconds=600).strip().rpartition(chr(10))[2]}")
    print(f"{time.perf_counter() - began:.0f} s; {len(missed)} of the promised figures missed.")
    return 1 if missed and not is_quick else 0


def measured(bench: Bench, many: int) -> Iterator[Figure]:
    """Each figure as soon as it is there: the machine's limits, the small market, then the large one."""
    web = limits.bare_flask(bench.running, bench.options, seconds=bench.size.limit_s)
    yield Figure("bare Flask route, 8 clients (the web server's limit)", web.per_s, "/s", is_rate=True)
    spread, hot = Limits(_sql(bench, SPREAD), web), Limits(_sql(bench, HOT), web)
    for known, process, name, least in (
        (spread, SPREAD, f"over {FEW} work centres", SPREAD_PER_S),
        (hot, HOT, "on one hot work centre", HOT_PER_S),
    ):
        for clients in CLIENTS:
            ready = _ready(bench, f"{process}_{clients}", process)
            yield from placed(bench, known, ready, name, least, clients)
    for clients in (1, PROMISED_AT):
        yield from bought(bench, spread, clients)
    yield from _among_many(bench, many)


def _sql(bench: Bench, process: str) -> dict[int, SqlLimit]:
    found = limits.order_sql(
        bench.running, bench.where.database, bench.size.limit_s, CLIENTS, process=process, ready=80_000
    )
    return {each.clients: each for each in found}


def _among_many(bench: Bench, many: int) -> Iterator[Figure]:
    """The same orders, of the same factories, before and after so many others came."""
    few_ms = _cost(bench, _ready(bench, "among_few", SPREAD))
    same = _ready(bench, "among_many", SPREAD)
    grow(address_of(bench.running), many - FEW)
    many_ms = _cost(bench, same)
    yield Figure(f"place order, CPU for each with {FEW} factories", few_ms, "ms")
    yield Figure(f"  with {many:,}, of the same ones", many_ms, "ms", few_ms * NOISE, few_ms)
    everywhere_ms = _cost(bench, _ready(bench, "over_many", SPREAD))
    yield Figure(f"  with {many:,}, spread over all of them", everywhere_ms, "ms", few_ms * NOISE, few_ms)


def _cost(bench: Bench, ready: Sequence[Ready]) -> float:
    """CPU milliseconds of the application and the database for one order."""
    done = asyncio.run(
        orders.place(bench.where, bench.customers, ready, clients=PROMISED_AT, seconds=bench.size.place_s)
    )
    return done.spent.per(done.timings.count, *OURS)


def _ready(bench: Bench, table: str, process: str) -> Sequence[Ready]:
    with psycopg.connect(address_of(bench.running)) as connection:
        return ready_quotes(connection, f"bench_{table}", process=process, count=bench.size.ready)


if __name__ == "__main__":
    sys.exit(main())
