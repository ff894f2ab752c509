"""Faces that follow each other at an even distance: planes opposite each other, cylinders of radius r and r + t, …

A face and its offset share a direction, an axis or a centre; what differs is one coordinate: how far the plane lies
along its normal, the radius of a cylinder or sphere or of a torus's tube, and of a cone its radius times the cosine of
its half angle. Material lies between them where the outer one looks out and the inner one in.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.brep import axes
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface, Truths
from marketplace.adapters.geometry_kernel.brep.shapes import Array

SAME: Final = 2e-3
"""Two distances are one thickness when they differ by less than this share of it."""

NEIGHBOURS: Final = 8
"""How many faces behind each are looked at for the thickness: parts with more layers have no one thickness."""

_HALF_ANGLE_STEP: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Offsets:
    """Faces in families: those of one group can be offsets of each other, by the difference of their coordinates."""

    group: Integers
    """-1 for a free-form face."""
    coordinate: Array
    is_outer: Truths
    """Whether the material lies on the side of smaller coordinates."""


def offsets(faces: FaceTable) -> Offsets:
    """The families of faces and where in them each lies."""
    straight = axes.canonical(faces.axis)
    way = np.sign((straight * faces.axis).sum(axis=1))
    is_plane = faces.on(Surface.PLANE)
    return Offsets(
        group=np.where(faces.on(Surface.OTHER), -1, axes.groups(_keys(faces, straight, way))),
        coordinate=_coordinates(faces, straight, way),
        is_outer=np.where(is_plane, way > 0, ~faces.is_hollow),
    )


def _keys(faces: FaceTable, straight: Array, way: Array) -> Array:
    """(n, 8) what the faces of a family share: surface, direction, line or centre, a cone's tilt or a torus's size."""
    is_ball, is_torus = faces.on(Surface.SPHERE), faces.on(Surface.TORUS)
    direction = np.where(is_ball[:, None], 0.0, straight)
    place = np.where((is_ball | is_torus)[:, None], faces.place, axes.feet(straight, faces.place))
    place = np.where(faces.on(Surface.PLANE)[:, None], 0.0, place)
    extra = faces.half_angle * way / _HALF_ANGLE_STEP + np.where(is_torus, faces.radius / axes.PLACE_STEP_MM, 0.0)
    figures = np.column_stack((direction / axes.DIRECTION_STEP, place / axes.PLACE_STEP_MM, extra))
    return np.column_stack((faces.surface, axes.steps(figures)))


def _coordinates(faces: FaceTable, straight: Array, way: Array) -> Array:
    height = (straight * faces.place).sum(axis=1)
    tilt = faces.half_angle * way
    of_cone = (faces.radius - height * np.tan(tilt)) * np.cos(tilt)
    kinds = [faces.on(kind) for kind in Surface]
    choices = [height, faces.radius, of_cone, faces.radius, faces.tube, 0.0]
    return np.asarray(np.select(kinds, choices))


def thickness(faces: FaceTable, found: Offsets, *, thinnest: float, thickest: float) -> float | None:
    """The distance within bounds at which the most area has an offset behind it; None where no face has one."""
    outer, inner, place = _in_line(found, thickest)
    if not len(outer) or not len(inner):
        return None
    first = np.searchsorted(place[inner], place[outer] - thickest)
    rows = first[:, None] + np.arange(NEIGHBOURS)
    behind = inner[np.minimum(rows, len(inner) - 1)]
    gaps = place[outer][:, None] - place[behind]
    is_near = (rows < len(inner)) & (gaps >= thinnest) & (gaps <= thickest)
    exact = found.coordinate[outer][:, None] - found.coordinate[behind]
    weights = np.minimum(faces.area[outer][:, None], faces.area[behind])
    return _commonest(exact[is_near], weights[is_near])


def _commonest(values: Array, weights: Array) -> float | None:
    """The weighted middle of the window, `SAME` wide, that weighs the most."""
    if not len(values):
        return None
    order = np.argsort(values)
    values, sums = values[order], np.concatenate(([0.0], np.cumsum(weights[order])))
    ends = np.searchsorted(values, values * (1 + SAME), side="right")
    first = int(np.argmax(sums[ends] - sums[:-1]))
    middle = (sums[first] + sums[ends[first]]) / 2
    return float(values[min(np.searchsorted(sums, middle, side="right") - 1, ends[first] - 1)])


def offset_by(found: Offsets, distance: float) -> Truths:
    """Which faces have an offset at a distance, through material."""
    outer, inner, place = _in_line(found, distance * 2)
    near, far = distance * (1 - SAME), distance * (1 + SAME)
    has_offset = np.zeros(len(found.group), dtype=bool)
    for rows, others, way in ((outer, inner, -1), (inner, outer, 1)):
        ends = np.sort(np.stack((place[rows] + way * near, place[rows] + way * far)), axis=0)
        between = np.searchsorted(place[others], ends[1], side="right") - np.searchsorted(place[others], ends[0])
        has_offset[rows] = between > 0
    return has_offset


def _in_line(found: Offsets, reach: float) -> tuple[Integers, Integers, Array]:
    """Outer and inner faces in order along one line, on which the families lie further apart than `reach`."""
    known = found.group >= 0
    coordinate = np.where(known, found.coordinate, 0.0)
    room = float(np.ptp(coordinate)) + 2 * reach if len(coordinate) else 0.0
    place = coordinate + found.group * room
    rows = np.argsort(place, kind="stable")
    rows = rows[known[rows]]
    return rows[found.is_outer[rows]], rows[~found.is_outer[rows]], place
