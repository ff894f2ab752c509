import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.adapters.geometry_kernel.meshes import mass
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


def test_a_block_balances_in_its_middle():
    assert mass.centre(block((30, 20, 10), at=(5, -7, 2))) == pytest.approx((20, 3, 7), abs=1e-9)


def test_a_cone_balances_at_a_quarter_of_its_height():
    cone = cylinder(10, 40, sides=360, top_radius=1e-12)

    assert mass.centre(cone) == pytest.approx((0, 0, 10), abs=1e-9)


def test_two_bodies_balance_between_them_by_their_volumes():
    pair = together(block((10, 10, 10)), block((10, 10, 20), at=(30, 0, 0)))

    assert mass.centre(pair) == pytest.approx((25, 5, (1000 * 5 + 2000 * 10) / 3000), abs=1e-9)


def test_a_cavity_is_missing_mass():
    hollow = together(block((10, 10, 10)), inside_out(block((2, 2, 2), at=(7, 4, 4))))

    assert mass.centre(hollow) == pytest.approx(((1000 * 5 - 8 * 8) / 992, 5, 5), abs=1e-9)


@given(
    way=st.tuples(*[st.floats(-1e5, 1e5)] * 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_centre_moves_and_turns_with_the_part(way, seed):
    rotation = any_rotation(seed)
    part = block((30, 20, 10), at=(1, 2, 3))
    carried = moved(turned(part, rotation), way)

    assert mass.centre(carried) == pytest.approx(tuple(rotation @ np.array([16, 12, 8]) + way), abs=1e-9)


def test_a_ball_far_from_the_origin_keeps_its_centre():
    assert mass.centre(moved(icosphere(5, 20), (1e6, -1e6, 1e6))) == pytest.approx((1e6, -1e6, 1e6), abs=1e-8)


def test_what_encloses_nothing_has_no_centre():
    with pytest.raises(ValueError, match="encloses nothing"):
        mass.centre(mesh([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [(0, 1, 2), (0, 2, 1)]))
