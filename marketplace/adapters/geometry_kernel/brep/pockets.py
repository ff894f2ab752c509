"""Pockets: a flat floor with walls all around it and an open top, and openings with walls all around and no floor.

A floor is a plane, or planes that continue each other, whose outer border rises everywhere: at once, or through a
fillet. Islands and holes in the floor do not matter. A floor open to a side is a step or an open slot: no pocket. So
is a chamfer between walls, for most of what rises around a floor is steep. The floor of a hole belongs to the hole.

Half of the walls, by length, rise at least to the pocket's top; a chamfer or rounding around the top belongs to it.
"""

from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from marketplace.adapters.geometry_kernel.brep import fillets, openings, walled
from marketplace.adapters.geometry_kernel.brep.adjacency import Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface, Truths
from marketplace.adapters.geometry_kernel.brep.shapes import Array, direction, place, rounded
from marketplace.adapters.geometry_kernel.brep.walled import Tops, Walled
from marketplace.geometry.features import Pocket

LEAST_DEPTH_MM = 1e-3
STEEP = 0.5
"""Cosine between the normals of a floor and a wall: walls of pockets lean less than 30° from upright."""
MOST = 0.75
NEAR_TOP = 1e-3
"""An edge within this share of the depth from a wall's top is its top edge."""
UPWARD_LEAST, UPWARD_MOST = 0.1, 0.99
"""Cosines between a chamfer's normal and the pocket's axis."""


@dataclass(frozen=True, slots=True)
class _Floor:
    faces: frozenset[int]
    axis: Array
    level: float
    rim: Integers
    """Edges of its outer border."""


def pockets(faces: FaceTable, edges: Edges, taken: Set[int]) -> tuple[Pocket, ...]:
    """Every pocket and opening; `taken` are the faces of holes."""
    found, walls, tops = list[Pocket](), set[int](), Tops(edges)
    for floor in _floors(faces, edges, taken):
        hollow = _hollow(faces, edges, floor)
        if hollow is not None and (depth := _depth(faces, edges, tops, floor, hollow)) > LEAST_DEPTH_MM:
            found.append(_pocket(faces, edges, floor, hollow, depth))
            walls |= hollow.walls
    return (*found, *openings.openings(faces, edges, taken, walls))


def _floors(faces: FaceTable, edges: Edges, taken: Set[int]) -> Iterator[_Floor]:
    """Planes, joined where they continue each other, whose border can rise everywhere."""
    groups: dict[int, list[int]] = defaultdict(list)
    for face, label in zip(*_continued(faces, edges), strict=True):
        groups[label].append(face)
    for group in groups.values():
        if taken.isdisjoint(group) and len(rim := _rim(edges, group)):
            axis = faces.axis[group[0]]
            yield _Floor(frozenset(group), axis, float(faces.place[group[0]] @ axis), rim)


def _continued(faces: FaceTable, edges: Edges) -> tuple[list[int], list[int]]:
    planes = faces.on(Surface.PLANE)
    joins = edges.faces[(edges.meeting == Meeting.SMOOTH) & planes[edges.faces].all(axis=1)]
    links = coo_array((np.ones(len(joins)), (joins[:, 0], joins[:, 1])), shape=(len(faces), len(faces)))
    labels = connected_components(links, directed=False)[1]
    rows: list[int] = np.flatnonzero(planes).tolist()
    return rows, labels[rows].tolist()


def _rim(edges: Edges, group: list[int]) -> Integers:
    """The outer border of the group; empty where a part of it falls away."""
    found = edges.of_all(group)
    is_own = np.isin(edges.faces[found], group)
    is_border = ~is_own.all(axis=1) & (edges.is_outer[found] & is_own).any(axis=1)
    rim = found[is_border]
    return np.asarray(rim if (edges.meeting[rim] != Meeting.CONVEX).all() else rim[:0])


