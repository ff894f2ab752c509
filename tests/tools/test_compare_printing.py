"""Print times and filament against PrusaSlicer: as it was recorded for parts that are made here, and the comparison."""

import json
from functools import cache

import numpy as np
import pytest

from marketplace.costing import printing, slicer_profiles
from tools.compare_printing import __main__ as comparison
from tools.compare_printing import estimates, families, profiles, recording, slicer, table
from tools.compare_printing.table import Row

TRUTH = json.loads(recording.RECORD.read_text(encoding="utf-8"))
PROFILES = {name: slicer_profiles.read(recording.text(ini)) for name, ini in TRUTH["profiles"].items()}

CODE = """
G1 X1 Y1 E.1
; filament used [mm] = 1985.56
; filament used [cm3] = 4.78
; estimated printing time (normal mode) = 1h 2m 3s
; estimated printing time (silent mode) = 2h 2m 3s
"""


@cache
def recorded_rows(folder):
    """Every part of the families on which no coefficient was fitted, by every profile."""
    found = []
    for path in families.write(families.REPORTED, folder):
        part = estimates.measured(path)
        spread = printing.interval(part.facts)
        for name, k in PROFILES.items():
            ours = estimates.estimated(part.facts, k)
            time_s, filament_mm = TRUTH["parts"][path.stem][name]
            covered = [
                estimates.covers(spread, ours.time_s, time_s, time=True),
                estimates.covers(spread, ours.filament_mm, filament_mm, time=False),
            ]
            found.append(Row(path.stem, name, ours.time_s, time_s, ours.filament_mm, filament_mm, *covered))
    return found


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    return recorded_rows(tmp_path_factory.mktemp("families"))


def test_parts_that_no_coefficient_has_seen_print_as_the_slicer_says(rows):
    assert len(rows) == len(families.REPORTED) * families.PARTS_EACH * len(profiles.RECIPES)
    assert [each for each in table.verdicts(rows, with_cost=False) if not each.holds] == []


def test_each_profile_by_itself_prints_as_the_slicer_says(rows):
    found = table.verdicts_by_profile(rows)

    assert len(found) == 4 * len(PROFILES)
    assert [each for each in found if not each.holds] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_no_profile_is_leaned_to_one_side(rows, profile):
    chosen = [row for row in rows if row.profile == profile]

    assert abs(np.median([row.filament_off for row in chosen])) < 0.02
    assert abs(np.median([row.time_off for row in chosen])) < 0.05


def test_no_family_is_far_off(rows):
    for family in families.REPORTED:
        chosen = [row for row in rows if row.part.startswith(f"{family}_")]
        assert np.median([abs(row.filament_off) for row in chosen]) < 0.08, family
        assert np.median([abs(row.time_off) for row in chosen]) < 0.12, family


def test_no_part_was_both_fitted_on_and_reported():
    assert not families.FITTED.keys() & families.REPORTED.keys()


def test_the_families_are_the_same_parts_every_time():
    once, again = (families.stl(families.gear(np.random.default_rng(5))) for _ in range(2))

    assert once == again


def test_times_and_filament_are_read_from_the_code():
    found = slicer.parsed(CODE, 1.5)

    assert (found.time_s, found.filament_mm, found.cpu_s) == (3723, 1985.56, 1.5)
    assert slicer.seconds("1d 1s") == 86_401


def test_a_code_without_time_is_no_answer():
    with pytest.raises(slicer.NotSliced, match="no time"):
        slicer.parsed("; filament used [mm] = 5", 0)


def row(**changes):
    figures = {
        "part": "cube",
        "profile": "quality",
        "time_s": 1000.0,
        "their_time_s": 1000.0,
        "filament_mm": 500.0,
        "their_filament_mm": 500.0,
        "is_time_covered": True,
        "is_filament_covered": True,
        "cpu_s": 0.01,
        "their_cpu_s": 1.0,
    }
    return Row(**(figures | changes))


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({}, set()),
        ({"filament_mm": 520}, {"filament off, median"}),
        ({"filament_mm": 545}, {"filament off, median", "filament off, 90 % within"}),
        ({"time_s": 1080}, {"time off, median"}),
        ({"time_s": 840}, {"time off, median", "time off, 90 % within"}),
        ({"cpu_s": 0.03}, {"times the slicer's speed"}),
    ],
)
def test_a_missed_target_is_named(changes, missed):
    assert {each.what for each in table.verdicts([row(**changes)]) if not each.holds} == missed


@pytest.mark.parametrize(("covered", "holds"), [(0, False), (16, False), (18, True), (20, False)])
def test_an_interval_is_neither_too_narrow_nor_too_wide(covered, holds):
    many = [row(is_time_covered=n < covered) for n in range(20)]

    (verdict,) = (each for each in table.verdicts(many) if each.what == "time in its interval")
    assert verdict.holds is holds


def test_a_weak_profile_does_not_hide_among_the_others():
    rows = [row(part=str(n)) for n in range(30)] + [row(profile="supports", filament_mm=560), row(profile="supports")]

    assert all(each.holds for each in table.verdicts(rows) if "filament off" in each.what)
    missed = {each.what for each in table.verdicts_by_profile(rows) if not each.holds}
    assert missed == {"supports: filament off, median", "supports: filament off, 90 % within"}


