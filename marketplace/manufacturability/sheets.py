"""What the rules look at in sheet metal and in flat drawings, read off a measurement."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from marketplace.geometry.shape import Sheet
from marketplace.geometry.values import Measurement
from marketplace.manufacturability.values import Metric, Reading, Vector


def _flat_drawings(part: Measurement) -> Iterable[Reading]:
    return () if part.drawing is None else (Reading(1.0),)


def _drawn_parts(part: Measurement) -> Iterable[Reading]:
    return () if part.drawing is None else (Reading(float(part.drawing.parts)),)


def _not_sheet(part: Measurement) -> Iterable[Reading]:
    return (Reading(1.0),) if part.sheet is None and part.drawing is None else ()


def _bends(part: Measurement) -> Iterable[Reading]:
    """A drawing without bend lines says nothing about bends."""
    if part.drawing is not None:
        return (Reading(float(part.drawing.bends)),) if part.drawing.bends else ()
    return () if part.sheet is None else (Reading(float(len(part.sheet.bends))),)


def _open_chains(part: Measurement) -> Iterable[Reading]:
    drawing = part.drawing
    return () if drawing is None else (Reading(float(drawing.open_chains), drawing.open_at_mm),)


def _unclear_outlines(part: Measurement) -> Iterable[Reading]:
    """A drawing that is not closed, though no line of it is open: outlines are missing or cross."""
    drawing = part.drawing
    return (Reading(1.0),) if drawing and not part.is_closed and not drawing.open_chains else ()


def _duplicates(part: Measurement) -> Iterable[Reading]:
    return () if part.drawing is None else (Reading(float(part.drawing.duplicates)),)


def _web(part: Measurement) -> Iterable[Reading]:
    drawing = part.drawing
    if drawing is None or drawing.narrowest_mm is None:
        return ()
    return (Reading(drawing.narrowest_mm, drawing.narrowest_at_mm),)


def _drawn_hole(part: Measurement) -> Iterable[Reading]:
    drawing = part.drawing
    if drawing is None or drawing.smallest_hole_mm is None:
        return ()
    return (Reading(drawing.smallest_hole_mm, drawing.smallest_hole_at_mm),)


def _sheet(part: Measurement) -> Sheet | None:
    return part.sheet if part.sheet is not None and part.sheet.thickness_mm > 0 else None


def _hole_thickness_ratios(part: Measurement) -> Iterable[Reading]:
    sheet = _sheet(part)
    if sheet is None:
        return ()
    return (Reading(hole.diameter_mm / sheet.thickness_mm, hole.at_mm, hole.faces) for hole in part.holes)


def _bend_radius_ratios(part: Measurement) -> Iterable[Reading]:
    sheet = _sheet(part)
    if sheet is None:
        return ()
    return (Reading(bend.radius_mm / sheet.thickness_mm, bend.at_mm) for bend in sheet.bends)


def _in_thicknesses(sheet: Sheet, length_mm: float | None, place: Vector | None) -> Iterable[Reading]:
    return () if length_mm is None else (Reading(length_mm / sheet.thickness_mm, place),)


def _past_radius(sheet: Sheet, length_mm: float | None, place: Vector | None) -> Iterable[Reading]:
    """Less the largest inner radius: which bend a length belongs to is not recorded."""
    if length_mm is None or not sheet.bends:
        return ()
    return _in_thicknesses(sheet, length_mm - max(bend.radius_mm for bend in sheet.bends), place)


def _hole_to_bend(part: Measurement) -> Iterable[Reading]:
    sheet = _sheet(part)
    return () if sheet is None else _in_thicknesses(sheet, sheet.hole_to_bend_mm, sheet.hole_to_bend_at_mm)


def _hole_to_bend_past_radius(part: Measurement) -> Iterable[Reading]:
    sheet = _sheet(part)
    return () if sheet is None else _past_radius(sheet, sheet.hole_to_bend_mm, sheet.hole_to_bend_at_mm)


def _flange_past_radius(part: Measurement) -> Iterable[Reading]:
    sheet = _sheet(part)
    return () if sheet is None else _past_radius(sheet, sheet.flange_mm, sheet.flange_at_mm)


READERS: Final[Mapping[Metric, Callable[[Measurement], Iterable[Reading]]]] = {
    Metric.FLAT_DRAWINGS: _flat_drawings,
    Metric.DRAWN_PARTS: _drawn_parts,
    Metric.NOT_SHEET: _not_sheet,
    Metric.BENDS: _bends,
    Metric.OPEN_CHAINS: _open_chains,
    Metric.UNCLEAR_OUTLINES: _unclear_outlines,
    Metric.DUPLICATES: _duplicates,
    Metric.WEB: _web,
    Metric.DRAWN_HOLE: _drawn_hole,
    Metric.HOLE_THICKNESS_RATIO: _hole_thickness_ratios,
    Metric.BEND_RADIUS_RATIO: _bend_radius_ratios,
    Metric.HOLE_TO_BEND: _hole_to_bend,
    Metric.HOLE_TO_BEND_PAST_RADIUS: _hole_to_bend_past_radius,
    Metric.FLANGE_PAST_RADIUS: _flange_past_radius,
}
