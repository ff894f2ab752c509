"""The two sides of a sheet: everywhere as far from each other as the sheet is thick, each smooth from end to end.

A box with sharp walls has an even wall, but its sides break at every corner: nobody bends it from sheet. A plate with a
pocket or a boss has a floor between its sides or above them: it is milled.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from marketplace.adapters.geometry_kernel.brep import axes, offsets
from marketplace.adapters.geometry_kernel.brep.adjacency import Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface, Truths
from marketplace.adapters.geometry_kernel.brep.offsets import Offsets

SKIN_SHARE: Final = 0.7
"""Share of the area that the two sides must have; the rest are cut edges and holes."""
EVEN: Final = 0.05
"""Share by which the volume may differ from thickness times mean area of the sides: countersinks take from it."""


@dataclass(frozen=True, slots=True)
class Skins:
    """The sides' faces and their distance. `front` is the larger side."""

    thickness_mm: float
    front: Integers
    back: Integers


def skins(faces: FaceTable, edges: Edges, found: Offsets, *, volume_mm3: float, area_mm2: float) -> Skins | None:
    """The two sides of the sheet; None where the part is not one of even thickness.

    A sheet's sides have the area 2V/t, and that is more than SKIN_SHARE of all: so its thickness lies between 2V/A and
    2V/A over that share.
    """
    least = 2 * volume_mm3 / area_mm2
    thickness = offsets.thickness(faces, found, thinnest=least * (1 - EVEN), thickest=least / SKIN_SHARE * (1 + EVEN))
    if thickness is None:
        return None
    front, back = _largest_two(faces, edges, offsets.offset_by(found, thickness))
    sides = float(faces.area[front].sum() + faces.area[back].sum())
    is_even = abs(thickness * sides / 2 - volume_mm3) <= EVEN * volume_mm3
    if not (len(back) and is_even and sides > SKIN_SHARE * area_mm2):
        return None
    skin = Skins(thickness, front, back)
    return None if _has_floor(faces, edges, skin) else skin


def _largest_two(faces: FaceTable, edges: Edges, is_skin: Truths) -> tuple[Integers, Integers]:
    """The two largest groups of skin faces that run into each other smoothly."""
    runs_on = (edges.meeting == Meeting.SMOOTH) & is_skin[edges.faces].all(axis=1)
    labels = joined(len(faces), edges.faces[runs_on])
    areas = np.bincount(labels, np.where(is_skin, faces.area, 0.0), minlength=2)
    first, second = np.argsort(-areas, kind="stable")[:2]
    return np.flatnonzero(is_skin & (labels == first)), np.flatnonzero(is_skin & (labels == second))


def joined(count: int, pairs: Integers) -> Integers:
    """(count,) the group of each: pairs, and what they have in common, are of one group."""
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(links, directed=False)[1])


def _has_floor(faces: FaceTable, edges: Edges, skin: Skins) -> bool:
    """Whether a face lies apart from both sides, behind a wall: the floor of a pocket, the top of a boss, a blind end.

    A plane does so when it is parallel to a side that its wall touches; between two broken edges it is square to them.
    """
    is_side = np.zeros(len(faces), dtype=bool)
    is_side[np.concatenate((skin.front, skin.back))] = True
    ways = axes.groups(axes.steps(axes.canonical(faces.axis) / axes.DIRECTION_STEP))
    sides_of = _ways_of_sides(edges, is_side, ways, faces.on(Surface.PLANE))
    apart = [row for row in map(int, np.flatnonzero(~is_side)) if not is_side[edges.beyond(edges.of(row), row)].any()]
    return any(_is_floor(faces, edges, row, sides_of, int(ways[row])) for row in apart)


def _ways_of_sides(edges: Edges, is_side: Truths, ways: Integers, is_plane: Truths) -> dict[int, set[int]]:
    """For each face beside the sides, the directions of the flat sides that it touches."""
    found: dict[int, set[int]] = {}
    both = np.concatenate((edges.faces, edges.faces[:, ::-1]))
    for wall, side in both[~is_side[both[:, 0]] & is_side[both[:, 1]] & is_plane[both[:, 1]]]:
        found.setdefault(int(wall), set()).add(int(ways[side]))
    return found


def _is_floor(faces: FaceTable, edges: Edges, row: int, sides_of: dict[int, set[int]], way: int) -> bool:
    walls = edges.beyond(edges.of(row), row)
    if faces.surface[row] == Surface.PLANE:
        return any(way in sides_of.get(int(wall), ()) for wall in walls)
    return bool(faces.surface[row] in (Surface.CONE, Surface.SPHERE)) and any(int(wall) in sides_of for wall in walls)
