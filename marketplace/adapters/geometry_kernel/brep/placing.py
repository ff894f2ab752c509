"""Where solids sit: what is found of a body holds for each of its instances, moved, turned or mirrored."""

from dataclasses import dataclass

import numpy as np
from OCP.TopLoc import TopLoc_Location

from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape


@dataclass(frozen=True, slots=True)
class Placement:
    """`point` goes to `matrix @ point + shift`; the matrix is a rotation, and may mirror or scale."""

    matrix: Array
    shift: Array

    @property
    def volume_factor(self) -> float:
        """How many times its volume a body has there."""
        return abs(float(np.linalg.det(self.matrix)))

    @property
    def area_factor(self) -> float:
        """How many times its area a body has there."""
        return float(self.volume_factor ** (2 / 3))

    @property
    def is_mirror(self) -> bool:
        """Whether left becomes right."""
        return bool(np.linalg.det(self.matrix) < 0)

    @property
    def is_along_axes(self) -> bool:
        """Whether boxes along the axes stay boxes along the axes."""
        return bool((np.count_nonzero(np.abs(self.matrix) > 1e-12, axis=1) == 1).all())

    def of(self, points: Array) -> Array:
        """Points (n, 3) where the placement puts them."""
        placed: Array = points @ self.matrix.T + self.shift
        return placed


def placement(solid: Shape) -> Placement:
    """Where a solid sits."""
    moved = solid.Location().Transformation()
    rows = np.array([[moved.Value(row, column) for column in (1, 2, 3, 4)] for row in (1, 2, 3)])
    return Placement(rows[:, :3], rows[:, 3])


def at_home(solid: Shape) -> Shape:
    """The body itself, before it is put anywhere."""
    return solid.Located(TopLoc_Location())
