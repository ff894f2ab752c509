"""Which changes of a requirement are sensible to try when it is dear: pure, over the catalogue and the part."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from marketplace.capability import catalogue
from marketplace.capability.catalogue import Material
from marketplace.capability.finishes import finish
from marketplace.costing.rates import LeadTime
from marketplace.costing.tolerances import classes
from marketplace.geometry.features import Features
from marketplace.geometry.shape import Reach
from marketplace.geometry.values import Measurement
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing.questions import Subject

TIMES: Final = (2, 5, 10)
"""Multiples of the quantity that are tried."""
MOST_PIECES: Final = 1_000_000
CUT_BY_MILLS: Final = ("cnc_milling", "cnc_milling_5axis")
EASY_RADIUS_MM: Final = 3.0
"""An inner corner that a common end mill of 6 mm cuts."""
RADIUS_CAVEAT: Final = (
    "Approximated: volume and area are left as they were; where the narrowest corner asks for the longest tool, "
    "that tool is taken to be as much thicker as the corner gets wider."
)
CORNER_IS_NARROWEST: Final = 1.05
"""A tool up to so many times as wide as the narrowest corner is the corner's; a wider one, something else's."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that may save: what it is about, in words, and what would be asked of which part."""

    kind: str
    says: str
    changed: Mapping[str, Any]
    part: Subject
    caveat: str = ""
    is_other_family: bool = False
    """Whether the part would be of another family of materials: plastic instead of metal, say."""


def changes(wanted: Requirement, part: Subject, *, breaks: Sequence[int] = ()) -> Iterator[Change]:
    """Every change that is sensible to try; `breaks` are the quantities from which the best listing's card is lower."""
    for each in dict.fromkeys((*breaks, *(times * wanted.quantity for times in TIMES))):
        if wanted.quantity < each <= MOST_PIECES:
            yield Change("quantity", f"Order {each:,} pieces instead of {wanted.quantity:,}.", {"quantity": each}, part)
    for name in list(classes())[: classes()[wanted.tolerance].rank]:
        yield Change("tolerance", f"Ask for {name} tolerances.", {"tolerance": name}, part)
    for material in catalogue.materials_of(wanted.process):
        if material.id != wanted.material:
            says, change = f"Make it of {material.name_en}.", {"material": material.id}
            yield Change("material", says, change, part, *_another_family(wanted, material))
    yield from _other_processes(wanted, part)
    yield from _less(wanted, part)
    yield from _wider_corners(wanted, part)


def _other_processes(wanted: Requirement, part: Subject) -> Iterator[Change]:
    """Each other process once, by the material that is nearest, as thick as the file says."""
    now = catalogue.materials()[wanted.material]
    unsaid = {} if wanted.thickness_um is None else {"thickness_um": None}
    for process in catalogue.processes().values():
        if process.id != wanted.process:
            nearest = min(catalogue.materials_of(process.id), key=lambda each: _distance(now, each))
            says = f"Make it by {process.name_en}, of {nearest.name_en}."
            change = {"process": process.id, "material": nearest.id, **unsaid}
            yield Change("process", says, change, part, *_another_family(wanted, nearest))


def _another_family(wanted: Requirement, other: Material) -> tuple[str, bool]:
    """What to think of where the material is of another family than the one asked for, and whether it is."""
    now = catalogue.materials()[wanted.material]
    if other.family == now.family:
        return "", False
    return f"Another material: {other.name_en} in place of {now.name_en}, with other strength and heat limits.", True


def _distance(now: Material, other: Material) -> tuple[bool, bool, int]:
    """The same material, then the same family, then what usually costs least."""
    return other.id != now.id, other.family != now.family, other.price.low_minor_per_kg


def _less(wanted: Requirement, part: Subject) -> Iterator[Change]:
    """Asking for less: waiting, no finish, the usual inspection, fetching the goods, no certificates."""
    if wanted.lead_time is not LeadTime.ECONOMY:
        yield Change("lead_time", "Wait longer: economy lead time.", {"lead_time": LeadTime.ECONOMY}, part)
    if wanted.lead_time is LeadTime.EXPRESS:
        yield Change("lead_time", "Wait as usual: standard lead time.", {"lead_time": LeadTime.STANDARD}, part)
    for name in wanted.finishes:
        rest = tuple(each for each in wanted.finishes if each != name)
        yield Change("finish", f"Leave out a finish: {finish(name).name_en}.", {"finishes": rest}, part)
    if wanted.inspection != "standard":
        yield Change("inspection", "Have a sample inspected: the standard level.", {"inspection": "standard"}, part)
    if wanted.deliver_to is not None:
        yield Change("delivery", "Fetch the goods.", {"deliver_to": None}, part)
    if wanted.certificates:
        yield Change("certificate", "Ask for no certificates.", {"certificates": ()}, part)


def _wider_corners(wanted: Requirement, part: Subject) -> Iterator[Change]:
    """For mills: the part as if no inner corner were narrower than a common tool."""
    found = part.measured.features
    narrow = found.smallest_inner_radius_mm if found else None
    if wanted.process in CUT_BY_MILLS and narrow and narrow < EASY_RADIUS_MM:
        wider = Subject(with_corners(part.measured, EASY_RADIUS_MM))
        says = f"Widen inner corners from {narrow:g} to {EASY_RADIUS_MM:g} mm."
        yield Change("radius", says, {}, wider, RADIUS_CAVEAT)


def with_corners(measured: Measurement, least_mm: float) -> Measurement:
    """The measurement as if no inner corner had a smaller radius; its volume and area do not change."""
    assert measured.features is not None
    narrow = measured.features.smallest_inner_radius_mm or 0.0
    wider: Features = replace(
        measured.features,
        smallest_inner_radius_mm=max(least_mm, narrow),
        pockets=tuple(
            replace(each, radius_mm=None if each.radius_mm is None else max(each.radius_mm, least_mm))
            for each in measured.features.pockets
        ),
        roundings=tuple(
            replace(each, radius_mm=max(each.radius_mm, least_mm)) if each.is_inside else each
            for each in measured.features.roundings
        ),
    )
    reach = None if measured.reach is None else _reached(measured.reach, narrow_mm=2 * narrow, least_mm=2 * least_mm)
    return replace(measured, features=wider, reach=reach)


def _reached(reach: Reach, *, narrow_mm: float, least_mm: float) -> Reach:
    """How tools would reach the part, were the narrowest corner, which takes a tool of `narrow_mm`, wider."""
    tool = reach.narrowest_mm
    if tool is None or tool >= least_mm or tool > narrow_mm * CORNER_IS_NARROWEST:
        return reach
    ratio = None if reach.tool_ratio is None else reach.tool_ratio * tool / least_mm
    return replace(reach, narrowest_mm=least_mm, tool_ratio=ratio)
