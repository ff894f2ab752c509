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
PROMISED_AT: Final = 8
"""Clients."""
SPREAD_PER_S: Final = 120
HOT_PER_S: Final = 80
FLOW_PER_S: Final = 50
P95_MS: Final = 150
CPU_MS: Final = 12
"""Of the application and the database together, for one placed order."""


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
        limit = self.sql.get(PROMISED_AT)
        database_ms = limit.database_ms if limit else None
        return None if database_ms is None else database_ms + requests * self.web.web_ms


def measured(bench: Bench) -> Iterator[Figure]:
    """Each figure as soon as it is there; the limits come first."""
    known = Limits(
        {each.clients: each for each in limits.order_sql(bench.running, bench.where.database, bench.size.limit_s)},
        limits.bare_flask(bench.running, bench.options, seconds=bench.size.limit_s),
    )
    yield Figure("bare Flask route, 8 clients (the web server's limit)", known.web.per_s, "/s", is_rate=True)
    yield from placed(bench, known, bench.spread, f"over {LISTINGS:,} work centres", SPREAD_PER_S)
    yield from placed(bench, known, bench.hot, "on one hot work centre", HOT_PER_S)
    yield from _offers(bench, known)
    for clients in (1, 8):
        yield from bought(bench, known, clients)
    yield from _geometry(bench)


def placed(
    bench: Bench, known: Limits, ready: Sequence[Ready], name: str, least_per_s: float, clients: int = PROMISED_AT
) -> Iterator[Figure]:
    """Place order at so many clients, beside the same SQL; what is promised is promised at 8."""
    done = asyncio.run(orders.place(bench.where, bench.customers, ready, clients=clients, seconds=bench.size.place_s))
    limit, timings = known.sql.get(clients), done.timings
    is_promised = clients == PROMISED_AT
    what = f"place order, {clients} client{'s' * (clients > 1)}, {name}"
    target = least_per_s if is_promised else None
    yield Figure(what, timings.per_s, "/s", target, known.orders_per_s(clients), is_rate=True)
    yield Figure("  p95", timings.ms(95), "ms", P95_MS if is_promised else None, limit.mean_ms if limit else None)
    yield from _cpu(done, CPU_MS, known.cpu_ms(1))


def bought(bench: Bench, known: Limits, clients: int) -> Iterator[Figure]:
    """The whole flow, from the quote to the paid order, at so many clients."""
    done = asyncio.run(orders.flow(bench.where, bench.customers, clients=clients, seconds=bench.size.flow_s))
    is_promised = clients == PROMISED_AT
    what = f"whole order to paid, {clients} client{'s' * is_promised}, {MILLS_OF_EACH} offers each"
    target, most_ms = (FLOW_PER_S, 40) if is_promised else (None, None)
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
