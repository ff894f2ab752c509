"""Which characteristics of a part are inspected, and on how many pieces: what the plan of a job begins with. Pure.

Sizes come from the measured revision, what the file notes on them goes before general tolerances, and limits are those
of the requirement's tolerance class (ISO 2768-1 or ISO 286-1). Sampling is by ISO 2859-1.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from marketplace.costing import sampling
from marketplace.costing.errors import SizeHasNoTolerance
from marketplace.costing.tolerances import tolerance, tolerance_um
from marketplace.geometry.features import Callout, CalloutKind, Hole
from marketplace.geometry.values import Measurement
from marketplace.quality.values import Characteristic, CharacteristicKind, SourceOfTruth

MOST_PLANNED: Final = 24
"""Sizes that a plan begins with, the look at the surface included; who wants more adds them."""
TURNED: Final = "turning"
STEP: Final = Decimal("0.001")
"""Sizes are planned to the micrometre: what the model says beyond is noise of its file."""
VISUAL: Final = Characteristic(
    designation="Surface, edges and completeness",
    kind=CharacteristicKind.VISUAL,
    source=SourceOfTruth.FORM,
    unit="",
    says="No burrs, cracks or damage; all features of the model are there.",
)
NOTED: Final = {
    CalloutKind.DIAMETER: ("⌀", CharacteristicKind.DIAMETER),
    CalloutKind.RADIUS: ("R", CharacteristicKind.LENGTH),
    CalloutKind.LENGTH: ("", CharacteristicKind.LENGTH),
}
"""Dimensions that are inspected when the file gives them limits of their own: their sign, and what they are here."""


def characteristics(
    facts: Measurement | None, *, process: str, tolerance_id: str, thickness_mm: float | None
) -> tuple[Characteristic, ...]:
    """What is inspected of a part: noted sizes first, then the outside, holes by their number, the surface."""
    if facts is None:
        return (VISUAL,)
    found = [*_noted(facts), *_outside(facts, process, tolerance_id, thickness_mm), *_holes(facts, tolerance_id)]
    return (*found[: MOST_PLANNED - 1], VISUAL)


def sample(level_id: str, quantity: int, *, asks_first_article: bool = False) -> dict[str, Any]:
    """How many pieces of a lot are inspected and how many of them may be nonconforming, and by which row of ISO 2859-1.

    `asks_first_article`: whether the customer wants one, whatever the level says. Raises InspectionUnknown.
    """
    level = sampling.level(level_id)
    plan = sampling.plan(level, quantity)
    return {
        "level": level.id,
        "says": level.name_en,
        "standard": "ISO 2859-1, single sampling, normal inspection" if level.general else None,
        "general_level": level.general,
        "aql": None if level.aql is None else format(level.aql, "g"),
        "code_letter": None if level.general is None else sampling.letter(level.general, quantity),
        "lot": quantity,
        "sample": 0 if plan is None else plan.sample,
        "accept": 0 if plan is None else plan.accept,
        "reject": 1 if plan is None else plan.reject,
        "has_first_article": level.has_first_article or asks_first_article,
    }


def _noted(facts: Measurement) -> Iterator[Characteristic]:
    """Dimensions that the file itself gives limits; the same one on several places counts once, with its places."""
    for (kind, value, plus, minus), places in Counter(map(_note, filter(_has_limits, facts.callouts))).items():
        nominal, (sign, what) = _size(value), NOTED[kind]
        yield Characteristic(
            designation=f"{sign}{nominal.normalize():f}",
            kind=what,
            source=SourceOfTruth.NOTE,
            nominal=nominal,
            lower=nominal + _size(minus),
            upper=nominal + _size(plus),
            places=places,
            says="limits noted in the file",
        )


def _note(callout: Callout) -> tuple[CalloutKind, float, float, float]:
    assert callout.value_mm is not None
    return callout.kind, callout.value_mm, callout.plus_mm or 0.0, callout.minus_mm or 0.0


def _has_limits(callout: Callout) -> bool:
    return callout.kind in NOTED and bool(callout.value_mm) and bool(callout.plus_mm or callout.minus_mm)


def _outside(
    facts: Measurement, process: str, tolerance_id: str, thickness_mm: float | None
) -> Iterator[Characteristic]:
    """The overall sizes: of a turned part diameter and length, of a sheet its thickness too."""
    length, model = CharacteristicKind.LENGTH, SourceOfTruth.MODEL
    if process == TURNED and facts.turned is not None:
        across, along = _size(facts.turned.diameter_mm), facts.turned.length_mm
        yield _general(f"Largest ⌀{across.normalize():f}", CharacteristicKind.DIAMETER, model, across, tolerance_id)
        yield _general("Overall length", length, model, _size(along), tolerance_id)
        return
    if facts.sheet is not None:
        yield _general("Sheet thickness", length, model, _size(facts.sheet.thickness_mm), tolerance_id)
    elif thickness_mm is not None:
        yield _general("Sheet thickness", length, SourceOfTruth.FORM, _size(thickness_mm), tolerance_id)
    for name, side in zip("xyz", facts.box_mm, strict=True):
        if (size := _size(side)) > 0:
            yield _general(f"Overall size along {name}", length, model, size, tolerance_id)


def _holes(facts: Measurement, tolerance_id: str) -> Iterator[Characteristic]:
    """Diameters, then threads, then depths of blind holes; like ones together, the most frequent first."""
    noted = {face for callout in facts.callouts if _has_limits(callout) for face in callout.faces}
    plain = [hole for hole in facts.holes if hole.thread is None and not noted.intersection(hole.faces)]
    model = SourceOfTruth.MODEL
    for size, places in _counted(hole.diameter_mm for hole in plain):
        yield _general(f"Hole ⌀{size.normalize():f}", CharacteristicKind.DIAMETER, model, size, tolerance_id, places)
    for thread, places in Counter(hole.thread for hole in facts.holes if hole.thread is not None).most_common():
        yield Characteristic(
            designation=f"Thread {thread}",
            kind=CharacteristicKind.THREAD,
            source=SourceOfTruth.NOTE,
            unit="",
            places=places,
            says="go and no-go gauge",
        )
    for (across, deep), places in Counter(map(_blind, (hole for hole in facts.holes if not hole.is_through))).items():
        if deep > 0:
            name = f"Depth of hole ⌀{across.normalize():f}"
            yield _general(name, CharacteristicKind.DEPTH, model, deep, tolerance_id, places)
    for size, places in _counted(each.diameter_mm for hole in facts.holes for each in hole.widenings):
        name = f"Counterbore or countersink ⌀{size.normalize():f}"
        yield _general(name, CharacteristicKind.DIAMETER, model, size, tolerance_id, places)


def _blind(hole: Hole) -> tuple[Decimal, Decimal]:
    return _size(hole.diameter_mm), _size(hole.depth_mm)


def _counted(sizes: Iterator[float]) -> list[tuple[Decimal, int]]:
    return [(size, places) for size, places in Counter(map(_size, sizes)).most_common() if size > 0]


def _general(
    designation: str,
    kind: CharacteristicKind,
    source: SourceOfTruth,
    nominal: Decimal,
    tolerance_id: str,
    places: int = 1,
) -> Characteristic:
    """A size under the general tolerance; where the standard has none for it, it is told and a person judges it."""
    standard = tolerance(tolerance_id).standard
    try:
        away = Decimal(str(tolerance_um(tolerance_id, float(nominal)))) / 1000
    except SizeHasNoTolerance:
        away, standard = None, f"{standard} has no tolerance for this size"
    return Characteristic(
        designation=designation,
        kind=kind,
        source=source,
        nominal=nominal,
        lower=None if away is None else nominal - away,
        upper=None if away is None else nominal + away,
        places=places,
        says=standard,
    )


def _size(millimetres: float) -> Decimal:
    return Decimal(repr(millimetres)).quantize(STEP, ROUND_HALF_EVEN)
