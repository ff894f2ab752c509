"""How slender a tool must be for slots, pockets and holes of known width and depth."""

import math

import numpy as np
import pytest
from manifold3d import Manifold

from marketplace.adapters.geometry_kernel.meshes.rays import rays
from marketplace.adapters.geometry_kernel.meshes.reach import reach
from marketplace.geometry.shape import Reach
from tests.marketplace.adapters.geometry_kernel.meshes.milled import SEGMENTS, block, bore, frustum, meshed

BLOCK = (60, 40, 50)
TOP = 25
ACROSS_FLATS = math.cos(math.pi / SEGMENTS)


def reached(solid: Manifold) -> Reach:
    mesh = meshed(solid)
    return reach(mesh, rays(mesh), np.empty((0, 3)))


def tool(solid: Manifold) -> tuple[float, float | None, float | None]:
    part = reached(solid)
    return part.deepest_mm, part.narrowest_mm, part.tool_ratio


def test_a_block_asks_for_no_tool_in_particular() -> None:
    part = reached(block(BLOCK))

    assert (part.deepest_mm, part.narrowest_mm, part.tool_ratio, part.tool_at_mm) == (0, None, None, None)


def test_neither_does_an_open_step() -> None:
    assert tool(block(BLOCK) - block((40, 60, 40), (30, 0, TOP))) == (0, None, None)


@pytest.mark.parametrize(("wide", "deep"), [(20, 40), (10, 40), (30, 5)])
def test_a_pocket_is_as_narrow_as_its_walls_and_as_deep_as_its_floor(wide: float, deep: float) -> None:
    solid = block(BLOCK) - block((50, wide, 2 * deep), (0, 0, TOP))

    assert tool(solid) == pytest.approx((deep, wide, deep / wide), rel=1e-4)


@pytest.mark.parametrize("length", [40, 80])
def test_a_slot_is_as_narrow_closed_as_open_at_its_ends(length: float) -> None:
    part = reached(block(BLOCK) - block((length, 3, 60), (0, 0, TOP)))

    assert (part.deepest_mm, part.narrowest_mm, part.tool_ratio) == pytest.approx((30, 3, 10), rel=1e-4)
    assert part.tool_at_mm is not None
    assert abs(part.tool_at_mm[1]) == pytest.approx(1.5)


def test_a_blind_hole_is_as_deep_as_its_floor() -> None:
    deepest, narrowest, ratio = tool(block(BLOCK) - bore(6, 80, at=(0, 0, TOP)))

    assert deepest == pytest.approx(40, rel=1e-4)
    assert narrowest == pytest.approx(6 * ACROSS_FLATS, rel=1e-3)
    assert ratio == pytest.approx(40 / 6, rel=3e-3)


def test_a_passage_is_cut_halfway_from_either_end() -> None:
    assert tool(block(BLOCK) - bore(6, 80)) == pytest.approx((25, 6, 25 / 6), rel=3e-3)


def test_a_pocket_within_a_wide_pocket_counts_from_its_own_mouth() -> None:
    solid = block(BLOCK) - block((50, 34, 40), (0, 0, TOP)) - block((20, 8, 80), (0, 0, TOP))

    deepest, narrowest, ratio = tool(solid)

    assert (deepest, narrowest) == pytest.approx((20, 8), rel=1e-4)
    assert ratio == pytest.approx(20 / 8, rel=1e-4)


def test_a_slot_beside_a_tall_wall_counts_from_the_top_of_the_wall() -> None:
    solid = block((60, 40, 20)) + block((60, 8, 60), (0, 16, 20)) - block((50, 4, 20), (0, 10, 10))

    assert tool(solid) == pytest.approx((50, 4, 12.5), rel=1e-4)


def test_a_slot_beside_a_wall_that_stands_clear_of_the_holder_does_not() -> None:
    solid = block((60, 40, 20)) + block((60, 8, 60), (0, 16, 20)) - block((50, 4, 20), (0, 0, 10))

    assert tool(solid) == pytest.approx((10, 4, 2.5), rel=1e-4)


def test_a_chamber_behind_a_neck_that_one_wall_runs_through_is_reached_through_the_neck() -> None:
    neck = block((40, 6, 10), (0, 0, 20))
    chamber = block((40, 12, 20), (0, 3, 5))

    assert tool(block(BLOCK) - neck - chamber) == pytest.approx((30, 6, 5), rel=1e-3)


def test_a_drafted_pocket_is_as_narrow_as_at_its_floor() -> None:
    drafted = frustum(20, 20 + 2 * 40 * math.tan(math.radians(2)), 40)
    deepest, narrowest, ratio = tool(block((80, 80, 60)) - drafted.translate((0, 0, -10)))

    assert deepest == pytest.approx(40, rel=0.01)
    assert narrowest == pytest.approx(20, rel=0.01)
    assert ratio == pytest.approx(2, rel=0.02)


def test_acute_corners_of_a_pocket_are_left_to_the_radius_of_their_rounding() -> None:
    triangle = Manifold.cylinder(80, 20, circular_segments=3, center=True).translate((0, 0, 40))
    part = reached(block((80, 80, 80)) - triangle)

    assert part.tool_ratio is None


def test_one_tiny_hole_in_a_large_plate_does_not_decide() -> None:
    plate = block((400, 400, 20)) - bore(3, 20, at=(0, 0, 10))

    assert math.pi * 3 * 10 < 0.002 * 2 * 400 * 400
    assert tool(plate) == (0, None, None)
