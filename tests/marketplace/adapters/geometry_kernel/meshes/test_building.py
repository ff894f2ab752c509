import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.adapters.geometry_kernel.meshes.building import AS_DRAWN, builds
from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.meshes.rays import rays
from tests.marketplace.adapters.geometry_kernel.meshes.solids import (
    about_y,
    any_rotation,
    block,
    cut,
    cylinder,
    icosphere,
    inside_out,
    joined,
    moved,
    prism,
    together,
    turned,
)


def built(part):
    return builds(part, rays(part))


def leaning_wall(degrees):
    """A wall 20 mm high, thick and 30 mm long that leans over on its right."""
    lean = 20 * math.tan(math.radians(degrees))
    return prism([(0, 0), (20, 0), (20 + lean, 20), (lean, 20)], 30)


def table():
    legs = [block((5, 5, 40), at=(x, y, 0)) for x in (0, 55) for y in (0, 35)]
    return joined(block((60, 40, 5), at=(0, 0, 40)), *legs)


def tee():
    return joined(block((10, 40, 40), at=(25, 0, 0)), block((60, 40, 10), at=(0, 0, 40)))


@pytest.mark.parametrize("degrees", [30, 44, 45])
def test_a_wall_that_leans_up_to_45_degrees_needs_no_support(degrees):
    drawn = built(leaning_wall(degrees))[0]

    assert drawn.up == AS_DRAWN
    assert drawn.overhang_mm2 == drawn.support_mm3 == 0
    assert drawn.height_mm == pytest.approx(20)
    assert drawn.footprint_mm2 == pytest.approx(600)


@pytest.mark.parametrize("degrees", [46, 60])
def test_a_wall_that_leans_more_is_an_overhang(degrees):
    drawn = built(leaning_wall(degrees))[0]

    tangent = math.tan(math.radians(degrees))
    assert drawn.overhang_mm2 == pytest.approx(20 * 30 / math.cos(math.radians(degrees)), rel=1e-6)
    assert drawn.support_mm3 == pytest.approx(20 * 20 * tangent / 2 * 30, rel=1e-2)


def test_45_degrees_is_no_overhang_in_a_file_that_rounds():
    wall = leaning_wall(45)
    rounded = Mesh(wall.vertices.astype(np.float32).astype(np.float64) + 1 / 3, wall.triangles)

    assert built(rounded)[0].overhang_mm2 == 0


def test_a_table_stands_on_its_legs_but_is_printed_upside_down():
    drawn, best = built(table())

    assert drawn.footprint_mm2 == pytest.approx(100)
    assert drawn.overhang_mm2 == pytest.approx(2300)
    assert drawn.support_mm3 == pytest.approx(2300 * 40, rel=1e-2)
    assert best.up == (0, 0, -1)
    assert best.footprint_mm2 == pytest.approx(2400)
    assert best.overhang_mm2 == best.support_mm3 == 0
    assert best.height_mm == pytest.approx(45)


def test_a_tee_is_printed_upside_down():
    drawn, best = built(tee())

    assert drawn.support_mm3 == pytest.approx(50 * 40 * 40, rel=1e-2)
    assert best.up == (0, 0, -1)
    assert best.support_mm3 == 0


def test_support_ends_at_the_part_below():
    shelf = joined(block((10, 40, 50)), block((40, 40, 10)), block((30, 40, 10), at=(0, 0, 40)))

    drawn = built(shelf)[0]

    assert drawn.overhang_mm2 == pytest.approx(20 * 40)
    assert drawn.support_mm3 == pytest.approx(20 * 40 * 30, rel=1e-2)


def test_a_bridge_is_laid_on_its_side():
    bridge = cut(block((60, 10, 30)), block((40, 10.2, 20), at=(10, -0.1, 0)))

    drawn, best = built(bridge)

    assert drawn.overhang_mm2 == pytest.approx(400)
    assert drawn.support_mm3 == pytest.approx(400 * 20, rel=1e-2)
    assert best.up in {(0, 1, 0), (0, -1, 0)}
    assert best.footprint_mm2 == pytest.approx(60 * 30 - 40 * 20)
    assert best.height_mm == pytest.approx(10)


def test_under_a_ball_the_cap_below_45_degrees_hangs_over():
    drawn = built(icosphere(6, 20))[0]

    foot = math.cos(math.radians(45))
    cap = 2 * math.pi * 20 * 20 * (1 - foot)
    round_room = math.pi * 20**3 * foot**2  # the cylinder about the cap, from the plate to the ball's middle
    ball_room = 2 / 3 * math.pi * 20**3 * (1 - foot**3)  # what the ball itself takes of it
    assert drawn.overhang_mm2 == pytest.approx(cap, rel=2e-2)
    assert drawn.support_mm3 == pytest.approx(round_room - ball_room, rel=3e-2)


def test_the_roof_of_a_closed_room_is_an_overhang():
    hollow = together(block((30, 20, 20)), inside_out(block((10, 10, 8), at=(5, 5, 5))))

    drawn = built(hollow)[0]

    assert drawn.overhang_mm2 == pytest.approx(100)
    assert drawn.support_mm3 == pytest.approx(800, rel=1e-2)


def test_a_cube_is_printed_as_drawn():
    assert [build.up for build in built(block((20, 20, 20)))] == [AS_DRAWN]


def test_a_plate_that_stands_on_edge_is_laid_down():
    drawn, best = built(block((60, 5, 40)))

    assert drawn.footprint_mm2 == pytest.approx(300)
    assert best.footprint_mm2 == pytest.approx(2400)
    assert best.height_mm == pytest.approx(5)


def test_a_tilted_part_is_set_on_its_flat_face():
    cone = turned(cylinder(10, 30, sides=90, top_radius=2), about_y(30))

    best = built(cone)[-1]

    assert best.up == pytest.approx(tuple(about_y(30) @ (0, 0, 1)), abs=1e-9)
    assert best.footprint_mm2 == pytest.approx(45 * 100 * math.sin(2 * math.pi / 90), rel=1e-6)
    assert best.support_mm3 == 0


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_best_way_up_needs_hardly_more_support_than_any_drawing_of_the_part(seed):
    part = turned(tee(), any_rotation(seed))

    first, best = built(part)[0], built(part)[-1]

    assert best.support_mm3 <= first.support_mm3 + 1e-6
    assert best.support_mm3 == pytest.approx(0, abs=1e-6)


@settings(max_examples=10)
@given(scale=st.sampled_from([1e-3, 1 / 25.4, 25.4, 1e3]))
def test_a_part_drawn_in_other_units_is_judged_alike(scale):
    part, other = table(), Mesh(table().vertices * scale, table().triangles)

    for one, scaled in zip(built(part), built(other), strict=True):
        assert scaled.up == one.up
        assert scaled.support_mm3 == pytest.approx(one.support_mm3 * scale**3, rel=1e-4)
        assert scaled.footprint_mm2 == pytest.approx(one.footprint_mm2 * scale**2, rel=1e-6)


def test_the_same_part_gives_the_same_builds():
    part = moved(table(), (3, 4, 5))

    assert built(part) == built(part)
