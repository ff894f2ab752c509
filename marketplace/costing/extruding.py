"""How long a printer takes for the lines of a part, and how much plastic they are.

A head brakes at every corner and at the end of every line (Marlin's trapezoids: acceleration, and a corner speed that
it calls jerk); it draws the filament back, lifts and moves on between lines; and layers that would not cool are slowed
down. What geometry cannot say (how often a slicer moves without printing) was fitted on sliced parts.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Final

import numpy as np

from marketplace.costing.toolpaths import NOTHING, Lines, Table, Values, lines, spacing
from marketplace.costing.values import Figure, Number
from marketplace.geometry.shape import Layers

_SHORTEST_LINES: Final = 8
"""Solid areas are at least so many lines across on the average; what is less is a sliver of the measuring grid."""
_LITTLE_MM2: Final = 10.0
"""An area much smaller than this is hardly there."""
_NARROW_MM: Final = 8.0
"""In strips narrower than this on the average, sparse lines are cut short."""
_HOP_AT_SPEED: Final = 0.35
"""Of the time of a hop, what a slicer reckons without braking when it looks whether a layer cools."""
_FASTEST: Final = 1000.0
_HALVINGS: Final = 14


@dataclass(frozen=True, slots=True)
class Print:
    """One print of a part: seconds without heating, mm³ of plastic, and the figures that explain them."""

    seconds: Number
    plastic_mm3: Number
    wall_mm: Number
    solid_mm: Number
    bridge_mm: Number
    sparse_mm: Number
    support_mm: Number
    layers: Number
    hops: Number
    """Moves with the filament drawn back."""
    cooling_s: Number
    """By how much layers are slowed down so that they cool."""


def printed(layers: Layers, box_mm: tuple[float, float, float], k: Mapping[str, Figure]) -> Print:
    """One print of a part as drawn, by the profile in `k`; columns where a constant is one."""
    v = {name: np.asarray(figure.value, dtype=np.float64) for name, figure in k.items()}
    shape = np.broadcast_shapes(*(value.shape for value in v.values()))
    figures = astuple(_added_up(layers, box_mm, lines(layers, v), v))
    return Print(*(np.broadcast_to(each, shape) if shape else float(np.ravel(each)[0]) for each in figures))


def _added_up(layers: Layers, box_mm: tuple[float, float, float], drawn: Lines, v: Values) -> Print:
    heights = np.array(layers.heights_mm)[:, None]
    first_mm = np.minimum(v["first_layer_height"], heights[0])
    above = heights - np.eye(len(heights), 1) * first_mm
    count = above / v["layer_height"]
    layer = _layer(layers, box_mm, drawn, v)
    skirt_mm, brim_mm2 = _around(layers, box_mm, v)
    skirt_mm2 = skirt_mm * spacing(v, "line_width")
    higher = np.maximum(v["skirt_layers"] - 1, 0)
    first_mm2 = drawn.walls_mm2[0] + drawn.inside_mm2[0] + skirt_mm2 + brim_mm2
    first_s = first_mm2 / spacing(v, "line_width") / v["first_layer_speed"] + layer.hopping_s[0]
    bridge_mm, slower_s = _slower(drawn, layer, count, v)
    plastic = (layer.plastic_mm2 * above).sum(axis=0) + first_mm2 * first_mm
    plastic += higher * skirt_mm2 * v["layer_height"]
    plastic += bridge_mm * spacing(v, "infill_line_width") * v["layer_height"] * (v["bridge_flow"] - 1)
    seconds = (layer.seconds * count).sum(axis=0) + first_s + higher * skirt_mm / v["inner_wall_speed"] + slower_s
    return Print(
        seconds=v["start_time"] + seconds,
        plastic_mm3=plastic * v["flow"],
        wall_mm=((drawn.outer_mm + drawn.inner_mm) * count).sum(axis=0),
        solid_mm=(layer.solid_mm * count).sum(axis=0),
        bridge_mm=bridge_mm,
        sparse_mm=(drawn.sparse_mm * count).sum(axis=0),
        support_mm=(drawn.support_mm * count).sum(axis=0),
        layers=1 + count.sum(axis=0),
        hops=(layer.hops * count).sum(axis=0),
        cooling_s=(layer.cooling_s * count).sum(axis=0),
    )


def _around(layers: Layers, box_mm: tuple[float, float, float], v: Values) -> tuple[Table, Table]:
    """Length of the skirt's lines in one layer, and the area of the brim."""
    skirt_mm = v["skirt_loops"] * (2 * (box_mm[0] + box_mm[1]) + 2 * np.pi * v["skirt_distance"])
    return np.asarray(skirt_mm), np.asarray(v["brim_width"] * layers.perimeters_mm[0])


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer of each band."""

    solid_mm: Table
    solid_s_per_mm: Table
    plastic_mm2: Table
    hops: Table
    hopping_s: Table
    cooling_s: Table
    seconds: Table


def _layer(layers: Layers, box_mm: tuple[float, float, float], drawn: Lines, v: Values) -> _Layer:
    outer, inner, fill = (spacing(v, width) for width in ("outer_line_width", "line_width", "infill_line_width"))
    line = spacing(v, "support_line_width")
    solid_mm = drawn.solid_mm2 / fill
    hops, way_mm = _hops(layers, box_mm, drawn, v)
    lengths = (
        drawn.outer_mm,
        drawn.inner_mm - drawn.small_mm,
        drawn.small_mm,
        drawn.support_mm,
        solid_mm,
        drawn.sparse_mm,
    )
    names = ("outer_wall_speed", "inner_wall_speed", "small_wall_speed", "support_speed", "solid_speed", "infill_speed")
    widths = (outer, inner, inner, line, fill, fill)
    wanted = tuple(
        np.minimum(v[name], v["largest_flow"] / (width * v["layer_height"]))
        for name, width in zip(names, widths, strict=True)
    )
    busy = hops * (v["hop_time"] * _HOP_AT_SPEED + way_mm / v["travel_speed"])
    speeds = _cooled(lengths, wanted, busy, v)
    solid_s_per_mm = _solid_s_per_mm(drawn, speeds[4], v)
    hopping_s = hops * (v["hop_time"] + _run(way_mm, v["travel_speed"], v["travel_acceleration"], v["jerk"]))
    walls_s = _seconds(lengths[:4], speeds[:4]) * v["corner_share"]
    sparse_s = drawn.sparse_mm * _sparse_s_per_mm(drawn, speeds[5], v)
    return _Layer(
        solid_mm=solid_mm,
        solid_s_per_mm=solid_s_per_mm,
        plastic_mm2=drawn.walls_mm2 + drawn.solid_mm2 + drawn.sparse_mm * fill + drawn.support_mm * line,
        hops=hops,
        hopping_s=hopping_s,
        cooling_s=_seconds(lengths, speeds) - _seconds(lengths, wanted),
        seconds=walls_s + solid_mm * solid_s_per_mm + sparse_s + hopping_s,
    )


def _hops(layers: Layers, box_mm: tuple[float, float, float], drawn: Lines, v: Values) -> tuple[Table, Table]:
    """How often in a layer the head moves without printing, and how far each time.

    Once for each contour; for each area to be filled, more where solid and sparse lie side by side round many contours,
    and where the sparse lines of a narrow strip are cut short; and for props.
    """
    loops, props = (np.array(curve)[:, None] for curve in (layers.loops, layers.props_mm2))
    mixed = _some(np.minimum(drawn.solid_mm2, drawn.sparse_mm2))
    filling = _some(drawn.inside_mm2) * (v["hops_per_layer"] + v["hops_per_loop"] * loops)
    pitch = spacing(v, "infill_line_width") / np.maximum(v["infill_share"], NOTHING)
    chord = np.pi * drawn.sparse_mm2 / np.maximum(drawn.sparse_edge_mm, NOTHING)
    cut_short = drawn.sparse_edge_mm / pitch / (1 + (chord / _NARROW_MM) ** 2)
    hops = loops + filling + v["hops_per_mix"] * mixed * (1 + loops) + v["hops_per_cut"] * cut_short
    hops = hops + v["supports"] * v["hops_per_prop"] * _some(props)
    return hops, v["way_share"] * np.sqrt(box_mm[0] * box_mm[1] / np.maximum(loops, 1))


def _some(area_mm2: Table) -> Table:
    """Whether there is an area worth mentioning, 0 to 1."""
    return np.asarray(area_mm2 / (area_mm2 + _LITTLE_MM2))


def _seconds(lengths: tuple[Table, ...], speeds: tuple[Table, ...]) -> Table:
    return np.asarray(sum(length / speed for length, speed in zip(lengths, speeds, strict=True)))


def _cooled(lengths: tuple[Table, ...], wanted: tuple[Table, ...], busy: Table, v: Values) -> tuple[Table, ...]:
    """The speeds at which a layer takes long enough to cool, down to the slowest allowed.

    The fastest lines are held back first, as PrusaSlicer does; `busy` are seconds of the layer that nothing slows. The
    limit is found by halving.
    """
    shape = np.broadcast_shapes(busy.shape, *(speed.shape for speed in (*lengths, *wanted)))
    low, high = np.broadcast_to(v["slowest_speed"], shape), np.full(shape, _FASTEST)
    for _ in range(_HALVINGS):
        middle = np.sqrt(low * high)
        held = tuple(np.minimum(speed, middle) for speed in wanted)
        is_short = busy + _seconds(lengths, held) < v["shortest_layer_time"]
        low, high = np.where(is_short, low, middle), np.where(is_short, middle, high)
    return tuple(np.minimum(speed, low) for speed in wanted)


def _solid_s_per_mm(drawn: Lines, speed: Table, v: Values) -> Table:
    """Lines side by side: along each, then a step to the next."""
    fill = spacing(v, "infill_line_width")
    edges = np.maximum(drawn.inside_edge_mm + drawn.sparse_edge_mm, NOTHING)
    chord = np.maximum(np.pi * drawn.solid_mm2 / edges, _SHORTEST_LINES * fill)
    along, step = (_run(length, speed, v["infill_acceleration"], v["jerk"]) for length in (chord, fill))
    return np.asarray((along + step) / chord)


def _sparse_s_per_mm(drawn: Lines, speed: Table, v: Values) -> Table:
    """Lines from wall to wall; those that bend all the way are as fast as bends allow: v ≈ jerk + c·√(a·pitch)."""
    pitch = spacing(v, "infill_line_width") / np.maximum(v["infill_share"], NOTHING)
    bending = np.minimum(speed, v["jerk"] + v["infill_curve"] * np.sqrt(v["infill_acceleration"] * pitch))
    chord = np.maximum(np.pi * drawn.sparse_mm2 / np.maximum(drawn.sparse_edge_mm, NOTHING), pitch)
    along = v["infill_turns"] * _run(chord, speed, v["infill_acceleration"], v["jerk"]) / chord
    return np.asarray(np.maximum(1 / bending, along))


def _run(length: Table, speed: Table, acceleration: Table, jerk: Table) -> Table:
    """Seconds for a straight move between two corners: these at `jerk`, in between as fast as it gets."""
    slow = np.minimum(jerk, speed)
    needed = (speed**2 - slow**2) / acceleration
    short = 2 * (np.sqrt(slow**2 + acceleration * length) - slow) / acceleration
    return np.asarray(np.where(length >= needed, length / speed + (speed - slow) ** 2 / (speed * acceleration), short))


def _slower(drawn: Lines, layer: _Layer, count: Table, v: Values) -> tuple[Table, Table]:
    """Length of bridges, and by how much they and roofs take longer than the solid lines that they are among."""
    lengths = layer.solid_mm * count
    solid_mm = lengths.sum(axis=0)
    usual = (layer.solid_s_per_mm * lengths).sum(axis=0) / np.maximum(solid_mm, NOTHING)
    bridges_mm2 = (drawn.lids_mm2 + drawn.floors_mm2) * v["bridge_growth"]
    bridge_mm = np.minimum(bridges_mm2 / spacing(v, "infill_line_width"), solid_mm)
    roof_mm = np.minimum(drawn.roofs_mm2 * v["roof_growth"] / spacing(v, "top_line_width"), solid_mm)
    slower = bridge_mm * np.maximum(1 / v["bridge_speed"] - usual, 0) + roof_mm * np.maximum(
        1 / v["top_speed"] - usual, 0
    )
    return bridge_mm, np.asarray(slower)