def _hollow(faces: FaceTable, edges: Edges, floor: _Floor) -> Walled | None:
    """The walls around a floor, if they are all around it."""
    pairs = edges.faces[floor.rim]
    beyond = np.where(np.isin(pairs[:, 0], list(floor.faces)), pairs[:, 1], pairs[:, 0])
    is_smooth = edges.meeting[floor.rim] == Meeting.SMOOTH
    corners = [int(face) for face in beyond[is_smooth]]
    if not _is_steep(edges, floor, is_smooth):
        return None
    if not all(fillets.is_fillet(faces, face, floor.axis) for face in corners):
        return None
    rounding = fillets.around(faces, edges, corners, floor.axis)
    behind = {other for face in rounding for other in fillets.smooth_neighbours(edges, face)}
    walls = (behind | {int(face) for face in beyond[~is_smooth]}) - rounding - floor.faces
    outline = np.concatenate((floor.rim, edges.of_all(rounding))).astype(np.int64)
    return Walled(floor.axis, frozenset(walls), outline) if walls else None


def _is_steep(edges: Edges, floor: _Floor, is_smooth: Truths) -> bool:
    """Whether most of what rises around a floor is a fillet or steep."""
    first = np.isin(edges.faces[floor.rim, 0], list(floor.faces))
    rising = np.where(first[:, None], edges.normals[floor.rim, 1], edges.normals[floor.rim, 0])
    is_steep = is_smooth | (np.abs(rising @ floor.axis) < STEEP)
    lengths = edges.length[floor.rim]
    return bool(lengths[is_steep].sum() > MOST * lengths.sum())


def _depth(faces: FaceTable, edges: Edges, tops: Tops, floor: _Floor, hollow: Walled) -> float:
    """From the floor to the top that half of the walls reach; 0 where they end under a ceiling."""
    reached, weights, covered = [], [], 0.0
    for wall in hollow.walls:
        top = tops.of(wall, hollow.axis)
        if top - floor.level <= LEAST_DEPTH_MM:
            continue
        with_lip = _with_lip(faces, edges, tops, wall, hollow.axis, top - floor.level)
        reached.append(with_lip - floor.level)
        weights.append(float(faces.area[wall]) / (top - floor.level))
        covered += weights[-1] * _is_covered(edges, wall, hollow.axis, top, top - floor.level)
    if not reached or covered > sum(weights) / 2:
        return 0.0
    order = np.argsort(reached)
    passed = np.cumsum(np.array(weights)[order])
    return float(np.array(reached)[order][np.searchsorted(passed, passed[-1] / 2)])


def _top_edges(edges: Edges, wall: int, axis: Array, top: float, depth: float) -> Integers:
    found = edges.of(wall)
    return np.asarray(found[(edges.points[found] @ axis).min(axis=1) > top - NEAR_TOP * depth])


def _is_covered(edges: Edges, wall: int, axis: Array, top: float, depth: float) -> bool:
    """Whether a wall ends under a ceiling."""
    found = _top_edges(edges, wall, axis, top, depth)
    return bool(len(found)) and bool((edges.meeting[found] == Meeting.CONCAVE).all())


def _with_lip(faces: FaceTable, edges: Edges, tops: Tops, wall: int, axis: Array, depth: float) -> float:
    """A wall's top, with the chamfer or rounding above it."""
    top = tops.of(wall, axis)
    found = _top_edges(edges, wall, axis, top, depth)
    found = found[edges.meeting[found] != Meeting.CONCAVE]
    for face in edges.beyond(found, wall).tolist():
        if _is_lip(faces, face, axis) and top < (reach := tops.of(face, axis)) <= top + depth / 2:
            top = reach
    return top


def _is_lip(faces: FaceTable, face: int, axis: Array) -> bool:
    if faces.surface[face] == Surface.PLANE:
        return UPWARD_LEAST < float(faces.axis[face] @ axis) < UPWARD_MOST
    return not faces.is_hollow[face] or bool(faces.surface[face] == Surface.CONE)


def _pocket(faces: FaceTable, edges: Edges, floor: _Floor, hollow: Walled, depth: float) -> Pocket:
    size = walled.rectangle(faces, edges, hollow)
    radius = walled.corner_radius(faces, edges, hollow)
    return Pocket(
        depth_mm=rounded(depth),
        width_mm=rounded(size.width),
        length_mm=rounded(size.length),
        radius_mm=None if radius is None else rounded(radius),
        is_through=False,
        axis=direction(floor.axis),
        at_mm=place(size.middle + floor.level * floor.axis),
        faces=(*sorted(floor.faces), *sorted(hollow.walls))[:64],
    )
