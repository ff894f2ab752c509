"""Real files with measured truths, where they are at hand; they are not part of the repository."""

import csv
import json
import os
from pathlib import Path

import pytest

from marketplace.geometry.outcomes import Measured
from marketplace.geometry.sniffing import sniff
from marketplace.kernel.errors import Rejected
from tools.samples import FOLDER

FILES = Path(os.environ.get("COMMONFORGE_CAD_DATA", FOLDER.parents[1] / "shared" / "data" / "dev"))


def rows():
    manifest = FILES / "MANIFEST.tsv"
    if not manifest.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"no {manifest}"))]
    with manifest.open(encoding="utf-8") as lines:
        return [pytest.param(row, id=row["file"]) for row in csv.DictReader(lines, delimiter="\t")]


@pytest.mark.parametrize("row", rows())
def test_a_real_file_measures_as_other_programs_say(kernel, row):
    path = FILES / row["file"]
    if path.suffix.lower() not in (".stp", ".step", ".stl"):
        with pytest.raises(Rejected):
            sniff(path)
        return
    outcome = kernel.measure(path, sniff(path))
    assert isinstance(outcome, Measured)
    part = outcome.measurement
    assert part.is_closed == (not row["volume_mm3"].startswith("n/a"))
    if part.is_closed:
        assert part.volume_mm3 == pytest.approx(float(row["volume_mm3"]), rel=1e-3)
        assert part.bodies == int(row["solids_or_parts"])
    assert part.area_mm2 == pytest.approx(float(row["area_mm2"]), rel=1e-3)
    assert (part.faces or part.triangles) == int(row["faces_tris_loops"])
    if (exact := row["notes"].partition(" | ")[0]).startswith("EXACT TRUTH ["):
        truths = [(h["d"], h["depth"], h["kind"] == "through") for h in json.loads(exact.removeprefix("EXACT TRUTH "))]
        found = [(hole.diameter_mm, hole.depth_mm, hole.is_through) for hole in part.holes]
        assert len(found) == len(truths)
        for hole, truth in zip(sorted(found), sorted(truths), strict=True):
            assert hole == pytest.approx(truth, abs=1e-5)
    assert part.box_mm == pytest.approx([float(side) for side in row["bbox_mm"].split("x")], rel=1e-3, abs=1e-3)
