"""How slender a tool must be to cut what it sees: the room between opposite walls, and how deep it lies."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh
from marketplace.adapters.geometry_kernel.meshes.rays import NOTHING, Rays
from marketplace.adapters.geometry_kernel.meshes.visibility import LIFT, Flags

_UPRIGHT: Final = 0.3
"""Cosine between normal and tool under which a surface is a wall of something: it leans less than 17°."""

_OPPOSITE: Final = -0.7
"""Cosine under which two walls face one another; the two sides of a corner do not."""

_BESIDE: Final = (0.02, 0.25)
"""Where material beside the tool is looked for, in tool diameters from its flank: the holder is half as wide again."""

_LEVELS: Final = (0.0, 1 / 3, 2 / 3, 0.97)
"""Shares of the height up to the mouth at which the room is measured."""

_OFF_WALL: Final = 0.05
"""The floor is looked for this share of the room away from the wall, beyond a small rounding at its foot."""


@dataclass(frozen=True, slots=True)
class Demands:
    """For each place how far a tool must reach past material beside it and how wide it may be, in mm.

    Where nothing is narrow, 0 and infinite.
    """

    reach_mm: Floats
    width_mm: Floats

    @property
    def ratios(self) -> Floats:
        """Reach over diameter."""
        return self.reach_mm / self.width_mm


def demands(mesh: Mesh, rays: Rays, points: Floats, normals: Floats, directions: Floats, seen: Flags) -> Demands:
    """What the places (n, 3) ask of a tool, each from that of the directions (k, 3) which sees it and asks least.

    Walls are judged by the room straight across from them: the width of a slot, the diameter of a hole, the least
    between there and the mouth. In a corner of a pocket the room across tells nothing about its rounding, whose radius
    is a feature of the exact surfaces. A tool goes down to the floor beside the wall; a passage seen from both ends is
    cut halfway from each.
    """
    least = Demands(np.full(len(points), np.inf), np.ones(len(points)))
    for number, direction in enumerate(directions):
        here = np.flatnonzero(seen[number])
        opposite = np.flatnonzero(directions @ direction < -1 + 1e-6)
        both = np.any(seen[np.ix_(opposite, here)], axis=0)
        one = _from_one(mesh, rays, points[here], normals[here], direction, both)
        better = one.ratios < least.ratios[here]
        least.reach_mm[here[better]] = one.reach_mm[better]
        least.width_mm[here[better]] = one.width_mm[better]
    unseen = np.isinf(least.reach_mm)
    return Demands(np.where(unseen, 0, least.reach_mm), np.where(unseen, np.inf, least.width_mm))


def _from_one(
    mesh: Mesh, rays: Rays, points: Floats, normals: Floats, direction: Floats, is_seen_from_below: Flags
) -> Demands:
    """What the places ask of a tool that comes along -direction."""
    reach, width = np.zeros(len(points)), np.full(len(points), np.inf)
    walls, outwards = _walls(normals, direction)
    rooms = _rooms(mesh, rays, points[walls], outwards)
    narrow = np.isfinite(rooms)
    walls, outwards, rooms = walls[narrow], outwards[narrow], rooms[narrow]
    places = points[walls]
    above = _height(mesh, rays, places, outwards, rooms, direction)
    below, is_through = _floor(mesh, rays, places, outwards, rooms, direction)
    share = np.where(is_through & is_seen_from_below[walls], 0.5, 1.0)
    reach[walls] = (above + below) * share
    width[walls] = _least_room(mesh, rays, places, outwards, rooms, above, direction)
    return Demands(reach, width)


def _walls(normals: Floats, direction: Floats) -> tuple[npt.NDArray[np.int64], Floats]:
    """Which of the places are walls, and the way off them square to the direction."""
    leaning = normals @ direction
    lengths = np.linalg.norm(normals, axis=1)
    walls = np.flatnonzero((np.abs(leaning) < _UPRIGHT) & (lengths > 0))
    flat = normals[walls] - leaning[walls, None] * direction
    return walls, flat / np.linalg.norm(flat, axis=1, keepdims=True)


def _rooms(mesh: Mesh, rays: Rays, places: Floats, outwards: Floats) -> Floats:
    """The distance to the wall opposite; infinite where there is none."""
    lift = LIFT * mesh.size
    met, distances = rays.first(places + lift * outwards, outwards)
    facing = np.einsum("ij,ij->i", mesh.normals[met], outwards) < _OPPOSITE
    return np.where((met != NOTHING) & facing, distances + lift, np.inf)


def _height(mesh: Mesh, rays: Rays, places: Floats, outwards: Floats, rooms: Floats, up: Floats) -> Floats:
    """How far the material beside the room rises above the places, on either side of it.

    Rays fall from above the part just beyond either wall; the first they meet is the top of what stands there.
    """
    top = float(np.maximum(mesh.low * up, mesh.high * up).sum()) + LIFT * mesh.size
    heights = np.zeros(len(places))
    sides = [-share for share in _BESIDE] + [1 + share for share in _BESIDE]
    for side in sides:
        beside = places + (side * rooms)[:, None] * outwards
        climb = top - beside @ up
        met, fall = rays.first(beside + climb[:, None] * up, np.broadcast_to(-up, beside.shape))
        heights = np.maximum(heights, np.where(met == NOTHING, 0, climb - np.where(met == NOTHING, 0, fall)))
    return heights


def _floor(mesh: Mesh, rays: Rays, places: Floats, outwards: Floats, rooms: Floats, up: Floats) -> tuple[Floats, Flags]:
    """How far the floor lies below the places, or the mouth where there is no floor; and whether there is none."""
    inside = places + (_OFF_WALL * rooms)[:, None] * outwards
    met, falls = rays.first(inside, np.broadcast_to(-up, inside.shape))
    is_through = met == NOTHING
    falls[is_through] = _height(mesh, rays, places[is_through], outwards[is_through], rooms[is_through], -up)
    return falls, is_through


def _least_room(
    mesh: Mesh, rays: Rays, places: Floats, outwards: Floats, rooms: Floats, heights: Floats, up: Floats
) -> Floats:
    """The least room between the places and the mouth: no wider tool comes down."""
    lift, least = LIFT * mesh.size, rooms
    for level in _LEVELS[1:]:
        origins = places + lift * outwards + (level * heights)[:, None] * up
        _, distances = rays.first(origins, outwards)
        least = np.minimum(least, distances + lift)
    return least
