"""Real files with measured truths, where they are at hand; they are not part of the repository."""

import csv
import json
import os
from pathlib import Path

import pytest

from marketplace.geometry.features import Entry
from marketplace.geometry.outcomes import Measured
from marketplace.geometry.sniffing import sniff
from tools.samples import FOLDER

FILES = Path(os.environ.get("COMMONFORGE_CAD_DATA", FOLDER.parents[1] / "shared" / "data" / "dev"))

CLOSED_ONCE_WELDED = {
    "P_XPM_0331_01.3mf": "166666.667",
    "heartgears.3mf": "120179.297",
    "cube_gears_prod.3mf": "112366.33",
}
"""3MF files whose volume the manifest does not have; the first is a pyramid, 100 × 100 / 2 × 100 / 3."""


def rows():
    manifest = FILES / "MANIFEST.tsv"
    if not manifest.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason=f"no {manifest}"))]
    with manifest.open(encoding="utf-8") as lines:
        solids = [row for row in csv.DictReader(lines, delimiter="\t") if not row["file"].lower().endswith(".dxf")]
    return [pytest.param(row, id=row["file"]) for row in solids]  # drawings have tests of their own


@pytest.mark.parametrize("row", rows())
def test_a_real_file_measures_as_other_programs_say(kernel, row):
    path = FILES / row["file"]
    outcome = kernel.measure(path, sniff(path))
    if row["file"].startswith("MUSTFAIL"):
        assert outcome.code == "file_no_geometry"
        return
    assert isinstance(outcome, Measured)
    part = outcome.measurement
    volume = CLOSED_ONCE_WELDED.get(row["file"], row["volume_mm3"])
    assert part.is_closed == (not volume.startswith("n/a"))
    if part.is_closed:
        assert part.volume_mm3 == pytest.approx(float(volume), rel=1e-3)
        assert part.bodies == int(row["solids_or_parts"])
    assert part.area_mm2 == pytest.approx(float(row["area_mm2"]), rel=1e-3)
    assert (part.faces or part.triangles) == int(row["faces_tris_loops"])
    if (exact := row["notes"].partition(" | ")[0]).startswith("EXACT TRUTH ["):
        truths = [(h["d"], h["depth"], h["kind"] == "through") for h in json.loads(exact.removeprefix("EXACT TRUTH "))]
        found = [(hole.diameter_mm, hole.depth_mm, hole.is_through) for hole in part.holes]
        bores = [widening for hole in part.holes for widening in hole.widenings if widening.kind is Entry.COUNTERBORE]
        found += [(bore.diameter_mm, bore.depth_mm, True) for bore in bores]  # there a counterbore is a hole of its own
        assert len(found) == len(truths)
        for hole, truth in zip(sorted(found), sorted(truths), strict=True):
            assert hole == pytest.approx(truth, abs=1e-5)
    assert part.box_mm == pytest.approx([float(side) for side in row["bbox_mm"].split("x")], rel=1e-3, abs=1e-3)
