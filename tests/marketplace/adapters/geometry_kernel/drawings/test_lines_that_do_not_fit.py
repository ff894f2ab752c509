"""Open chains, gaps, doubled and crossing lines."""

import math
import random
from itertools import pairwise

import pytest

from marketplace.geometry.values import RemarkKind
from tests.marketplace.adapters.geometry_kernel.drawings.flat_parts import (
    blank,
    close_to,
    lines,
    read,
    rectangle,
    slot,
)


def remarked(part, kind):
    return " ".join(remark.message for remark in part.remarks if remark.kind is kind)


def test_an_open_outline_is_not_closed_and_says_where(tmp_path):
    drawing = blank()
    lines(drawing.modelspace(), (0, 0), (30, 0), (30, 20), (0, 20))
    part, outlines = read(drawing, tmp_path)
    assert (part.is_closed, part.bodies, part.area_mm2) == (False, 0, 0)
    assert (part.drawing.open_chains, part.drawing.open_mm, part.drawing.pierces) == (1, 80, 1)
    assert part.drawing.open_at_mm in ((0, 0, 0), (0, 20, 0))
    assert len(outlines.open_chains) == 3


def test_a_stray_line_keeps_a_drawing_from_being_closed(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 30, 20)
    lines(drawing.modelspace(), (30, 20), (40, 30))
    lines(drawing.modelspace(), (100, 0), (110, 0), (110, 10))
    part, _ = read(drawing, tmp_path)
    assert (part.is_closed, part.drawing.loops, part.drawing.open_chains) == (False, 1, 2)
    assert part.drawing.open_mm == close_to(20 + math.hypot(10, 10))
    assert part.drawing.cut_mm == close_to(100 + 20 + math.hypot(10, 10))
    assert part.area_mm2 == close_to(600)


@pytest.mark.parametrize(("gap", "is_closed"), [(0.0, True), (1e-9, True), (0.04, True), (0.06, False)])
@pytest.mark.parametrize("units", [1, 4])
def test_a_gap_is_closed_up_to_a_twentieth_of_a_millimetre(tmp_path, gap, is_closed, units):
    unit = 25.4 if units == 1 else 1
    drawing = blank(units=units)
    lines(drawing.modelspace(), (gap / unit, 0), (100 / unit, 0), (100 / unit, 50 / unit), (0, 50 / unit), (0, 0))
    part, _ = read(drawing, tmp_path)
    assert part.is_closed is is_closed
    assert part.drawing.open_chains == (not is_closed)
    assert part.area_mm2 == pytest.approx(5000 if is_closed else 0, abs=2)


def test_lines_that_overshoot_a_corner_a_little_are_joined_there(tmp_path):
    drawing = blank()
    space = drawing.modelspace()
    for begin, end in (((0, 0), (50.03, 0)), ((50, -0.03), (50, 30)), ((50, 30), (0, 30)), ((0, 30), (0, 0))):
        space.add_line(begin, end)
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert part.area_mm2 == pytest.approx(1500, abs=2)


def test_a_curve_of_lines_shorter_than_a_gap_is_followed(tmp_path):
    drawing = blank()
    corners = [(5 * math.cos(turn / 800 * math.tau), 5 * math.sin(turn / 800 * math.tau)) for turn in range(801)]
    assert math.dist(corners[0], corners[1]) < 0.04
    lines(drawing.modelspace(), *corners)
    part, _ = read(drawing, tmp_path)
    assert (part.is_closed, part.drawing.loops) == (True, 1)
    assert part.area_mm2 == pytest.approx(400 * 25 * math.sin(math.tau / 800), rel=1e-9)


def test_whole_outlines_drawn_twice_are_cut_once(tmp_path):
    drawing = blank()
    space = drawing.modelspace()
    rectangle(space, 0, 0, 60, 40)
    space.add_lwpolyline([(60, 40), (60, 0), (0, 0), (0, 40)], close=True)
    for _ in range(3):
        space.add_circle((30, 20), 5)
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert part.drawing.duplicates == 3
    assert part.drawing.cut_mm == close_to(200 + 10 * math.pi)
    assert (part.drawing.pierces, part.drawing.parts) == (2, 1)
    assert "3" in remarked(part, RemarkKind.MENDED)


