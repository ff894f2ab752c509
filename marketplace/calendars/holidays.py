"""Public holidays and the days worked to make up for them, by the `holidays` library."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import holidays

from marketplace.calendars.errors import HolidaysUnknown
from marketplace.calendars.rules import SpecialDay

SATURDAY: Final = 5
FRIDAY: Final = 4
MONDAY: Final = 0
SUBSTITUTED: Final = re.compile(r"substituted from (\d{2}/\d{2}/\d{4})")
"""How the library names, in English, a day off that another day is worked for."""
ENGLISH: Final = "en_US"


def check(place: str) -> None:
    """Raises HolidaysUnknown unless the library knows the place: a country (`CN`), or a part of one (`DE-BY`)."""
    country, _, part = place.partition("-")
    parts = _countries().get(country)
    if parts is None or (part and part not in parts) or place.endswith("-"):
        raise HolidaysUnknown(
            f"Holidays of {place!r} are not known; write a country like CN, or one with its part like DE-BY.",
            parts=sorted(parts or ()),
        )


def special_days(place: str | None, first: date, last: date) -> Mapping[date, SpecialDay]:
    """The holidays and make-up days of a place's years from one day to another; of no place none."""
    if place is None:
        return {}
    return {day: special for year in range(first.year, last.year + 1) for day, special in _of_year(place, year).items()}


@lru_cache(maxsize=2_000)
def _of_year(place: str, year: int) -> Mapping[date, SpecialDay]:
    country, _, part = place.partition("-")
    # the days around New Year may be shifted into the next year: both neighbours are asked
    known = holidays.country_holidays(country, subdiv=part or None, years=range(year - 1, year + 2))
    named = known
    if ENGLISH in known.supported_languages:
        named = holidays.country_holidays(
            country, subdiv=part or None, years=range(year - 1, year + 2), language=ENGLISH
        )
    found = {day: SpecialDay(name) for day, name in named.items() if day.year == year}
    replaced = dict(pair for day, name in named.items() if (pair := _replaced(day, name)) is not None)
    for day in known.weekend_workdays:
        if day.year == year:
            found[day] = SpecialDay(_make_up_name(replaced.get(day)), _works_like(day, replaced))
    return found


def _replaced(day: date, name: str) -> tuple[date, date] | None:
    """The weekend day that is worked for a day off, and that day."""
    told = SUBSTITUTED.search(name)
    return None if told is None else (datetime.strptime(told[1], "%m/%d/%Y").date(), day)  # noqa: DTZ007 - a day


def _make_up_name(replaced: date | None) -> str:
    return "Worked to make up for a day off" if replaced is None else f"Worked to make up for {replaced}"


def _works_like(day: date, replaced: Mapping[date, date]) -> int:
    """The weekday that a make-up day replaces; where that is not told, the working day beside the weekend."""
    if day in replaced:
        return replaced[day].weekday()
    return FRIDAY if day.weekday() == SATURDAY else MONDAY


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, frozenset[str]]:
    known = holidays.list_supported_countries(include_aliases=False)
    return {country: frozenset(parts) for country, parts in known.items() if len(country) == 2}
