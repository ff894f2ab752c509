"""Directions worth trying: axes of holes, and what is square to the largest flat faces."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.geometry.figures import Direction

MOST_NORMALS: Final = 10
_FLAT_SHARE: Final = 5e-3
"""Of the area; what is smaller is mostly a facet of something round."""
_STEP: Final = 1e-3


def of_tools(mesh: Mesh, axes: Sequence[Direction]) -> list[Direction]:
    """The axes given, those of most holes first, then the normals of the largest planes; each line once or twice."""
    by_count = [axis for axis, _ in Counter(axes).most_common()]
    return by_count + normals(mesh)


def normals(mesh: Mesh) -> list[Direction]:
    """Normals of the largest flat regions, the largest first; parallel planes count together."""
    upward = np.where(_is_turned(mesh)[:, None], -mesh.normals, mesh.normals)
    _, first, group = np.unique(np.rint(upward / _STEP), axis=0, return_index=True, return_inverse=True)
    areas = np.bincount(group.ravel(), weights=mesh.areas)
    largest = [
        row for row in np.argsort(-areas, kind="stable")[:MOST_NORMALS] if areas[row] >= _FLAT_SHARE * areas.sum()
    ]
    return [(float(x), float(y), float(z)) for x, y, z in upward[first[largest]]]


def _is_turned(mesh: Mesh) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether the first figure of a normal that is not nothing is negative: then its opposite stands for the line."""
    signs = np.where(np.abs(mesh.normals) > _STEP, np.sign(mesh.normals), 0.0)
    leading = (signs != 0).argmax(axis=1)
    turned: np.ndarray[tuple[int], np.dtype[np.bool_]] = signs[np.arange(len(signs)), leading] < 0
    return turned
