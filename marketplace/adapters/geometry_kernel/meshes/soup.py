"""Loose triangles as a file holds them: checked, measured as they are, then welded at equal points.

Sums over triangles are taken in blocks, so that a file costs little more memory than its own numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Whole
from marketplace.geometry.errors import NoGeometry, NotFinite, OutOfRange, TooComplex
from marketplace.geometry.figures import MAX_LENGTH_MM

BLOCK: Final = 1 << 15
"""Triangles or points at a time: three coordinates of three corners fit a processor's cache."""

Points = npt.NDArray[Any]
"""Points (n, 3) in single or double precision, as the file has them."""


@dataclass(frozen=True, slots=True)
class Soup:
    """Triangles (m, 3) into points (n, 3); without `triangles`, each three points in a row are one."""

    points: Points
    triangles: Whole | None = None

    def __len__(self) -> int:
        return len(self.points) // 3 if self.triangles is None else len(self.triangles)

    def blocks(self) -> Iterator[tuple[slice, Floats]]:
        """The corners of the triangles (k, 3, 3) in double precision, a block at a time."""
        for start in range(0, len(self), BLOCK):
            part = slice(start, min(start + BLOCK, len(self)))
            if self.triangles is None:
                corners = self.points[3 * part.start : 3 * part.stop].reshape(-1, 3, 3)
            else:
                corners = self.points[self.triangles[part]]
            yield part, corners.astype(np.float64)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the triangles add up to, closed or not. A triangle's volume is that of the tetrahedron
    to one fixed point.
    """

    volumes: Floats
    areas: Floats
    low: Floats
    high: Floats


def few_enough(triangles: int, limits: Limits) -> None:
    """Raises TooComplex above the number of triangles that we measure."""
    if triangles > limits.triangles:
        raise TooComplex(
            f"The part has more than {limits.triangles:,} triangles. Export it with a coarser tolerance.",
            limit=limits.triangles,
        )


def checked(soup: Soup) -> Soup:
    """The soup, if it has triangles at places that a part can have.

    Raises NoGeometry, NotFinite or OutOfRange.
    """
    if len(soup) == 0:
        raise NoGeometry("The file has no triangles. Please export the part again.")
    reach = 0.0
    for start in range(0, len(soup.points), BLOCK):
        block = np.abs(soup.points[start : start + BLOCK])
        reach = max(reach, float(block.max())) if np.isfinite(block).all() else np.inf
        if reach == np.inf:
            raise NotFinite("The file has coordinates that are no numbers. Please export the part again.")
    if reach > MAX_LENGTH_MM / 2:
        raise OutOfRange("The part reaches further than five kilometres. Please check its position and units.")
    return soup


def sums(soup: Soup) -> Sums:
    """Volume by the divergence theorem (tetrahedra to the first corner, near the part for accuracy), area and box."""
    volumes, areas = np.empty(len(soup)), np.empty(len(soup))
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    near: Floats | None = None
    for part, corners in soup.blocks():
        near = corners[0, 0].copy() if near is None else near
        low, high = np.minimum(low, corners.min(axis=(0, 1))), np.maximum(high, corners.max(axis=(0, 1)))
        first, second, third = np.moveaxis(corners - near, 1, 0)
        volumes[part] = np.einsum("ij,ij->i", first, np.cross(second, third)) / 6
        areas[part] = np.linalg.norm(np.cross(second - first, third - first), axis=1) / 2
    return Sums(volumes, areas, low, high)
