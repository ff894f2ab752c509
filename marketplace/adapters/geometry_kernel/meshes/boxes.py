"""The convex hull's volume and the smallest box in any orientation."""

from typing import Final

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from marketplace.adapters.geometry_kernel.meshes.hull import Flat, Hull, evened, farthest, hull, spread_directions
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh
from marketplace.geometry.figures import Direction
from marketplace.geometry.shape import OrientedBox

_CORNERS: Final = 400
"""Corners of the hull among which the box is sought; its sides are then measured on every vertex."""
_FACES: Final = 300
_EDGES: Final = 20
"""The largest faces, and the longest edges, from which directions for the box are taken: at most 500 in all."""
_WIDEST_DEG: Final = 4.0
_ROUNDS: Final = 10
"""How the box found is turned in search of a smaller one: by up to 4°, then 0.4 times as much, … ten times."""
_SAME: Final = 1e-5
"""Directions that differ by less are one."""


def hull_and_box(mesh: Mesh) -> tuple[float, OrientedBox]:
    """The volume of the convex hull in mm³, and the smallest box found around the part.

    The smallest box has two adjacent faces flush with edges of the hull, mostly one flush with a face (J. O'Rourke,
    "Finding minimal enclosing boxes", International Journal of Computer and Information Sciences 14(3), 1985). Tried
    are the largest faces and pairs of the longest edges, on each the smallest rectangle; the best is then turned a
    little. Never larger than the box along x, y and z. A part without room in it, even a single point, has a box too.
    """
    points = mesh.vertices - (mesh.low + mesh.high) / 2
    try:
        whole = hull(points)
    except Flat:
        return 0.0, _box(points, _flat_frame(points))
    return whole.volume_mm3, _box(whole.corners, _frame(whole), around=points)


def _box(corners: Floats, frame: Floats, *, around: Floats | None = None) -> OrientedBox:
    """The box along the frame or along x, y and z, whichever is smaller; sides from long to short."""
    points = corners if around is None else around
    sides, frame = min(
        ((np.ptp(axes @ points.T, axis=1), axes) for axes in (np.eye(3), frame)), key=lambda box: _room(box[0])
    )
    order = np.argsort(-sides, kind="stable")
    long, middle = (_pointing_up(axis) for axis in frame[order[:2]])
    long_side, middle_side, short_side = (float(side) for side in sides[order])
    axes = (_direction(long), _direction(middle), _direction(np.cross(long, middle)))
    return OrientedBox((long_side, middle_side, short_side), axes)


def _room(sides: Floats) -> tuple[float, float]:
    """Volume; among boxes without any, the area of their largest side."""
    short, middle, long = np.sort(sides)
    is_flat = short <= _SAME * 1e-4 * long
    return (0.0 if is_flat else float(short * middle * long)), float(middle * long)


def _pointing_up(axis: Floats) -> Floats:
    """The axis or its opposite, so that its largest coordinate is positive: the same part gives the same axes."""
    pointing: Floats = axis * np.sign(axis[np.abs(axis).argmax()])
    return pointing


def _direction(axis: Floats) -> Direction:
    x, y, z = (float(coordinate) + 0.0 for coordinate in axis)
    return x, y, z


def _frame(whole: Hull) -> Floats:
    """Three axes (as rows) of the smallest box found around a hull."""
    few = _coarser(whole)
    normals = _normals(whole)
    spans = np.ptp(normals @ few.corners.T, axis=1)
    least = np.abs(few.normals @ normals.T).T @ few.areas / 2 * spans
    best, frame = np.inf, np.eye(3)
    for nth in np.argsort(least, kind="stable"):
        if least[nth] >= best:  # no box is smaller than the hull's shadow times its height
            break
        area, rows = _smallest_rectangle(few, normals[nth])
        if area * spans[nth] < best:
            best, frame = area * spans[nth], rows
    return _settled(whole.corners, frame)


def _settled(corners: Floats, frame: Floats) -> Floats:
    """The frame turned a little about each of its axes, ever less, as long as the box becomes smaller."""
    for widest in np.radians(_WIDEST_DEG * 0.4 ** np.arange(_ROUNDS)):
        for axis in range(3):
            one, other = frame[(axis + 1) % 3], frame[(axis + 2) % 3]
            angles = np.linspace(-widest, widest, 9)[:, None]
            ways = np.cos(angles) * one + np.sin(angles) * other
            across = np.cos(angles) * other - np.sin(angles) * one
            areas = np.ptp(ways @ corners.T, axis=1) * np.ptp(across @ corners.T, axis=1)
            best = int(areas.argmin())
            if areas[best] < areas[4]:
                frame = np.stack([frame[axis], ways[best], across[best]])
    return frame