def test_of_short_prints_alone_no_time_is_judged():
    found = table.verdicts_by_profile([row(time_s=300, their_time_s=600)])

    assert {each.what for each in found} == {"quality: filament off, median", "quality: filament off, 90 % within"}


def test_short_prints_are_not_held_to_the_target_for_time():
    found = table.verdicts([row(), row(time_s=300, their_time_s=600)])

    assert all(each.holds for each in found)


BUNDLE = """
# bundle
[printer:*common*]
machine_max_jerk_x = 8
[printer:Original Prusa i3 MK3S & MK3S+]
inherits = *common*
printer_model = MK3S
[print:*base*]
perimeters = 2
fill_density = 20%
[print:*fine*]
fill_density = 15%
[print:0.20mm QUALITY @MK3]
inherits = *base*; *fine*
compatible_printers_condition = x
[print:0.30mm DRAFT @MK3]
inherits = *base*
[print:0.15mm QUALITY @MK3]
inherits = *base*
[filament:Prusament PLA]
filament_density = 1.24
[filament:Prusament PETG]
filament_density = 1.27
"""


def test_profiles_are_put_together_from_what_they_inherit(tmp_path, monkeypatch):
    (tmp_path / profiles.BUNDLE).write_text(BUNDLE, encoding="utf-8")
    monkeypatch.setattr(profiles, "BUNDLES", (str(tmp_path / "nowhere"), str(tmp_path)))

    quality, supports, draft, sturdy = (path.read_text(encoding="utf-8") for path in profiles.write(tmp_path))

    assert quality == "filament_density = 1.24\nfill_density = 15%\nmachine_max_jerk_x = 8\nperimeters = 2\n"
    assert "support_material = 1\n" in supports
    assert "fill_density = 20%\n" in draft
    assert "fill_density = 40%\n" in sturdy
    assert "perimeters = 3\n" in sturdy


def test_without_the_bundle_the_way_out_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(profiles, "BUNDLES", (str(tmp_path),))

    with pytest.raises(profiles.NoBundle, match="PRINT_PROFILES"):
        profiles.write(tmp_path)


def test_without_a_slicer_the_exit_says_so(monkeypatch, capsys):
    monkeypatch.setattr(slicer.shutil, "which", lambda program: None)
    monkeypatch.setattr(slicer.os, "geteuid", lambda: 1000)

    assert comparison.main() == 2
    assert "apt-get install prusa-slicer" in capsys.readouterr().err


@pytest.fixture
def sliced_as_ours(monkeypatch, tmp_path):
    """A slicer that says what we say, `by` so much more; and the profile it was given."""

    def arrange(by):
        ini = tmp_path / "quality.ini"
        ini.write_text(recording.text(TRUTH["profiles"]["quality"]), encoding="utf-8")

        def sliced(path, profile):
            ours = estimates.estimated(estimates.measured(path).facts, PROFILES["quality"])
            return slicer.Sliced(ours.time_s * by, ours.filament_mm * by, 60.0)

        monkeypatch.setattr(slicer, "sliced", sliced)
        monkeypatch.setattr(slicer, "version", lambda: "none")
        return [ini]

    return arrange


@pytest.mark.parametrize(("by", "status"), [(1.0, 0), (1.2, 1)])
def test_the_exit_status_tells_whether_the_targets_hold(sliced_as_ours, tmp_path, capsys, by, status):
    files = families.write({"knob": families.knob}, tmp_path, 1)

    assert comparison.compared(files, sliced_as_ours(by)) == status
    assert ("MISSED" in capsys.readouterr().out) is (status == 1)


def test_when_time_is_over_no_more_files_are_begun_and_that_is_no_success(
    sliced_as_ours, tmp_path, capsys, monkeypatch
):
    files = families.write({"knob": families.knob}, tmp_path, 3)
    clock = iter([0.0, 1.0, 59.0, 61.0])
    monkeypatch.setattr(comparison.time, "monotonic", lambda: next(clock))

    assert comparison.compared(files, sliced_as_ours(1.0), seconds=60) == 1
    told = capsys.readouterr()
    assert "1 of 3 files were not begun" in told.out
    assert "knob_1" in told.out and "knob_2" not in told.out
    assert "file 2 of 3, 1.0 min gone, about 2 min to go" in told.err


def test_files_that_cannot_be_compared_are_named_and_alone_are_no_success(sliced_as_ours, tmp_path, capsys):
    (tmp_path / "open.stl").write_bytes(families.stl(families.knob(np.random.default_rng(1)))[:80] + bytes(4))

    assert comparison.compared([tmp_path / "open.stl"], sliced_as_ours(1.0)) == 1
    assert "open.stl: not compared" in capsys.readouterr().out


def test_what_a_record_keeps_of_a_profile_is_enough_and_no_more():
    whole = {**TRUTH["profiles"]["draft"], "notes": "anything", "temperature": "215"}

    assert recording.needed(recording.text(whole)) == TRUTH["profiles"]["draft"]
