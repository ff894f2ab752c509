"""Set-ups and hidden areas of parts whose answers are closed forms."""

import math

import numpy as np
import pytest
from manifold3d import Manifold

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh
from marketplace.adapters.geometry_kernel.meshes.rays import rays
from marketplace.adapters.geometry_kernel.meshes.reach import reach
from marketplace.geometry.shape import Reach
from tests.marketplace.adapters.geometry_kernel.meshes.milled import Triple, ball, block, bore, meshed

NO_MORE = np.empty((0, 3))
SLAB: Triple = (60, 40, 20)
LEANING_30_DEG = np.array([[0.5, 0.0, math.sqrt(0.75)]])
UP, DOWN = (0.0, 0.0, 1.0), (0.0, 0.0, -1.0)


def reached(solid: Manifold, directions: Floats = NO_MORE) -> Reach:
    mesh = meshed(solid)
    return reach(mesh, rays(mesh), directions)


def leaning_hole(depth: float = 60, at: Triple = (0, 0, 0)) -> Manifold:
    return block(SLAB) - bore(6, depth, turned=(0, 30, 0), at=at)


def test_a_slab_is_turned_over_once_and_hides_nothing() -> None:
    part = reached(block(SLAB))

    assert part.directions == (UP, DOWN)
    assert part.hidden_mm2 == 0
    assert part.hidden_at_mm is None
    assert part.is_three_axis


def test_a_slab_on_edge_is_reached_across_its_large_faces() -> None:
    assert set(reached(block((20, 60, 40))).directions) == {(1, 0, 0), (-1, 0, 0)}


def test_a_sealed_cavity_is_hidden() -> None:
    part = reached(block(SLAB) - block((20, 20, 10)))

    assert part.hidden_mm2 == pytest.approx(1_600, rel=0.002)
    assert part.hidden_at_mm is not None
    assert max(map(abs, part.hidden_at_mm)) <= 10 + 1e-9


def test_the_undercut_of_a_closed_t_pocket_is_hidden() -> None:
    part = reached(block(SLAB) - block((30, 8, 12), (0, 0, 8)) - block((30, 20, 6)))

    # ceiling and floor beside the neck, long walls, ends beside the neck
    assert part.hidden_mm2 == pytest.approx(360 + 360 + 360 + 144, rel=0.02)


def test_a_t_slot_that_is_open_at_its_ends_is_reached_through_them() -> None:
    part = reached(block(SLAB) - block((60.2, 8, 12), (0, 0, 8)) - block((60.2, 20, 6)))

    assert part.hidden_mm2 == 0
    assert (1, 0, 0) in part.directions


def test_blind_holes_on_six_sides_take_six_set_ups_on_three_axes() -> None:
    places = {
        (0, 0, 30): (0, 0, 0), (5, 0, -30): (0, 0, 0), (30, 0, 0): (0, 90, 0), (-30, 5, 0): (0, 90, 0),
        (0, 30, 0): (90, 0, 0), (0, -30, 5): (90, 0, 0),
    }  # fmt: skip
    solid = block((60, 60, 60))
    for at, turned in places.items():
        solid -= bore(6, 20, turned=turned, at=at)

    part = reached(solid)

    assert set(part.directions) == {(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), UP, DOWN}
    assert part.is_three_axis
    assert part.hidden_mm2 == 0


def test_a_hole_at_30_degrees_takes_more_than_three_axes() -> None:
    part = reached(leaning_hole(), LEANING_30_DEG)

    assert part.directions[:2] == (UP, DOWN)
    assert part.directions[2] == pytest.approx(LEANING_30_DEG[0])
    assert not part.is_three_axis
    assert part.hidden_mm2 == 0


def test_only_the_open_end_of_a_blind_hole_is_a_set_up() -> None:
    part = reached(leaning_hole(20, (5, 0, 10)), -LEANING_30_DEG)

    assert len(part.directions) == 3
    assert part.directions[2] == pytest.approx(LEANING_30_DEG[0])


def test_a_hole_at_30_degrees_is_hidden_when_nobody_names_its_axis() -> None:
    part = reached(leaning_hole())

    wall_mm2 = math.pi * 6 * 20 / math.cos(math.radians(30))
    assert 0.5 * wall_mm2 < part.hidden_mm2 < wall_mm2
    assert part.is_three_axis
    x, y, z = part.hidden_at_mm or (math.nan,) * 3
    across = (x * math.cos(math.radians(30)) - z * math.sin(math.radians(30)), y)
    assert math.hypot(*across) == pytest.approx(3, rel=0.01)


def test_a_part_that_stands_askew_is_clamped_along_its_own_axes() -> None:
    turned = (block(SLAB) - bore(6, 60)).rotate((10, 20, 30))
    mesh = meshed(turned)
    areas, order = np.unique(np.round(mesh.normals, 6), axis=0, return_counts=True)

    part = reach(mesh, rays(mesh), areas[np.argsort(-order)])
    straight = reached(turned)

    assert len(part.directions) == 2
    assert part.is_three_axis
    assert part.hidden_mm2 == 0
    assert straight.hidden_mm2 > 0


def test_directions_without_length_or_number_are_passed_over() -> None:
    odd = np.array([[0, 0, 0], [np.nan, 0, 1], [np.inf, 0, 0], [0, 0, -4.0], *LEANING_30_DEG])

    assert reached(leaning_hole(), odd) == reached(leaning_hole(), LEANING_30_DEG)


def test_no_more_than_twenty_six_directions_are_tried() -> None:
    tilts = np.radians(np.arange(1, 12) * 7)
    fan = np.stack([np.zeros(11), np.sin(tilts), np.cos(tilts)], axis=1)
    ways = np.concatenate([fan[:10], LEANING_30_DEG])

    assert reached(leaning_hole(), ways).hidden_mm2 > 0
    assert reached(leaning_hole(), ways[1:]).hidden_mm2 == 0


def test_the_same_part_gives_the_same_answer() -> None:
    solid = leaning_hole() - block((30, 8, 12), (0, 0, 8))

    assert reached(solid, LEANING_30_DEG) == reached(solid, LEANING_30_DEG)


def test_a_ball_is_seen_from_two_ends() -> None:
    part = reached(ball(20))

    assert len(part.directions) == 2
    assert part.hidden_mm2 == 0
    assert part.narrowest_mm is None


def test_a_part_that_is_inside_out_shows_nothing() -> None:
    mesh = meshed(block(SLAB))
    inverted = Mesh(mesh.vertices, mesh.triangles[:, ::-1].copy())

    part = reach(inverted, rays(inverted), NO_MORE)

    assert part.directions == ()
    assert part.hidden_mm2 == pytest.approx(2 * (60 * 40 + 60 * 20 + 40 * 20))
    assert part.tool_ratio is None
