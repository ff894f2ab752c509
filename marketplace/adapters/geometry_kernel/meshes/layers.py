"""The part as a printer builds it, layer on layer: walls, what lies deep inside, roofs, floors, and the room for props.

Nothing here knows a printer: interiors are measured at several depths under the surface and shells at several
thicknesses, so that any number of walls and of solid layers lies between two of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes import rasters
from marketplace.adapters.geometry_kernel.meshes.building import AS_DRAWN
from marketplace.adapters.geometry_kernel.meshes.contours import contours
from marketplace.adapters.geometry_kernel.meshes.cuts import Cuts, Indices, cuts, spans
from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.meshes.rasters import Bits, Grid
from marketplace.geometry.shape import Layers

STEP_MM: Final = 0.2
"""Height of a layer, as most profiles print."""
PLACE_MM: Final = 0.25
"""Side of a place of the grid."""
DEPTHS_MM: Final = (0.5, 0.75, 1.0, 1.25, 1.75)
"""Under the surface: one to four lines of a usual nozzle."""
SHELLS_MM: Final = (1.0, 2.0, 3.0)
"""Thickness of roof and floor together; usual profiles have 2 mm."""
ROOF_SHARE: Final = 0.6
"""Of a shell; usual profiles have six layers above and four below."""
SMALL_MM: Final = 40.0
"""Contours up to this length are printed slowly by usual slicers (13 π mm in PrusaSlicer)."""

MOST_LAYERS: Final = 250
MOST_BANDS: Final = 40
_MOST_CUTS: Final = 400_000
_MOST_WORDS: Final = 160_000
_MOST_MARKS: Final = 1_000_000
_LEAN: Final = 0.9
"""The tangent of the lean from upright above which a face is propped: 42°, so that a face of 45° is."""
_FALL_MM: Final = 0.8
"""How far below an overhang we look for what it leans on."""
_PROP_BRIM_MM: Final = 2.0
"""By how much props are wider than what they hold, so that they stand."""
_LEAST_CHANGE: Final = 1e-4
"""Layers that differ by less, of the largest, are alike."""

Curves = npt.NDArray[Any]
"""Figures of each layer, in rows by depth and shell where there are several."""


def layers(mesh: Mesh, *, mm: float = 1.0) -> Layers:
    """The layers of a closed mesh as drawn, z up; `mm` is the length of a millimetre in the file's own units.

    Areas and perimeters are exact at the middle of each layer; what lies inside is counted on a grid. Raises ValueError
    for a mesh without height.
    """
    height = float(mesh.high[2] - mesh.low[2])
    if height <= 0:
        raise ValueError("a mesh without height has no layers")
    cut, count = _cut(mesh, height, STEP_MM * mm)
    step = height / count
    twice = cut.begins[:, 0] * cut.finishes[:, 1] - cut.finishes[:, 0] * cut.begins[:, 1]
    areas = np.maximum(np.bincount(cut.level, twice, count) / 2, 0)
    perimeters = np.bincount(cut.level, np.hypot(*(cut.finishes - cut.begins).T), count)
    grid = _grid(mesh, cut, count, PLACE_MM * mm)
    body = rasters.filled(grid, [(cut.level, cut.begins, cut.finishes)])
    inside = _inside(body, areas, grid.place_mm, step, mm)
    props, overhang = _props(body, grid.place_mm, step, mm)
    band = _bands(np.stack([areas, inside.inner[0], inside.sparse[0, 1], props]), perimeters)
    loops, small = _contours(mesh, cut, band, SMALL_MM * mm)
    each = np.bincount(band)

    def mean(curve: Curves) -> tuple[float, ...]:
        return _rounded(np.bincount(band, curve) / each)

    return Layers(
        up=AS_DRAWN,
        heights_mm=_rounded(each * step),
        areas_mm2=mean(areas),
        perimeters_mm=mean(perimeters),
        loops=_rounded(loops),
        small_mm=_rounded(small),
        depths_mm=_rounded(inside.depths),
        inner_mm2=tuple(map(mean, inside.inner)),
        shells_mm=_rounded(inside.shells),
        sparse_mm2=tuple(tuple(map(mean, curves)) for curves in inside.sparse),
        borders_mm=mean(inside.borders),
        lids_mm2=tuple(map(_rounded, inside.lids)),
        roofs_mm2=_rounded(inside.roofs),
        floors_mm2=_rounded(inside.floors),
        props_mm2=mean(props),
        overhang_mm2=float(f"{overhang:.5g}"),
    )


def _cut(mesh: Mesh, height: float, step: float) -> tuple[Cuts, int]:
    """The cuts in the middle of each layer, and how many layers; fewer where there were too many cuts."""
    heights = mesh.corners[:, :, 2] - mesh.low[2]
    count = min(MOST_LAYERS, max(1, round(height / step)))
    while True:
        crossed = spans(heights, (np.arange(count, dtype=np.float64) + 0.5) * (height / count))
        if crossed.total <= _MOST_CUTS or count == 1:
            break
        count = max(1, int(count * _MOST_CUTS / crossed.total))
    seated = mesh.vertices - mesh.low
    pieces = list(cuts(seated, mesh.triangles, crossed))
    return Cuts(*(np.concatenate([getattr(piece, name) for piece in pieces]) for name in Cuts.__slots__)), count


def _grid(mesh: Mesh, cut: Cuts, count: int, place: float) -> Grid:
    """The finest grid, from `place` up, whose words and marks are few enough."""
    box = mesh.high - mesh.low
    rise = float(np.abs(cut.finishes[:, 1] - cut.begins[:, 1]).sum())
    place = max(place, rise / _MOST_MARKS)
    while True:
        grid = Grid.around(box, place_mm=place, layers=count)
        if grid.size <= _MOST_WORDS or place > box.max():
            return grid
        place *= max(1.02, (grid.size / _MOST_WORDS) ** 0.5)


@dataclass(frozen=True, slots=True)
class _Inside:
    """For each depth (k) and shell (j): curves over the layers, and sums."""

    depths: Curves
    shells: Curves
    inner: Curves
    sparse: Curves
    borders: Curves
    lids: Curves
    roofs: Curves
    floors: Curves


def _inside(body: Bits, areas: Curves, place: float, step: float, mm: float) -> _Inside:
    """Interiors by erosion in the layers; shells by looking for body straight above and below."""
    radii = sorted({max(1, round(depth * mm / place)) for depth in DEPTHS_MM})
    shells = sorted({max(1, round(shell * mm / step)) for shell in SHELLS_MM})
    outer, each = rasters.counted(body), place * place
    inner, roofs, floors = np.zeros((len(radii), len(body))), np.zeros(len(radii)), np.zeros(len(radii))
    sparse, lids = np.zeros((len(radii), len(shells), len(body))), np.zeros((len(radii), len(shells)))
    slivers, borders = np.zeros((2, len(body)))
    for k, core in enumerate(rasters.eroded(body, radii)):
        deep = rasters.counted(core)
        inner[k] = np.maximum(areas - (outer - deep) * each, 0)
        roofs[k] = deep.sum() - rasters.counted(core[:-1] & body[1:]).sum()
        floors[k] = deep[1:].sum() - rasters.counted(core[1:] & body[:-1]).sum()
        for j, (begin, standing) in enumerate(_standing(core, shells)):
            inside = slice(begin, begin + len(standing))
            places = rasters.counted(standing)
            lids[k, j] = places.sum() - rasters.counted(standing[:-1] & standing[1:]).sum()
            sparse[k, j, inside] = places
            if (k, j) == (min(1, len(radii) - 1), len(shells) // 2):
                slivers[inside] = _slivers(core[inside] & ~standing)
                around = rasters.widened(_shell(core, body, shells[j])[inside], radii[k] + 1)
                borders[inside] = rasters.counted(around & standing)
        sparse[k] *= np.divide(inner[k], deep, out=np.zeros(len(deep)), where=deep > 0)
    sparse = np.minimum(sparse + slivers * each, inner[:, None, :])
    return _Inside(
        np.array(radii) * place,
        np.array(shells) * step,
        inner,
        sparse,
        borders * place,
        lids * each,
        roofs * each,
        floors * each,
    )


def _standing(core: Bits, shells: list[int]) -> Iterator[tuple[int, Bits]]:
    """For each rising number of layers the places with that many of the core's straight above and below them, and the
    layer in which the first of them lies: so many layers are below it, the rest above.
    """
    standing, high = core, 0
    for shell in shells:
        while high < shell and len(standing):
            rise = min(high + 1, shell - high)
            standing, high = standing[:-rise] & standing[rise:], high + rise
        yield shell - round(ROOF_SHARE * shell), standing


def _slivers(solid: Bits) -> Indices:
    """The places of each layer in strips too narrow for a line, which slicers leave to the infill beside."""
    (narrowed,) = rasters.eroded(solid, [1])
    return rasters.counted(solid & ~rasters.widened(narrowed, 1))


def _shell(core: Bits, body: Bits, layers_in_all: int) -> Bits:
    """The layers below roofs and above floors of the core; where the core only leans, there is none."""
    roofs, floors = core.copy(), core.copy()
    roofs[:-1] &= ~body[1:]
    floors[1:] &= ~body[:-1]
    below = round(ROOF_SHARE * layers_in_all)
    return _thickened(roofs, below, down=True) | _thickened(floors, layers_in_all - below, down=False)


def _thickened(places: Bits, layers_in_all: int, *, down: bool) -> Bits:
    """Each place and those straight below or above it, so many layers in all."""
    thick, high = places.copy(), 1
    while high < layers_in_all:
        rise = min(high, layers_in_all - high, len(thick) - 1)
        if rise < 1:
            break
        moved = thick.copy()
        if down:
            moved[:-rise] |= thick[rise:]
        else:
            moved[rise:] |= thick[:-rise]
        thick, high = moved, high + rise
    return thick


def _props(body: Bits, place: float, step: float, mm: float) -> tuple[Curves, float]:
    """The room under overhangs in each layer, and the overhangs seen from below, both with the brim that slicers add.

    An overhang has nothing straight below it, and some layers below it nothing within the way sideways that its lean
    allows.
    """
    each = place * place
    hanging = body[1:] & ~body[:-1]
    props = np.zeros(len(body))
    fall = max(1, round(_FALL_MM * mm / step))
    beside = rasters.widened(body, max(1, round(fall * step * _LEAN / place)))
    hanging[fall - 1 :] &= ~beside[: len(body) - fall]
    hanging[: fall - 1] &= ~beside[0]
    if not hanging.any():
        return props, 0.0
    hanging = rasters.widened(hanging, max(1, round(_PROP_BRIM_MM * mm / place))) & ~body[:-1]
    overhang = float(rasters.counted(hanging & ~_above(hanging)).sum()) * each
    room = np.zeros_like(body[0])
    for layer in range(len(body) - 2, -1, -1):
        room |= hanging[layer]
        room &= ~body[layer]
        props[layer] = int(np.bitwise_count(room).sum()) * each
    return props, overhang


def _above(bits: Bits) -> Bits:
    above = np.zeros_like(bits)
    above[:-1] = bits[1:]
    return above


def _bands(shares: Curves, perimeters: Curves) -> Indices:
    """For each layer the number of its band: bands end where neighbouring layers differ most."""
    curves = np.concatenate([shares, perimeters[None]])
    tops = np.concatenate([np.full(len(shares), shares[0].max()), [perimeters.max()]])
    change = (np.abs(np.diff(curves, axis=1)) / np.maximum(tops, 1e-300)[:, None]).sum(axis=0)
    risen = np.concatenate([[0.0], np.cumsum(np.maximum(change - _LEAST_CHANGE, 0))])
    level = np.floor(risen / max(risen[-1], _LEAST_CHANGE) * (MOST_BANDS - 1) + 0.5)
    return np.unique(level, return_inverse=True)[1]


def _contours(mesh: Mesh, cut: Cuts, band: Indices, small: float) -> tuple[Curves, Curves]:
    """How many contours the middle layer of each band has, and the length of the small ones among them."""
    count = int(band[-1]) + 1
    begins = np.searchsorted(band, np.arange(count + 1))
    band_of = np.full(len(band), -1)
    band_of[(begins[:-1] + begins[1:] - 1) // 2] = np.arange(count)
    chosen = np.flatnonzero(band_of[cut.level] >= 0)
    picked = Cuts(*(getattr(cut, name)[chosen] for name in Cuts.__slots__))
    found = contours(mesh.triangles, picked)
    which = band_of[found.level]
    is_small = found.length <= small
    return np.bincount(which, minlength=count), np.bincount(which, found.length * is_small, count)


def _rounded(figures: Curves) -> tuple[float, ...]:
    """To five digits: what lies behind is noise of the grid."""
    return tuple(float(f"{figure:.5g}") for figure in np.asarray(figures, dtype=np.float64).tolist())
