"""How fast costing is on this machine: one routing, one tree, and totals by many rate cards beside bare numpy.

`of_one_quote()` for tools/bench; run alone it prints its table.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from marketplace.capability.catalogue import material_for
from marketplace.costing import tree
from marketplace.costing.books import Column, totals
from marketplace.costing.prices import price
from marketplace.costing.rates import Charges, Rates
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts, Routing

BRACKET = PartFacts(48_000.0, 21_000.0, (80.0, 50.0, 30.0), ((6.6, 12.0), (6.6, 12.0), (5.0, 20.0), (10.0, 30.0)))
RATES = Rates("EUR", 6000, 4500, 4500, 4500, 650, minimum=5000, margin_bps=2000)
CHARGES = Charges(fee_bps=800)
WANTED = Making(25)


def measure() -> list[tuple[str, float, str]]:
    """(what, figure, unit): best of several runs of each."""
    material = material_for("cnc_milling", "aluminium_6061").facts
    routing = route("cnc_milling", material, BRACKET, WANTED)
    offer = price(routing, RATES, CHARGES)
    rows = [
        (
            "routing of a bracket with 4 holes",
            best(lambda: route("cnc_milling", material, BRACKET, WANTED), 200) * 1e6,
            "µs",
        ),
        ("price with its tree", best(lambda: price(routing, RATES, CHARGES), 200) * 1e6, "µs"),
        ("check of a tree", best(lambda: tree.check(offer.tree), 200) * 1e6, "µs"),
        ("50 trees as JSON", best(lambda: fifty(routing), 5) * 1e3, "ms"),
        ("one tree, full", size(offer.tree), "bytes"),
        ("one tree, compact", size(tree.compact(offer.tree)), "bytes"),
    ]
    for cards in (1_000, 10_000, 100_000):
        book = random_book(cards)
        rows.append(
            (
                f"totals by {cards:,} cards",
                best(lambda b=book, n=cards: totals(routing, b, CHARGES, cards=n), 20) * 1e3,
                "ms",
            )
        )
        rows.append((f"  bare numpy, unrounded ({cards:,})", best(lambda b=book: bare(routing, b), 20) * 1e3, "ms"))
    return rows


def of_book(routing: Routing, book: Rates, cards: int) -> tuple[float, float]:
    """Milliseconds of all totals to the minor unit, and of the same sums unrounded in bare numpy."""
    exact = best(lambda: totals(routing, book, CHARGES, cards=cards), 20) * 1e3
    return exact, best(lambda: bare(routing, book), 20) * 1e3


@dataclass(frozen=True)
class QuoteCosts:
    """What pricing adds to one quote: all totals, the same in bare numpy, and fifty trees with their JSON."""

    totals_ms: float
    bare_ms: float
    trees_ms: float


def of_one_quote(cards: int) -> QuoteCosts:
    """Best of several runs of each, in this process."""
    routing = route("cnc_milling", material_for("cnc_milling", "aluminium_6061").facts, BRACKET, WANTED)
    exact, unrounded = of_book(routing, random_book(cards), cards)
    return QuoteCosts(
        totals_ms=exact,
        bare_ms=unrounded,
        trees_ms=best(lambda: fifty(routing), 5) * 1e3,
    )


def best(work: Callable[[], object], runs: int) -> float:
    """Seconds of the fastest of some runs."""
    fastest = float("inf")
    for _ in range(runs):
        start = time.perf_counter()
        work()
        fastest = min(fastest, time.perf_counter() - start)
    return fastest


def fifty(routing: Routing) -> str:
    """Fifty offers of one answer, compact, as JSON."""
    return json.dumps([tree.compact(price(routing, RATES, CHARGES).tree) for _ in range(50)], ensure_ascii=False)


def size(node: object) -> int:
    """Bytes of a tree as JSON."""
    return len(json.dumps(node, ensure_ascii=False).encode())


def bare(routing: Routing, book: Rates) -> np.ndarray:
    """The limit: the same price as one linear form in float64, nothing rounded, no minimum."""
    machine = sum(step.machine_mmin_each for step in routing.operations) * routing.quantity / 60_000
    labour = sum(step.setup_mmin + routing.quantity * step.labour_mmin_each for step in routing.operations) / 60_000
    mass = routing.quantity * routing.material_mg_each / 1e6
    cost = book.machine * machine + book.labour * labour + book.material * mass
    return np.maximum(cost / (1 - book.margin_bps / 10_000), book.minimum) * (1 + CHARGES.fee_bps / 10_000)


def random_book(cards: int) -> Rates:
    """Cards of plausible shops; always the same ones."""
    draw = np.random.default_rng(20261123)

    def column(low: int, high: int) -> Column:
        return draw.integers(low, high, cards, dtype=np.int64)

    labour = column(2000, 8000)
    return Rates(
        currency="EUR",
        machine=column(3000, 12_000),
        labour=labour,
        setup=labour,
        tooling=labour,
        material=column(300, 2000),
        margin_bps=column(0, 4000),
        minimum=column(0, 20_000),
    )


if __name__ == "__main__":
    for what, figure, unit in measure():
        print(f"{what:44}{figure:>12,.3f} {unit}")
