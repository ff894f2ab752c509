import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.adapters.geometry_kernel.meshes import cuts as cutting
from marketplace.adapters.geometry_kernel.meshes import sections as module
from marketplace.adapters.geometry_kernel.meshes.sections import sections
from tests.marketplace.adapters.geometry_kernel.meshes.solids import (
    any_rotation,
    block,
    cylinder,
    icosphere,
    inside_out,
    mesh,
    moved,
    prism,
    together,
    turned,
    volume,
)

UP = (0.0, 0.0, 1.0)


def areas(cuts):
    return np.array(cuts.areas_mm2)


def perimeters(cuts):
    return np.array(cuts.perimeters_mm)


def test_every_section_of_a_block_is_its_floor():
    cuts = sections(block((30, 20, 10), at=(1000, -500, 3)), UP)

    assert len(cuts.areas_mm2) == len(cuts.perimeters_mm) == 100
    assert cuts.step_mm == pytest.approx(0.1)
    assert areas(cuts) == pytest.approx(600, rel=1e-9)
    assert perimeters(cuts) == pytest.approx(100, rel=1e-9)


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("sign", [1, -1])
def test_a_block_is_cut_along_any_axis(axis, sign):
    up = tuple(float(sign * (n == axis)) for n in range(3))
    side = (30, 20, 10)

    cuts = sections(block(side), up, count=7)

    assert cuts.up == up
    assert cuts.step_mm == pytest.approx(side[axis] / 7)
    assert areas(cuts) == pytest.approx(6000 / side[axis], rel=1e-9)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 100))
def test_a_turned_part_has_the_same_sections_along_its_own_axis(seed, count):
    rotation = any_rotation(seed)
    part = together(block((30, 20, 10)), inside_out(block((10, 10, 8), at=(5, 5, 1))))

    turned_cuts = sections(moved(turned(part, rotation), (50, 60, 70)), tuple(rotation @ UP), count=count)
    cuts = sections(part, UP, count=count)

    heights = (np.arange(count) + 0.5) * 10 / count
    is_clear = (np.abs(heights - 1) > 1e-6) & (np.abs(heights - 9) > 1e-6)
    assert areas(turned_cuts)[is_clear] == pytest.approx(areas(cuts)[is_clear], rel=1e-6)
    assert perimeters(turned_cuts)[is_clear] == pytest.approx(perimeters(cuts)[is_clear], rel=1e-6)


def test_a_hollow_part_has_rings():
    hollow = together(block((30, 20, 10)), inside_out(block((10, 10, 8), at=(5, 5, 1))))

    cuts = sections(hollow, UP)

    assert areas(cuts) == pytest.approx([600] * 10 + [500] * 80 + [600] * 10, rel=1e-9)
    assert perimeters(cuts) == pytest.approx([100] * 10 + [140] * 80 + [100] * 10, rel=1e-9)


def test_a_cylinder_is_the_polygon_that_its_mesh_follows():
    sides = 90
    polygon = sides / 2 * 25 * math.sin(2 * math.pi / sides)

    cuts = sections(cylinder(5, 80, sides=sides), UP)

    assert areas(cuts) == pytest.approx(polygon, rel=1e-9)
    assert perimeters(cuts) == pytest.approx(sides * 10 * math.sin(math.pi / sides), rel=1e-9)


def test_a_cone_shrinks_with_the_square_of_the_height():
    cuts = sections(cylinder(10, 40, sides=720, top_radius=2), UP)

    radii = 10 - 8 * (np.arange(100) + 0.5) / 100
    assert areas(cuts) == pytest.approx(np.pi * radii**2, rel=2e-4)
    assert perimeters(cuts) == pytest.approx(2 * np.pi * radii, rel=2e-4)


def test_a_ball_is_cut_into_discs():
    cuts = sections(icosphere(5, 10), UP)

    heights = -10 + 20 * (np.arange(100) + 0.5) / 100
    assert areas(cuts) == pytest.approx(np.pi * (100 - heights**2), rel=1e-2, abs=0.2)
    assert perimeters(cuts) == pytest.approx(2 * np.pi * np.sqrt(100 - heights**2), rel=1e-2, abs=0.2)


@pytest.mark.parametrize(
    "part",
    [icosphere(4, 10), cylinder(10, 40, sides=60, top_radius=2), prism([(0, 0), (60, 0), (57, 3), (0, 3)], 40)],
    ids=["ball", "cone", "chamfered plate"],
)
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_sections_add_up_to_the_volume(part, seed):
    up = tuple(any_rotation(seed)[0])

    cuts = sections(part, up)

    assert areas(cuts).sum() * cuts.step_mm == pytest.approx(volume(part), rel=2e-3)


def test_corners_exactly_at_a_cut_leave_the_contours_closed():
    lower, upper = block((10, 10, 5)), block((4, 4, 5), at=(3, 3, 5))

    cuts = sections(together(lower, upper), UP, count=1)  # cut at z = 5 exactly

    assert cuts.areas_mm2[0] == pytest.approx(16)
    assert cuts.perimeters_mm[0] == pytest.approx(16)


def test_work_is_bounded_by_cutting_less_often(monkeypatch):
    ball = icosphere(3, 10)
    whole = sections(ball, UP)
    monkeypatch.setattr(module, "_MOST_CUTS", 5_000)
    monkeypatch.setattr(cutting, "AT_ONCE", 300)

    fewer = sections(ball, UP)

    assert 1 < len(fewer.areas_mm2) < len(whole.areas_mm2)
    assert areas(fewer).sum() * fewer.step_mm == pytest.approx(areas(whole).sum() * whole.step_mm, rel=1e-2)


def test_a_mesh_without_height_has_no_sections():
    sheet = mesh([(0, 0, 0), (40, 0, 0), (40, 20, 0), (0, 20, 0)], [(0, 1, 2), (0, 2, 3)])

    with pytest.raises(ValueError, match="without height"):
        sections(sheet, UP)


@pytest.mark.parametrize("count", [0, 101])
def test_between_one_and_a_hundred_sections_are_cut(count):
    with pytest.raises(ValueError, match="sections"):
        sections(block((1, 1, 1)), UP, count=count)


@pytest.mark.parametrize("seed", range(4))
def test_contours_close_to_the_last_bit(seed):
    """Rasters count how often a row meets a contour: an end that two segments see apart would turn the row over."""
    solid = turned(together(icosphere(2, 30.0), moved(block((13, 17, 19)), (60, 5, 5))), any_rotation(seed))
    heights = solid.corners[:, :, 2]
    crossed = cutting.spans(heights, np.linspace(heights.min(), heights.max(), 101)[1:-1])

    for cut in cutting.cuts(solid.vertices, solid.triangles, crossed):
        begins, finishes = (
            sorted(zip(cut.level.tolist(), *ends.T.tolist(), strict=True)) for ends in (cut.begins, cut.finishes)
        )
        assert begins == finishes
