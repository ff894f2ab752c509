"""Whether something of a solid stands in the way of a straight tool."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from OCP.Bnd import Bnd_Box
from OCP.BRepBndLib import BRepBndLib
from OCP.gp import gp_Dir, gp_Lin, gp_Pnt
from OCP.IntCurvesFace import IntCurvesFace_Intersector
from OCP.Standard import Standard_Failure

from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers
from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape

FAR_MM: Final = 1e7
_TOLERANCE_MM: Final = 1e-7


class Sight:
    """Looks along lines among the faces of one solid; a face is asked only where the line passes its box."""

    def __init__(self, faces: FaceTable, numbers: Sequence[int]) -> None:
        self._shapes = [faces.shapes[number] for number in numbers]
        self._boxes = np.array([_box(shape) for shape in self._shapes]).reshape(-1, 2, 3)
        self._intersectors: dict[int, Shape] = {}

    def is_blocked(self, origin: Array, direction: Array) -> bool:
        """Whether a line from the origin meets a face."""
        line = gp_Lin(gp_Pnt(*origin), gp_Dir(*direction))
        return any(self._meets(int(index), line) for index in self._passed(origin, direction))

    def _passed(self, origin: Array, direction: Array) -> Integers:
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = (self._boxes - origin) / np.where(direction == 0.0, 1e-300, direction)
        entry, leave = reach.min(axis=1).max(axis=1), reach.max(axis=1).min(axis=1)
        return np.flatnonzero((leave >= entry) & (leave > 0))

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
