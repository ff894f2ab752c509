"""Plans: which sizes of a part, between which limits, on how many pieces."""

from dataclasses import replace
from decimal import Decimal

import pytest

from marketplace.costing import sampling
from marketplace.geometry.features import Bottom, Callout, CalloutKind, Entry, Hole, Widening
from marketplace.geometry.shape import Turned
from marketplace.quality import planning
from marketplace.quality.values import CharacteristicKind, SourceOfTruth
from tests.scenes import BRACKET

UP = (0.0, 0.0, 1.0)
HERE = (1.0, 1.0, 1.0)


def planned(facts=BRACKET, process="cnc_milling", tolerance="standard", thickness=None):
    found = planning.characteristics(facts, process=process, tolerance_id=tolerance, thickness_mm=thickness)
    return {each.designation: each for each in found}


def test_a_plan_has_the_outside_the_holes_and_the_surface():
    found = planned()

    assert list(found) == [
        "Overall size along x", "Overall size along y", "Overall size along z", "Hole ⌀8", planning.VISUAL.designation,
    ]  # fmt: skip
    assert {each.source for each in list(found.values())[:4]} == {SourceOfTruth.MODEL}


@pytest.mark.parametrize(
    ("tolerance", "lower", "upper", "standard"),
    [
        ("coarse", "7.5", "8.5", "ISO 2768-1 c"),
        ("standard", "7.8", "8.2", "ISO 2768-1 m"),
        ("fine", "7.9", "8.1", "ISO 2768-1 f"),
        ("precise", "7.9925", "8.0075", "ISO 286-1 IT7"),
    ],
)
def test_limits_are_those_of_the_tolerance_class_exactly(tolerance, lower, upper, standard):
    hole = planned(tolerance=tolerance)["Hole ⌀8"]

    assert (hole.nominal, hole.lower, hole.upper) == (Decimal("8"), Decimal(lower), Decimal(upper))
    assert hole.says == standard


def test_figures_of_a_binary_file_have_no_tail():
    """2.54 × 3.15 is 8.001000000000001 in doubles."""
    hole = Hole(2.54 * 3.15, 10.0, True, UP, HERE)
    found = planned(replace(BRACKET, holes=(hole,)))["Hole ⌀8.001"]

    assert (found.nominal, found.lower, found.upper) == (Decimal("8.001"), Decimal("7.801"), Decimal("8.201"))


def test_like_holes_count_together_and_each_sort_has_its_own_line():
    threaded = Hole(5.0, 12.0, False, UP, HERE, Bottom.CONICAL, thread="M6")
    bored = Hole(8.0, 10.0, True, UP, HERE, widenings=(Widening(Entry.COUNTERBORE, 15.0, 4.0),))
    found = planned(replace(BRACKET, holes=(*BRACKET.holes, threaded, threaded, bored)))

    assert found["Hole ⌀8"].places == 2
    assert (found["Thread M6"].places, found["Thread M6"].kind) == (2, CharacteristicKind.THREAD)
    assert not found["Thread M6"].has_limits
    assert "Hole ⌀5" not in found, "of a thread the gauge decides, not its tap drill"
    assert (found["Depth of hole ⌀5"].nominal, found["Depth of hole ⌀5"].places) == (12, 2)
    assert found["Counterbore or countersink ⌀15"].upper == Decimal("15.2")


def test_limits_that_the_file_notes_go_before_the_general_tolerance():
    hole = replace(BRACKET.holes[0], faces=(7,))
    noted = Callout(CalloutKind.DIAMETER, value_mm=8.0, plus_mm=0.015, minus_mm=0.0, faces=(7,))
    loose = Callout(CalloutKind.LENGTH, value_mm=33.0)
    found = planned(replace(BRACKET, holes=(hole,), callouts=(noted, noted, loose)))

    first = next(iter(found.values()))
    assert (first.designation, first.source, first.places) == ("⌀8", SourceOfTruth.NOTE, 2)
    assert (first.lower, first.upper) == (Decimal("8"), Decimal("8.015"))
    assert "Hole ⌀8" not in found
    assert "33" not in found, "a dimension without limits is what the model says anyway"


