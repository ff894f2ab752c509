"""Whether something of a solid stands in the way of a straight tool."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from OCP.Bnd import Bnd_Box
from OCP.BRepBndLib import BRepBndLib
from OCP.gp import gp_Dir, gp_Lin, gp_Pnt
from OCP.IntCurvesFace import IntCurvesFace_Intersector
from OCP.Standard import Standard_Failure

from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface, Truths
from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape

FAR_MM: Final = 1e7
PARALLEL: Final = 1e-9
_TOLERANCE_MM: Final = 1e-7


class Sight:
    """Looks along lines among the faces of one solid; a face is asked only where the line passes its box."""

    def __init__(self, faces: FaceTable, numbers: Sequence[int]) -> None:
        rows = list(numbers)
        self._shapes = [faces.shapes[number] for number in rows]
        boxes = np.array([_box(shape) for shape in self._shapes]).reshape(-1, 2, 3)
        self._low, self._high = np.ascontiguousarray(boxes[:, 0].T), np.ascontiguousarray(boxes[:, 1].T)
        self._is_plane = faces.on(Surface.PLANE)[rows]
        self._axis, self._place = faces.axis[rows], faces.place[rows]
        self._intersectors: dict[int, Shape] = {}

    def is_blocked(self, origin: Array, direction: Array) -> bool:
        """Whether a line from the origin meets a face."""
        line = gp_Lin(gp_Pnt(*origin), gp_Dir(*direction))
        return any(self._meets(int(index), line) for index in self._passed(origin, direction))

    def _passed(self, origin: Array, direction: Array) -> Integers:
        """The faces whose boxes the line passes; of planes, those that it meets within their box."""
        entry, leave = np.zeros(len(self._shapes)), np.full(len(self._shapes), FAR_MM)
        for axis in range(3):
            way = direction[axis] if abs(direction[axis]) > 1e-12 else 1e-12
            first, second = (self._low[axis] - origin[axis]) / way, (self._high[axis] - origin[axis]) / way
            np.maximum(entry, np.minimum(first, second), out=entry)
            np.minimum(leave, np.maximum(first, second), out=leave)
        passed = np.flatnonzero(leave >= entry)
        return np.asarray(passed[~self._misses(passed, origin, direction, entry[passed], leave[passed])])

    def _misses(self, rows: Integers, origin: Array, direction: Array, entry: Array, leave: Array) -> Truths:
        """Which of the faces are planes that the line does not meet inside their box."""
        steepness = self._axis[rows] @ direction
        offset = ((self._place[rows] - origin) * self._axis[rows]).sum(axis=1)
        reach = offset / np.where(np.abs(steepness) < PARALLEL, PARALLEL, steepness)
        is_beside = (np.abs(steepness) < PARALLEL) | (reach < entry) | (reach > leave)
        return np.asarray(self._is_plane[rows] & is_beside)

    def _meets(self, index: int, line: Shape) -> bool:
        try:
            if index not in self._intersectors:
                self._intersectors[index] = IntCurvesFace_Intersector(self._shapes[index], _TOLERANCE_MM)
            intersector = self._intersectors[index]
            intersector.Perform(line, 0.0, FAR_MM)
            return bool(intersector.IsDone()) and intersector.NbPnt() > 0
        except Standard_Failure:
            return False


def _box(shape: Shape) -> Array:
    box = Bnd_Box()
    BRepBndLib.Add_s(shape, box, False)
    if box.IsVoid():
        return np.full((2, 3), np.inf)
    low, high = box.CornerMin(), box.CornerMax()
    return np.array(((low.X(), low.Y(), low.Z()), (high.X(), high.Y(), high.Z())))