def test_lines_and_arcs_drawn_again_from_their_end_are_cut_once(tmp_path):
    drawing = blank()
    space = drawing.modelspace()
    slot(space, 0, 0, 30, 10)
    space.add_line((15, -5), (-15, -5))
    space.add_lwpolyline([(15, 5, 0), (15, -5, 0)], format="xyb").dxf.flags = 0
    space.delete_entity(space[-1])
    space.add_lwpolyline([(15, 5, -1), (15, -5, 0)], format="xyb")
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert part.drawing.duplicates == 2
    assert part.drawing.cut_mm == close_to(60 + 10 * math.pi)
    assert part.area_mm2 == close_to(300 + 25 * math.pi)


@pytest.mark.parametrize("turn", [0, 17, 90])
def test_lines_that_run_partly_over_each_other_are_cut_once(tmp_path, turn):
    drawing = blank()
    block = drawing.blocks.new("outline")
    for begin, end in (((0, 0), (70, 0)), ((40, 0), (100, 0)), ((50, 0), (60, 0))):
        block.add_line(begin, end)
    lines(block, (100, 0), (100, 50), (0, 50), (0, 0))
    drawing.modelspace().add_blockref("outline", (7, 3), dxfattribs={"rotation": turn})
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert part.drawing.duplicates == 2
    assert part.drawing.cut_mm == close_to(300)
    assert part.area_mm2 == close_to(5000)


def test_arcs_that_run_partly_over_each_other_are_cut_once(tmp_path):
    drawing = blank()
    space = drawing.modelspace()
    for start, end in ((0, 200), (150, 300), (280, 20)):
        space.add_arc((0, 0), 10, start, end)
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert part.drawing.duplicates == 2
    assert part.drawing.cut_mm == close_to(20 * math.pi)
    assert part.area_mm2 == close_to(100 * math.pi)


def test_an_outline_again_as_single_lines_is_cut_once(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 60, 40)
    lines(drawing.modelspace(), (0, 0), (60, 0), (60, 40), (0, 40), (0, 0))
    part, _ = read(drawing, tmp_path)
    assert (part.is_closed, part.drawing.duplicates, part.drawing.loops) == (True, 4, 1)
    assert part.drawing.cut_mm == close_to(200)


def test_parts_that_share_an_edge_are_two_parts_and_the_edge_is_cut_once(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 40, 40)
    rectangle(drawing.modelspace(), 40, 10, 30, 20)
    part, _ = read(drawing, tmp_path)
    assert (part.is_closed, part.bodies) == (True, 2)
    assert part.drawing.cut_mm == close_to(160 + 100 - 20)
    assert part.area_mm2 == close_to(1600 + 600)


def test_a_diagonal_of_the_same_length_is_no_double(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), -50, -50, 100, 100)
    for corner in ((1, 1), (1, -1)):
        lines(drawing.modelspace(), (-5 * corner[0], -5 * corner[1]), (5 * corner[0], 5 * corner[1]))
    part, _ = read(drawing, tmp_path)
    assert part.drawing.duplicates == 0
    assert part.drawing.open_chains == 2


@pytest.mark.parametrize("shift", [5, 35])
def test_outlines_that_cross_each_other_bound_no_part(tmp_path, shift):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 40, 40)
    rectangle(drawing.modelspace(), shift, shift, 40, 40)
    part, outlines = read(drawing, tmp_path)
    assert (part.is_closed, part.bodies, part.drawing.loops) == (False, 0, 2)
    assert "cross" in remarked(part, RemarkKind.NOT_MEASURED)
    assert len(outlines.open_chains) == 2


def test_an_outline_that_crosses_itself_bounds_no_part(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 100, 0, 40, 40)
    drawing.modelspace().add_lwpolyline([(0, 0), (40, 30), (40, 0), (0, 40)], close=True)
    part, _ = read(drawing, tmp_path)
    assert (part.is_closed, part.bodies) == (False, 1)
    assert "cross" in remarked(part, RemarkKind.NOT_MEASURED)


def test_outlines_that_touch_do_not_cross(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 40, 40)
    drawing.modelspace().add_circle((60, 20), 20)
    part, _ = read(drawing, tmp_path)
    assert (part.is_closed, part.bodies) == (True, 2)


def test_a_line_there_and_back_encloses_nothing_and_is_open(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 40, 40)
    drawing.modelspace().add_lwpolyline([(10, 10), (30, 10)], close=True)
    part, _ = read(drawing, tmp_path)
    assert (part.is_closed, part.drawing.open_chains, part.drawing.open_mm) == (False, 1, 20)


