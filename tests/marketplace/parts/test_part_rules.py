from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.geometry.errors import OutOfRange
from marketplace.geometry.values import FileKind, Measurement, Units
from marketplace.parts import rules
from marketplace.parts.errors import UnitsDeclaredOtherwise

STL = Measurement(FileKind.STL, None, 2.0, 9.0, (1.0, 2.0, 3.0), True, 1, 12, None, (), "an engine")
STEP = replace(STL, kind=FileKind.STEP, declared_units=Units.INCH, triangles=None, faces=6)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("bracket.step", "bracket.step"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\bracket.stp", "bracket.stp"),
        ("..", "part.step"),
        ("", "part.step"),
        ("a\x00b\x1b[31m.step", "ab[31m.step"),
        ("exe.\u202epets.step", "exe.pets.step"),
        ("  two \n lines .step ", "two lines .step"),
        (".hidden.step", "hidden.step"),
        ("支架.step", "支架.step"),
        ("x" * 300 + ".step", "x" * 195 + ".step"),
        ("x" * 300, "x" * 200),
        ("\ud800.stl", "stl"),
    ],
)
def test_a_file_name_is_shown_clean(sent, shown):
    assert rules.shown_name(sent, FileKind.STEP) == shown


@given(st.text(max_size=400))
def test_any_file_name_becomes_one_that_may_be_stored_and_shown(sent):
    shown = rules.shown_name(sent, FileKind.STL)

    assert 1 <= len(shown) <= 200
    assert not set(shown) & set("/\\\x00\n\u202e")
    assert shown.encode()
    assert 1 <= len(rules.stem(shown)) <= 200


@pytest.mark.parametrize(
    ("units", "factor"), [(Units.MM, 1.0), (Units.CM, 10.0), (Units.M, 1000.0), (Units.INCH, 25.4)]
)
def test_an_stl_is_multiplied_by_the_exact_ratio(units, factor):
    scaled = rules.in_units(STL, units)

    assert scaled.box_mm == (1.0 * factor, 2.0 * factor, 3.0 * factor)
    assert scaled.volume_mm3 == pytest.approx(2.0 * factor**3, rel=1e-15)
    assert scaled.area_mm2 == pytest.approx(9.0 * factor**2, rel=1e-15)


def test_a_step_file_stays_as_it_arrived_and_its_own_units_are_the_only_answer():
    assert rules.in_units(STEP, Units.INCH) == STEP
    with pytest.raises(UnitsDeclaredOtherwise) as refusal:
        rules.in_units(STEP, Units.MM)
    assert refusal.value.details == {"declared": Units.INCH, "confirmed": Units.MM}


def test_a_step_file_that_declares_nothing_is_in_millimetres():
    silent = replace(STEP, declared_units=None)

    assert rules.in_units(silent, Units.MM) == silent
    with pytest.raises(UnitsDeclaredOtherwise):
        rules.in_units(silent, Units.INCH)


OBJ, DXF, THREE_MF = (
    replace(STL, kind=kind, declared_units=units)
    for kind, units in [(FileKind.OBJ, None), (FileKind.DXF, Units.M), (FileKind.THREE_MF, Units.INCH)]
)


def test_an_obj_is_multiplied_like_an_stl():
    assert rules.in_units(OBJ, Units.INCH).box_mm == (25.4, 50.8, 3 * 25.4)


def test_a_3mf_file_is_as_it_says():
    assert rules.in_units(THREE_MF, Units.INCH) == THREE_MF
    with pytest.raises(UnitsDeclaredOtherwise):
        rules.in_units(THREE_MF, Units.MM)


@pytest.mark.parametrize(
    ("declared", "units", "factor"),
    [
        (Units.M, Units.M, 1.0),
        (Units.M, Units.MM, 0.001),
        (Units.INCH, Units.MM, 10 / 254),
        (Units.MM, Units.INCH, 25.4),
        (None, Units.MM, 1.0),
        (None, Units.CM, 10.0),
    ],
)
def test_a_drawing_may_be_in_other_units_than_its_header_says(declared, units, factor):
    """It arrived in millimetres by its header: what is confirmed counts from there."""
    drawing = replace(DXF, declared_units=declared, volume_mm3=0.0)

    confirmed = rules.in_units(drawing, units)

    assert confirmed.box_mm == (1.0 * factor, 2.0 * factor, 3.0 * factor)
    assert confirmed.area_mm2 == pytest.approx(9.0 * factor**2, rel=1e-15)
    assert confirmed.declared_units is declared


@pytest.mark.parametrize("part", [STL, OBJ, DXF, THREE_MF, STEP], ids=lambda part: part.kind)
def test_each_answer_that_is_offered_is_taken_and_makes_the_size_it_says(part):
    question = rules.unit_question(part)

    for choice in question.choices:
        assert rules.in_units(part, choice.units).box_mm == pytest.approx(choice.box_mm, rel=1e-12)
    assert question.suggested is None or question.suggested in {choice.units for choice in question.choices}


@pytest.mark.parametrize("part", [THREE_MF, STEP], ids=lambda part: part.kind)
def test_where_the_file_knows_there_is_one_answer_without_doubt(part):
    tiny = replace(part, box_mm=(0.01, 0.01, 0.01))

    question = rules.unit_question(tiny)

    assert [choice.units for choice in question.choices] == [question.suggested] == [Units.INCH]
    assert not question.is_doubtful


def test_a_file_that_says_nothing_and_is_tiny_is_asked_about_with_a_warning():
    assert rules.unit_question(STL).is_doubtful
    assert not rules.unit_question(replace(STL, box_mm=(40.0, 30.0, 20.0))).is_doubtful


def test_units_that_make_a_part_larger_than_any_are_refused():
    with pytest.raises(OutOfRange):
        rules.in_units(replace(STL, box_mm=(1.0, 2.0, 10_001.0)), Units.M)
    with pytest.raises(OutOfRange):
        rules.in_units(replace(STL, area_mm2=1e15), Units.M)
