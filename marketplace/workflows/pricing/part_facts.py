"""What costing needs of a measured part."""

import math
from collections.abc import Iterator
from typing import Final

from marketplace.costing.values import Bore, PartFacts
from marketplace.geometry import threads
from marketplace.geometry.features import Hole
from marketplace.geometry.shape import Turned
from marketplace.geometry.values import Measurement

ON_AXIS_MM: Final = 0.05
PARALLEL: Final = 1 - 1e-6
UNSAID_PITCH: Final = 0.15
"""Of the diameter, where a thread does not say its pitch: ISO coarse threads lie between 0.12 and 0.2."""


def facts_of(measured: Measurement) -> PartFacts:
    """What costing needs of a measurement; a counterbore or countersink is bored like a hole of its own."""
    return PartFacts(
        volume_mm3=measured.volume_mm3,
        area_mm2=measured.area_mm2,
        box_mm=measured.box_mm,
        holes=tuple(bore for hole in measured.holes for bore in bores_of(hole, measured.turned)),
        hull_mm3=measured.hull_mm3,
        oriented_box=measured.oriented_box,
        walls=measured.walls,
        builds=measured.builds,
        sections=measured.sections,
        layers=measured.layers,
        draft=measured.draft,
        reach=measured.reach,
        turned=measured.turned,
        sheet=measured.sheet,
        drawing=measured.drawing,
        features=measured.features,
    )


def bores_of(hole: Hole, turned: Turned | None) -> Iterator[Bore]:
    """The hole, threaded as the file says, and what opens its ends."""
    is_central = turned is not None and is_about(hole, turned)
    pitch = 0.0
    if hole.thread is not None:
        pitch = threads.pitch_mm(hole.thread) or UNSAID_PITCH * hole.diameter_mm
    yield Bore(hole.diameter_mm, hole.depth_mm, pitch_mm=pitch, is_central=is_central)
    for widening in hole.widenings:
        yield Bore(widening.diameter_mm, widening.depth_mm, widens=True, is_central=is_central)


def is_about(hole: Hole, turned: Turned) -> bool:
    """Whether the hole's axis is the part's."""
    cosine = abs(sum(one * other for one, other in zip(hole.axis, turned.axis, strict=True)))
    between = [one - other for one, other in zip(hole.at_mm, turned.at_mm, strict=True)]
    along = sum(one * other for one, other in zip(between, turned.axis, strict=True))
    away = math.sqrt(max(sum(each * each for each in between) - along * along, 0.0))
    return cosine >= PARALLEL and away <= ON_AXIS_MM
