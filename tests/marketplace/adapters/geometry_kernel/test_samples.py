"""The samples in the repository are what `tools/samples.py` says they are."""

import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.geometry.outcomes import Measured
from marketplace.geometry.sniffing import sniff
from marketplace.manufacturability.judging import findings, is_blocked
from tools import samples
from tools.samples import FOLDER, TRUTHS


def measurement_of(kernel, name):
    outcome = kernel.measure(FOLDER / name, sniff(FOLDER / name))
    assert isinstance(outcome, Measured)
    return outcome.measurement


@pytest.mark.parametrize("name", sorted(TRUTHS))
def test_a_sample_measures_its_closed_form(kernel, name):
    part, truth = measurement_of(kernel, name), TRUTHS[name]

    assert part.volume_mm3 == pytest.approx(truth.volume_mm3, rel=1e-6)
    assert part.area_mm2 == pytest.approx(truth.area_mm2, rel=1e-6)
    assert part.box_mm == pytest.approx(truth.box_mm, rel=1e-6)
    assert (part.is_closed, part.triangles, part.faces) == (truth.is_closed, truth.triangles, truth.faces)
    assert sorted((h.diameter_mm, h.depth_mm, h.is_through) for h in part.holes) == sorted(truth.holes)


def test_the_samples_are_made_again_byte_for_byte(tmp_path):
    subprocess.run(
        [sys.executable, "-m", samples.__name__, str(tmp_path)],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[4],
    )

    assert {path.name for path in FOLDER.iterdir()} == set(TRUTHS)
    for path in FOLDER.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_samples_suit_their_processes(kernel):
    assert findings(measurement_of(kernel, "bracket.step"), "cnc_milling") == ()
    assert findings(measurement_of(kernel, "clip.stl"), "fdm") == ()
    assert is_blocked(findings(measurement_of(kernel, "open_clip.stl"), "fdm"))
