"""How printed parts stand on a build plate, and which part of a plate's run each piece of a lot pays."""

import math

import numpy as np

from marketplace.costing.steps import Constants
from marketplace.costing.values import Making, Number, PartFacts
from marketplace.geometry.shape import Build


def stood(facts: PartFacts) -> Build | None:
    """The part as it is best printed; None where that was not measured, and it stands as drawn."""
    return facts.builds[-1] if facts.builds else None


def height_mm(facts: PartFacts) -> float:
    """How high it stands."""
    build = stood(facts)
    return build.height_mm if build and build.height_mm > 0 else facts.box_mm[2]


def overhang_mm2(facts: PartFacts) -> float:
    """The surface that supports hold; a quarter of the part's where it was not measured."""
    build = stood(facts)
    return build.overhang_mm2 if build else facts.area_mm2 / 4


def layers(facts: PartFacts, layer_mm: Number) -> Number:
    """Whole layers over the height."""
    return np.ceil(height_mm(facts) / layer_mm - 1e-9)


def room_mm2(facts: PartFacts, k: Constants) -> Number:
    """The plate that one piece takes: box ÷ height as a square, with half the gap to its neighbours on each side.

    The box is the smaller of the drawn and the smallest: a part may be turned about its upright.
    """
    boxes = [math.prod(facts.box_mm), *([math.prod(facts.oriented_box.sides_mm)] if facts.oriented_box else [])]
    side = math.sqrt(min(boxes) / height_mm(facts))
    return (side + k["part_gap"].value) ** 2


def standing_mm2(facts: PartFacts, k: Constants) -> Number:
    """What of it, and of its supports, is grown to the plate; all of its room where that was not measured."""
    build = stood(facts)
    room = room_mm2(facts, k)
    return np.minimum(room, build.footprint_mm2 + build.overhang_mm2) if build else room


def plate_share(facts: PartFacts, making: Making, k: Constants) -> Number:
    """The plates' runs that one piece pays: its share of a well-filled plate, or of the least that a lot takes of one.

    A straight line in place of whole plates, so that no unit price rises where a lot needs one plate more. A part that
    is larger than the plate fills a larger one alone.
    """
    of_full = np.minimum(1.0, room_mm2(facts, k) / (k["plate_area"].value * k["plate_filled"].value))
    return np.maximum(of_full, k["least_plate_share"].value / making.quantity)


def support_mm3(facts: PartFacts, k: Constants) -> Number:
    """Material of supports: a share of the room under overhangs; or of the hull around the part; or of the part."""
    build = stood(facts)
    if build is not None:
        return build.support_mm3 * k["support_filled"].value
    if facts.hull_mm3 is not None:
        return max(facts.hull_mm3 - facts.volume_mm3, 0.0) * k["support_of_hull"].value
    return facts.volume_mm3 * k["support_of_part"].value
