"""Boxes along the axes around instances of bodies, exact to the surfaces."""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from OCP.Bnd import Bnd_Box
from OCP.BRepBndLib import BRepBndLib

from marketplace.adapters.geometry_kernel.brep.placing import Placement
from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape, triple
from marketplace.geometry.errors import NotFinite, OutOfRange
from marketplace.geometry.figures import MAX_LENGTH_MM

MOST_COMPARED: Final = 500
"""Bodies whose boxes are compared each with each."""

TOUCHING_MM: Final = 1e-6
"""Bodies that share a face have boxes that overlap by no more than the kernel's rounding."""


@dataclass(frozen=True, slots=True)
class Box:
    """The corner with the least coordinates, and the one with the greatest."""

    low: Array
    high: Array

    @property
    def corners(self) -> Array:
        """All eight."""
        return np.array(
            [[ends[axis] for axis, ends in enumerate(corner)] for corner in product((self.low, self.high), repeat=3)]
        )

    def covers(self, other: "Box") -> bool:
        """Whether the other lies inside."""
        return bool((self.low <= other.low).all() and (self.high >= other.high).all())


def exact(shape: Shape) -> Box:
    """The box of one shape, from its surfaces and not from a mesh. Raises OutOfRange or NotFinite."""
    box = Bnd_Box()
    BRepBndLib.AddOptimal_s(shape, box, False, False)
    if box.IsVoid() or box.IsOpen():
        raise OutOfRange("The part has surfaces without an end. Please export bodies that are bounded.")
    low, high = triple(box.CornerMin()), triple(box.CornerMax())
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        raise NotFinite("The file has coordinates that are no numbers. Please export the part again.")
    if max(float((high - low).max()), float(np.abs((low, high)).max())) > MAX_LENGTH_MM:
        raise OutOfRange("The part lies or reaches further than ten kilometres. Please check its units.")
    return Box(low, high)


def placed(box: Box, placement: Placement) -> Box:
    """A box around the placed box: exact where it stays along the axes, else too large."""
    corners = placement.of(box.corners)
    return Box(corners.min(axis=0), corners.max(axis=0))


def around(boxes: list[Box]) -> Box:
    """The box around boxes."""
    return Box(np.min([box.low for box in boxes], axis=0), np.max([box.high for box in boxes], axis=0))


def of_instances(solids: tuple[Shape, ...], rough: list[Box], placements: list[Placement]) -> Box:
    """The exact box around all instances, from rough boxes around each.

    Only instances that are turned askew and may reach outside are measured again.
    """
    sure = [box for box, place in zip(rough, placements, strict=True) if place.is_along_axes]
    whole = around(sure) if sure else None
    askew = [number for number, place in enumerate(placements) if not place.is_along_axes]
    for number in askew:
        if whole is None or not whole.covers(rough[number]):
            own = exact(solids[number])
            whole = own if whole is None else around([whole, own])
    assert whole is not None
    return whole


def are_apart(boxes: list[Box]) -> bool:
    """Whether no two boxes overlap, so that no two bodies can; false also where there are too many to compare."""
    if len(boxes) > MOST_COMPARED:
        return False
    low, high = np.array([box.low for box in boxes]), np.array([box.high for box in boxes])
    meet = (low[:, None] < high[None] - TOUCHING_MM).all(axis=2) & (low[None] < high[:, None] - TOUCHING_MM).all(axis=2)
    return int(meet.sum()) == len(boxes)
