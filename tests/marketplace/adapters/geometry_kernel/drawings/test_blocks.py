"""Blocks in their places: turned, scaled, mirrored, in rows, in each other, and far too many."""

import math

import pytest
from ezdxf import bbox

from marketplace.adapters.geometry_kernel.drawings import dxf
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import TooComplex
from tests.marketplace.adapters.geometry_kernel.drawings.flat_parts import (
    blank,
    close_to,
    read,
    rectangle,
    rounded,
    saved,
)
from tests.stopwatch import within


def plate(drawing, name="plate"):
    """60 × 40 with corners of 5 and a hole of 10."""
    block = drawing.blocks.new(name, base_point=(3, 4))
    rounded(block, 60, 40, 5)
    block.add_circle((20, 20), 5)
    return block


AREA = 2400 - (4 - math.pi) * 25 - math.pi * 25
CUT = 160 + 10 * math.pi + 10 * math.pi


@pytest.mark.parametrize("turn", [0, 33, 180])
@pytest.mark.parametrize("scale", [1, -1, 2.5, -0.5])
def test_a_block_turned_and_scaled_alike_stays_exact(tmp_path, turn, scale):
    drawing = blank()
    plate(drawing)
    attributes = {"rotation": turn, "xscale": scale, "yscale": abs(scale), "zscale": abs(scale)}
    drawing.modelspace().add_blockref("plate", (100, 50), dxfattribs=attributes)
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert part.area_mm2 == close_to(AREA * scale**2)
    assert part.drawing.cut_mm == close_to(CUT * abs(scale))
    assert part.drawing.smallest_hole_mm == close_to(10 * abs(scale))


def test_a_block_stretched_one_way_has_ellipses(tmp_path):
    drawing = blank()
    plate(drawing)
    drawing.modelspace().add_blockref("plate", (0, 0), dxfattribs={"xscale": 3, "yscale": -1})
    part, _ = read(drawing, tmp_path)
    assert part.area_mm2 == close_to(3 * AREA)
    assert part.box_mm == close_to((180, 40, 0))


def test_a_block_lies_where_a_second_reader_puts_it(tmp_path):
    drawing = blank()
    plate(drawing)
    attributes = {"rotation": 30, "xscale": -2, "yscale": 2, "extrusion": (0, 0, -1)}
    place = drawing.modelspace().add_blockref("plate", (11, -7), dxfattribs=attributes)
    part, _ = read(drawing, tmp_path)
    box = bbox.extents(place.virtual_entities())
    assert part.corner_mm[:2] == pytest.approx(tuple(box.extmin)[:2], abs=0.02)
    assert part.box_mm[:2] == pytest.approx(tuple(box.size)[:2], abs=0.02)


def test_rows_and_columns_turn_with_the_block_but_are_not_scaled(tmp_path):
    drawing = blank()
    rectangle(drawing.blocks.new("tile"), 0, 0, 10, 10)
    drawing.modelspace().add_blockref(
        "tile",
        (0, 0),
        dxfattribs={
            "row_count": 2,
            "column_count": 3,
            "row_spacing": 30,
            "column_spacing": 50,
            "rotation": 90,
            "xscale": 2,
            "yscale": 2,
        },
    )
    part, _ = read(drawing, tmp_path)
    assert part.bodies == 6
    assert part.box_mm == close_to((50, 120, 0))
    assert part.corner_mm == close_to((-50, 0, 0))


def test_blocks_in_blocks(tmp_path):
    drawing = blank()
    plate(drawing)
    pair = drawing.blocks.new("pair")
    pair.add_blockref("plate", (0, 0), dxfattribs={"rotation": 90})
    pair.add_blockref("plate", (0, 100), dxfattribs={"rotation": 90})
    for x in (0, 200, 400):
        drawing.modelspace().add_blockref("PAIR", (x, 0), dxfattribs={"xscale": 2, "yscale": 2, "zscale": 2})
    part, _ = read(drawing, tmp_path)
    assert part.bodies == 6
    assert part.area_mm2 == close_to(6 * 4 * AREA)


def bomb(levels, width):
    drawing = blank()
    rectangle(drawing.blocks.new("0"), 0, 0, 1, 1)
    for level in range(1, levels):
        block = drawing.blocks.new(str(level))
        for copy in range(width):
            block.add_blockref(str(level - 1), (2 * copy, 0))
    drawing.modelspace().add_blockref(str(levels - 1), (0, 0))
    return drawing


@pytest.mark.parametrize(("levels", "width"), [(7, 10), (12, 10), (200, 1), (16, 30)])
def test_blocks_that_multiply_are_refused_before_they_are_drawn(tmp_path, levels, width):
    path = saved(bomb(levels, width), tmp_path)
    within(5, lambda: too_complex(path))


def too_complex(path):
    with pytest.raises(TooComplex):
        dxf.measured(path, Limits())


def test_a_grid_of_a_billion_blocks_is_refused(tmp_path):
    drawing = blank()
    rectangle(drawing.blocks.new("tile"), 0, 0, 10, 10)
    drawing.modelspace().add_blockref("tile", (0, 0), dxfattribs={"row_count": 32767, "column_count": 32767})
    with pytest.raises(TooComplex):
        read(drawing, tmp_path)


def test_a_block_within_itself_is_refused(tmp_path):
    drawing = blank()
    block = drawing.blocks.new("snake")
    rectangle(block, 0, 0, 10, 10)
    block.add_blockref("snake", (1, 1))
    drawing.modelspace().add_blockref("snake", (0, 0))
    with pytest.raises(TooComplex):
        read(drawing, tmp_path)


def test_a_block_that_is_not_there_is_left_out(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 10, 10)
    drawing.modelspace().add_blockref("nowhere", (1, 1))
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert "1 INSERT" in part.remarks[0].message
