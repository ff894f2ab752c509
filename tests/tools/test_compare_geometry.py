"""Figures beside those of outside programs. The programs themselves are not needed here."""

import shutil

import pytest

from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.outcomes import Measured
from marketplace.geometry.sniffing import sniff
from tools.compare_geometry import __main__ as program
from tools.compare_geometry import declared, parts, rows, solids, triangles
from tools.compare_geometry.rows import Left, Row
from tools.compare_geometry.triangles import Triangles
from tools.samples import FOLDER, TRUTHS

REPORT = """\
========= Facet Status ========== Original ============ Final ====
Number of facets                 :  3476                3476
Total disconnected facets        :   576                   {open_facets}
=== Processing Statistics ===     ===== Other Statistics =====
Number of parts       :     2        Volume   :  {volume}
"""


def test_numbers_agree_within_their_limit_and_words_only_if_they_are_the_same():
    assert Row("a", "volume", 1000.009, 1000.0, 1e-5).agrees
    assert not Row("a", "volume", 1000.011, 1000.0, 1e-5).agrees
    assert Row("a", "closed", "open", "open").agrees
    assert not Row("a", "closed", "open", "closed").agrees
    assert not Row("a", "volume", float("nan"), 1.0, 1e-5).agrees


def test_a_box_is_as_far_apart_as_its_worst_side():
    row = Row("a", "box mm", (10.0, 20.0, 30.3), (10.0, 20.0, 30.0), 1e-3)

    assert row.apart == pytest.approx(0.01)
    assert "DIFFERS" in rows.line(row)
    assert "10 × 20 × 30.3" in rows.line(row)


def test_the_summary_counts_and_names_what_was_left():
    told = rows.summary(
        [Row("a", "closed", "open", "closed"), Row("a", "shells", "1", "1")], [Left("b", "we refuse it")]
    )

    assert told.splitlines() == [
        "2 figures of 1 files compared, 1 beyond the limit.",
        "Not compared: b: we refuse it",
    ]


def test_a_report_of_admesh_is_read_by_its_final_column_and_scaled_back():
    closed = triangles.parsed(REPORT.format(open_facets=0, volume="-4096.000000"), scale=16.0)
    opened = triangles.parsed(REPORT.format(open_facets=12, volume="1.0"), scale=1.0)

    assert (closed.is_closed, closed.shells, closed.volume) == (True, 2, 1.0)
    assert not opened.is_closed


def test_a_report_that_says_nothing_is_no_answer():
    with pytest.raises(triangles.NoAnswer):
        triangles.parsed("admesh: could not open the file", scale=1.0)


def test_solids_are_added_up_and_boxed_together():
    one = {"volume": 1.0, "area": 6.0, "wide": [0, 0, 0, 1.1, 1, 1], "narrow": [0, 0, 0, 1, 1, 1]}
    other = {"volume": 8.0, "area": 24.0, "wide": [3, 0, 0, 5, 2, 2], "narrow": [3, 0, 0, 4.9, 2, 2]}

    both = solids.together([one, other])

    assert (both.count, both.volume_mm3, both.area_mm2) == (2, 9.0, 30.0)
    assert both.nearest_box_mm((4.98, 2.0, 2.0)) == (5, 2, 2)
    assert both.nearest_box_mm((4.91, 2.0, 2.0)) == (4.9, 2, 2)
    with pytest.raises(triangles.NoAnswer):
        solids.together([])


def test_what_a_cad_program_declares_counts_if_it_says_one_thing(tmp_path):
    said = "#1=MEASURE_REPRESENTATION_ITEM('volume measure',VOLUME_MEASURE({}),#2);\n"
    path = tmp_path / "part.step"

    path.write_text(said.format("1.25E3") * 2, encoding="ascii")
    assert declared.measured(path) == {"volume mm³": 1250.0}
    path.write_text(said.format("1250.") + said.format("10."), encoding="ascii")
    assert declared.measured(path) == {}


@pytest.mark.parametrize(
    ("theirs", "status"),
    [
        (Triangles(True, 1, TRUTHS["clip.stl"].volume_mm3 * (1 + 5e-6)), 0),
        (Triangles(True, 1, TRUTHS["clip.stl"].volume_mm3 * (1 + 5e-5)), 1),
        (Triangles(True, 2, TRUTHS["clip.stl"].volume_mm3), 1),
        (Triangles(False, 1, 0.0), 1),
    ],
)
def test_a_difference_beyond_the_limit_is_told_by_the_exit_status(tmp_path, monkeypatch, capsys, theirs, status):
    shutil.copy(FOLDER / "clip.stl", tmp_path)
    (tmp_path / "empty.stl").touch()
    monkeypatch.setattr(triangles, "measured", lambda path, size: theirs)

    assert program.compared(tmp_path) == status

    told = capsys.readouterr().out
    assert ("DIFFERS" in told) == bool(status)
    assert "Not compared: empty.stl: we refuse it (file_empty)" in told


def test_nothing_compared_is_no_success(tmp_path):
    assert program.compared(tmp_path) == 1


def test_the_parts_of_our_own_are_what_they_are_called(tmp_path):
    parts.make(tmp_path)

    with KernelMeasurer() as kernel:
        found = {path.name: kernel.measure(path, sniff(path)) for path in tmp_path.iterdir()}

    assert all(isinstance(outcome, Measured) for outcome in found.values())
    measured = {name: outcome.measurement for name, outcome in found.items()}
    assert measured["two_shafts.step"].bodies == 2
    assert measured["two_shafts.step"].volume_mm3 == pytest.approx(2 * measured["shaft.step"].volume_mm3)
    assert measured["three_bodies.stl"].shells == 3
    assert measured["three_bodies.stl"].volume_mm3 == pytest.approx(3000)
    assert measured["inside_out.stl"].volume_mm3 == pytest.approx(1000)
    assert measured["ring_inch.step"].box_mm == pytest.approx((95, 95, 15))
    assert not measured["open_clip.stl"].is_closed
