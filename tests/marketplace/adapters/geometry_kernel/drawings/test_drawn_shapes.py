"""Shapes with closed forms: what is cut, how long, around which area."""

import math

import numpy as np
import pytest
from ezdxf.math import rational_bspline_from_arc
from scipy.special import ellipe

from marketplace.geometry.figures import Method
from marketplace.geometry.values import FileKind, Units
from tests.marketplace.adapters.geometry_kernel.drawings.flat_parts import (
    blank,
    close_to,
    lines,
    read,
    rectangle,
    rounded,
    slot,
)


@pytest.mark.parametrize("version", ["R12", "R2000", "R2004", "R2007", "R2010", "R2013", "R2018"])
@pytest.mark.parametrize("fmt", ["asc", "bin"])
def test_a_plate_with_round_holes_measures_the_same_in_every_version(tmp_path, version, fmt):
    drawing = blank(version)
    space = drawing.modelspace()
    lines(space, (10, 20), (110, 20), (110, 70), (10, 70), (10, 20))
    for x, diameter in ((30, 5), (60, 8), (90, 12)):
        space.add_circle((x, 45), diameter / 2)
    part, outlines = read(drawing, tmp_path, fmt)
    figures = part.drawing
    assert (part.kind, part.method, part.is_closed, part.bodies) == (FileKind.DXF, Method.DRAWN, True, 1)
    assert part.declared_units is (None if version == "R12" else Units.MM)
    assert (part.box_mm, part.corner_mm) == ((100, 50, 0), (10, 20, 0))
    assert figures.net_mm2 == part.area_mm2 == close_to(5000 - math.pi / 4 * (25 + 64 + 144))
    assert figures.cut_mm == close_to(300 + math.pi * 25)
    assert (figures.parts, figures.loops, figures.pierces, figures.open_chains) == (1, 4, 4, 0)
    assert figures.hull_mm2 == close_to(5000)
    assert figures.smallest_hole_mm == close_to(5)
    assert figures.smallest_hole_at_mm == close_to((30, 45, 0))
    assert figures.narrowest_mm == pytest.approx(14, abs=0.02)
    assert figures.narrowest_at_mm == pytest.approx((103, 45, 0), abs=0.02)
    assert part.remarks == ()
    assert [len(region.holes) for region in outlines.regions] == [3]
    assert not (outlines.open_chains or outlines.bends or outlines.engravings)


def test_round_corners_drawn_as_bulges_are_exact(tmp_path):
    drawing = blank()
    rounded(drawing.modelspace(), 80, 60, 10)
    part, outlines = read(drawing, tmp_path)
    assert part.drawing.cut_mm == close_to(2 * 60 + 2 * 40 + 20 * math.pi)
    assert part.drawing.net_mm2 == close_to(4800 - (4 - math.pi) * 100)
    assert part.drawing.hull_mm2 == close_to(4800 - (4 - math.pi) * 100)
    assert part.box_mm == close_to((80, 60, 0))
    ring = outlines.regions[0].outer
    assert np.abs(np.hypot(*(ring[ring[:, 0] > 70] - (70, 10)).T).min() - 10) <= 0.02
    assert (ring[0] == ring[-1]).all()


def test_a_bulge_may_turn_inwards_and_beyond_a_half_circle(tmp_path):
    drawing = blank()
    square = [(0, 0, 0), (40, 0, 0), (40, 40, 0), (0, 40, 0)]
    square[1] = (40, 0, -math.tan(math.radians(60) / 4))
    drawing.modelspace().add_lwpolyline(square, format="xyb", close=True)
    drawing.modelspace().add_lwpolyline(
        [(100, 0, math.tan(math.radians(270) / 4)), (110, 0, 0)], format="xyb", close=True
    )
    part, _ = read(drawing, tmp_path)
    flat = 40**2 / 2 * (math.radians(60) - math.sin(math.radians(60)))
    radius = 5 * math.sqrt(2)
    assert part.drawing.net_mm2 == close_to(1600 - flat + radius**2 / 2 * (1.5 * math.pi + 1))
    assert part.drawing.cut_mm == close_to(120 + 40 * math.radians(60) + 1.5 * math.pi * radius + 10)


def test_a_slot_of_lines_and_arcs_is_one_loop(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 100, 50)
    slot(drawing.modelspace(), 50, 25, 30, 6)
    part, _ = read(drawing, tmp_path)
    assert part.drawing.net_mm2 == close_to(5000 - 30 * 6 - math.pi * 9)
    assert part.drawing.cut_mm == close_to(300 + 60 + 6 * math.pi)
    assert part.drawing.smallest_hole_mm == pytest.approx(6, abs=0.05)
    assert part.drawing.pierces == 2


def test_two_half_circles_are_a_round_hole(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 50, 50)
    drawing.modelspace().add_arc((25, 25), 7, 30, 210)
    drawing.modelspace().add_arc((25, 25), 7, 210, 30)
    part, _ = read(drawing, tmp_path)
    assert part.drawing.smallest_hole_mm == close_to(14)
    assert part.drawing.loops == 2


def test_an_ellipse_and_its_half(tmp_path):
    drawing = blank()
    space = drawing.modelspace()
    space.add_ellipse((0, 0), major_axis=(30, 40), ratio=0.5)
    space.add_ellipse((200, 0), major_axis=(50, 0), ratio=0.5, start_param=0, end_param=math.pi)
    space.add_line((150, 0), (250, 0))
    part, _ = read(drawing, tmp_path)
    perimeter = 4 * 50 * float(ellipe(1 - 0.25))
    assert part.drawing.net_mm2 == close_to(1.5 * math.pi * 50 * 25)
    assert part.drawing.cut_mm == close_to(1.5 * perimeter + 100)
    assert part.box_mm[0] == close_to(250 + math.hypot(30, 20))