def _coarser(whole: Hull) -> Hull:
    """The hull of those corners that reach farthest in a few hundred directions."""
    if len(whole.corners) <= _CORNERS:
        return whole
    try:
        return hull(whole.corners[farthest(evened(whole.corners), spread_directions(_CORNERS))])
    except Flat:
        return whole


def _normals(whole: Hull) -> Floats:
    """Directions in which the box may be short: square to a face, or square to two edges."""
    square_to_faces = _distinct(whole.normals, whole.areas)[:_FACES]
    ends = whole.corners[whole.triangles]
    edges = np.concatenate([ends[:, 1] - ends[:, 0], ends[:, 2] - ends[:, 1], ends[:, 0] - ends[:, 2]])
    lengths = np.linalg.norm(edges, axis=1)
    longest = _distinct(edges / lengths[:, None], lengths)[:_EDGES]
    one, other = np.triu_indices(len(longest), 1)
    crosses = np.cross(longest[one], longest[other])
    sines = np.linalg.norm(crosses, axis=1)
    is_square = sines > 1e-3
    return np.concatenate([np.eye(3), square_to_faces, crosses[is_square] / sines[is_square, None]])


def _distinct(directions: Floats, weights: Floats) -> Floats:
    """Directions without those opposite or equal, the weightiest first."""
    rows = np.arange(len(directions))
    signs = np.sign(directions[rows, np.abs(directions).argmax(axis=1)])
    pointing = directions * signs[:, None]
    _, first, numbers = np.unique(
        np.rint(pointing / _SAME).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    totals = np.bincount(numbers.ravel(), weights)
    distinct: Floats = pointing[first[np.argsort(-totals, kind="stable")]]
    return distinct


def _smallest_rectangle(whole: Hull, normal: Floats) -> tuple[float, Floats]:
    """The smallest rectangle around the hull's shadow along `normal`: its area, and the box's axes.

    One of its sides lies along an edge of the shadow (H. Freeman and R. Shapira, Commun. ACM 18(7), 1975).
    """
    ways = _shadow_edges(whole, normal)
    across = np.cross(normal, ways)
    areas = np.ptp(ways @ whole.corners.T, axis=1) * np.ptp(across @ whole.corners.T, axis=1)
    best = int(areas.argmin())
    return float(areas[best]), np.stack([ways[best], across[best], normal])


def _shadow_edges(whole: Hull, normal: Floats) -> Floats:
    """Directions, square to `normal`, of the edges between what is seen along it and what is not."""
    heights = whole.normals @ normal
    triangle, corner = np.nonzero((heights[:, None] > _SAME) & (heights[whole.neighbours] <= _SAME))
    start = whole.corners[whole.triangles[triangle, (corner + 1) % 3]]
    ways = whole.corners[whole.triangles[triangle, (corner + 2) % 3]] - start
    ways -= np.outer(ways @ normal, normal)
    lengths = np.linalg.norm(ways, axis=1)
    is_long = lengths > 1e-9 * lengths.max(initial=0)
    shadow: Floats = ways[is_long] / lengths[is_long, None]
    return shadow


def _flat_frame(points: Floats) -> Floats:
    """Axes of the smallest rectangle around points in a plane, on a line or in one place."""
    _, _, rows = (
        np.linalg.svd(points - points.mean(axis=0), full_matrices=False) if len(points) >= 3 else (0, 0, np.eye(3))
    )
    plane = points @ rows[:2].T
    try:
        outline = plane[ConvexHull(plane).vertices]
    except QhullError:
        return np.asarray(rows)
    ways = np.roll(outline, -1, axis=0) - outline
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    across = np.stack([-ways[:, 1], ways[:, 0]], axis=1)
    areas = np.ptp(outline @ ways.T, axis=0) * np.ptp(outline @ across.T, axis=0)
    best = int(areas.argmin())
    return np.concatenate([np.stack([ways[best], across[best]]) @ rows[:2], rows[2:]])
