"""What the rules look at in a solid, read off a measurement; nothing where a figure was not found.

Ratios are plain numbers, shares are percent of the area or of the volume. Walls are rounded to a hundredth of a
millimetre, which is what rays through a mesh are good for.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from marketplace.geometry import units
from marketplace.geometry.features import Hole, Pocket
from marketplace.geometry.figures import Area
from marketplace.geometry.values import Measurement
from marketplace.manufacturability import sheets
from marketplace.manufacturability.values import Metric, Reading, Vector

_METRIC_THREAD: Final = re.compile(r"\s*MF?\s*(\d{1,3}(?:\.\d{1,3})?)(?![\d.])", re.ASCII)
_FRACTION_THREAD: Final = re.compile(r"\s*(\d{1,3})/(\d{1,3})\s*-\s*\d", re.ASCII)
_NUMBER_THREAD: Final = re.compile(r"\s*(?:#|No\.?\s*)(\d{1,2})\s*-\s*\d", re.ASCII)
_INCH_MM: Final = 25.4


def readings(metric: Metric, measurement: Measurement) -> tuple[Reading, ...]:
    """Every value of the metric in the part; none where it cannot be computed."""
    return tuple(_READERS[metric](measurement))


def _open_bodies(part: Measurement) -> Iterable[Reading]:
    return (Reading(0.0 if part.is_closed else 1.0),) if part.drawing is None else ()


def _overlaps(part: Measurement) -> Iterable[Reading]:
    """Bodies that could be measured as one."""
    return (Reading(1.0),) if part.overlaps and part.is_closed else ()


def _tangles(part: Measurement) -> Iterable[Reading]:
    """A part whose volume cannot be told, because it runs through itself."""
    return (Reading(1.0),) if part.overlaps and not part.is_closed else ()


def _largest_side(part: Measurement) -> Iterable[Reading]:
    return (Reading(max(part.box_mm)),)


def _doubtful_units(part: Measurement) -> Iterable[Reading]:
    return (Reading(1.0),) if units.is_doubtful(part.kind, part.declared_units, part.box_mm) else ()


def _bodies(part: Measurement) -> Iterable[Reading]:
    return (Reading(float(part.bodies)),) if part.drawing is None else ()


def _cavities(part: Measurement) -> Iterable[Reading]:
    return (Reading(float(part.cavities)),)


def _of_hole(value: float, hole: Hole) -> Reading:
    return Reading(value, hole.at_mm, hole.faces)


def _hole_diameters(part: Measurement) -> Iterable[Reading]:
    return (_of_hole(hole.diameter_mm, hole) for hole in part.holes)


def _hole_depth_ratios(part: Measurement) -> Iterable[Reading]:
    return (_of_hole(hole.depth_mm / hole.diameter_mm, hole) for hole in part.holes if hole.diameter_mm > 0)


def thread_mm(name: str) -> float | None:
    """The nominal diameter of a thread by its designation (“M6”, “1/4-20 UNC”, “#8-32”); None for another text.

    Numbered sizes are 0.060 + 0.013·n inches wide (ASME B1.1).
    """
    if found := _METRIC_THREAD.match(name):
        return float(found[1])
    if (found := _FRACTION_THREAD.match(name)) and int(found[2]):
        return int(found[1]) / int(found[2]) * _INCH_MM
    if found := _NUMBER_THREAD.match(name):
        return (0.060 + 0.013 * int(found[1])) * _INCH_MM
    return None


def _threads(part: Measurement) -> Iterable[tuple[float, Hole]]:
    named = ((thread_mm(hole.thread), hole) for hole in part.holes if hole.thread)
    return ((size, hole) for size, hole in named if size)


def _thread_sizes(part: Measurement) -> Iterable[Reading]:
    return (_of_hole(size, hole) for size, hole in _threads(part))


def _thread_depth_ratios(part: Measurement) -> Iterable[Reading]:
    return (_of_hole(hole.depth_mm / size, hole) for size, hole in _threads(part))


def _smallest_side(part: Measurement) -> Iterable[Reading]:
    """Stands for the walls of a solid in which none were measured."""
    return (Reading(min(part.box_mm)),) if part.walls is None and part.drawing is None else ()


def _walls(part: Measurement) -> Iterable[Reading]:
    """The thinnest wall; where none was measured, twice volume over area: the thickness of a sheet of both."""
    if part.walls is not None:
        return (Reading(round(part.walls.thinnest_mm, 2), part.walls.at_mm),)
    is_known = part.is_closed and part.drawing is None and part.area_mm2 > 0
    return (Reading(2 * part.volume_mm3 / part.area_mm2),) if is_known else ()


def _thin_walls(part: Measurement) -> Iterable[Reading]:
    """What a twentieth of the surface is thinner than: one sharp edge does not decide."""
    return () if part.walls is None else (Reading(round(part.walls.thin_mm, 2), part.walls.at_mm),)


def _thickest_wall(part: Measurement) -> Iterable[Reading]:
    return () if part.walls is None else (Reading(round(part.walls.thickest_mm, 2)),)


def _wall_ratio(part: Measurement) -> Iterable[Reading]:
    walls = part.walls
    return (Reading(walls.thickest_mm / walls.typical_mm),) if walls and walls.typical_mm > 0 else ()


def _inner_radius(part: Measurement) -> Iterable[Reading]:
    found = part.features
    if found is None or not found.smallest_inner_radius_mm:
        return ()
    return (Reading(found.smallest_inner_radius_mm, found.smallest_inner_radius_at_mm),)


def _pockets(part: Measurement) -> Iterable[Pocket]:
    return () if part.features is None else part.features.pockets


def _cut_depth_mm(pocket: Pocket) -> float:
    """What goes through is cut from both sides."""
    return pocket.depth_mm / 2 if pocket.is_through else pocket.depth_mm


def _corner_depth_ratios(part: Measurement) -> Iterable[Reading]:
    """Depth over corner radius; sharp corners are the sharp edges' matter."""
    return (
        Reading(_cut_depth_mm(pocket) / pocket.radius_mm, pocket.at_mm, pocket.faces)
        for pocket in _pockets(part)
        if pocket.radius_mm
    )


def _pocket_depth_ratios(part: Measurement) -> Iterable[Reading]:
    return (
        Reading(_cut_depth_mm(pocket) / pocket.width_mm, pocket.at_mm, pocket.faces)
        for pocket in _pockets(part)
        if pocket.width_mm > 0
    )


def _sharp_edges(part: Measurement) -> Iterable[Reading]:
    edges = part.features and part.features.sharp_edges
    return (Reading(edges.length_mm, edges.at_mm),) if edges else ()


def _of_area(part: Measurement, area_mm2: Area, place: Vector | None = None) -> Iterable[Reading]:
    return (Reading(100 * area_mm2 / part.area_mm2, place),) if part.area_mm2 > 0 else ()


def _hidden_share(part: Measurement) -> Iterable[Reading]:
    return () if part.reach is None else _of_area(part, part.reach.hidden_mm2, part.reach.hidden_at_mm)


def _setups(part: Measurement) -> Iterable[Reading]:
    return () if part.reach is None else (Reading(float(len(part.reach.directions))),)


def _tilted_setups(part: Measurement) -> Iterable[Reading]:
    return (Reading(1.0),) if part.reach is not None and not part.reach.is_three_axis else ()


def _tool_ratio(part: Measurement) -> Iterable[Reading]:
    reach = part.reach
    return () if reach is None or reach.tool_ratio is None else (Reading(reach.tool_ratio, reach.tool_at_mm),)


def _not_turned(part: Measurement) -> Iterable[Reading]:
    return (Reading(1.0),) if part.turned is None and part.drawing is None else ()


def _round_share(part: Measurement) -> Iterable[Reading]:
    return () if part.turned is None else (Reading(100 * part.turned.round_share),)


def _turned_length_ratio(part: Measurement) -> Iterable[Reading]:
    turned = part.turned
    return (Reading(turned.length_mm / turned.diameter_mm),) if turned and turned.diameter_mm > 0 else ()


def _overhang_share(part: Measurement) -> Iterable[Reading]:
    """Of the best build found, which stands last."""
    return _of_area(part, part.builds[-1].overhang_mm2) if part.builds else ()


def _support_share(part: Measurement) -> Iterable[Reading]:
    is_known = part.builds and part.volume_mm3 > 0
    return (Reading(100 * part.builds[-1].support_mm3 / part.volume_mm3),) if is_known else ()


def _slenderness(part: Measurement) -> Iterable[Reading]:
    """Longest over shortest side, in the orientation that fits the part best where it is known."""
    sides = part.box_mm if part.oriented_box is None else part.oriented_box.sides_mm
    return (Reading(max(sides) / min(sides)),) if min(sides) > 0 else ()


def _upright_share(part: Measurement) -> Iterable[Reading]:
    return () if part.draft is None else _of_area(part, part.draft.upright_mm2)


def _slight_share(part: Measurement) -> Iterable[Reading]:
    return () if part.draft is None else _of_area(part, part.draft.slight_mm2)


def _undercut_share(part: Measurement) -> Iterable[Reading]:
    return () if part.draft is None else _of_area(part, part.draft.undercut_mm2)


_READERS: Final[Mapping[Metric, Callable[[Measurement], Iterable[Reading]]]] = {
    Metric.OPEN_BODIES: _open_bodies,
    Metric.OVERLAPS: _overlaps,
    Metric.TANGLES: _tangles,
    Metric.LARGEST_SIDE: _largest_side,
    Metric.DOUBTFUL_UNITS: _doubtful_units,
    Metric.BODIES: _bodies,
    Metric.CAVITIES: _cavities,
    Metric.HOLE_DIAMETER: _hole_diameters,
    Metric.HOLE_DEPTH_RATIO: _hole_depth_ratios,
    Metric.THREAD_SIZE: _thread_sizes,
    Metric.THREAD_DEPTH_RATIO: _thread_depth_ratios,
    Metric.SMALLEST_SIDE: _smallest_side,
    Metric.WALL: _walls,
    Metric.THIN_WALLS: _thin_walls,
    Metric.THICKEST_WALL: _thickest_wall,
    Metric.WALL_RATIO: _wall_ratio,
    Metric.INNER_RADIUS: _inner_radius,
    Metric.CORNER_DEPTH_RATIO: _corner_depth_ratios,
    Metric.POCKET_DEPTH_RATIO: _pocket_depth_ratios,
    Metric.SHARP_EDGES: _sharp_edges,
    Metric.HIDDEN_SHARE: _hidden_share,
    Metric.SETUPS: _setups,
    Metric.TILTED_SETUPS: _tilted_setups,
    Metric.TOOL_RATIO: _tool_ratio,
    Metric.NOT_TURNED: _not_turned,
    Metric.ROUND_SHARE: _round_share,
    Metric.TURNED_LENGTH_RATIO: _turned_length_ratio,
    Metric.OVERHANG_SHARE: _overhang_share,
    Metric.SUPPORT_SHARE: _support_share,
    Metric.SLENDERNESS: _slenderness,
    Metric.UPRIGHT_SHARE: _upright_share,
    Metric.SLIGHT_SHARE: _slight_share,
    Metric.UNDERCUT_SHARE: _undercut_share,
    **sheets.READERS,
}
