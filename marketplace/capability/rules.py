"""What a work centre, a calendar and a rate card must be: pure checks against the catalogue and the clock's face."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from functools import cache
from itertools import pairwise
from typing import Final
from zoneinfo import available_timezones

from marketplace.capability import catalogue
from marketplace.capability.errors import (
    CalendarEmpty,
    EnvelopeImpossible,
    LeadTimesContradict,
    MachinesImpossible,
    MaterialPricesIncomplete,
    MaterialsMissing,
    ShiftImpossible,
    ShiftsOverlap,
    ThicknessImpossible,
    TimeZoneUnknown,
)
from marketplace.costing import own_constants
from marketplace.costing.errors import ConstantsImpossible
from marketplace.costing.rates import LeadTime, Tier
from marketplace.costing.routings import route
from marketplace.costing.values import Bore, Making, PartFacts
from marketplace.kernel.errors import Rejected

MOST_MACHINES: Final = 1_000
LARGEST_EXTENT_MM: Final = 100_000
"""A hundred metres: longer than the beds of the longest portal mills."""
LARGEST_THICKNESS_UM: Final = 1_000_000
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MIDNIGHT: Final = time(0)


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Open hours on one day of every week: weekday 0 is Monday; an end of 00:00 is midnight at the end of the day.

    An end before the start is on the next day.
    """

    weekday: int
    starts: time
    ends: time
    attended: bool = True


def check_materials(process_id: str, materials: Collection[str]) -> None:
    """Raises MaterialsMissing, ProcessUnknown, MaterialUnknown, MaterialNotForProcess."""
    if not materials:
        raise MaterialsMissing("Name at least one material that this work centre works.")
    for material in materials:
        catalogue.material_for(process_id, material)


def check_machines(machines: int) -> None:
    if type(machines) is not int or not 1 <= machines <= MOST_MACHINES:
        raise MachinesImpossible(f"A work centre has 1 to {MOST_MACHINES:,} machines.", largest=MOST_MACHINES)


def ascending_envelope(extents_mm: Sequence[int]) -> list[int]:
    """The three extents, smallest first, so that a part fits if its ascending box does. Raises EnvelopeImpossible."""
    if len(extents_mm) != 3 or any(type(e) is not int or not 1 <= e <= LARGEST_EXTENT_MM for e in extents_mm):
        raise EnvelopeImpossible(
            f"An envelope has three extents of 1 to {LARGEST_EXTENT_MM:,} whole millimetres.", largest=LARGEST_EXTENT_MM
        )
    return sorted(extents_mm)


def thickness_range(thickness_um: Sequence[int]) -> list[int]:
    """The thinnest and the thickest sheet, in whole micrometres. Raises ThicknessImpossible."""
    thinnest, thickest = thickness_um if len(thickness_um) == 2 else (0, 0)
    if type(thinnest) is not int or type(thickest) is not int or not 1 <= thinnest <= thickest <= LARGEST_THICKNESS_UM:
        raise ThicknessImpossible("Name the thinnest and the thickest sheet in whole micrometres, up to a metre.")
    return [thinnest, thickest]


def check_time_zone(name: str) -> None:
    if name not in time_zones():
        raise TimeZoneUnknown(f"{name!r} is no IANA time zone; write it like Europe/Berlin or Asia/Shanghai.")


@cache
def time_zones() -> frozenset[str]:
    """The zones of places, and UTC; legacy names without a place (`EST`, `localtime`) are left out."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def split_at_midnight(week: Iterable[Hours]) -> list[Hours]:
    """The same hours, in order, none over midnight: minutes belong to the local day on which they pass."""
    return sorted(part for hours in week for part in _parts(hours))


def _parts(hours: Hours) -> Iterator[Hours]:
    if hours.ends == MIDNIGHT or hours.starts <= hours.ends:
        yield hours
    else:
        yield replace(hours, ends=MIDNIGHT)
        yield replace(hours, weekday=(hours.weekday + 1) % 7, starts=MIDNIGHT)


def check_week(week: Sequence[Hours]) -> None:
    """Raises CalendarEmpty, ShiftImpossible, ShiftsOverlap."""
    if not week:
        raise CalendarEmpty("A calendar needs at least one shift; withdraw the listing to take no more orders.")
    for hours in week:
        _check_hours(hours)
    for earlier, later in pairwise(split_at_midnight(week)):
        if earlier.weekday == later.weekday and (earlier.ends == MIDNIGHT or later.starts < earlier.ends):
            raise ShiftsOverlap(
                f"On {DAYS[later.weekday]} the shift from {later.starts:%H:%M} begins before the one from "
                f"{earlier.starts:%H:%M} has ended.",
                weekday=later.weekday,
            )


def _check_hours(hours: Hours) -> None:
    if hours.weekday not in range(7):
        raise ShiftImpossible("A weekday is a number from 0 (Monday) to 6 (Sunday).")
    if any(each.second or each.microsecond or each.tzinfo for each in (hours.starts, hours.ends)):
        raise ShiftImpossible("Shifts begin and end on whole minutes, in the work centre's own time zone.")
    if hours.ends != MIDNIGHT and hours.ends == hours.starts:
        raise ShiftImpossible(
            f"On {DAYS[hours.weekday]} one ends at {hours.ends:%H:%M}, when it begins; a whole day is 00:00 to 00:00.",
            weekday=hours.weekday,
        )


SAMPLES: Final = (
    PartFacts(volume_mm3=600, area_mm2=700, box_mm=(12, 10, 8), holes=(Bore(3, 8),)),
    PartFacts(volume_mm3=60_000, area_mm2=20_000, box_mm=(100, 60, 20), holes=(Bore(8, 10), Bore(5, 20))),
)
"""A small and a middling block with holes, to try constants on; a process that needs another shape says so."""


def check_makes_sense(process_id: str, materials: Collection[str], own: Mapping[str, float]) -> None:
    """Try own constants on sample parts in each material. Raises ConstantsImpossible where a formula ends nowhere."""
    figures = own_constants.figures(process_id, own)
    for material in materials:
        for facts in SAMPLES:
            try:
                route(process_id, catalogue.material_for(process_id, material).facts, facts, Making(10), figures)
            except ConstantsImpossible:
                raise
            except Rejected:
                continue


def check_priced(materials: Collection[str], priced: Collection[str]) -> None:
    """A card prices all materials of its work centre and no others. Raises MaterialPricesIncomplete."""
    missing, foreign = sorted(set(materials) - set(priced)), sorted(set(priced) - set(materials))
    if missing or foreign:
        raise MaterialPricesIncomplete(
            "Price every material of the work centre per kilogram, and no other.", missing=missing, foreign=foreign
        )


def check_lead_times(tiers: Mapping[LeadTime, Tier]) -> None:
    """A faster lead time waits no longer than a slower one and costs no less. Raises LeadTimesContradict."""
    offered = [each for each in LeadTime if each in tiers]
    for faster, slower in pairwise(offered):
        sooner, later = tiers[faster], tiers[slower]
        if sooner.wait_days > later.wait_days:
            raise LeadTimesContradict(
                f"{faster} waits {sooner.wait_days} days and {slower} only {later.wait_days}: the faster lead time "
                "cannot wait longer.",
                faster=faster,
                slower=slower,
                field="wait_days",
            )
        if sooner.change_bps < later.change_bps:
            raise LeadTimesContradict(
                f"{faster} changes the price by {sooner.change_bps / 100:+g} % and {slower} by "
                f"{later.change_bps / 100:+g} %: the faster lead time cannot cost less.",
                faster=faster,
                slower=slower,
                field="change_bps",
            )
