"""What one file costs: the child's CPU by step and in all, its memory, the clock; with a cold kernel and a warm one."""

import logging
import resource
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from marketplace.adapters.geometry_kernel import endings
from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.outcomes import Measured, Outcome
from marketplace.geometry.sniffing import sniff
from marketplace.kernel.errors import Rejected
from marketplace.manufacturability.judging import PROCESSES, findings

READING: Final = frozenset({"read", "mesh"})
APART: Final = frozenset({"features", "preview"})
"""Steps with a column of their own; whatever else is timed is measuring."""


@dataclass(frozen=True)
class Cost:
    """CPU seconds of one attempt, its wall seconds and the most memory its child held. `steps` is empty if refused."""

    steps: Mapping[str, float]
    rules_s: float
    cpu_s: float
    wall_s: float
    peak_mb: float
    refused: str = ""

    @property
    def read_s(self) -> float:
        return self._of(READING)

    @property
    def measure_s(self) -> float:
        return sum(self.steps.values()) - self._of(READING | APART)

    def _of(self, names: frozenset[str]) -> float:
        return sum(self.steps.get(name, 0.0) for name in names)

    def of(self, name: str) -> float:
        """CPU seconds of one step."""
        return self.steps.get(name, 0.0)


class _Listener(logging.Handler):
    """Hears what the kernel says of each child that ended: CPU seconds and megabytes."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.heard: list[tuple[float, float]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple) and len(record.args) == 2 and "child ended" in record.msg:
            cpu_s, peak_mb = record.args
            self.heard.append((float(str(cpu_s)), float(str(peak_mb))))


@contextmanager
def _listening() -> Iterator[_Listener]:
    listener, level = _Listener(), endings.log.level
    endings.log.addHandler(listener)
    endings.log.setLevel(logging.INFO)
    try:
        yield listener
    finally:
        endings.log.removeHandler(listener)
        endings.log.setLevel(level)


def warm(kernel: KernelMeasurer, path: Path, runs: int) -> Cost:
    """The median attempt, by CPU, of a kernel that has its zygote already."""
    costs = sorted((once(kernel, path) for _ in range(runs)), key=lambda cost: cost.cpu_s)
    return costs[len(costs) // 2]


def cold(path: Path) -> Cost:
    """One attempt with a kernel of its own; its CPU has the start and the end of the zygote in it."""
    before, began = _of_children(), time.perf_counter()
    with KernelMeasurer() as kernel:
        cost = once(kernel, path)
        wall_s = time.perf_counter() - began
    cpu_s = _of_children() - before
    return Cost(cost.steps, cost.rules_s, cpu_s, wall_s, cost.peak_mb, cost.refused)


def once(kernel: KernelMeasurer, path: Path) -> Cost:
    """One attempt. A file refused before any child started costs nothing but the clock."""
    began = time.perf_counter()
    with _listening() as listener:
        try:
            outcome: Outcome = kernel.measure(path, sniff(path))
        except Rejected as refusal:
            return Cost({}, 0.0, 0.0, time.perf_counter() - began, 0.0, refusal.code)
        wall_s = time.perf_counter() - began
    cpu_s, peak_mb = listener.heard[-1] if listener.heard else (0.0, 0.0)
    if not isinstance(outcome, Measured):
        return Cost({}, 0.0, cpu_s, wall_s, peak_mb, outcome.code)
    return Cost(outcome.cpu_s, _rules(outcome), cpu_s, wall_s, peak_mb)


def _rules(measured: Measured) -> float:
    """CPU seconds of judging the part for every process there is."""
    began = time.process_time()
    for process in PROCESSES:
        findings(measured.measurement, process)
    return time.process_time() - began


def _of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def per_minute(costs: list[Cost]) -> float:
    """Files that one core does in a minute, at the mean of these."""
    mean = statistics.fmean(cost.cpu_s + cost.rules_s for cost in costs)
    return 60 / mean if mean else 0.0
