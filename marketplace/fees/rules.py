"""Which fee is in force on a day, and what changes it next. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

HIGHEST_BPS: Final = 5_000
"""Half of a factory's price."""

History = Sequence[Mapping[str, Any]]
"""Rates as JSON, by their first day and then as they were decided."""


@dataclass(frozen=True, slots=True)
class Fee:
    """What the platform asks of a factory's price on a day, in basis points."""

    fee_bps: int
    since: date | None
    """None: nobody has decided it, it is what this marketplace has always asked."""
    is_own: bool
    """Of this factory alone; otherwise it is the usual one."""


def in_force(history: Iterable[Mapping[str, Any]], day: date) -> int | None:
    """The rate of a history (rows as JSON, by their first day and then as decided) on a day; None: none of its own."""
    found = _row(history, day)
    return None if found is None else found["fee_bps"]


def asked(own: History, usual: History, day: date, *, usual_bps: int) -> Fee:
    """What is asked of a factory on a day: its own rate, else the usual one decided, else `usual_bps`."""
    mine, theirs = _row(own, day), _row(usual, day)
    if mine is not None and mine["fee_bps"] is not None:
        return Fee(mine["fee_bps"], date.fromisoformat(mine["valid_from"]), is_own=True)
    days = [date.fromisoformat(each["valid_from"]) for each in (mine, theirs) if each is not None]
    return Fee(usual_bps if theirs is None else theirs["fee_bps"], max(days, default=None), is_own=False)


def next_asked(own: History, usual: History, day: date, *, usual_bps: int) -> Fee | None:
    """What is asked from a later day on, the first on which it is another rate, as far as it is decided."""
    now = asked(own, usual, day, usual_bps=usual_bps)
    days = sorted({date.fromisoformat(each["valid_from"]) for each in (*own, *usual)})
    later = (asked(own, usual, each, usual_bps=usual_bps) for each in days if each > day)
    return next((each for each in later if each.fee_bps != now.fee_bps), None)


def _row(history: Iterable[Mapping[str, Any]], day: date) -> Mapping[str, Any] | None:
    today, found = day.isoformat(), None
    for each in history:
        if each["valid_from"] <= today:
            found = each
    return found
