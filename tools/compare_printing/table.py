"""Our figures beside the slicer's: a line for each part and profile, then errors, coverage and cost against targets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np

LONG_S: Final = 900.0
"""Prints shorter than a quarter of an hour are not held to the target for time: seconds at the start decide there."""
LEAST_TO_JUDGE: Final = 20
"""Fewer prints tell nothing of nine of ten."""


@dataclass(frozen=True)
class Row:
    """One part by one profile; times in seconds, filament in millimetres, cost in seconds of processor time."""

    part: str
    profile: str
    time_s: float
    their_time_s: float
    filament_mm: float
    their_filament_mm: float
    is_time_covered: bool
    is_filament_covered: bool
    cpu_s: float = 0.0
    their_cpu_s: float = 0.0

    @property
    def time_off(self) -> float:
        return self.time_s / self.their_time_s - 1

    @property
    def filament_off(self) -> float:
        return self.filament_mm / self.their_filament_mm - 1


@dataclass(frozen=True)
class Verdict:
    """One figure against its target, both as shares or as a ratio."""

    what: str
    found: float
    least: float
    most: float

    @property
    def holds(self) -> bool:
        return self.least <= self.found <= self.most


def verdicts(rows: Sequence[Row], *, with_cost: bool = True) -> list[Verdict]:
    """The targets of the issue on printing: errors, coverage of the interval for nine of ten, and cost."""
    found = list(_errors(rows))
    none = float("inf")
    if len(rows) >= LEAST_TO_JUDGE:
        covered = [row.is_time_covered for row in rows if row.their_time_s > LONG_S]
        if covered:
            found.append(Verdict("time in its interval", float(np.mean(covered)), 0.85, 0.95))
        found.append(
            Verdict("filament in its interval", float(np.mean([r.is_filament_covered for r in rows])), 0.85, 0.95)
        )
    if with_cost:
        ratio = sum(row.their_cpu_s for row in rows) / max(sum(row.cpu_s for row in rows), 1e-9)
        found.append(Verdict("times the slicer's speed", ratio, 50, none))
    return found


def verdicts_by_profile(rows: Sequence[Row]) -> list[Verdict]:
    """The targets for errors, each profile by itself: a weak one does not hide among the others."""
    profiles = dict.fromkeys(row.profile for row in rows)
    return [each for name in profiles for each in _errors([row for row in rows if row.profile == name], name)]


def _errors(rows: Sequence[Row], profile: str = "") -> Iterator[Verdict]:
    """Medians and the error that nine of ten stay below; of time, where any print is long enough to be held to it."""
    before = f"{profile}: " if profile else ""
    filament = [abs(row.filament_off) for row in rows]
    times = [abs(row.time_off) for row in rows if row.their_time_s > LONG_S]
    for what, errors, middle, most in (("filament", filament, 0.03, 0.08), ("time", times, 0.07, 0.15)):
        if errors:
            yield Verdict(f"{before}{what} off, median", median(errors), 0, middle)
            yield Verdict(f"{before}{what} off, 90 % within", float(np.percentile(errors, 90)), 0, most)


def head() -> str:
    sides = f"{'time s':>8} {'slicer':>8} {'off':>7}  {'filament mm':>11} {'slicer':>8} {'off':>7}"
    return f"{'part':<24} {'profile':<34} {sides}"


def line(row: Row) -> str:
    """A row; figures outside their interval are marked."""
    time_mark, filament_mark = (" " if inside else "*" for inside in (row.is_time_covered, row.is_filament_covered))
    return (
        f"{row.part[:24]:<24} {row.profile[:34]:<34} {row.time_s:>8.0f} {row.their_time_s:>8.0f} {row.time_off:>+7.1%}"
        f"{time_mark} {row.filament_mm:>11.0f} {row.their_filament_mm:>8.0f} {row.filament_off:>+7.1%}{filament_mark}"
    )


def groups(rows: Sequence[Row]) -> Iterator[str]:
    """Errors of each profile and of all."""
    heads = f"{'filament median, 90 %, worst':>30}  {'time (over 15 min) median, 90 %, worst':>40}"
    yield f"{'profile':<34} {'n':>4}  {heads}"
    for profile in (*dict.fromkeys(row.profile for row in rows), None):
        chosen = [row for row in rows if profile in (None, row.profile)]
        filament = [abs(row.filament_off) for row in chosen]
        times = [abs(row.time_off) for row in chosen if row.their_time_s > LONG_S]
        yield f"{(profile or 'all')[:34]:<34} {len(chosen):>4}  {_three(filament):>30}  {_three(times):>40}"


def _three(errors: Sequence[float]) -> str:
    if not errors:
        return "–"
    return f"{median(errors):.1%} {np.percentile(errors, 90):.1%} {max(errors):.1%}"


def verdict_lines(found: Sequence[Verdict]) -> Iterator[str]:
    for each in found:
        shown = f"{each.found:.0f}" if each.most > 1 else f"{each.found:.1%}"
        if each.most > 1:
            wanted = f"at least {each.least:.0f}"
        elif each.least > 0:
            wanted = f"{each.least:.0%} to {each.most:.0%}"
        else:
            wanted = f"at most {each.most:.0%}"
        yield f"{each.what:<40} {shown:>8}   {wanted:<16} {'' if each.holds else 'MISSED'}".rstrip()
