"""Closed shells one by one: their volumes and boxes, which boxes meet, and which shell lies inside which."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Whole

MAX_PAIRS: Final = 200_000
"""Pairs of shells that are looked at; past that many meeting boxes nothing is decided."""
MAX_CANDIDATES: Final = 20_000_000
"""Pairs of boxes that meet along one axis, and are looked at along the others: about two seconds."""
CANDIDATES_AT_ONCE: Final = 1 << 18
MAX_ANGLES: Final = 20_000_000
"""Solid angles that are summed to tell inside from outside: about two seconds."""
ANGLES_AT_ONCE: Final = 1 << 18

_WITNESSES: Final = 3
"""Vertices of a shell that are asked, one after the other, until one does not lie upon the other shell."""

Pairs = npt.NDArray[np.int64]
"""Numbers of two shells (n, 2)."""


@dataclass(frozen=True)
class Shells:
    """Vertices, triangles sorted by shell, and where each shell's triangles begin (the last entry is their number)."""

    vertices: Floats
    triangles: Whole
    starts: npt.NDArray[np.int64]
    volumes: Floats
    areas: Floats

    def __len__(self) -> int:
        return len(self.starts) - 1

    def triangles_of(self, shell: int) -> Whole:
        """The triangles of one shell."""
        return self.triangles[self.starts[shell] : self.starts[shell + 1]]

    @cached_property
    def boxes(self) -> tuple[Floats, Floats]:
        """The least and the greatest corner of each shell's box."""
        corners = self.vertices[self.triangles]
        low = np.minimum.reduceat(corners.min(axis=1), self.starts[:-1])
        high = np.maximum.reduceat(corners.max(axis=1), self.starts[:-1])
        return low, high

    @property
    def is_flat(self) -> bool:
        """Whether some shell encloses next to nothing, like a sheet of two sides folded onto itself."""
        return bool((np.abs(self.volumes) <= 1e-9 * self.areas**1.5).any())


def split(vertices: Floats, triangles: Whole, *, shell_of: Whole, volumes: Floats, areas: Floats) -> Shells:
    """The shells of a surface, from the shell, volume and area of each triangle."""
    counts = np.bincount(shell_of)
    order = np.argsort(shell_of, kind="stable") if len(counts) > 1 else slice(None)
    enclosed: Floats = np.bincount(shell_of, weights=volumes).astype(np.float64, copy=False)
    covered: Floats = np.bincount(shell_of, weights=areas).astype(np.float64, copy=False)
    return Shells(vertices, triangles[order], np.concatenate([[0], np.cumsum(counts)]), enclosed, covered)


def meeting(low: Floats, high: Floats) -> Pairs | None:
    """Pairs of boxes that have a point in common, by a sweep along the axis on which fewest meet; None for too many."""
    fewest = min((_sweep(low[:, axis], high[:, axis]) for axis in range(3)), key=lambda sweep: int(sweep[1].sum()))
    order, counts = fewest
    ends = np.cumsum(counts)
    if ends[-1] > MAX_CANDIDATES:
        return None
    found, pairs = 0, [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, int(ends[-1]), CANDIDATES_AT_ONCE):
        numbers = np.arange(start, min(start + CANDIDATES_AT_ONCE, int(ends[-1])))
        first = np.searchsorted(ends, numbers, side="right")
        one, other = order[first], order[first + 1 + numbers - (ends[first] - counts[first])]
        meets = ((low[one] <= high[other]) & (low[other] <= high[one])).all(axis=1)
        pairs.append(np.stack([one[meets], other[meets]], axis=1))
        found += len(pairs[-1])
        if found > MAX_PAIRS:
            return None
    return np.concatenate(pairs)


def _sweep(low: Floats, high: Floats) -> tuple[Pairs, Pairs]:
    """Boxes in the order in which they begin, and how many begin after each before it ends."""
    order = np.argsort(low, kind="stable")
    ends = np.searchsorted(low[order], high[order], side="right")
    return order, ends - np.arange(len(order)) - 1


def nested(shells: Shells, pairs: Pairs) -> Pairs | None:
    """Of pairs of shells whose boxes meet those that lie one inside the other, as (outer, inner).

    None where it cannot be told: the shells touch, or there are too many triangles to ask.
    """
    low, high = shells.boxes
    both = np.concatenate([pairs, pairs[:, ::-1]])
    outer, inner = both.T
    both = both[((low[outer] <= low[inner]) & (high[inner] <= high[outer])).all(axis=1)]
    if (shells.starts[both[:, 0] + 1] - shells.starts[both[:, 0]]).sum() > MAX_ANGLES // _WITNESSES:
        return None
    turns = [_is_inside(shells, int(outer), int(inner)) for outer, inner in both]
    if None in turns:
        return None
    inside: Pairs = both[np.array(turns, dtype=bool)]
    return inside


def _is_inside(shells: Shells, outer: int, inner: int) -> bool | None:
    """By the winding number of the outer shell round a vertex of the inner: ±1 inside, 0 outside, between upon it."""
    corners = shells.vertices[shells.triangles_of(outer)]
    for place in np.unique(shells.triangles_of(inner))[:_WITNESSES]:
        turns = abs(_winding(corners, shells.vertices[place]))
        if min(turns, abs(turns - 1)) < 1e-3:
            return turns > 0.5
    return None


def _winding(corners: Floats, point: Floats) -> float:
    """How often a surface goes round a point: its solid angle over 4π.

    The angle of each triangle by A. van Oosterom and J. Strackee, “The solid angle of a plane triangle”, IEEE
    Transactions on Biomedical Engineering 30 (1983), 125.
    """
    total = 0.0
    for start in range(0, len(corners), ANGLES_AT_ONCE):
        a, b, c = np.moveaxis(corners[start : start + ANGLES_AT_ONCE] - point, 1, 0)
        far_a, far_b, far_c = (np.linalg.norm(side, axis=1) for side in (a, b, c))
        spanned = np.einsum("ij,ij->i", a, np.cross(b, c))
        facing = far_a * far_b * far_c
        for one, other, far in ((a, b, far_c), (b, c, far_a), (c, a, far_b)):
            facing += np.einsum("ij,ij->i", one, other) * far
        total += float(np.arctan2(spanned, facing).sum()) * 2
    return total / (4 * np.pi)
