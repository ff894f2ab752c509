from math import pi, radians, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.geometry import bending
from marketplace.geometry.shape import Bend

AN_L = Bend(radius_mm=3.0, angle_deg=90.0, length_mm=40.0, axis=(0.0, 1.0, 0.0), at_mm=(0.0, 0.0, 0.0))
LENGTHS = st.floats(0.01, 1_000)


def test_an_allowance_is_the_arc_of_the_neutral_line():
    assert bending.bend_allowance(90, 3, 2, 0.5) == pytest.approx(2 * pi)
    assert bending.bend_allowance(180, 3, 2, 0) == pytest.approx(3 * pi)
    assert bending.bend_allowance(0, 3, 2) == 0


@pytest.mark.parametrize(
    "wrong", [(-1, 3, 2, 0.5), (90, -3, 2, 0.5), (90, 3, -2, 0.5), (90, 3, 2, 1.01), (90, 3, 2, -0.01)]
)
def test_what_is_no_bend_is_refused(wrong):
    with pytest.raises(ValueError, match="no bend"):
        bending.bend_allowance(*wrong)


@pytest.mark.parametrize(
    ("radius", "k"), [(0, 0), (0.001, 0), (0.5, (0.65 - 0.150515) / 2), (1, 0.325), (5, 0.49974), (5.1, 0.5), (50, 0.5)]
)
def test_the_k_factor_of_steel_grows_with_the_radius(radius, k):
    assert bending.k_factor(radius, 1) == pytest.approx(k, abs=1e-5)


@pytest.mark.parametrize(("radius", "thickness"), [(1, 0), (-1, 1), (1, -1)])
def test_there_is_no_k_factor_without_a_sheet(radius, thickness):
    with pytest.raises(ValueError, match="no bend"):
        bending.k_factor(radius, thickness)


def test_the_setback_reaches_the_mould_line_and_above_a_right_angle_the_outermost_point():
    assert bending.setback(90, 3, 2) == pytest.approx(5)
    assert bending.setback(60, 3, 2) == pytest.approx(5 * tan(radians(30)))
    assert bending.setback(150, 3, 2) == pytest.approx(5)


def test_a_blank_shrinks_with_its_k_factor():
    at_a_third = bending.flat_length(100, [AN_L, AN_L], thickness_mm=2, k=1 / 3)
    assert at_a_third == pytest.approx(100 - 2 * (pi / 2) * 2 / 6)
    assert bending.flat_area(4_000, [AN_L], thickness_mm=2, k=1 / 3) == pytest.approx(4_000 - 40 * (pi / 2) * 2 / 6)
    assert bending.flat_length(100, [AN_L], thickness_mm=2, k=0.5) == 100


@given(st.floats(1, 180), LENGTHS, LENGTHS, st.floats(0, 1))
def test_an_allowance_lies_between_inside_and_outside(angle, radius, thickness, k):
    allowance = bending.bend_allowance(angle, radius, thickness, k)
    assert radians(angle) * radius <= allowance <= radians(angle) * (radius + thickness) * (1 + 1e-12)
