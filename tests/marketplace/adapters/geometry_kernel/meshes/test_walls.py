import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.adapters.geometry_kernel.meshes.rays import rays
from marketplace.adapters.geometry_kernel.meshes.tree import BoxTree
from marketplace.adapters.geometry_kernel.meshes.walls import walls
from tests.marketplace.adapters.geometry_kernel.meshes.solids import (
    any_rotation,
    block,
    cut,
    cylinder,
    icosphere,
    inside_out,
    joined,
    mesh,
    moved,
    prism,
    together,
    turned,
)


def measured(part):
    return walls(part, rays(part))


def box_shell(thickness):
    a, b, c = 60, 40, 30
    inside = block((a - 2 * thickness, b - 2 * thickness, c - 2 * thickness), at=(thickness,) * 3)
    return together(block((a, b, c)), inside_out(inside))


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_walls_of_a_box_are_as_thick_as_it_was_made(seed):
    part = moved(turned(box_shell(1.2), any_rotation(seed)), (500, -300, 100))

    found = measured(part)

    assert (found.thinnest_mm, found.thin_mm, found.typical_mm) == pytest.approx((1.2, 1.2, 1.2), rel=1e-3)


@pytest.mark.parametrize(("thickness", "levels"), [(1.5, 5), (0.4, 6)])
def test_the_walls_of_a_hollow_ball(thickness, levels):
    ball = together(icosphere(levels, 40), inside_out(icosphere(levels, 40 - thickness)))

    found = measured(ball)

    assert (found.thinnest_mm, found.typical_mm) == pytest.approx((thickness, thickness), rel=1e-2)


def wedge(thin, thick, length, width):
    """A wall whose lower side is level and whose upper side falls from `thick` to `thin`."""
    return prism([(0, 0), (length, 0), (length, thin), (0, thick)], width)


def test_every_place_of_a_wedge_has_its_own_thickness():
    width = 200
    found = measured(wedge(1, 5, length=100, width=width))

    slope = math.atan(4 / 100)
    tapering = width * (100 + 100 / math.cos(slope))
    straight = 2 * 3 * 100 + 2 * 1 * width  # flanks, and what each end sees of the other

    def passed_by(share):
        return 1 + 4 * share * (tapering + straight) / tapering

    assert found.thinnest_mm == pytest.approx(passed_by(0.005), rel=1e-2)
    assert found.thin_mm == pytest.approx(passed_by(0.05), rel=1e-2)
    assert found.typical_mm == pytest.approx(passed_by(0.5), rel=1e-2)
    assert found.thickest_mm == pytest.approx(5, rel=1e-2)  # though its flanks lie `width` apart
    assert found.at_mm[0] > 98  # near the thin end


def test_a_solid_cylinder_is_as_thick_as_its_diameter():
    found = measured(cylinder(5, 80, sides=400))

    assert found.typical_mm == pytest.approx(10, rel=1e-3)
    assert found.thickest_mm == pytest.approx(10, rel=1e-3)


def test_a_bent_sheet_is_nowhere_thicker_than_its_sheet():
    """Rays from its narrow sides run along its legs and across its width."""
    leg, other = block((60, 30, 2)), block((2, 30, 40))
    found = measured(turned(joined(leg, other), any_rotation(3)))

    assert found.typical_mm == pytest.approx(2, rel=1e-3)
    assert found.thickest_mm == pytest.approx(2, rel=0.1)  # a little more in the corner


def test_a_boss_in_a_thin_tray_is_the_thickest():
    tray = cut(block((60, 40, 20)), block((57, 37, 20), (1.5, 1.5, 1.5)))
    found = measured(joined(tray, moved(cylinder(6, 15, 200), (30, 20, 1))))

    assert found.typical_mm == pytest.approx(1.5, rel=1e-3)
    assert found.thickest_mm == pytest.approx(12, rel=0.01)


def test_a_chamfer_down_to_a_sharp_edge_is_no_thin_wall():
    plate = prism([(0, 0), (60, 0), (57, 3), (0, 3)], 40)  # 45 degrees at one end

    found = measured(plate)

    assert found.thinnest_mm == pytest.approx(3, rel=1e-3)


def test_a_chamfer_that_leaves_a_rim_is_as_thin_as_the_rim():
    plate = prism([(0, 0), (60, 0), (60, 0.5), (50, 6), (0, 6)], 40)

    found = measured(plate)

    assert 0.5 <= found.thinnest_mm < 0.8
    assert found.at_mm[0] > 59


def test_a_long_feather_edge_is_thin_but_never_nothing():
    feather = prism([(0, 0), (60, 0), (0, 6)], 40)  # one in ten

    found = measured(feather)

    assert 0.01 < found.thinnest_mm < 0.1
    assert found.typical_mm == pytest.approx(6 * 0.5 * (4812 + 360) / 4812, rel=0.02)  # flanks are 40 mm thick


def test_the_thinnest_place_is_on_the_surface_of_the_thin_wall():
    post = block((1, 20, 20), at=(100, 0, 10))
    found = measured(together(block((60, 40, 10)), post))

    assert found.thinnest_mm == pytest.approx(1, rel=1e-3)
    assert found.at_mm[0] == pytest.approx(100, abs=1e-6) or found.at_mm[0] == pytest.approx(101, abs=1e-6)
    assert 0 <= found.at_mm[1] <= 20
    assert 10 <= found.at_mm[2] <= 30


def test_one_lone_sliver_does_not_decide():
    sliver = block((0.01, 1, 1), at=(100, 0, 0))

    assert measured(together(block((60, 40, 10)), sliver)).thinnest_mm == pytest.approx(10, rel=1e-3)


def test_an_open_sheet_has_no_walls():
    sheet = mesh([(0, 0, 0), (40, 0, 0), (40, 20, 0), (0, 20, 0)], [(0, 1, 2), (0, 2, 3)])

    assert measured(sheet) is None


def test_a_pyramid_whose_sides_all_meet_has_no_walls():
    corners = np.array([(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]) * 10.0

    assert measured(mesh(corners, [(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)])) is None


def test_walls_without_embree_are_the_same():
    part = box_shell(1.2)

    assert walls(part, BoxTree(part)).thinnest_mm == pytest.approx(1.2, rel=1e-9)