def test_a_dot_drawn_as_an_outline_is_left_out(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 200, 100)
    drawing.modelspace().add_lwpolyline([(50, 50), (50.5, 50), (50.5, 50)], close=True)
    part, _ = read(drawing, tmp_path)
    assert (part.is_closed, part.drawing.loops) == (True, 1)
    assert "dot" in remarked(part, RemarkKind.LEFT_OUT)


@pytest.mark.parametrize("unit", [1, 1 / 25.4, 1 / 1000])
def test_a_drawing_without_units_measures_alike_in_any_unit(tmp_path, unit):
    """Drawn in metres, two holes 2 mm apart lie nearer than what is one line in millimetres."""
    drawing = blank(units=0)
    space = drawing.modelspace()
    lines(space, *((x * unit, y * unit) for x, y in ((0, 0), (100, 0), (100, 50), (0, 50), (0, 0))))
    for x in (10, 15, 20):
        space.add_circle((x * unit, 20 * unit), 1.5 * unit)
    space.add_circle((10 * unit, 20 * unit), 1.5 * unit)
    space.add_lwpolyline([(x * unit, y * unit) for x, y in ((50, 10), (52, 10), (52, 11), (50, 11))], close=True)
    ring = [(60, 30), (70, 40), (80, 30), (70, 20), (60, 30)]
    curve = space.add_open_spline([(x * unit, y * unit) for x, y in ring]).construction_tool()
    followed = list(curve.points(curve.max_t * step / 20_000 for step in range(20_001)))
    around = sum(begin.distance(end) for begin, end in pairwise(followed)) / unit
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert (part.drawing.loops, part.drawing.duplicates) == (6, 1)
    assert part.drawing.narrowest_mm == pytest.approx(2 * unit, rel=0.01)
    assert part.drawing.smallest_hole_mm == pytest.approx(unit, rel=0.05)
    assert part.drawing.cut_mm / unit == pytest.approx(306 + 9 * math.pi + around, rel=2e-5)


@pytest.mark.parametrize("unit", [1, 1 / 1000])
def test_crossing_is_seen_in_any_unit(tmp_path, unit):
    drawing = blank(units=0)
    rectangle(drawing.modelspace(), 0, 0, 40 * unit, 40 * unit)
    rectangle(drawing.modelspace(), 20 * unit, 20 * unit, 40 * unit, 40 * unit)
    part, _ = read(drawing, tmp_path)
    assert (part.is_closed, part.bodies) == (False, 0)


def test_a_tiny_part_is_not_closed_over_its_own_size(tmp_path):
    drawing = blank(units=0)
    lines(drawing.modelspace(), (0.03, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    part, _ = read(drawing, tmp_path)
    assert not part.is_closed


def middle(begin, end, share):
    return tuple(p + share * (q - p) for p, q in zip(begin, end, strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_lines_in_any_order_and_direction_make_the_same_parts(tmp_path, seed):
    """Star-shaped polygons in a row, cut into lines, some of them drawn again in part."""
    random_ = random.Random(seed)
    segments, area, length = [], 0.0, 0.0
    for star in range(random_.randint(1, 5)):
        turns = sorted(random_.uniform(0, math.tau) for _ in range(random_.randint(3, 40)))
        turns = [*(turn for turn in turns if turn > 0), *(math.tau * third / 3 + 1e-3 for third in range(3))]
        corners = [(star * 250 + (r := random_.uniform(40, 100)) * math.cos(t), r * math.sin(t)) for t in sorted(turns)]
        ring = [*zip(corners, [*corners[1:], corners[0]], strict=True)]
        area += abs(sum(a[0] * b[1] - a[1] * b[0] for a, b in ring)) / 2
        length += sum(math.dist(*pair) for pair in ring)
        segments += ring
    again = random_.sample(segments, len(segments) // 4)
    segments += [(begin, middle(begin, end, random_.uniform(0.3, 1))) for begin, end in again]
    random_.shuffle(segments)
    drawing = blank()
    for begin, end in segments:
        drawing.modelspace().add_line(*((begin, end) if random_.random() < 0.5 else (end, begin)))
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert part.drawing.duplicates == len(again)
    assert part.area_mm2 == pytest.approx(area, rel=1e-6)
    assert part.drawing.cut_mm == pytest.approx(length, rel=1e-6)
