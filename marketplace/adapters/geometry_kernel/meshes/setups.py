"""The fewest set-ups that show a tool all that can be shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats
from marketplace.adapters.geometry_kernel.meshes.visibility import Flags

SLACK: Final = 0.002
"""Share of the area for whose sake there is no further set-up."""

_SQUARE: Final = 0.01
"""Cosine under which two axes are square to one another: half a degree."""

_FLUSH: Final = 0.9999
"""Cosine above which a surface is square to a direction: 0.8 degrees."""

_SIMILAR: Final = 0.05
"""Frames are as good as the best that have at most this share of the area less square to them."""

_MOST_FRAMES: Final = 24
_MOST_SWAPPED: Final = 8
_CLOSE: Final = 0.99
"""Efforts and areas of which the smaller is at least this share of the larger are equal: then order decides."""


@dataclass(frozen=True, slots=True)
class Setups:
    """Numbers of the directions chosen, the most useful first; whether they lie along three axes at right angles."""

    chosen: tuple[int, ...]
    is_three_axis: bool


@dataclass(frozen=True, slots=True)
class Views:
    """What is seen (k directions, n samples), and how far below the top of the part each sample lies, in mm.

    Directions come in pairs, each followed by its opposite; `facing` are the cosines between them and the normals.
    """

    directions: Floats
    seen: Flags
    facing: Floats
    depths_mm: Floats


def setups(views: Views) -> Setups:
    """The fewest directions that see all that any direction sees, but for SLACK of the area.

    The part is clamped along three axes at right angles, to which as much of its area is square as to any. Of those
    frames one comes first that sees all, for a three-axis machine has no other directions; then the one that needs the
    fewest; then the one from which the places lie least deep; then the order of the directions. A frame is tried
    exhaustively (63 sets); what it does not see is added greedily, the largest area first (Chvátal 1979), where one
    direction takes the place of two if it does for both.
    """
    reachable: Flags = np.any(views.seen, axis=0)
    best: tuple[bool, int, float] | None = None
    chosen: list[int] = []
    for frame in _square_frames(views):
        candidate = _cover(views, frame, reachable)
        rank = (not is_three_axis(views.directions[candidate]), len(candidate), _effort(views, candidate))
        if best is None or rank[:2] < best[:2] or (rank[:2] == best[:2] and rank[2] < best[2] * _CLOSE):
            best, chosen = rank, candidate
    ordered = _greedy(views.seen, chosen, _together(views.seen, chosen), slack=0)
    return Setups(tuple(ordered), is_three_axis(views.directions[ordered]))


def is_three_axis(directions: Floats) -> bool:
    """Whether every two of the directions (n, 3) are parallel, opposite or square."""
    cosines = np.abs(directions @ directions.T)
    return bool(((cosines < _SQUARE) | (cosines > 1 - _SQUARE**2)).all())


def _square_frames(views: Views) -> list[list[int]]:
    """The frames to which most of the area is square; all of them where nothing is flat."""
    frames = list(_frames(views.directions))
    is_square = np.abs(views.facing[::2]) > _FLUSH
    shares = [float(_together(is_square, [number // 2 for number in frame[::2]]).mean()) for frame in frames]
    return [frame for frame, share in zip(frames, shares, strict=True) if share >= max(shares) - _SIMILAR]


def _frames(directions: Floats) -> Iterator[list[int]]:
    """Directions along up to three axes at right angles, in the order of the directions; none is part of another."""
    axes = directions[::2]
    square = np.abs(axes @ axes.T) < _SQUARE
    found: list[set[int]] = []
    for size in (3, 2, 1):
        for group in combinations(range(len(axes)), size):
            if len(found) == _MOST_FRAMES:
                return
            if all(square[a, b] for a, b in combinations(group, 2)) and not any(set(group) <= one for one in found):
                found.append(set(group))
                yield [2 * axis + sense for axis in group for sense in (0, 1)]


def _cover(views: Views, frame: list[int], reachable: Flags) -> list[int]:
    """The best set of the frame for what the frame sees, and greedily the rest."""
    chosen = _best_of(views, frame)
    rest: Flags = reachable & ~_together(views.seen, chosen)
    added = _greedy(views.seen, range(len(views.seen)), rest, slack=SLACK)
    return chosen + _swapped(views.seen, added, rest)


def _together(flags: Flags, numbers: list[int]) -> Flags:
    """Where any of these rows is set."""
    together: Flags = np.any(flags[numbers], axis=0)
    return together


def _best_of(views: Views, frame: list[int]) -> list[int]:
    """The smallest set of the frame's directions that sees what they all see; of equals the one of least effort."""
    patterns = (1 << np.arange(len(frame))) @ views.seen[frame]
    counts = np.bincount(patterns, minlength=1 << len(frame))
    kinds = np.arange(1, len(counts))
    missed = ((kinds[:, None] & kinds) == 0) @ counts[1:]
    enough = kinds[missed <= SLACK * len(patterns)]
    sizes = np.array([int(kind).bit_count() for kind in enough])
    sets = [
        [number for bit, number in enumerate(frame) if kind >> bit & 1]
        for kind in enough[sizes == sizes.min()].tolist()
    ]
    efforts = [_effort(views, one) for one in sets]
    return next(one for one, effort in zip(sets, efforts, strict=True) if effort * _CLOSE <= min(efforts))


def _effort(views: Views, chosen: list[int]) -> float:
    """The sum of how deep the samples lie, each seen from where it lies least deep, in mm."""
    depths = np.where(views.seen[chosen], views.depths_mm[chosen], np.inf).min(axis=0, initial=np.inf)
    return float(depths[np.isfinite(depths)].sum())


def _greedy(seen: Flags, among: list[int] | range, wanted: Flags, *, slack: float) -> list[int]:
    """Directions that see the most of what is wanted and not seen yet, until hardly anything is left."""
    left, chosen = wanted.copy(), []
    numbers = list(among)
    while numbers and np.count_nonzero(left) > slack * len(wanted):
        gains = np.count_nonzero(seen[numbers] & left, axis=1)
        if not gains.any():
            break
        number = numbers[int(np.argmax(gains >= gains.max() * _CLOSE))]
        chosen.append(number)
        numbers.remove(number)
        left &= ~seen[number]
    return chosen


def _swapped(seen: Flags, chosen: list[int], wanted: Flags) -> list[int]:
    """One direction in place of two, as long as there is one that sees as much."""
    for _ in range(min(len(chosen), _MOST_SWAPPED)):
        shorter = next(_one_for_two(seen, chosen, wanted), None)
        if shorter is None:
            break
        chosen = shorter
    return chosen


def _one_for_two(seen: Flags, chosen: list[int], wanted: Flags) -> Iterator[list[int]]:
    for pair in combinations(chosen[:_MOST_SWAPPED], 2):
        kept = [number for number in chosen if number not in pair]
        left = wanted & ~_together(seen, kept)
        missed = np.count_nonzero(left & ~seen, axis=1)
        if missed.min() <= SLACK * len(wanted):
            yield [*kept, int(missed.argmin())]
