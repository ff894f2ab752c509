"""DXF: a flat drawing from its file to what is cut, bent and engraved.

A drawing that declares its units arrives in millimetres; one that does not is measured as if one unit were one.
"""

import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from marketplace.adapters.geometry_kernel.drawings import document, doubles, widths
from marketplace.adapters.geometry_kernel.drawings.chaining import Chains, chained
from marketplace.adapters.geometry_kernel.drawings.layers import Role
from marketplace.adapters.geometry_kernel.drawings.outlines import Outlines, Points, Region
from marketplace.adapters.geometry_kernel.drawings.regions import Sorted, sorted_
from marketplace.adapters.geometry_kernel.drawings.remarks import remarks
from marketplace.adapters.geometry_kernel.drawings.specks import without_specks
from marketplace.adapters.geometry_kernel.drawings.strokes import Stroke, Strokes, strokes
from marketplace.adapters.geometry_kernel.engines import ENGINES
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import NoGeometry
from marketplace.geometry.figures import Method, Place
from marketplace.geometry.shape import Drawing, Layer
from marketplace.geometry.values import FileKind, Measurement, Units

UNITS: Final = {1: Units.INCH, 4: Units.MM, 5: Units.CM, 6: Units.M}
"""$INSUNITS of those units that a customer may confirm (AutoCAD DXF reference, section HEADER); 0 says none."""

ORDINARY_MM: Final = 25.0
"""A smaller drawing is either tiny or drawn in inches or metres without saying so: its tolerances shrink with it."""

MAX_LAYERS: Final = 256


def measured(path: Path, limits: Limits) -> tuple[Measurement, Outlines]:
    """Measure a drawing, and its outlines in mm.

    Raises TruncatedFile, Unreadable, TooComplex, NoGeometry, NotFinite or OutOfRange.
    """
    drawing = document.opened(path, limits)
    units = UNITS.get(_declared(drawing))
    drawn = strokes(drawing, float((units or Units.MM).millimetres))
    cuts = drawn.of(Role.CUT)
    if not cuts:
        raise _nothing_to_cut(drawn)
    return _measured(drawn, cuts, units, _declared(drawing))


def _measured(drawn: Strokes, cuts: list[Stroke], units: Units | None, declared: int) -> tuple[Measurement, Outlines]:
    cuts, specks = without_specks(cuts, math.dist(*_box(cuts)))
    if not cuts:
        raise _nothing_to_cut(drawn)
    low, high = _box(cuts)
    fineness = min(1.0, math.dist(low, high) / ORDINARY_MM)
    once = doubles.single([stroke.pieces for stroke in cuts], fineness)
    chains = chained(once.paths, fineness)
    sorted_loops = sorted_(chains.loops)
    bends = doubles.single([stroke.pieces for stroke in drawn.of(Role.BEND)], fineness)
    figures = _drawing(drawn, chains, sorted_loops, once.duplicates, bends)
    measurement = Measurement(
        kind=FileKind.DXF,
        declared_units=units,
        volume_mm3=0.0,
        area_mm2=figures.net_mm2,
        box_mm=(float(high[0] - low[0]), float(high[1] - low[1]), 0.0),
        is_closed=bool(sorted_loops.parts) and not chains.open_count and not sorted_loops.crossing,
        bodies=len(sorted_loops.parts),
        triangles=None,
        faces=None,
        holes=(),
        engine=ENGINES[FileKind.DXF],
        method=Method.DRAWN,
        corner_mm=(float(low[0]), float(low[1]), 0.0),
        drawing=figures,
        remarks=remarks(drawn, figures, len(sorted_loops.crossing), specks, declared),
    )
    return measurement, _outlines(drawn, chains, sorted_loops)


def _declared(drawing: Any) -> int:
    """$INSUNITS; 0 where there is none, or none that makes sense."""
    declared = drawing.header.get("$INSUNITS", 0)
    return declared if isinstance(declared, int) else 0


def _nothing_to_cut(drawn: Strokes) -> NoGeometry:
    found: Counter[str] = drawn.left_out + Counter(stroke.role for stroke in drawn.drawn)
    if not found and not drawn.hidden:
        return NoGeometry("The drawing is empty: its model space holds nothing. Please export the outline of the part.")
    return NoGeometry(
        "The drawing has no line to cut: only text, dimensions, or lines on layers that are hidden or not for cutting. "
        "Please put the outline of the part on a visible layer such as “cut”."
    )


def _box(cuts: list[Stroke]) -> tuple[Points, Points]:
    pieces = [piece for stroke in cuts for piece in stroke.pieces]
    low: Points = np.min([piece.points.min(axis=0) for piece in pieces], axis=0)
    high: Points = np.max([piece.points.max(axis=0) for piece in pieces], axis=0)
    return low, high


def _drawing(drawn: Strokes, chains: Chains, loops: Sorted, duplicates: int, bends: doubles.Single) -> Drawing:
    hole, web = widths.smallest_hole(loops.parts), widths.narrowest_web(loops.parts)
    return Drawing(
        parts=len(loops.parts),
        loops=len(chains.loops),
        open_chains=chains.open_count,
        open_mm=chains.open_mm,
        open_at_mm=_place(*chains.open_paths[0][0]) if chains.open_paths else None,
        cut_mm=chains.length_mm,
        pierces=len(chains.loops) + chains.open_count,
        net_mm2=math.fsum(part.net_mm2 for part in loops.parts),
        hull_mm2=math.fsum(part.hull_mm2 for part in loops.parts),
        smallest_hole_mm=hole.width_mm if hole else None,
        smallest_hole_at_mm=_place(hole.x_mm, hole.y_mm) if hole else None,
        narrowest_mm=web.width_mm if web else None,
        narrowest_at_mm=_place(web.x_mm, web.y_mm) if web else None,
        bends=len(bends.paths),
        bend_mm=math.fsum(piece.length_mm for path in bends.paths for piece in path),
        duplicates=duplicates,
        layers=_layers(drawn),
    )


def _place(x: float, y: float) -> Place:
    return (float(x), float(y), 0.0)


def _layers(drawn: Strokes) -> tuple[Layer, ...]:
    """Each layer with its role, the longest first; a layer of dashed and whole lines appears once for each role."""
    lengths: dict[tuple[str, Role], float] = defaultdict(float)
    for stroke in drawn.drawn:
        lengths[stroke.layer, stroke.role] += stroke.length_mm
    longest = sorted(lengths.items(), key=lambda item: item[1], reverse=True)
    return tuple(Layer(name, role.value, length) for (name, role), length in longest[:MAX_LAYERS])


def _outlines(drawn: Strokes, chains: Chains, loops: Sorted) -> Outlines:
    regions = [Region(part.outer.points, tuple(hole.points for hole in part.holes)) for part in loops.parts]
    return Outlines(
        tuple(regions),
        (*chains.open_paths, *(loop.points for loop in loops.crossing)),
        _points(drawn.of(Role.BEND)),
        _points(drawn.of(Role.ENGRAVE)),
    )


def _points(drawn: list[Stroke]) -> tuple[Points, ...]:
    return tuple(piece.points for stroke in drawn for piece in stroke.pieces)
