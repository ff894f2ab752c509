"""A small picture of a flat drawing: its parts filled, cuts dark, bends dashed, and in red what bounds no part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.drawings.outlines import Outlines, Points
from marketplace.adapters.geometry_kernel.pictures import png as files

PIXELS: Final = 512
FINER: Final = 2
_PLACES: Final = PIXELS * FINER
_FILLED: Final = 0.94

_NOTHING, _SHEET, _ENGRAVED, _BEND, _CUT, _OPEN = range(6)
"""What is seen at a place; what comes later lies on top."""
_COLOURS: Final = np.array(
    [[0, 0, 0, 0], [168, 188, 210, 255], [98, 116, 138, 255], [20, 96, 200, 255], [40, 54, 74, 255], [214, 40, 40, 255]]
)
"""The sheet stands out from dark pages, its edge from white ones; red and blue from both."""
_DASH: Final = 24.0
_DRAWN: Final = 14.0
"""In places: of each 24 along a bend, 14 are drawn."""

_MOST_POINTS: Final = 8_000_000
_GOLDEN: Final = 0.618034
"""Its multiples spread most evenly between whole numbers."""
_Mask = npt.NDArray[np.bool_]


def png(outlines: Outlines) -> bytes:
    """The picture of a drawing, 512 pixels square; x to the right, y up, as drawn."""
    loops = [loop for region in outlines.regions for loop in (region.outer, *region.holes)]
    frame = _frame([*loops, *outlines.open_chains, *outlines.bends, *outlines.engravings])
    edges = frame.segments(loops)
    picture = np.where(_inside(edges), np.uint8(_SHEET), np.uint8(_NOTHING))
    picture[_strokes(frame.segments(outlines.engravings))] = _ENGRAVED
    picture[_thick(_strokes(frame.segments(outlines.bends), is_dashed=True))] = _BEND
    picture[_thick(_strokes(edges))] = _CUT
    picture[_thick(_strokes(frame.segments(outlines.open_chains)))] = _OPEN
    return files.encoded(*_mixed(picture))


@dataclass(frozen=True, slots=True)
class _Segments:
    """Straight pieces from starts to ends (n, 2) in places of the picture: column, row; `before` is the length of the
    chain before each."""

    starts: Points
    ends: Points
    before: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Frame:
    """How millimetres become places of the picture."""

    middle: Points
    places_per_mm: float

    def segments(self, chains: Sequence[Points]) -> _Segments:
        """The pieces of all chains."""
        placed = [self._placed(chain) for chain in chains if len(chain) > 1]
        if not placed:
            return _Segments(np.empty((0, 2)), np.empty((0, 2)), np.empty(0))
        starts, ends = (np.vstack([chain[cut] for chain in placed]) for cut in (np.s_[:-1], np.s_[1:]))
        return _Segments(starts, ends, np.concatenate([_lengths_before(chain) for chain in placed]))

    def _placed(self, chain: Points) -> Points:
        placed: Points = (chain - self.middle) * [self.places_per_mm, -self.places_per_mm] + _PLACES / 2
        return placed


def _lengths_before(chain: Points) -> npt.NDArray[np.float64]:
    lengths = np.linalg.norm(np.diff(chain, axis=0), axis=1)
    before: npt.NDArray[np.float64] = np.cumsum(lengths) - lengths
    return before


def _frame(chains: Sequence[Points]) -> _Frame:
    if not chains:
        return _Frame(np.zeros(2), 1.0)
    low = np.min([chain.min(axis=0) for chain in chains], axis=0)
    high = np.max([chain.max(axis=0) for chain in chains], axis=0)
    side_mm = float((high - low).max()) or 1.0
    return _Frame((low + high) / 2, _FILLED * _PLACES / side_mm)


def _strokes(segments: _Segments, *, is_dashed: bool = False) -> _Mask:
    """The places that the pieces pass, one after another; in drawings beyond all measure some of them, evenly."""
    mask = np.zeros((_PLACES, _PLACES), dtype=bool)
    ways = segments.ends - segments.starts
    steps = np.ceil(np.abs(ways).max(axis=1, initial=0)).astype(np.int64) + 1
    one_in = -(-int(steps.sum()) // _MOST_POINTS)
    steps = steps if one_in <= 1 else np.maximum(1, steps // one_in)
    of = np.repeat(np.arange(len(steps)), steps)
    within = 0.5 if one_in <= 1 else of * _GOLDEN % 1
    share = (np.arange(len(of)) - np.repeat(np.cumsum(steps) - steps, steps) + within) / steps[of]
    if is_dashed:
        along = segments.before[of] + share * np.linalg.norm(ways, axis=1)[of]
        is_drawn = along % _DASH < _DRAWN
        of, share = of[is_drawn], share[is_drawn]
    columns, rows = np.clip(segments.starts[of] + share[:, None] * ways[of], 0, _PLACES - 1).astype(int).T
    mask[rows, columns] = True
    return mask


def _thick(strokes: _Mask) -> _Mask:
    """Three places wide; the margin has room for it."""
    for axis in (0, 1):
        strokes = strokes | np.roll(strokes, 1, axis) | np.roll(strokes, -1, axis)
    return strokes


def _inside(edges: _Segments) -> _Mask:
    """Which places lie within: an odd number of edges to their left. None in drawings beyond all measure."""
    upper, lower = np.sort(np.stack([edges.starts[:, 1], edges.ends[:, 1]]), axis=0)
    first, last = np.ceil(upper - 0.5).astype(np.int64), np.ceil(lower - 0.5).astype(np.int64)
    if (last - first).sum() > _MOST_POINTS:
        return np.zeros((_PLACES, _PLACES), dtype=bool)
    of = np.repeat(np.arange(len(first)), last - first)
    rows = first[of] + np.arange(len(of)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
    (x, y), (way_x, way_y) = edges.starts[of].T, (edges.ends - edges.starts)[of].T
    columns = np.clip(np.ceil(x + (rows + 0.5 - y) * way_x / way_y - 0.5).astype(np.int64), 0, _PLACES)
    crossings = np.bincount(rows * (_PLACES + 1) + columns, minlength=_PLACES * (_PLACES + 1))
    inside: _Mask = np.cumsum(crossings.reshape(_PLACES, _PLACES + 1)[:, :-1], axis=1) % 2 == 1
    return inside


def _mixed(picture: files.Bytes) -> tuple[files.Bytes, files.Bytes]:
    """Pixels of four places each, and the palette of the mixtures that occur: at most 126, of four places of six sorts.

    Colours are mixed by how much of the pixel they cover; the rest is transparent.
    """
    powers = (FINER**2 + 1) ** np.arange(len(_COLOURS), dtype=np.uint16)
    rows = powers[picture].reshape(PIXELS, FINER, _PLACES).sum(axis=1, dtype=np.uint16)
    sums = rows.reshape(PIXELS, PIXELS, FINER).sum(axis=2, dtype=np.uint16)
    mixtures = np.flatnonzero(np.bincount(sums.ravel()))
    number_of = np.zeros(int(mixtures[-1]) + 1, dtype=np.uint8)
    number_of[mixtures] = np.arange(len(mixtures))
    counts = mixtures[:, None] // powers % (FINER**2 + 1)
    covered = counts[:, _NOTHING + 1 :]
    colours = covered @ _COLOURS[_NOTHING + 1 :, :3] / np.maximum(covered.sum(axis=1, keepdims=True), 1)
    palette = np.rint(np.column_stack([colours, covered.sum(axis=1) * 255 / FINER**2])).astype(np.uint8)
    return number_of[sums], palette
