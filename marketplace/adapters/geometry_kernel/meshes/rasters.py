"""A body as one bit for each place of a grid, 64 places to a word along x: what erodes and counts in microseconds.

A raster is an array (layers, rows, words) of unsigned 64-bit words; bit b of word w is place 64·w + b of its row.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.cuts import Indices
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats

Bits = npt.NDArray[np.uint64]

WORD: Final = 64
SPARE: Final = 9
"""Empty places all round: no body is widened by more."""
_WORDS_AT_ONCE: Final = 8_000
_ONE: Final = np.uint64(1)
_LAST: Final = np.uint64(WORD - 1)
_FILLING: Final = tuple(np.uint64(1 << power) for power in range(6))


@dataclass(frozen=True, slots=True)
class Grid:
    """Square places of `place_mm`, the middle of the first at `origin`; those within SPARE of the border are empty."""

    origin: tuple[float, float]
    place_mm: float
    layers: int
    rows: int
    words: int

    @classmethod
    def around(cls, box: Floats, *, place_mm: float, layers: int) -> "Grid":
        """The grid over a box that begins at zero, seen from above."""
        across, along = (math.ceil(side / place_mm) + 1 + 2 * SPARE for side in box[:2].tolist())
        begin = -SPARE * place_mm
        return cls((begin, begin), place_mm, layers, along, -(-across // WORD))

    @property
    def size(self) -> int:
        """Words in all."""
        return self.layers * self.rows * self.words


def filled(grid: Grid, contours: Iterable[tuple[Indices, Floats, Floats]]) -> Bits:
    """The places whose middle lies inside closed contours, by parity along each row.

    Contours come in pieces: of each segment the layer, where it begins and where it finishes.
    """
    bits = np.zeros(grid.size, dtype=np.uint64)
    for layer, begins, finishes in contours:
        _mark(bits, grid, layer, begins, finishes)
    return _by_parity(bits.reshape(grid.layers, grid.rows, grid.words))


def _mark(bits: Bits, grid: Grid, layer: Indices, begins: Floats, finishes: Floats) -> None:
    """Turn over the first place at or behind each crossing of a segment with the middle of a row."""
    (x, y), (other_x, other_y) = ((ends - grid.origin).T / grid.place_mm for ends in (begins, finishes))
    first, last = (np.ceil(ends).astype(np.int64) for ends in (np.minimum(y, other_y), np.maximum(y, other_y)))
    counts = last - first
    segment = np.repeat(np.arange(len(y)), counts)
    row = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts - first, counts)
    rise = other_y - y
    slope = np.divide(other_x - x, rise, out=np.zeros_like(rise), where=rise != 0)
    column = np.ceil((x - slope * y)[segment] + slope[segment] * row).astype(np.int64)
    np.clip(column, 0, grid.words * WORD - 1, out=column)
    word = (layer * grid.rows)[segment] + row
    word *= grid.words
    word += column >> 6
    np.bitwise_xor.at(bits, word, _ONE << (column & 63).astype(np.uint64))


def _by_parity(bits: Bits) -> Bits:
    """Each place becomes the parity of all marks up to it in its row."""
    for power in _FILLING:
        bits ^= bits << power
    ends = np.bitwise_xor.accumulate(bits >> _LAST, axis=2)
    bits[:, :, 1:] ^= np.uint64(0) - ends[:, :, :-1]
    return bits


def _right(bits: Bits) -> Bits:
    """Every place one on, over the ends of words; and of rows, whose last places are outside the body."""
    moved = bits << _ONE
    moved.reshape(-1)[1:] |= bits.reshape(-1)[:-1] >> _LAST
    return moved


def _left(bits: Bits) -> Bits:
    moved = bits >> _ONE
    moved.reshape(-1)[:-1] |= bits.reshape(-1)[1:] << _LAST
    return moved


def eroded(bits: Bits, radii: Sequence[int]) -> list[Bits]:
    """For each of rising radii the places that have nothing but body so many places around them in their layer."""
    found = [np.empty_like(bits) for _ in radii]
    for piece in _pieces(bits):
        narrow = [bits[piece]]
        for inner, radius in zip(found, radii, strict=True):
            while len(narrow) <= radius:
                narrow.append(narrow[-1] & _right(narrow[-1]) & _left(narrow[-1]))
            kept = narrow[radius].copy()
            for away in range(1, radius + 1):
                across = narrow[_half_width(radius, away)]
                kept[:, away:] &= across[:, :-away]
                kept[:, :-away] &= across[:, away:]
            inner[piece] = kept
    return found


def widened(bits: Bits, radius: int) -> Bits:
    """The places within `radius` places of the body in their layer."""
    found = np.empty_like(bits)
    for piece in _pieces(bits):
        wide = [bits[piece]]
        for _ in range(radius):
            wide.append(wide[-1] | _right(wide[-1]) | _left(wide[-1]))
        outer = wide[radius].copy()
        for away in range(1, radius + 1):
            across = wide[_half_width(radius, away)]
            outer[:, away:] |= across[:, :-away]
            outer[:, :-away] |= across[:, away:]
        found[piece] = outer
    return found


def _pieces(bits: Bits) -> Iterator[slice]:
    """Some layers at a time, so few that what is computed of them stays in the processor's cache."""
    step = max(1, _WORDS_AT_ONCE // max(1, bits[0].size if len(bits) else 1))
    return (slice(start, start + step) for start in range(0, len(bits), step))


def _half_width(radius: int, away: int) -> int:
    """Half the width of a disc so far from its middle; a quarter of a place more makes it rounder."""
    return math.isqrt(radius * radius + radius // 2 - away * away)


def counted(bits: Bits) -> Indices:
    """Places of each layer."""
    places: Indices = np.bitwise_count(bits).sum(axis=(1, 2), dtype=np.int64)
    return places
