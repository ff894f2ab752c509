"""Closed outlines that enclose nothing and are no larger than a dot: what slips from a pen, not a cut."""

import math
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.drawings.chaining import THINNEST_SHARE
from marketplace.adapters.geometry_kernel.drawings.curves import swept_area
from marketplace.adapters.geometry_kernel.drawings.strokes import Stroke

LARGEST_MM: Final = 1.0
SHARE: Final = 1 / 200
"""No speck is larger than this share of the drawing, whatever its units say."""


def without_specks(drawn: list[Stroke], size_mm: float) -> tuple[list[Stroke], int]:
    """The strokes of a drawing with diagonal `size_mm` that are no specks, and how many were."""
    largest = min(LARGEST_MM, size_mm * SHARE)
    kept = [stroke for stroke in drawn if not _is_speck(stroke, largest)]
    return kept, len(drawn) - len(kept)


def _is_speck(stroke: Stroke, largest: float) -> bool:
    length = stroke.length_mm
    if length > 4 * largest:  # a box holds no line there and back that is longer
        return False
    points = np.concatenate([piece.points for piece in stroke.pieces])
    area = abs(swept_area(points) + sum(piece.beyond_mm2 for piece in stroke.pieces))
    is_closed = math.dist(points[0], points[-1]) <= 1e-9 + 1e-6 * length
    return is_closed and float(np.ptp(points, axis=0).max()) <= largest and area <= THINNEST_SHARE * length**2
