"""`make bench-scheduling [ORTOOLS=1] [SECONDS=10]`: exits 1 if a median is beyond what was asked for."""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import invalidate_caches
from statistics import median
from typing import Final

from marketplace.adapters.sequencers import ByConstraints
from marketplace.capacity import dispatching
from tools.bench_scheduling.instances import SOLVER, Instance, fetch, fetched

ASKED: Final = 0.15
"""The median of our dispatching, over the optimum."""
ASKED_OF_SOLVER: Final = 0.02
"""Each 10x10 instance, by the solver, in so many seconds."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a schedule is from the shortest one there is."""

    instance: Instance
    minutes: int
    cpu_s: float

    @property
    def share(self) -> float:
        return self.minutes / self.instance.optimum - 1


def by_rules(instance: Instance) -> Gap:
    """What our dispatching makes of an instance."""
    began = time.process_time()
    found = dispatching.best(instance.shop)
    assert dispatching.is_possible(instance.shop, found), "a schedule that cannot be kept is worth nothing"
    return Gap(instance, found.minutes, time.process_time() - began)


def by_solver(instance: Instance, seconds: float) -> Gap:
    """What CP-SAT makes of it in so many seconds."""
    began = time.process_time()
    found = ByConstraints().schedule(instance.shop, seconds=seconds)
    assert dispatching.is_possible(instance.shop, found), "a schedule that cannot be kept is worth nothing"
    return Gap(instance, found.minutes, time.process_time() - began)


def table(gaps: Iterable[Gap]) -> str:
    """A line for each instance."""
    head = f"{'instance':<10}{'jobs':>6}{'tasks':>7}{'optimum':>9}{'found':>7}{'over':>8}{'CPU s':>7}"
    rows = [
        f"{gap.instance.name:<10}{len(gap.instance.shop):>6}{gap.instance.tasks:>7}{gap.instance.optimum:>9}"
        f"{gap.minutes:>7}{gap.share:>8.1%}{gap.cpu_s:>7.1f}"
        for gap in gaps
    ]
    return "\n".join([head, *rows])


def summary(gaps: Sequence[Gap]) -> str:
    """The middle, the worst, and how many were solved to the optimum."""
    shares = [gap.share for gap in gaps]
    solved = sum(share == 0 for share in shares)
    return (
        f"{len(gaps)} instances with a proven optimum: median {median(shares):.1%} over it, worst {max(shares):.1%}, "
        f"{solved} at it; {sum(gap.cpu_s for gap in gaps):.0f} s CPU"
    )


def main() -> int:
    instances = sorted(fetched(), key=lambda each: each.tasks)
    gaps = [by_rules(each) for each in instances]
    print(table(gaps))
    print(f"\nOur dispatching: {summary(gaps)} (asked: median at most {ASKED:.0%})")
    is_good = median(gap.share for gap in gaps) <= ASKED
    if os.environ.get("ORTOOLS"):
        sys.path.append(str(fetch(SOLVER)))
        invalidate_caches()
        seconds = float(os.environ.get("SECONDS", "10"))
        solved = [by_solver(each, seconds) for each in instances if each.is_10x10]
        print(f"\n{table(solved)}")
        print(f"\nCP-SAT, {seconds:g} s each: {summary(solved)} (asked: each at most {ASKED_OF_SOLVER:.0%})")
        is_good &= max(gap.share for gap in solved) <= ASKED_OF_SOLVER
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
