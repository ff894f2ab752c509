import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.geometry.units import choices, is_doubtful, suggested
from marketplace.geometry.values import FileKind, Units


@pytest.mark.parametrize(
    ("kind", "declared", "box_mm", "likeliest", "doubtful"),
    [
        (FileKind.STL, None, (80.0, 40.0, 10.0), Units.MM, False),
        (FileKind.STL, None, (10.0, 1.0, 1.0), Units.MM, False),
        (FileKind.STL, None, (9.99, 1.0, 1.0), Units.MM, True),
        (FileKind.STL, None, (5.0, 2.5, 1.375), Units.MM, True),
        (FileKind.STL, None, (0.044, 0.014, 0.047), Units.M, True),
        (FileKind.OBJ, None, (0.9, 0.5, 0.5), Units.INCH, True),
        (FileKind.STL, None, (2000.0, 1.0, 1.0), Units.MM, False),
        (FileKind.STL, None, (2000.1, 1.0, 1.0), None, True),
        (FileKind.STL, None, (0.0, 0.0, 0.0), None, True),
        (FileKind.DXF, Units.M, (205_000.0, 50_000.0, 0.0), Units.MM, True),
        (FileKind.DXF, Units.INCH, (355.6, 355.6, 0.0), Units.INCH, False),
        (FileKind.DXF, Units.MM, (5.0, 4.0, 0.0), Units.MM, False),
        (FileKind.THREE_MF, Units.MM, (0.05, 0.05, 0.05), Units.M, True),
        (FileKind.STEP, Units.MM, (5000.0, 1.0, 1.0), Units.MM, False),
        (FileKind.STEP, None, (5.0, 1.0, 1.0), Units.MM, False),
    ],
)
def test_what_we_would_guess_and_when_we_doubt(kind, declared, box_mm, likeliest, doubtful):
    assert suggested(kind, declared, box_mm) is likeliest
    assert is_doubtful(kind, declared, box_mm) is doubtful


def test_each_choice_says_how_large_the_part_becomes():
    offered = {choice.units: choice for choice in choices(FileKind.STL, None, (5.0, 2.5, 1.375))}

    assert list(offered) == list(Units)
    assert offered[Units.INCH].box_mm == pytest.approx((127, 63.5, 34.925))
    assert [choice.is_plausible for choice in offered.values()] == [True, True, False, True]


def test_a_lying_drawing_is_offered_in_what_it_was_drawn():
    offered = {choice.units: choice for choice in choices(FileKind.DXF, Units.M, (205_000.0, 50_000.0, 0.0))}

    assert offered[Units.MM].box_mm == pytest.approx((205, 50, 0))
    assert offered[Units.M].box_mm == (205_000, 50_000, 0)


def test_a_step_file_has_no_choice():
    (only,) = choices(FileKind.STEP, Units.INCH, (127.0, 63.5, 34.9))

    assert (only.units, only.box_mm) == (Units.INCH, (127, 63.5, 34.9))


lengths = st.floats(0, 1e7)


@given(st.sampled_from(FileKind), st.none() | st.sampled_from(Units), st.tuples(lengths, lengths, lengths))
def test_a_suggestion_is_one_of_the_choices_and_plausible(kind, declared, box_mm):
    likeliest = suggested(kind, declared, box_mm)
    offered = {choice.units: choice for choice in choices(kind, declared, box_mm)}

    if likeliest is None:
        assert not any(choice.is_plausible for choice in offered.values())
    else:
        assert kind is FileKind.STEP or offered[likeliest].is_plausible