def test_a_turned_part_has_a_diameter_and_a_length_instead_of_three_sides():
    facts = replace(BRACKET, turned=Turned(UP, HERE, 30.0, 80.0, 1.0))

    assert list(planned(facts, process="turning"))[:2] == ["Largest ⌀30", "Overall length"]
    assert next(iter(planned(facts))) == "Overall size along x"


def test_the_thickness_of_a_sheet_that_the_file_cannot_say_is_the_forms():
    found = planned(replace(BRACKET, box_mm=(100.0, 60.0, 0.0), holes=()), process="laser_cutting", thickness=3.0)

    assert list(found)[:3] == ["Sheet thickness", "Overall size along x", "Overall size along y"]
    assert found["Sheet thickness"].source is SourceOfTruth.FORM


def test_a_size_without_a_tolerance_is_told_and_judged_by_a_person():
    found = planned(replace(BRACKET, holes=(Hole(0.4, 2.0, True, UP, HERE),)))["Hole ⌀0.4"]

    assert not found.has_limits
    assert "no tolerance" in found.says


def test_a_plan_stays_sensible_and_always_ends_with_the_surface():
    holes = tuple(Hole(1.0 + n / 10, 5.0, True, UP, HERE) for n in range(200))
    found = planning.characteristics(
        replace(BRACKET, holes=holes), process="cnc_milling", tolerance_id="fine", thickness_mm=None
    )

    assert len(found) == planning.MOST_PLANNED
    assert found[-1] is planning.VISUAL


def test_a_part_that_was_not_measured_is_looked_at():
    assert planning.characteristics(None, process="fdm", tolerance_id="coarse", thickness_mm=None) == (planning.VISUAL,)


@pytest.mark.parametrize(
    ("level", "lot", "letter", "sample", "accept"),
    [
        # ISO 2859-1, table 1 at both sides of an edge, and table 2-A with its arrows followed
        ("standard", 1, "A", 1, 0), ("standard", 5, "A", 5, 0), ("standard", 6, "A", 5, 0), ("standard", 8, "A", 5, 0),
        ("standard", 9, "B", 5, 0), ("standard", 25, "C", 5, 0),
        ("standard", 26, "D", 5, 0), ("standard", 50, "D", 5, 0),
        ("standard", 51, "E", 20, 1), ("standard", 90, "E", 20, 1), ("standard", 150, "F", 20, 1),
        ("standard", 151, "G", 32, 2), ("standard", 280, "G", 32, 2), ("standard", 281, "H", 50, 3),
        ("standard", 500, "H", 50, 3), ("standard", 501, "J", 80, 5), ("standard", 1_200, "J", 80, 5),
        ("standard", 1_201, "K", 125, 7), ("standard", 3_201, "L", 200, 10), ("standard", 10_001, "M", 315, 14),
        ("standard", 35_001, "N", 500, 21), ("standard", 1_000_000, "Q", 500, 21),
        ("reduced", 8, "A", 3, 0), ("reduced", 90, "C", 3, 0), ("reduced", 91, "D", 13, 1),
        ("tightened", 8, "B", 5, 0), ("tightened", 9, "C", 5, 0), ("tightened", 26, "E", 20, 1),
        ("first_article", 151, "G", 32, 2),
        ("full", 7, None, 7, 0), ("none", 500, None, 0, 0),
    ],
)  # fmt: skip
def test_the_sample_of_a_lot_follows_the_tables_at_their_edges(level, lot, letter, sample, accept):
    found = planning.sample(level, lot)

    assert (found["code_letter"], found["sample"], found["accept"]) == (letter, sample, accept)
    assert found["reject"] == accept + 1
    assert found["has_first_article"] is (level == "first_article")


def test_no_plan_inspects_more_than_the_lot():
    for level in sampling.levels():
        for lot in (*range(1, 200), 1_000, 10_000):
            assert 0 <= planning.sample(level, lot)["sample"] <= lot
