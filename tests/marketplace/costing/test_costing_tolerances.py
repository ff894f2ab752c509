"""Tolerance classes against ISO 2768-1 and ISO 286-1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.costing.errors import SizeHasNoTolerance, ToleranceUnknown
from marketplace.costing.tolerances import classes, tolerance, tolerance_um


@pytest.mark.parametrize(
    ("name", "nominal_mm", "deviation_um"),
    [
        ("standard", 0.5, 100),
        ("standard", 6, 100),
        ("standard", 6.1, 200),
        ("standard", 30, 200),
        ("standard", 120, 300),
        ("standard", 2001, 2000),
        ("coarse", 3, 200),
        ("coarse", 4, 300),
        ("fine", 400, 200),
        ("precise", 25, 10.5),
        ("precise", 50, 12.5),
        ("ultra", 3, 3),
        ("ultra", 0.1, 3),
        ("ultra", 3150, 67.5),
    ],
)
def test_deviations_are_those_of_the_standards_with_edges_included(name, nominal_mm, deviation_um):
    assert tolerance_um(name, nominal_mm) == deviation_um


@given(st.floats(0.5, 2000))
def test_a_tighter_class_allows_less_at_every_size(nominal_mm):
    allowed = [tolerance_um(name, nominal_mm) for name in classes()]

    assert allowed == sorted(allowed, reverse=True)
    assert len(set(allowed)) == len(allowed)


@given(st.floats(0.5, 2000), st.floats(0.5, 2000))
def test_a_larger_size_never_has_a_tighter_tolerance(one, other):
    small, large = sorted((one, other))
    for name in classes():
        assert tolerance_um(name, small) <= tolerance_um(name, large)


@pytest.mark.parametrize(
    ("name", "nominal_mm"),
    [("standard", 0.49), ("standard", 4000.1), ("fine", 2000.1), ("precise", 3151), ("ultra", 0), ("ultra", -1)],
)
def test_a_size_that_the_standard_does_not_know_is_refused(name, nominal_mm):
    with pytest.raises(SizeHasNoTolerance):
        tolerance_um(name, nominal_mm)


def test_classes_rank_from_wide_to_narrow_and_an_unknown_one_is_refused():
    assert list(classes()) == ["coarse", "standard", "fine", "precise", "ultra"]
    assert [each.rank for each in classes().values()] == [0, 1, 2, 3, 4]
    with pytest.raises(ToleranceUnknown):
        tolerance("perfect")
