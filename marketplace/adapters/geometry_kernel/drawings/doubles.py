"""Lines drawn twice are cut once: the same entity again, lines that run over each other, arcs over the same circle.

Whole entities are told apart by their moments. What remains is compared stretch by stretch: stretches that overlap are
replaced by what lies between all their ends, each once; so parts that share an edge keep it between their corners.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.drawings import overlaps
from marketplace.adapters.geometry_kernel.drawings.curves import Piece, path_length
from marketplace.adapters.geometry_kernel.drawings.outlines import Points

SAME_MM: Final = 0.01
"""Lines nearer than this are the same line: far below what any cutter can tell."""
_OFF_GRID: Final = 0.381966
"""Drawings are full of round figures; this keeps them off the borders between cells."""

Path = tuple[Piece, ...]
"""Pieces end to end."""

_FIGURES: Final = 14
"""By which whole paths are told apart."""
_CUTS: Final = (slice(None, -1), slice(1, None))
"""Where the stretches of a piece begin, and where they end."""


@dataclass(frozen=True, slots=True)
class Single:
    """Paths of which none is drawn twice, and how many were."""

    paths: list[Path]
    duplicates: int


def single(paths: list[Path], fineness: float = 1.0) -> Single:
    """Each line once; what counts as the same line is `fineness` times as wide as usual.

    Raises TooComplex when far too many lie over each other.
    """
    same_mm = SAME_MM * fineness
    unlike = _unlike(paths, same_mm)
    lines = overlaps.straight(unlike, same_mm)
    arcs = overlaps.round_(unlike, same_mm)
    covered = lines.covered | arcs.covered
    if not covered:
        return Single(unlike, len(paths) - len(unlike))
    kept = [path for path in unlike if not _is_touched(path, covered)]
    loose = [(stretch,) for path in unlike if _is_touched(path, covered) for stretch in _rest(path, covered)]
    duplicates = len(paths) - len(unlike) + lines.duplicates + arcs.duplicates
    return Single([*kept, *loose, *((piece,) for piece in (*lines.pieces, *arcs.pieces))], duplicates)


def _is_touched(path: Path, covered: set[tuple[int, int]]) -> bool:
    return any((id(piece), step) in covered for piece in path for step in range(_steps(piece)))


def _rest(path: Path, covered: set[tuple[int, int]]) -> list[Piece]:
    """What of a path is not covered, as stretches of its own."""
    rest = []
    for piece in path:
        if not piece.is_straight:
            rest += [] if (id(piece), 0) in covered else [piece]
            continue
        free = [step for step in range(_steps(piece)) if (id(piece), step) not in covered]
        rest += [_stretch(piece.points[step : step + 2]) for step in free]
    return rest


def _steps(piece: Piece) -> int:
    return len(piece.points) - 1 if piece.is_straight else 1


def _stretch(points: Points) -> Piece:
    return Piece(points, path_length(points), is_straight=True)


def _unlike(paths: list[Path], same_mm: float) -> list[Path]:
    """One path of each set of equal ones, in the order of the file."""
    if len(paths) < 2:
        return paths
    keys = np.rint(_all_moments(paths) / same_mm + _OFF_GRID)
    first = np.unique(keys, axis=0, return_index=True)[1]
    return [paths[which] for which in np.sort(first)]


def _all_moments(paths: list[Path]) -> npt.NDArray[Any]:
    """The moments of each path; those of as many stretches at once, as drawings are full of lines and like holes."""
    found = np.empty((len(paths), _FIGURES))
    alike: dict[int, list[int]] = defaultdict(list)
    for number, path in enumerate(paths):
        alike[sum(len(piece.points) - 1 for piece in path)].append(number)
    for numbers in alike.values():
        starts, ends = (np.array([_points(paths[number], cut) for number in numbers]) for cut in _CUTS)
        found[numbers] = _moments(starts, ends)
    return found


def _points(path: Path, cut: slice) -> Points:
    return path[0].points[cut] if len(path) == 1 else np.concatenate([piece.points[cut] for piece in path])


def _moments(starts: Points, ends: Points) -> npt.NDArray[Any]:
    """Lengths that are equal for equal paths, wherever they begin and whichever way they run.

    Paths (n) of stretches (m) from starts to ends (n, m, 2). The box, the true length, and the means of x, y, x², xy,
    y², x³, x²y, xy², y³ along the path about the box's middle, each divided by as many sizes of the box as makes it a
    length.
    """
    low = np.minimum(starts, ends).min(axis=1)
    high = np.maximum(starts, ends).max(axis=1)
    ways = ends - starts
    lengths = np.hypot(ways[..., 0], ways[..., 1])
    whole = lengths.sum(axis=1, keepdims=True)
    places = np.concatenate([starts, (starts + ends) / 2, ends], axis=1)
    weights = np.concatenate([lengths, 4 * lengths, lengths], axis=1) / (6 * whole)  # Simpson: exact up to cubes
    half = np.maximum((high - low).max(axis=1, keepdims=True) / 2, 1e-12)
    x, y = np.moveaxis((places - ((low + high) / 2)[:, None]) / half[:, None], 2, 0)
    powers = np.stack([x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3], axis=1)
    return np.concatenate([low, high, whole, (powers @ weights[..., None])[..., 0] * half], axis=1)
