"""Which rates are in force on a day: those of the data file, and those that admins have decided since. Pure."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from marketplace.taxes.values import Rate

FILE: Final = Path(__file__).with_suffix(".toml")
DECIDED: Final = "decided"
"""The source of a rate that an admin has decided; its row says by whom and why."""
HIGHEST_BPS: Final = 5_000
"""No state asks half of the price; a rate beyond it is a slip."""


class Decided(NamedTuple):
    """A rate that an admin has decided, from a day on; of several from one day the one decided last counts."""

    country: str
    goods_bps: int
    services_bps: int
    valid_from: date


@cache
def sources() -> Mapping[str, str]:
    """Every source of the data file by its short key."""
    return MappingProxyType(_file()["sources"])


@cache
def published() -> Mapping[str, Sequence[Rate]]:
    """The rates of the data file by country, the earliest first.

    ValueError for a source that is not named, or days out of order.
    """
    return MappingProxyType({country: tuple(_periods(country, each)) for country, each in _file()["rates"].items()})


def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _periods(country: str, row: Mapping[str, Any]) -> Iterable[Rate]:
    periods = row["periods"]
    starts = [each["from"] for each in periods]
    if row["source"] not in sources() or starts != sorted(set(starts)):
        raise ValueError(f"the rates of {country} have no source in the file, or days out of order")
    for each, following in zip_longest(periods, starts[1:]):
        goods, services = each.get("goods", each.get("bps")), each.get("services", each.get("bps"))
        yield Rate(country, row["name"], goods, services, each["from"], _eve(following), row["source"])


def _eve(day: date | None) -> date | None:
    return None if day is None else day - timedelta(days=1)


def history(country: str, decided: Iterable[Decided] = ()) -> Sequence[Rate]:
    """All rates of a country by their first day: the file's, and those decided since, which win on the same day."""
    known = published().get(country, ())
    name = known[-1].name if known else "Tax"
    found = {each.since: each for each in known}
    for each in decided:
        if each.country == country:
            found[each.valid_from] = Rate(
                country, name, each.goods_bps, each.services_bps, each.valid_from, None, DECIDED
            )
    ordered = [found[day] for day in sorted(found)]
    following = [each.since for each in ordered[1:]]
    return [each._replace(until=_eve(after)) for each, after in zip_longest(ordered, following)]


@lru_cache(maxsize=16)
def in_force(day: date, decided: tuple[Decided, ...] = ()) -> Mapping[str, Rate]:
    """The rate of each country that has one on a day."""
    countries = {*published(), *(each.country for each in decided)}
    found = {country: _last(history(country, decided), day) for country in sorted(countries)}
    return MappingProxyType({country: rate for country, rate in found.items() if rate is not None})


def _last(rates: Sequence[Rate], day: date) -> Rate | None:
    return next((each for each in reversed(rates) if each.since <= day), None)
