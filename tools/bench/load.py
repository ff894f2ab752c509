"""A closed loop: so many visitors, each doing the same thing again as soon as it is done."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

Operation = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Timings:
    """How long each operation took, in seconds, and how long all of them together."""

    each_s: Sequence[float]
    wall_s: float

    @property
    def count(self) -> int:
        return len(self.each_s)

    @property
    def per_s(self) -> float:
        return self.count / self.wall_s

    def ms(self, per_cent: float) -> float:
        """The latency below which so many per cent of the operations stayed (nearest rank)."""
        ordered = sorted(self.each_s)
        return ordered[min(len(ordered) - 1, round(per_cent / 100 * (len(ordered) - 1)))] * 1000


async def closed_loop(visitors: Sequence[Operation], *, seconds: float, most: int | None = None) -> Timings:
    """Let every visitor repeat until the time is over, or until `most` operations have begun.

    An operation that fails ends the measure: a figure that hides refusals is worth nothing.
    """
    each: list[float] = []
    left = most if most is not None else 1 << 60
    began = time.perf_counter()

    async def repeat(operation: Operation) -> None:
        nonlocal left
        while left > 0 and time.perf_counter() - began < seconds:
            left -= 1
            start = time.perf_counter()
            await operation()
            each.append(time.perf_counter() - start)

    await asyncio.gather(*[repeat(visitor) for visitor in visitors])
    return Timings(each, time.perf_counter() - began)
