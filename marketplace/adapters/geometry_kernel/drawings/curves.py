"""Curves of a drawing as they are defined, and how each becomes points with its true length and area.

A curve is mapped by an affine matrix before it is followed: a circle in a block that is stretched becomes an ellipse,
and nothing of its shape is lost. Matrices are 4 × 4 for row vectors, as ezdxf writes them; only x and y are kept.
"""

import math
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
from scipy.interpolate import BSpline

from marketplace.adapters.geometry_kernel.drawings.outlines import FOLLOWED_MM, Points
from marketplace.geometry.errors import NotFinite, OutOfRange, TooComplex
from marketplace.geometry.figures import MAX_LENGTH_MM

Matrix = npt.NDArray[np.float64]

COARSEST_TURN: Final = math.pi / 16
"""Even a tiny arc gets a point each 11°."""
FOLLOWED_SHARE: Final = 1e-3
"""Small splines are followed within this share of their size."""
MAX_CURVE_POINTS: Final = 100_000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


@dataclass(frozen=True, slots=True)
class Circle:
    """Where on which circle an arc runs: angles in radians, the sweep positive against the clock."""

    x: float
    y: float
    radius: float
    start: float
    sweep: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a cut: points in mm, the true length, and the area between the curve and its points.

    `beyond_mm2` is what ½∮(x dy − y dx) gains when the curve is followed instead of the points; it changes its sign
    with the direction.
    """

    points: Points
    length_mm: float
    beyond_mm2: float = 0.0
    is_straight: bool = False
    circle: Circle | None = None

    def reversed(self) -> "Piece":
        """The same stretch followed from its end."""
        return Piece(self.points[::-1], self.length_mm, -self.beyond_mm2, self.is_straight)


class Curve(Protocol):
    """A curve as a file defines it."""

    def drawn(self, matrix: Matrix) -> Piece:
        """The curve after `matrix`, in mm; raises NotFinite, OutOfRange or TooComplex."""
        ...


@dataclass(frozen=True, slots=True)
class Polyline:
    """Straight from point to point; points (n, 3)."""

    points: Points

    def drawn(self, matrix: Matrix) -> Piece:
        """The polyline without points that repeat."""
        points = mapped(self.points, matrix)
        keep = np.ones(len(points), dtype=bool)
        keep[1:] = (np.diff(points, axis=0) != 0).any(axis=1)
        points = points[keep]
        return Piece(points, path_length(points), is_straight=True)


@dataclass(frozen=True, slots=True)
class Arc:
    """centre + first·cos t + second·sin t from `start` over `sweep` radians: arcs of circles and of ellipses."""

    centre: Points
    first: Points
    second: Points
    start: float
    sweep: float

    def drawn(self, matrix: Matrix) -> Piece:
        """The arc with its extreme points among its points, so that its box is exact."""
        if not (math.isfinite(self.start) and math.isfinite(self.sweep)):
            raise _not_finite()
        control = np.array([self.centre, self.centre + self.first, self.centre + self.second])
        centre, *ends = mapped(control, matrix)
        first, second = ends[0] - centre, ends[1] - centre
        turns = _turns(first, second, self.start, self.sweep)
        points = centre + np.outer(np.cos(turns), first) + np.outer(np.sin(turns), second)
        cross = float(first[0] * second[1] - first[1] * second[0])
        circle = _circle(centre, first, second, self.start, self.sweep)
        length = circle.radius * abs(self.sweep) if circle else _ellipse_length(first, second, self.start, self.sweep)
        beyond = cross / 2 * (self.sweep - float(np.sin(np.diff(turns)).sum()))
        return Piece(points, length, beyond, circle=circle)


@dataclass(frozen=True, slots=True)
class Spline:
    """A B-spline, rational where it has weights; control points (n, 3), n + degree + 1 knots."""

    control: Points
    knots: Points
    degree: int
    weights: Points | None = None

    def drawn(self, matrix: Matrix) -> Piece:
        """Followed ever finer until its middles lie near; length and area extrapolated to vanishing steps.

        Sums over chords err with the square of the step: (4·fine − coarse)/3 cancels that (Richardson, 1911).
        """
        control = mapped(self.control, matrix)
        weights = np.ones(len(control)) if self.weights is None else self.weights
        curve = BSpline(self.knots, np.column_stack([control * weights[:, None], weights]), self.degree)
        coarse, fine = self._followed(curve)
        length = (4 * path_length(fine) - path_length(coarse)) / 3
        beyond = (swept_area(fine) - swept_area(coarse)) / 3
        return Piece(fine, max(length, path_length(fine)), beyond, is_straight=False)

    def _followed(self, curve: BSpline) -> tuple[Points, Points]:
        size = float(np.ptp(curve.c[:, :2] / curve.c[:, 2:], axis=0).max())
        slack = min(FOLLOWED_MM, size * FOLLOWED_SHARE)
        spans = np.unique(self.knots[self.degree : len(self.control) + 1])
        steps = 2
        while True:
            if len(spans) * steps > MAX_CURVE_POINTS:
                raise TooComplex("A curve of the drawing is too long or too fine to follow. Please simplify it.")
            fine = _evaluated(curve, spans, steps)
            coarse = fine[::2]
            if float(np.hypot(*(fine[1::2] - (coarse[:-1] + coarse[1:]) / 2).T).max()) <= slack:
                return coarse, fine
            steps *= 2


def _evaluated(curve: BSpline, spans: Points, steps: int) -> Points:
    """Points at even parameters of each span between knots."""
    inside = spans[:-1, None] + np.diff(spans)[:, None] * (np.arange(steps) / steps)
    homogeneous = curve(np.append(inside.ravel(), spans[-1]))
    with np.errstate(all="ignore"):
        points: Points = homogeneous[:, :2] / homogeneous[:, 2:]
    _check(points)
    return points


def mapped(points: Points, matrix: Matrix) -> Points:
    """The points after the matrix, x and y only; raises NotFinite or OutOfRange."""
    with np.errstate(all="ignore"):
        moved: Points = points @ matrix[:3, :2] + matrix[3, :2]
    _check(moved)
    return moved


def path_length(points: Points) -> float:
    """Length along the points."""
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def swept_area(points: Points) -> float:
    """½∫(x dy − y dx) along the points, taken about the first for accuracy."""
    x, y = (points - points[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def _check(points: Points) -> None:
    if not np.isfinite(points).all():
        raise _not_finite()
    if len(points) and float(np.abs(points).max()) > MAX_LENGTH_MM / 2:
        raise OutOfRange("The drawing reaches further than five kilometres. Please check its position and units.")


def _not_finite() -> NotFinite:
    return NotFinite("The drawing has coordinates that are no numbers. Please export it again.")


def _turns(first: Points, second: Points, start: float, sweep: float) -> Points:
    """Parameters from start to end: even ones, fine enough, and those where x or y is extreme."""
    radius = float(max(np.hypot(*first), np.hypot(*second)))
    widest = 2 * math.acos(max(0.0, 1 - FOLLOWED_MM / radius)) if radius > FOLLOWED_MM else COARSEST_TURN
    count = max(2, math.ceil(abs(sweep) / min(widest, COARSEST_TURN)))
    if count > MAX_CURVE_POINTS:
        raise TooComplex("An arc of the drawing is too long to follow. Please simplify it.")
    even = start + np.linspace(0, sweep, count + 1)
    extreme = np.arctan2(second, first)
    low, high = min(start, start + sweep), max(start, start + sweep)
    near = extreme[:, None] + math.pi * (np.ceil((low - extreme)[:, None] / math.pi) + np.arange(3))
    turns = np.unique(np.concatenate([even, near[(near > low + 1e-9) & (near < high - 1e-9)]]))
    return turns if sweep > 0 else turns[::-1]


def _circle(centre: Points, first: Points, second: Points, start: float, sweep: float) -> Circle | None:
    """The circle an arc lies on, unless it lies on an ellipse: its axes differ, or are not at right angles."""
    radius = float(np.hypot(*first))
    slack = 1e-9 * radius
    if abs(radius - float(np.hypot(*second))) > slack or abs(float(first @ second)) > slack * radius:
        return None
    turn = 1.0 if first[0] * second[1] > first[1] * second[0] else -1.0
    begin = math.atan2(first[1], first[0]) + turn * start
    return Circle(float(centre[0]), float(centre[1]), radius, begin, turn * sweep)


def _ellipse_length(first: Points, second: Points, start: float, sweep: float) -> float:
    """∫|−first·sin t + second·cos t| dt by Gauss-Legendre quadrature of eight nodes on each of 64 stretches."""
    edges = start + sweep * np.linspace(0, 1, 65)
    half = np.diff(edges)[:, None] / 2
    turns = (edges[:-1, None] + half) + half * _NODES
    speed = np.hypot(
        second[0] * np.cos(turns) - first[0] * np.sin(turns), second[1] * np.cos(turns) - first[1] * np.sin(turns)
    )
    return float(np.abs((speed * _WEIGHTS * half).sum()))
