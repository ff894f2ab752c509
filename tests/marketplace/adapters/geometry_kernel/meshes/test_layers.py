"""Layers of parts whose walls, shells, roofs and props are known in closed form."""

import math

import numpy as np
import pytest

from marketplace.adapters.geometry_kernel.meshes import layers as module
from marketplace.adapters.geometry_kernel.meshes.layers import layers
from tests.marketplace.adapters.geometry_kernel.meshes.solids import (
    block,
    cut,
    cylinder,
    icosphere,
    joined,
    mesh,
    moved,
    together,
    turned,
    volume,
)


def total(found, curve):
    """A figure of one layer, added up over the height."""
    return float(np.array(found.heights_mm) @ np.array(curve))


def test_a_block_is_the_same_all_the_way_up():
    found = layers(block((40, 30, 20), at=(7, -80, 3)))

    assert sum(found.heights_mm) == pytest.approx(20, rel=1e-4)
    assert found.areas_mm2 == pytest.approx([1200] * len(found.heights_mm))
    assert found.perimeters_mm == pytest.approx([140] * len(found.heights_mm))
    assert set(found.loops) == {1.0}
    assert set(found.small_mm) == {0.0}


def test_what_lies_deeper_is_smaller_all_round():
    found = layers(block((40, 30, 20)))

    for depth, inner in zip(found.depths_mm, found.inner_mm2, strict=True):
        assert inner[0] == pytest.approx((40 - 2 * depth) * (30 - 2 * depth), rel=0.01)


def test_shells_take_their_thickness_from_the_height():
    found = layers(block((40, 30, 20)))

    for inner, shells in zip(found.inner_mm2, found.sparse_mm2, strict=True):
        for shell, sparse in zip(found.shells_mm, shells, strict=True):
            assert total(found, sparse) == pytest.approx(inner[0] * (20 - shell), rel=0.01)


def test_shells_lie_three_fifths_above_and_the_rest_below():
    found = layers(block((40, 30, 20)))
    middle = np.array(found.sparse_mm2[0][1]) > 0

    heights = np.cumsum([0.0, *found.heights_mm])
    assert heights[:-1][middle][0] == pytest.approx(0.8, abs=0.01)
    assert heights[1:][middle][-1] == pytest.approx(18.8, abs=0.01)


def test_a_thin_plate_is_solid_throughout():
    found = layers(block((40, 30, 2)))

    assert total(found, found.sparse_mm2[0][0]) == pytest.approx(39 * 29 * 1.0, rel=0.02)
    assert total(found, found.sparse_mm2[0][1]) == 0
    assert found.lids_mm2[0][1] == 0


def test_a_wall_is_gone_at_half_its_thickness():
    tube = cut(cylinder(20, 15, 256), moved(cylinder(18.2, 30, 256), (0, 0, -5)))
    found = layers(tube)

    assert found.loops[0] == 2
    assert found.inner_mm2[0][0] == pytest.approx(math.tau * 19.1 * (1.8 - 1.0), rel=0.12)
    assert max(found.inner_mm2[-1]) < 1


def step():
    """A block of 40 × 30 × 20 with a lower half: a roof of 20 × 30 at half the height."""
    return cut(block((40, 30, 20)), block((40, 50, 40), at=(20, -10, 10)))


def test_roofs_and_lids_are_what_is_seen_from_above():
    found = layers(step())

    for depth, roof in zip(found.depths_mm, found.roofs_mm2, strict=True):
        upper, lower = (20 - 2 * depth) * (30 - 2 * depth), 20 * (30 - 2 * depth)
        assert roof == pytest.approx(upper + lower - depth * (30 - 2 * depth), rel=0.03)
    assert found.lids_mm2[0][1] == pytest.approx(found.roofs_mm2[0], rel=0.05)
    assert found.floors_mm2 == (0.0,) * len(found.depths_mm)


def test_the_border_below_a_step_runs_along_it():
    """Below the lower roof, 1.2 mm of solid lies beside what is sparse below the upper half, over 30 mm less walls."""
    found = layers(step())

    assert total(found, found.borders_mm) == pytest.approx(1.2 * (30 - 2 * 0.75), rel=0.15)


def test_bands_end_at_a_step():
    heights = np.cumsum(layers(step()).heights_mm)

    assert np.abs(heights - 10).min() < 0.01


def table_top():
    """A plate on one leg: 30 × 30 × 4 mm at a height of 16 mm, on a leg of 10 × 10 mm in its middle."""
    return joined(block((30, 30, 4), at=(0, 0, 16)), block((10, 10, 18), at=(10, 10, 0)))


