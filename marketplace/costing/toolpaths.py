"""The lines that a slicer draws in one layer of a part: walls, solid and sparse infill, bridges, roofs and props.

How slicers think: a wall is a line of a width that follows the surface; within the walls, what lies near a roof or a
floor is filled, the rest is filled sparsely (manuals of Slic3r and PrusaSlicer: flow maths, layers and perimeters,
infill, support). How far solid areas reach into sparse ones and how infill is anchored was fitted on sliced parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.geometry.shape import Layers

Table = npt.NDArray[np.float64]
"""Rows are bands of like layers, columns are work centres (one where there is but one); figures of one layer."""
Values = Mapping[str, Table]
"""The constants by name, numbers or columns."""

NOTHING: Final = 1e-9
"""Keeps what does not occur from dividing by zero."""
_NEAR_MM: Final = 0.2
"""Half the way over which the edge of an area is found from how fast the area shrinks inwards."""
_BENT: Final = 0.8
"""How near an area keeps to straight lines between the depths at which it is known."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Of one layer of each band: areas in mm², lengths in mm; lids, floors and roofs are sums over the part."""

    outer_mm: Table
    inner_mm: Table
    small_mm: Table
    """Of the inner walls, what runs round small contours."""
    walls_mm2: Table
    """What the walls cover: all, where within them nothing is left that is worth a line."""
    inside_mm2: Table
    """Within the walls, and how far infill overlaps them."""
    inside_edge_mm: Table
    solid_mm2: Table
    sparse_mm2: Table
    sparse_edge_mm: Table
    sparse_mm: Table
    lids_mm2: Table
    """Solid over sparse, which is bridged."""
    floors_mm2: Table
    """Solid over nothing, which is bridged as well."""
    roofs_mm2: Table
    support_mm: Table


def spacing(v: Values, width: str) -> Table:
    """How far lines of a width lie apart: their section, round at both ends, over the height of a layer."""
    return np.asarray(v[width] - v["layer_height"] * (1 - np.pi / 4))


def lines(layers: Layers, v: Values) -> Lines:
    """The lines of each band of layers."""
    outer, inner, fill = (spacing(v, width) for width in ("outer_line_width", "line_width", "infill_line_width"))
    rim = (v["outer_line_width"] - outer) / 2
    depth = outer + (v["walls"] - 1) * inner + rim
    shell = (v["top_layers"] + v["bottom_layers"]) * v["layer_height"]
    whole, perimeters = np.array(layers.areas_mm2)[:, None], np.array(layers.perimeters_mm)[:, None]
    areas = _Depths.of_areas(layers)
    outer_mm = np.minimum(perimeters, (whole - areas.at(v["outer_line_width"])) / v["outer_line_width"])
    walled = (whole - areas.at(depth)) * (1 - rim / depth)
    inner_mm = np.maximum(walled - outer_mm * outer, 0) / inner
    within, edge = _worth_filling(areas, depth, inner)
    within = np.minimum(within, whole)
    grown = 1 + v["infill_overlap"] * inner * edge / np.maximum(within, NOTHING)
    kept = _Depths.of_sparse(layers, shell)
    sparse = np.minimum(kept.at(depth) - v["solid_growth"] * np.array(layers.borders_mm)[:, None], within)
    sparse = np.maximum(sparse, 0) * grown
    sparse_edge = kept.edge(depth)
    pitch = fill / np.maximum(v["infill_share"], NOTHING)
    small = np.minimum(np.array(layers.small_mm)[:, None] / np.maximum(perimeters, NOTHING), 1)
    return Lines(
        outer_mm=outer_mm,
        inner_mm=inner_mm,
        small_mm=inner_mm * small,
        walls_mm2=(whole - within) * (1 - rim / depth),
        inside_mm2=within * grown,
        inside_edge_mm=edge,
        solid_mm2=within * grown - sparse,
        sparse_mm2=sparse,
        sparse_edge_mm=sparse_edge,
        sparse_mm=sparse / pitch * v["infill_density"] + v["anchor_share"] * sparse_edge,
        lids_mm2=_lids(layers, shell, depth),
        floors_mm2=_sum_at(layers, np.array(layers.floors_mm2), depth),
        roofs_mm2=_sum_at(layers, np.array(layers.roofs_mm2), depth),
        support_mm=_support_mm(layers, v),
    )


