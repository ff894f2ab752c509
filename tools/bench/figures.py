"""Every measure of the bench, turned into figures with their targets and limits."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tools import bench_costing
from tools.bench import geometry, limits, offers, orders
from tools.bench.limits import SqlLimit, WebLimit
from tools.bench.orders import Flow, Where
from tools.bench.report import Figure
from tools.bench.world import LISTINGS, MILLS_OF_EACH, Customer, Ready
from tools.stack import Running, StackOptions

OURS: Final = ("web", "worker", "database")


@dataclass(frozen=True)
class Size:
    """How long each measure runs, and how many quotes wait to be ordered from."""

    flow_s: float
    place_s: float
    offers_s: float
    limit_s: int
    runs: int
    ready: int


@dataclass(frozen=True)
class Bench:
    """A running marketplace with its market, ready to be measured."""

    running: Running
    options: StackOptions
    size: Size
    where: Where
    customers: Sequence[Customer]
    spread: Sequence[Ready]
    hot: Sequence[Ready]


@dataclass(frozen=True)
class Limits:
    """What the machine could do, measured in the same run."""

    sql: Mapping[int, SqlLimit]
    web: WebLimit

    def orders_per_s(self, clients: int) -> float | None:
        return self.sql[clients].per_s if clients in self.sql else None

    def cpu_ms(self, requests: float) -> float | None:
        """CPU of one order's SQL and of so many bare Flask requests; None where PostgreSQL's is not known."""
        database_ms = self.sql[8].database_ms if 8 in self.sql else None
        return None if database_ms is None else database_ms + requests * self.web.web_ms


def measured(bench: Bench) -> Iterator[Figure]:
    """Each figure as soon as it is there; the limits come first."""
    known = Limits(
        {each.clients: each for each in limits.order_sql(bench.running, bench.where.database, bench.size.limit_s)},
        limits.bare_flask(bench.running, bench.options, seconds=bench.size.limit_s),
    )
    yield Figure("bare Flask route, 8 clients (the web server's limit)", known.web.per_s, "/s", is_rate=True)
    for ready, name in ((bench.spread, f"over {LISTINGS:,} work centres"), (bench.hot, "on one hot work centre")):
        yield from _placed(bench, known, ready, name)
    yield from _offers(bench, known)
    for clients in (1, 8):
        yield from _flow(bench, known, clients)
    yield from _geometry(bench)


def _placed(bench: Bench, known: Limits, ready: Sequence[Ready], name: str) -> Iterator[Figure]:
    placed = asyncio.run(orders.place(bench.where, bench.customers, ready, clients=8, seconds=bench.size.place_s))
    limit = known.sql.get(8)
    what, timings = f"place order, 8 clients, {name}", placed.timings
    yield Figure(what, timings.per_s, "/s", 100, known.orders_per_s(8), is_rate=True)
    yield Figure("  p95", timings.ms(95), "ms", 150, limit.mean_ms if limit else None)
    yield from _cpu(placed, None, known.cpu_ms(1))


def _flow(bench: Bench, known: Limits, clients: int) -> Iterator[Figure]:
    done = asyncio.run(orders.flow(bench.where, bench.customers, clients=clients, seconds=bench.size.flow_s))
    is_promised = clients == 8
    what = f"whole order to paid, {clients} client{'s' * is_promised}, {MILLS_OF_EACH} offers each"
    target, most_ms = (40, 40) if is_promised else (None, None)
    yield Figure(what, done.timings.per_s, "orders/s", target, known.orders_per_s(clients), is_rate=True)
    yield Figure("  p50 (looks every 50 ms)", done.timings.ms(50), "ms")
    yield Figure("  p95", done.timings.ms(95), "ms")
    yield Figure("  requests to the marketplace for each order", done.requests, "")
    yield from _cpu(done, most_ms, known.cpu_ms(done.requests))


def _cpu(flow: Flow, target: float | None, limit: float | None) -> Iterator[Figure]:
    """CPU of ours for each order, then whose it is."""
    spent, count = flow.spent, flow.timings.count
    yield Figure("  CPU for each: application and database", spent.per(count, *OURS), "ms", target, limit)
    for name in (*OURS, "stripe", "client"):
        yield Figure(f"    {name}", spent.per(count, name), "ms")


def _offers(bench: Bench, known: Limits) -> Iterator[Figure]:
    asked = asyncio.run(offers.measure(bench.where, bench.customers[0], seconds=bench.size.offers_s))
    timings, spent = asked.timings, asked.spent
    what = f"best {asked.offers} offers of {LISTINGS:,} listings, 1 client ({asked.answer_kb:.0f} kB)"
    yield Figure(f"{what}: p95", timings.ms(95), "ms", 30)
    yield Figure("  p50", timings.ms(50), "ms")
    for name in ("web", "database", "client"):
        yield Figure(f"    {name} CPU", spent.per(timings.count, name), "ms")
    costs = bench_costing.of_one_quote(LISTINGS)
    yield Figure(f"    of that: totals by {LISTINGS:,} rate cards", costs.totals_ms, "ms", limit=costs.bare_ms)
    yield Figure("    of that: 50 price trees and their JSON", costs.trees_ms, "ms")


def _geometry(bench: Bench) -> Iterator[Figure]:
    found = geometry.measure(bench.size.runs)
    what = f"STEP of {found.file_kb:.0f} kB with {found.holes} holes, warm kernel: CPU"
    yield Figure(what, found.cpu_s, "s", 0.7, found.bare_cpu_s)
    yield Figure("  by the clock", found.wall_s, "s")