def test_props_fill_the_room_under_an_overhang_and_a_brim():
    """800 mm² under the plate and 2 mm round it, for 16 mm; the leg stands in the middle of it."""
    found = layers(table_top())

    area = 34**2 - (4 - math.pi) * 2**2 - 10**2
    assert total(found, found.props_mm2) == pytest.approx(area * 16, rel=0.03)
    assert found.overhang_mm2 == pytest.approx(area, rel=0.03)
    assert found.floors_mm2[0] == pytest.approx(29**2 - 10**2, rel=0.02)


@pytest.mark.parametrize(("lean", "is_propped"), [(35, False), (50, True)])
def test_only_what_leans_far_is_propped(lean, is_propped):
    wide = 10 + 20 * math.tan(math.radians(lean))

    assert (layers(cylinder(10, 20, 256, top_radius=wide)).overhang_mm2 > 100) is is_propped


def test_small_contours_are_told_from_large_ones():
    """A plate with a pin: the pin's 4 mm radius makes 25 mm of contour."""
    found = layers(joined(block((30, 30, 4)), moved(cylinder(4, 12, 128), (15, 15, 3))))

    assert found.small_mm[0] == 0
    assert found.small_mm[-1] == found.perimeters_mm[-1] == pytest.approx(math.tau * 4, rel=1e-3)


def test_many_contours_of_one_layer_are_counted_one_by_one():
    pins = [moved(cylinder(2, 10, 24), (8 * i, 8 * j, 0)) for i in range(4) for j in range(3)]

    assert set(layers(together(*pins)).loops) == {12.0}


def test_layers_add_up_to_the_volume_of_a_round_part():
    ball = icosphere(4, 15)
    found = layers(ball)

    assert total(found, found.areas_mm2) == pytest.approx(volume(ball), rel=2e-3)
    assert len(found.heights_mm) <= module.MOST_BANDS


@pytest.mark.parametrize("millimetre", [1 / 25.4, 0.1, 1 / 1000])
def test_a_part_drawn_in_another_unit_is_measured_at_the_size_it_has(millimetre):
    plain = layers(step())
    drawn = step()

    found = layers(mesh(drawn.vertices * millimetre, drawn.triangles), mm=millimetre)

    assert np.array(found.depths_mm) / millimetre == pytest.approx(np.array(plain.depths_mm), rel=1e-3)
    for one, other in ((found.areas_mm2, plain.areas_mm2), (found.sparse_mm2[1][1], plain.sparse_mm2[1][1])):
        assert total(found, one) / millimetre**3 == pytest.approx(total(plain, other), rel=0.06)


@pytest.mark.parametrize("side", [(900, 700, 2), (300, 200, 250), (2, 2, 300), (0.5, 0.4, 0.3)])
def test_large_and_small_parts_cost_about_the_same(side):
    found = layers(block(side))

    assert len(found.heights_mm) <= module.MOST_BANDS
    assert total(found, found.areas_mm2) == pytest.approx(math.prod(side), rel=1e-3)
    assert list(found.depths_mm) == sorted(set(found.depths_mm))


def test_work_is_bounded_by_fewer_layers_and_larger_places(monkeypatch):
    ball = icosphere(4, 15)
    whole = layers(ball)
    for limit, value in (("_MOST_CUTS", 20_000), ("_MOST_WORDS", 8_000), ("_MOST_MARKS", 5_000)):
        monkeypatch.setattr(module, limit, value)

    fewer = layers(ball)

    assert fewer.depths_mm[0] > whole.depths_mm[0]
    assert total(fewer, fewer.areas_mm2) == pytest.approx(total(whole, whole.areas_mm2), rel=0.03)
    assert total(fewer, fewer.inner_mm2[0]) < total(whole, whole.inner_mm2[0])


def test_a_part_that_is_turned_about_the_upright_prints_alike():
    angle = math.radians(30)
    about_z = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    straight, leaning = layers(step()), layers(turned(step(), about_z))

    for one, other in zip(straight.inner_mm2, leaning.inner_mm2, strict=True):
        assert total(leaning, other) == pytest.approx(total(straight, one), rel=0.01)
    sparse = total(leaning, leaning.sparse_mm2[1][1])
    assert sparse == pytest.approx(total(straight, straight.sparse_mm2[1][1]), rel=0.02)


def test_a_mesh_without_height_has_no_layers():
    sheet = mesh([(0, 0, 0), (40, 0, 0), (40, 20, 0), (0, 20, 0)], [(0, 1, 2), (0, 2, 3)])

    with pytest.raises(ValueError, match="without height"):
        layers(sheet)
