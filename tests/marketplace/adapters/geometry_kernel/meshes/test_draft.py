"""How parts of known shape leave a two-part mould."""

import math

import numpy as np
import pytest
from manifold3d import Manifold

from marketplace.adapters.geometry_kernel.meshes.draft import draft
from marketplace.adapters.geometry_kernel.meshes.rays import rays
from marketplace.geometry.shape import Draft
from tests.marketplace.adapters.geometry_kernel.meshes.milled import ball, block, bore, frustum, meshed

SLAB = (60, 40, 20)
ALONG_Y, ALONG_Z = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
A_SAMPLE = 1e-3
"""A face has a sample more or less than its share: 1 in 1,000 of any of these."""
WALL_MM2 = math.pi * 8


def opened(solid: Manifold) -> Draft:
    mesh = meshed(solid)
    return draft(mesh, rays(mesh))


def spread(side: float, height: float, degrees: float) -> float:
    """The side at the other end of a frustum whose faces lean by so many degrees."""
    return side + 2 * height * math.tan(math.radians(degrees))


def cup(degrees: float) -> Manifold:
    """Forty wide at its foot, thirty high, three thick, leaning by so many degrees inside and out."""
    outer = frustum(40, spread(40, 30, degrees), 30)
    return outer - frustum(34, spread(34, 27.001, degrees), 27.001).translate((0, 0, 3))


def test_the_four_sides_of_a_cube_stand_upright() -> None:
    part = opened(block((20, 20, 20)))

    assert part.undercut_mm2 == 0
    assert part.upright_mm2 == pytest.approx(4 * 400, rel=A_SAMPLE)
    assert part.slight_mm2 == pytest.approx(4 * 400, rel=A_SAMPLE)
    assert part.projected_mm2 == pytest.approx(400, rel=A_SAMPLE)


def test_a_slab_opens_across_its_large_faces() -> None:
    part = opened(block(SLAB))

    assert part.pull == ALONG_Z
    assert part.upright_mm2 == pytest.approx(2 * (60 + 40) * 20, rel=A_SAMPLE)
    assert part.projected_mm2 == pytest.approx(60 * 40, rel=A_SAMPLE)


def test_a_cup_with_two_degrees_leaves_its_mould() -> None:
    part = opened(cup(2))

    assert part.pull == ALONG_Z
    assert (part.undercut_mm2, part.upright_mm2, part.slight_mm2) == (0, 0, 0)
    assert part.projected_mm2 == pytest.approx(spread(40, 30, 2) ** 2, rel=0.005)


@pytest.mark.parametrize(
    ("degrees", "is_upright", "is_slight"),
    [(0.3, True, True), (0.5, False, True), (0.8, False, True), (1.0, False, False)],
)
def test_draft_is_counted_under_half_a_degree_and_under_one(degrees: float, is_upright: bool, is_slight: bool) -> None:
    outer, inner = spread(40, 30, degrees), spread(34, 27, degrees)
    walls_mm2 = 2 * ((40 + outer) * 30 + (34 + inner) * 27) / math.cos(math.radians(degrees))

    part = opened(cup(degrees))

    assert part.upright_mm2 == pytest.approx(walls_mm2 if is_upright else 0, rel=0.002)
    assert part.slight_mm2 == pytest.approx(walls_mm2 if is_slight else 0, rel=0.002)


def test_a_side_hole_turns_the_pull_along_it() -> None:
    part = opened(block(SLAB) - bore(8, 60, turned=(90, 0, 0)))

    assert part.pull == ALONG_Y
    assert part.undercut_mm2 == 0


def test_side_holes_from_two_sides_leave_one_undercut() -> None:
    across = bore(8, 60, turned=(90, 0, 0), at=(15, 0, 0))
    along = bore(8, 20, turned=(0, 90, 0), at=(-30, 0, 0))
    part = opened(block(SLAB) - across - along)

    assert part.pull == ALONG_Y
    assert part.undercut_mm2 == pytest.approx(WALL_MM2 * 10 + math.pi * 16, rel=0.01)


def test_holes_from_all_sides_leave_those_square_to_the_pull_undercut() -> None:
    solid = block((60, 50, 40)) - bore(8, 80, at=(20, 15, 0)) - bore(8, 80, turned=(90, 0, 0), at=(5, 0, 0))
    solid -= bore(8, 20, turned=(0, 90, 0), at=(-30, 0, 0))
    part = opened(solid)

    # along Y the wall through Z (40 long) and the blind hole (10 long with its floor) are left
    assert part.pull == ALONG_Y
    assert part.undercut_mm2 == pytest.approx(WALL_MM2 * (40 + 10) + math.pi * 16, rel=0.01)


def test_a_disc_stands_upright_around_its_rim() -> None:
    part = opened(bore(40, 5))

    assert part.pull == ALONG_Z
    assert part.upright_mm2 == pytest.approx(math.pi * 40 * 5, rel=0.005)
    assert part.projected_mm2 == pytest.approx(math.pi * 400, rel=0.005)


def test_a_long_rod_is_parted_along_its_axis() -> None:
    part = opened(bore(10, 100))

    assert part.pull[2] == 0
    assert part.undercut_mm2 == 0
    assert part.projected_mm2 == pytest.approx(10 * 100, rel=0.005)


def test_a_ball_parts_at_its_equator() -> None:
    part = opened(ball(20))

    assert part.undercut_mm2 == 0
    assert part.projected_mm2 == pytest.approx(math.pi * 400, rel=0.005)


def test_a_part_that_stands_askew_opens_square_to_its_largest_plane() -> None:
    mesh = meshed(cup(2).rotate((15, 25, 0)))

    part = draft(mesh, rays(mesh))

    floor = mesh.normals[np.bincount(np.arange(len(mesh.areas)), weights=mesh.areas).argmax()]
    assert abs(float(np.dot(part.pull, floor))) > math.cos(math.radians(2.1))
    assert (part.undercut_mm2, part.upright_mm2) == (0, 0)


def test_the_same_part_gives_the_same_answer() -> None:
    assert opened(cup(2)) == opened(cup(2))