@dataclass(frozen=True, slots=True)
class _Depths:
    """Figures that are known at several depths under the surface (first axis), and halfway between them."""

    values: Table
    depths: Table

    @classmethod
    def of_areas(cls, layers: Layers) -> "_Depths":
        """What lies deeper than each depth; at the surface it shrinks by the perimeter."""
        areas = np.array([layers.areas_mm2, *layers.inner_mm2])[:, :, None]
        return cls._halved(areas, _nodes(layers.depths_mm), -np.array(layers.perimeters_mm)[:, None])

    @classmethod
    def of_sparse(cls, layers: Layers, shell: Table) -> "_Depths":
        """What of it is neither roof nor floor of such a thickness; at the surface as it runs on from the depths."""
        curves = np.concatenate([np.array(layers.inner_mm2)[:, None], np.array(layers.sparse_mm2)], axis=1)
        each = np.stack([between(shells[:, :, None], _nodes(layers.shells_mm), shell) for shells in curves])
        depths = _nodes(layers.depths_mm)
        rise = (each[0] - each[1]) * depths[1] / (depths[2] - depths[1]) if len(each) > 1 else 0 * each[0]
        surface = each[0] + np.maximum(rise, 0)
        return cls._halved(np.concatenate([surface[None], each]), depths, 0 * surface)

    @classmethod
    def _halved(cls, values: Table, depths: Table, slope: Table) -> "_Depths":
        """Values at the depths and halfway; `slope` is known at the first.

        What shrinks inwards does so along a straight line until it is gone (a wall, half as deep as thick): halfway
        the curve lies between its chord and what its neighbours on both sides run to.
        """
        width = np.diff(depths)[:, None, None]
        slopes = np.diff(values, axis=0) / width
        before = np.concatenate([np.broadcast_to(slope, slopes[:1].shape), slopes[:-1]])
        after = np.concatenate([slopes[1:], 0 * slopes[:1]])
        run = np.maximum(values[:-1] + before * width / 2, values[1:] - after * width / 2)
        chord = (values[:-1] + values[1:]) / 2
        finer, places = np.empty((2 * len(values) - 1, *values.shape[1:])), np.empty(2 * len(values) - 1)
        finer[::2], places[::2] = values, depths
        finer[1::2], places[1::2] = chord + _BENT * (np.clip(run, 0, chord) - chord), (depths[:-1] + depths[1:]) / 2
        return cls(finer, places)

    def at(self, depth: Table) -> Table:
        return between(self.values, self.depths, depth)

    def edge(self, depth: Table) -> Table:
        """The perimeter of what lies deeper: how fast it shrinks."""
        lost = self.at(depth - _NEAR_MM) - self.at(depth + _NEAR_MM)
        return np.asarray(np.maximum(lost, 0) / (2 * _NEAR_MM))


def between(values: Table, nodes: Table, place: Table) -> Table:
    """What is given at nodes (first axis), straight between them and on beyond the last; never below zero."""
    if len(nodes) == 1:
        return np.asarray(values[0] + 0 * place)
    passed = np.maximum((np.atleast_1d(place) - nodes[:-1, None]) / np.diff(nodes)[:, None], 0)
    passed[:-1] = np.minimum(passed[:-1], 1)
    return np.asarray(np.maximum(values[0] + (np.diff(values, axis=0) * passed[:, None, :]).sum(axis=0), 0))


def _nodes(places: tuple[float, ...]) -> Table:
    return np.array([0.0, *places])


def _worth_filling(areas: _Depths, depth: Table, line: Table) -> tuple[Table, Table]:
    """The area within the walls without strips narrower than a line, which the walls take over; and its perimeter."""
    edge = areas.edge(depth + line / 2)
    return areas.at(depth + line / 2) + line / 2 * edge, edge


def _lids(layers: Layers, shell: Table, depth: Table) -> Table:
    each = np.stack(
        [between(np.array(row)[:, None, None], np.array(layers.shells_mm), shell) for row in layers.lids_mm2]
    )
    return np.asarray(between(each, np.array(layers.depths_mm), depth)[0])


def _sum_at(layers: Layers, sums: Table, depth: Table) -> Table:
    return np.asarray(between(sums[:, None, None], np.array(layers.depths_mm), depth)[0])


def _support_mm(layers: Layers, v: Values) -> Table:
    """Props are lines far apart, with more of them along their edges; the layers right under an overhang lie closer."""
    line = spacing(v, "support_line_width")
    room, heights = (np.array(curve)[:, None] for curve in (layers.props_mm2, layers.heights_mm))
    share = room / np.maximum((room * heights).sum(), NOTHING)
    closer = layers.overhang_mm2 * v["interface_layers"] / (v["interface_spacing"] + line) * v["layer_height"] * share
    sparse = room / (v["support_spacing"] + line) + v["support_edge"] * np.sqrt(room)
    return np.asarray(v["supports"] * (sparse + closer))