def test_a_rational_spline_is_followed_to_its_true_length_and_area(tmp_path):
    """A circle as a rational B-spline: the closed form of a curve that no program flattens exactly."""
    drawing = blank()
    circle = rational_bspline_from_arc(radius=25, start_angle=0, end_angle=360)
    drawing.modelspace().add_spline().apply_construction_tool(circle)
    part, outlines = read(drawing, tmp_path)
    assert part.is_closed
    assert part.drawing.cut_mm == pytest.approx(50 * math.pi, rel=1e-5)
    assert part.drawing.net_mm2 == pytest.approx(625 * math.pi, rel=1e-5)
    assert np.abs(np.hypot(*outlines.regions[0].outer.T) - 25).max() < 1e-9


def test_a_polynomial_spline_ring(tmp_path):
    """A parabola y = x(40 − x)/20 from 0 to 40 as a quadratic B-spline, closed by a line."""
    drawing = blank()
    drawing.modelspace().add_open_spline([(0, 0), (20, 40), (40, 0)], degree=2)
    drawing.modelspace().add_line((40, 0), (0, 0))
    part, _ = read(drawing, tmp_path)
    assert part.drawing.net_mm2 == pytest.approx(40**3 / 120, rel=1e-6)
    length = 10 * (2 * math.sqrt(5) + math.asinh(2))
    assert part.drawing.cut_mm == pytest.approx(40 + length, rel=1e-5)


def test_a_spline_through_fit_points_alone(tmp_path):
    drawing = blank()
    drawing.modelspace().add_spline([(0, 0), (10, 8), (20, 0)])
    drawing.modelspace().add_line((20, 0), (0, 0))
    part, outlines = read(drawing, tmp_path)
    assert part.is_closed
    assert np.abs(outlines.regions[0].outer - (10, 8)).sum(axis=1).min() < 1e-6


def test_a_heavy_polyline_with_bulges_is_read_as_a_light_one(tmp_path):
    drawing = blank("R12")
    drawing.modelspace().add_polyline2d([(0, 0, 0), (30, 0, 1), (30, 20, 0), (0, 20, 1)], format="xyb", close=True)
    part, _ = read(drawing, tmp_path)
    assert part.drawing.net_mm2 == close_to(600 + 100 * math.pi)
    assert part.drawing.cut_mm == close_to(60 + 20 * math.pi)


def test_a_part_may_lie_in_the_hole_of_another(tmp_path):
    drawing = blank()
    space = drawing.modelspace()
    for size in (100, 80, 40, 20):
        rectangle(space, -size / 2, -size / 2, size, size)
    part, outlines = read(drawing, tmp_path)
    assert part.bodies == part.drawing.parts == 2
    assert part.drawing.net_mm2 == close_to(100**2 - 80**2 + 40**2 - 20**2)
    assert part.drawing.hull_mm2 == close_to(100**2 + 40**2)
    assert part.drawing.narrowest_mm == close_to(10)  # 20 mm lie between the parts, but that is scrap
    assert sorted(len(region.holes) for region in outlines.regions) == [1, 1]


def test_a_flat_shape_seen_from_below_is_mirrored(tmp_path):
    """AutoCAD writes mirrored arcs with the extrusion (0, 0, −1): x of their own system runs the other way."""
    drawing = blank()
    space = drawing.modelspace()
    lines(space, (-20, -10), (20, -10))
    space.add_arc((-20, 0), 10, 270, 90, dxfattribs={"extrusion": (0, 0, -1)})
    lines(space, (20, 10), (-20, 10))
    space.add_arc((20, 0), 10, 270, 90, dxfattribs={"extrusion": (0, 0, -1)})
    part, _ = read(drawing, tmp_path)
    assert part.drawing.cut_mm == close_to(80 + 20 * math.pi)
    assert part.corner_mm == close_to((-30, -10, 0))
    assert part.box_mm == close_to((50, 20, 0))
    assert part.area_mm2 == close_to(800)


@pytest.mark.parametrize(
    ("declared", "units", "factor"),
    [(0, None, 1), (1, Units.INCH, 25.4), (4, Units.MM, 1), (5, Units.CM, 10), (6, Units.M, 1000)],
)
def test_units_are_those_that_the_drawing_declares(tmp_path, declared, units, factor):
    drawing = blank(units=declared)
    rectangle(drawing.modelspace(), 0, 0, 4, 2)
    drawing.modelspace().add_circle((2, 1), 0.5)
    part, outlines = read(drawing, tmp_path)
    assert part.declared_units is units
    assert part.box_mm == close_to((4 * factor, 2 * factor, 0))
    assert part.area_mm2 == close_to((8 - math.pi / 4) * factor**2)
    assert part.drawing.cut_mm == close_to((12 + math.pi) * factor)
    assert outlines.regions[0].outer.max() == close_to(4 * factor)


@pytest.mark.parametrize("declared", [2, 10, 13])
def test_units_that_no_shop_takes_are_asked_for(tmp_path, declared):
    drawing = blank(units=declared)
    rectangle(drawing.modelspace(), 0, 0, 4, 2)
    part, _ = read(drawing, tmp_path)
    assert part.declared_units is None
    assert part.box_mm == (4, 2, 0)
    assert "which units" in part.remarks[0].message
