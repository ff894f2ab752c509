"""Lines drawn twice are cut once: the same entity again, lines that run over each other, arcs over the same circle.

Whole entities are told apart by their moments. What remains is compared stretch by stretch: stretches that overlap are
replaced by what lies between all their ends, each once; so parts that share an edge keep it between their corners.
"""

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
    keys = np.rint(np.array([_moments(path) for path in paths]) / same_mm + _OFF_GRID)
    first = np.unique(keys, axis=0, return_index=True)[1]
    return [paths[which] for which in np.sort(first)]


def _moments(path: Path) -> npt.NDArray[Any]:
    """Lengths that are equal for equal paths, wherever they begin and whichever way they run.

    The box, the true length, and the means of x, y, x², xy, y², x³, x²y, xy², y³ along the path about the box's middle,
    each divided by as many sizes of the box as makes it a length.
    """
    low = np.min([piece.points.min(axis=0) for piece in path], axis=0)
    high = np.max([piece.points.max(axis=0) for piece in path], axis=0)
    starts = np.concatenate([piece.points[:-1] for piece in path])
    ends = np.concatenate([piece.points[1:] for piece in path])
    lengths = np.hypot(*(ends - starts).T)
    places = np.concatenate([starts, (starts + ends) / 2, ends])
    weights = np.concatenate([lengths, 4 * lengths, lengths]) / (6 * lengths.sum())  # Simpson: exact up to cubes
    half = max(float((high - low).max()) / 2, 1e-12)
    x, y = ((places - (low + high) / 2) / half).T
    powers = np.array([x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3])
    return np.array([*low, *high, lengths.sum(), *(powers @ weights * half)])
