"""Limits of time for tests that run beside others, on machines of any speed: wide, and held by the best of some tries.

They catch work that grows out of all measure. Promised figures are measured by `make bench` and its like.
"""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def cpu_seconds(act: Callable[[], object]) -> float:
    """What a call takes of the processor; garbage, also of tests before it, is left for later."""
    gc.disable()
    try:
        began = time.process_time()
        act()
        return time.process_time() - began
    finally:
        gc.enable()


def within(cpu_s: float, act: Callable[[], T], *, tries: int = 3) -> T:
    """What a call gives, of which one in some tries takes no more of the processor than that."""
    given: list[T] = []
    spent = []
    for _ in range(tries):
        spent.append(cpu_seconds(lambda: given.append(act())))
        if spent[-1] <= cpu_s:
            return given[-1]
    raise AssertionError(f"took {', '.join(f'{each:.2f}' for each in spent)} s of the processor; allowed are {cpu_s}")
