"""Which pieces of a lot are inspected: the levels that can be asked for, and the single sampling plans of ISO 2859-1.

The level says how large the sample is for a lot (general level I, II or III) and how many defects it may show (AQL).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from marketplace.costing.errors import InspectionUnknown

FILE: Final = Path(__file__).with_name("inspection.toml")


@dataclass(frozen=True, slots=True)
class Level:
    """An inspection level: none, every piece, or a sample by the plan of a general level and an AQL (per cent)."""

    id: str
    name_en: str
    name_zh: str
    says: str
    general: str | None = None
    aql: float | None = None
    is_full: bool = False
    has_first_article: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """How many pieces of the lot are inspected; it is accepted with at most so many defective among them."""

    sample: int
    accept: int

    @property
    def reject(self) -> int:
        """From so many defective pieces on the lot is not accepted."""
        return self.accept + 1


@cache
def levels() -> Mapping[str, Level]:
    """Every inspection level by its id, from the least to the most for sampling."""
    return MappingProxyType({name: Level(id=name, **row) for name, row in tables()["level"].items()})


def level(level_id: str) -> Level:
    """The level of this id. Raises InspectionUnknown."""
    if level_id not in levels():
        raise InspectionUnknown(f"There is no inspection level {level_id!r}.", known=sorted(levels()))
    return levels()[level_id]


def plan(wanted: Level, lot: int) -> Plan | None:
    """What is inspected of a lot at this level; None: nothing.

    Where the plan's sample is not smaller than the lot, every piece is inspected (ISO 2859-1, table 2-A).
    """
    if wanted.is_full:
        return Plan(lot, 0)
    if wanted.general is None or wanted.aql is None:
        return None
    found = single(letter(wanted.general, lot), wanted.aql)
    return found if found.sample < lot else Plan(lot, 0)


def letter(general: str, lot: int) -> str:
    """The code letter of a lot of so many pieces at general level I, II or III (ISO 2859-1, table 1)."""
    code: str = next(row[general] for row in tables()["lot"] if lot <= row["to"])
    return code


def single(code: str, aql: float) -> Plan:
    """The single sampling plan for normal inspection of a code letter, its arrows followed (ISO 2859-1, table 2-A)."""
    plans, column = tables()["plan"], tables()["aqls"].index(aql)
    at = [row["letter"] for row in plans].index(code)
    while (accept := plans[at]["accept"][column]) in ("up", "down"):
        at += 1 if accept == "down" else -1
    return Plan(plans[at]["size"], accept)


def charged(wanted: Level, lot: int) -> float:
    """The pieces that a price counts as inspected: the sample on straight lines between the corners of its table.

    The true sample jumps (from 5 to 20 where a lot grows from 50 to 51), but no unit price may rise with the quantity.
    """
    if wanted.is_full:
        return float(lot)
    if wanted.general is None or wanted.aql is None:
        return 0.0
    lots, samples = zip(*corners(wanted.general, wanted.aql), strict=True)
    return float(np.interp(lot, lots, samples))


@cache
def corners(general: str, aql: float) -> tuple[tuple[int, int], ...]:
    """(lot, sample) at the upper end of each row of table 1, but where the sample of a larger lot is a larger share.

    From corner to corner the share only falls, and so it does on the straight lines between them.
    """
    ends = [(row["to"], single(row[general], aql).sample) for row in tables()["lot"]]
    whole = ends[0][1]
    found: list[tuple[int, int]] = [(1, 1), (whole, whole)]
    for end, sample in ends:
        if end <= whole:
            continue
        while found[-1][1] * end < sample * found[-1][0]:
            found.pop()
        found.append((end, sample))
    assert all(one[1] * other[0] >= other[1] * one[0] for one, other in pairwise(found))
    return tuple(found)


@cache
def tables() -> Mapping[str, Any]:
    """The file as it stands."""
    return MappingProxyType(tomllib.loads(FILE.read_text(encoding="utf-8")))
