import pytest

from marketplace.geometry.threads import TAP_DRILLS_MM, designation, pitch_mm, tapped


@pytest.mark.parametrize(
    ("diameter", "thread"),
    [(2.5, "M3"), (3.3, "M4"), (4.2, "M5"), (5.0, "M6"), (6.8, "M8"), (8.5, "M10"), (10.2, "M12"), (14.0, "M16")],
)
def test_a_tap_drill_hints_at_its_thread(diameter, thread):
    assert tapped(diameter) == thread
    assert tapped(diameter + 0.019) == thread
    assert tapped(diameter + 0.03) is None


def test_other_holes_hint_at_nothing():
    assert [tapped(diameter) for diameter in (0, 3.0, 4.0, 5.5, 6.6, 9.0, 100, float("inf"))] == [None] * 8


def test_a_tap_drill_is_the_diameter_less_its_coarse_pitch():
    pitches = {"M3": 0.5, "M6": 1.0, "M8": 1.25, "M10": 1.5, "M12": 1.75, "M24": 3.0, "M36": 4.0, "M48": 5.0}

    for thread, pitch in pitches.items():
        assert TAP_DRILLS_MM[thread] == pytest.approx(float(thread[1:]) - pitch, abs=0.06)


@pytest.mark.parametrize(
    ("text", "thread"),
    [
        ("M6", "M6"),
        ("4X M6x1 - 6H", "M6x1"),
        ("M10 x 1,25 THRU", "M10x1.25"),
        ("M3 × 0.5 ↧ 8", "M3x0.5"),
        ("M6 x 20", "M6"),
        ("1/4-20 UNC - 2B", "1/4-20 UNC"),
        ("#10-32 UNF", "#10-32 UNF"),
        ("G1/8", "G1/8"),
        ("G 1/2 A", "G1/2A"),
        ("Rp 3/4", "Rp3/4"),
        ("1/4 NPT", "1/4 NPT"),
        ("1/8-27 NPT", "1/8-27 NPT"),
    ],
)
def test_notes_name_threads(text, thread):
    assert designation(text) == thread


@pytest.mark.parametrize(
    "text",
    ["", "Ø6 THRU", "POSITION 0.2 (M) A B", "MATERIAL 6061", "AM6", "M0", "M999", "1/4", "R5", "SECTION G-G", "12"],
)
def test_other_notes_name_none(text):
    assert designation(text) is None


def test_long_notes_take_no_time():
    assert designation("1" * 200 + "-" * 200 + "M" * 200) is None


@pytest.mark.parametrize(
    ("thread", "pitch"),
    [
        ("M6", 1.0),
        ("M2.5", 0.45),
        ("M24", 3.0),
        ("M6x0.75", 0.75),
        ("1/4-20 UNC", 1.27),
        ("1/8-27 NPT", 0.940741),
        ("G1/8", None),
        ("M9", None),
        ("", None),
    ],
)
def test_a_thread_says_its_pitch_or_a_coarse_one_implies_it(thread, pitch):
    assert pitch_mm(thread) == (None if pitch is None else pytest.approx(pitch, abs=1e-5))
