"""Faces that round a corner inside: hollow cylinders, tori and balls that run smoothly into what they join."""

from collections.abc import Iterable

import numpy as np

from marketplace.adapters.geometry_kernel.brep.adjacency import Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface
from marketplace.adapters.geometry_kernel.brep.shapes import Array

UPRIGHT = 1e-2
"""Cosine below which a direction counts as square to another; above 1 minus it, as parallel."""

LESS_THAN_HALF_TURN = np.radians(170)


def is_fillet(faces: FaceTable, face: int, normal: Array) -> bool:
    """Whether a face can be the fillet between a floor with that normal and its walls."""
    if not faces.is_hollow[face]:
        return False
    if faces.surface[face] == Surface.CYLINDER:
        is_lying = abs(float(faces.axis[face] @ normal)) < 1 - UPRIGHT
        return is_lying and bool(faces.turn[face] < LESS_THAN_HALF_TURN)
    return bool(faces.surface[face] in (Surface.TORUS, Surface.SPHERE))


def around(faces: FaceTable, edges: Edges, start: Iterable[int], normal: Array) -> set[int]:
    """All fillets that run smoothly on from the first ones."""
    found, waiting = set[int](), list(start)
    while waiting:
        face = waiting.pop()
        if face in found:
            continue
        found.add(face)
        waiting += [other for other in smooth_neighbours(edges, face) if is_fillet(faces, other, normal)]
    return found


def smooth_neighbours(edges: Edges, face: int) -> list[int]:
    """The faces that a face runs smoothly into."""
    own: Integers = edges.of(face)
    beyond: list[int] = edges.beyond(own[edges.meeting[own] == Meeting.SMOOTH], face).tolist()
    return beyond
