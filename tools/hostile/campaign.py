"""Throws damaged files at one kernel and watches that it, and all around it, stays as it was."""

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from marketplace.adapters.geometry_kernel import endings
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.outcomes import Measured, Outcome, Refused
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import FileKind
from marketplace.kernel.errors import Unavailable
from tools.hostile.mutations import mutated

LIMITS: Final = Limits(wall_s=20, cpu_s=10)
HANG_S: Final = LIMITS.wall_s + 5.0


@dataclass(frozen=True)
class Good:
    """A good file, its kind and its bytes."""

    name: str
    kind: FileKind
    content: bytes


@dataclass
class Tally:
    """Outcomes by format, the worst that was seen, and everything that must not be."""

    outcomes: Counter[tuple[FileKind, str]] = field(default_factory=Counter)
    slowest_s: float = 0.0
    slowest: str = ""
    peak_mb: float = 0.0
    good_after: int = 0
    """Good files that were measured after damaged ones, each with the figures that it always has."""
    faults: list[str] = field(default_factory=list)

    def count(self, kind: FileKind) -> int:
        return sum(count for (which, _), count in self.outcomes.items() if which is kind)


class Campaign:
    """One kernel, good files to come back to after each damaged one, and a folder for those.

    The small mesh costs a sixth of a second, so it comes after every file; the STEP file too after one at which the
    kernel did not come to an answer of its own.
    """

    def __init__(self, kernel: KernelMeasurer, good: Sequence[Good], folder: Path, *, seed: int) -> None:
        self.kernel, self.good, self.folder, self.seed = kernel, good, folder, seed
        self.tally = Tally()
        self._lock = threading.Lock()
        self._small = _smallest(good, {FileKind.OBJ, FileKind.STL, FileKind.THREE_MF})
        self._solid = _smallest(good, {FileKind.STEP})
        self._truths = {probe.name: self._probed(probe, "truth") for probe in (self._small, self._solid)}
        self._zygote = kernel.zygote_pid

    def run(self, first: int, count: int, *, threads: int = 1) -> Tally:
        """Throw `count` damaged files, from number `first` on; the same numbers give the same files."""
        with _peak_heard(self.tally), ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(self._throw, range(first, first + count)):
                pass
        self._look_around()
        return self.tally

    def _throw(self, number: int) -> None:
        rng = random.Random(f"{self.seed}/{number}")  # noqa: S311 - repeatable, not secret
        good = rng.choice(self.good)
        path = self.folder / f"part-{number}"
        path.write_bytes(mutated(good.kind, good.content, rng) or b"\0")
        what = f"{number} ({good.name})"
        began = time.monotonic()
        try:
            outcome = self.kernel.measure(path, good.kind)
        except Unavailable:
            self._fault(f"{what}: the kernel died")
            return
        finally:
            path.unlink()
        self._note(good.kind, what, outcome, time.monotonic() - began)
        self._check(self._small, what, number)
        if not isinstance(outcome, Measured | Refused):
            self._check(self._solid, what, number)

    def _note(self, kind: FileKind, what: str, outcome: Outcome, seconds: float) -> None:
        with self._lock:
            self.tally.outcomes[kind, type(outcome).__name__.lower()] += 1
            if seconds > self.tally.slowest_s:
                self.tally.slowest_s, self.tally.slowest = seconds, what
        if seconds > HANG_S:
            self._fault(f"{what}: hung for {seconds:.0f} s")
        if not isinstance(outcome, Measured) and not (outcome.code.startswith("file_") and outcome.message):
            self._fault(f"{what}: ended without a reason")

    def _check(self, probe: Good, what: str, number: int) -> None:
        if self._probed(probe, f"probe-{number}") == self._truths[probe.name]:
            with self._lock:
                self.tally.good_after += 1
        else:
            self._fault(f"{what}: a good file is not measured any more, or differently")
        if self.kernel.zygote_pid != self._zygote:
            self._fault(f"{what}: the zygote died")
            self._zygote = self.kernel.zygote_pid

    def _probed(self, probe: Good, name: str) -> object:
        path = self.folder / name
        path.write_bytes(probe.content)
        try:
            outcome = self.kernel.measure(path, probe.kind)
        finally:
            path.unlink()
        return outcome.measurement if isinstance(outcome, Measured) else outcome

    def _look_around(self) -> None:
        """Nothing is left of any child: no process, no room, no file beside ours. Where there is /proc."""
        about = Path(f"/proc/{self._zygote}")
        if not about.exists():
            return
        if (about / "task" / str(self._zygote) / "children").read_text().strip():
            self._fault("children are left over")
        rooms = Path((about / "cmdline").read_text().split("\0")[-2])
        left = [*rooms.iterdir(), *self.folder.iterdir()]
        if left:
            self._fault(f"files are left over: {left[:3]}")

    def _fault(self, words: str) -> None:
        with self._lock:
            self.tally.faults.append(words)


def _smallest(good: Sequence[Good], kinds: Set[FileKind]) -> Good:
    return min((each for each in good if each.kind in kinds), key=lambda each: len(each.content))


class _Peak(logging.Handler):
    """Hears the memory of each child that ended, and keeps the most."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(logging.INFO)
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        if "child ended" in record.msg and isinstance(record.args, tuple):
            self._tally.peak_mb = max(self._tally.peak_mb, float(str(record.args[-1])))


@contextmanager
def _peak_heard(tally: Tally) -> Iterator[None]:
    log, handler = endings.log, _Peak(tally)
    level, passes = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = passes


def good_files(paths: Sequence[Path]) -> list[Good]:
    """The files with their kinds; raises the refusal of one that is none of ours."""
    return [Good(path.name, sniff(path), path.read_bytes()) for path in paths]
