import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from marketplace.adapters.geometry_kernel.meshes.boxes import hull_and_box
from tests.marketplace.adapters.geometry_kernel.meshes.solids import (
    any_rotation,
    block,
    cylinder,
    icosphere,
    inside_out,
    mesh,
    moved,
    together,
    turned,
)
from tests.stopwatch import within

SEEDS = st.integers(0, 2**32 - 1)


def room(box):
    return math.prod(box.sides_mm)


def cloud(points):
    """A mesh with these vertices; only they matter to hull and box."""
    return mesh(points, [(0, 1, 2)])


def on_a_sphere(count, seed=0):
    points = np.random.default_rng(seed).normal(size=(count, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


@given(
    size=st.tuples(*[st.floats(0.1, 500)] * 3),
    seed=SEEDS,
)
def test_a_block_is_its_own_hull_and_box_however_it_is_turned(size, seed):
    rotation = any_rotation(seed)
    part = moved(turned(block(size), rotation), (1000, -2000, 500))

    hull_mm3, box = hull_and_box(part)

    assert hull_mm3 == pytest.approx(math.prod(size), rel=1e-8)
    assert box.sides_mm == pytest.approx(sorted(size, reverse=True), rel=1e-6)
    assert np.array(box.axes) @ np.array(box.axes).T == pytest.approx(np.eye(3), abs=1e-9)


def test_the_axes_lie_along_the_sides():
    rotation = any_rotation(7)

    _, box = hull_and_box(turned(block((100, 60, 3)), rotation))

    assert np.abs(np.array(box.axes) @ rotation) == pytest.approx(np.eye(3), abs=1e-6)


@given(seed=SEEDS)
def test_a_tetrahedron_fits_a_cube_that_is_flush_with_none_of_its_faces(seed):
    corners = np.array([(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)])
    part = turned(mesh(corners, [(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)]), any_rotation(seed))

    hull_mm3, box = hull_and_box(part)

    assert hull_mm3 == pytest.approx(8 / 3)
    assert room(box) == pytest.approx(8, rel=1e-6)


def test_a_hollow_part_has_the_hull_of_its_outside():
    hollow = together(block((10, 10, 10)), inside_out(block((2, 2, 2), at=(7, 4, 4))))

    assert hull_and_box(hollow)[0] == pytest.approx(1000)


def test_a_turned_cylinder_is_boxed_along_its_axis():
    hull_mm3, box = hull_and_box(turned(cylinder(5, 80, sides=2000), any_rotation(3)))

    assert hull_mm3 == pytest.approx(math.pi * 25 * 80, rel=1e-4)
    assert box.sides_mm == pytest.approx((80, 10, 10), rel=1e-4)


@given(points=st.lists(st.tuples(*[st.integers(-20, 20)] * 3), min_size=3, max_size=40))
def test_the_box_is_never_larger_than_the_upright_one_and_never_smaller_than_the_hull(points):
    hull_mm3, box = hull_and_box(cloud(points))

    assert hull_mm3 <= room(box) * (1 + 1e-9)
    assert room(box) <= math.prod(np.ptp(np.array(points), axis=0)) * (1 + 1e-9)
    assert list(box.sides_mm) == sorted(box.sides_mm, reverse=True)


@given(seed=SEEDS, way=st.tuples(*[st.floats(-1e4, 1e4)] * 3))
def test_a_flat_sheet_has_a_box_without_height(seed, way):
    sheet = mesh([(0, 0, 0), (40, 0, 0), (40, 20, 0), (0, 20, 0)], [(0, 1, 2), (0, 2, 3)])

    hull_mm3, box = hull_and_box(moved(turned(sheet, any_rotation(seed)), way))

    assert hull_mm3 == pytest.approx(0, abs=1e-6)
    assert box.sides_mm == pytest.approx((40, 20, 0), abs=1e-6)


def test_points_on_a_line_have_a_box_with_one_side():
    hull_mm3, box = hull_and_box(turned(cloud([(0, 0, 0), (9, 0, 0), (4, 0, 0)]), any_rotation(5)))

    assert hull_mm3 == 0
    assert box.sides_mm == pytest.approx((9, 0, 0), abs=1e-9)


def test_points_in_one_place_have_a_box_without_sides():
    assert hull_and_box(cloud([(3, 3, 3)] * 3))[1].sides_mm == (0, 0, 0)


def test_vertices_inside_change_nothing():
    inner = (np.random.default_rng(1).random((20_000, 3)) * 0.98 + 0.01) * (100, 60, 3)
    part = turned(cloud(np.concatenate([block((100, 60, 3)).vertices, inner])), any_rotation(11))

    hull_mm3, box = hull_and_box(part)

    assert hull_mm3 == pytest.approx(18_000, rel=1e-9)
    assert box.sides_mm == pytest.approx((100, 60, 3), rel=1e-6)


@pytest.mark.parametrize("axes", [(10, 10, 10), (100, 10, 1)], ids=["ball", "thin ellipsoid"])
def test_a_million_vertices_all_on_the_hull_take_about_a_second_and_lose_little(axes):
    part = cloud((on_a_sphere(1_000_000) * axes) @ any_rotation(3).T)

    hull_mm3, box = within(4, lambda: hull_and_box(part))  # 0.6 s on one idle core

    assert hull_mm3 == pytest.approx(4 / 3 * math.pi * math.prod(axes), rel=3e-3)
    assert box.sides_mm == pytest.approx([2 * axis for axis in axes], rel=3e-3)


def test_a_random_cloud_keeps_its_hull_within_the_stated_error():
    points = np.random.default_rng(2).normal(size=(200_000, 3)) * (5, 2, 1)

    assert hull_and_box(cloud(points))[0] == pytest.approx(ConvexHull(points).volume, rel=3e-3)


def test_a_ball_of_twenty_thousand_triangles():
    hull_mm3, box = hull_and_box(icosphere(5, 10))

    assert hull_mm3 == pytest.approx(4 / 3 * math.pi * 1000, rel=3e-3)
    assert box.sides_mm == pytest.approx((20, 20, 20), rel=1e-3)
