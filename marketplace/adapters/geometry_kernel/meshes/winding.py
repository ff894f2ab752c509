"""How often a closed surface goes round places: once inside a body, not at all outside, twice where it overlaps."""

from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh

Counts = npt.NDArray[np.int64]

PAIRS_AT_ONCE: Final = 1 << 20
"""Triangles × places whose boxes are compared at a time."""

_ASKEW: Final = np.array(
    [
        [0.75390426, -0.63554805, -0.16645432],
        [0.35429614, 0.60666012, -0.71164440],
        [0.55326541, 0.47753762, 0.68253587],
    ]
)
"""A rotation after which lines along z are askew to whatever people draw, and miss all edges and corners."""


class Windings:
    """Counts by one line from each place to infinity: the sides that it leaves by less those that it enters by.

    In double precision, and two sides that lie upon each other count twice; a ray tracer would see one of them.
    """

    def __init__(self, mesh: Mesh) -> None:
        self._corners: Floats = (mesh.vertices @ _ASKEW.T)[mesh.triangles]
        across = self._corners[:, :, :2]
        self._low, self._high = across.min(axis=1), across.max(axis=1)

    def around(self, places: Floats) -> Counts:
        """The winding number of the surface round each place (n, 3). Costs n times the triangles."""
        turned = places @ _ASKEW.T
        at_once = max(1, PAIRS_AT_ONCE // len(self._corners))
        pieces = [self._counted(turned[start : start + at_once]) for start in range(0, len(turned), at_once)]
        return np.concatenate([np.empty(0, dtype=np.int64), *pieces])

    def _counted(self, places: Floats) -> Counts:
        x, y = places[:, :1], places[:, 1:2]
        may_meet = (x >= self._low[:, 0]) & (x <= self._high[:, 0])
        may_meet &= (y >= self._low[:, 1]) & (y <= self._high[:, 1])
        place, triangle = np.nonzero(may_meet)
        sides = _sides(self._corners[triangle] - places[place, None])
        return np.bincount(place, weights=sides, minlength=len(places)).astype(np.int64)


def _sides(corners: Floats) -> Counts:
    """For triangles seen from the origin: 1 where the line upwards leaves by it, -1 where it enters, else 0."""
    x, y, z = np.moveaxis(corners, 2, 0)
    shares = np.stack([x[:, b] * y[:, c] - x[:, c] * y[:, b] for b, c in ((1, 2), (2, 0), (0, 1))], axis=1)
    whole = shares.sum(axis=1)
    is_met = (shares > 0).all(axis=1) | (shares < 0).all(axis=1)
    is_above = (shares * z).sum(axis=1) * np.sign(whole) > 0
    sides: Counts = np.where(is_met & is_above, np.sign(whole), 0).astype(np.int64)
    return sides
