"""What the rules look at, read off a measurement."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from marketplace.geometry.values import Measurement
from marketplace.manufacturability.values import Metric, Reading


def readings(metric: Metric, measurement: Measurement) -> tuple[Reading, ...]:
    """Every value of the metric in the part; none where it cannot be computed."""
    return tuple(_READERS[metric](measurement))


def _open_bodies(part: Measurement) -> Iterable[Reading]:
    return (Reading(0.0 if part.is_closed else 1.0),)


def _bodies(part: Measurement) -> Iterable[Reading]:
    return (Reading(float(part.bodies)),)


def _hole_diameters(part: Measurement) -> Iterable[Reading]:
    return (Reading(hole.diameter_mm, hole.at_mm) for hole in part.holes)


def _hole_depth_ratios(part: Measurement) -> Iterable[Reading]:
    return (Reading(hole.depth_mm / hole.diameter_mm, hole.at_mm) for hole in part.holes if hole.diameter_mm > 0)


def _smallest_side(part: Measurement) -> Iterable[Reading]:
    return (Reading(min(part.box_mm)),)


def _largest_side(part: Measurement) -> Iterable[Reading]:
    return (Reading(max(part.box_mm)),)


def _mean_wall(part: Measurement) -> Iterable[Reading]:
    """Twice volume over area: the thickness of a thin sheet of the same volume and area. Needs a closed part."""
    return (Reading(2 * part.volume_mm3 / part.area_mm2),) if part.is_closed and part.area_mm2 > 0 else ()


def _slenderness(part: Measurement) -> Iterable[Reading]:
    smallest = min(part.box_mm)
    return (Reading(max(part.box_mm) / smallest),) if smallest > 0 else ()


_READERS: Final[Mapping[Metric, Callable[[Measurement], Iterable[Reading]]]] = {
    Metric.OPEN_BODIES: _open_bodies,
    Metric.BODIES: _bodies,
    Metric.HOLE_DIAMETER: _hole_diameters,
    Metric.HOLE_DEPTH_RATIO: _hole_depth_ratios,
    Metric.SMALLEST_SIDE: _smallest_side,
    Metric.LARGEST_SIDE: _largest_side,
    Metric.MEAN_WALL: _mean_wall,
    Metric.SLENDERNESS: _slenderness,
}
