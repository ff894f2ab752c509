"""Straight lines in space that faces turn about."""

from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.brep.faces import Integers
from marketplace.adapters.geometry_kernel.brep.shapes import Array

DIRECTION_STEP, PLACE_STEP_MM = 1e-3, 1e-2
OFF_GRID: Final = 0.3183
"""Keeps the round figures of drawings away from the borders of the rounding."""


def canonical(directions: Array) -> Array:
    """(n, 3) directions, turned round so that their first figure that is not 0 is positive."""
    leading = np.argmax(np.abs(directions) > 1e-6, axis=1)
    signs = np.sign(directions[np.arange(len(directions)), leading])
    return np.asarray(directions * np.where(signs == 0, 1.0, signs)[:, None] + 0.0)


def feet(axes: Array, places: Array) -> Array:
    """(n, 3) the points of lines that are nearest to the origin."""
    return np.asarray(places - axes * (axes * places).sum(axis=1)[:, None])


def lines(axes: Array, places: Array) -> Array:
    """(n, 6) keys of lines, in whole steps: the same for every face around one line."""
    straight = canonical(axes)
    return steps(np.hstack((straight / DIRECTION_STEP, feet(straight, places) / PLACE_STEP_MM)))


def steps(figures: Array) -> Array:
    """Figures in whole steps."""
    return np.asarray(np.floor(figures + OFF_GRID))


def groups(keys: Array) -> Integers:
    """(n,) for each row the number of its group: rows of one group are the same."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    return np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)


def distances(points: Array, place: Array, axis: Array) -> Array:
    """(n,) how far points lie from a line."""
    away = points - place
    return np.asarray(np.linalg.norm(away - np.outer(away @ axis, axis), axis=1))
