"""Real files with known truths, where they are at hand; they are not part of the repository."""

import os
from pathlib import Path

import pytest
from OCP.STEPControl import STEPControl_Reader
from OCP.TopAbs import TopAbs_SOLID

from marketplace.adapters.geometry_kernel.brep.turned import turned
from tests.marketplace.adapters.geometry_kernel.brep.parts import part_of
from tests.marketplace.adapters.geometry_kernel.brep.sheets import sheet_of
from tests.marketplace.adapters.geometry_kernel.geometry_parts import sub_shapes
from tools.samples import FOLDER

FILES = Path(os.environ.get("COMMONFORGE_CAD_DATA", FOLDER.parents[1] / "shared" / "data" / "dev"))

NEITHER = (
    "extruder-body.stp",
    "featuretype.STEP",
    "nist_ctc_01_asme1_ap203.stp",
    "nist_ctc_01_asme1_ap242.stp",
    "nist_ctc_02_asme1_ap242.stp",
    "psu-cover-DELTA.step",
    "synth_00.step",
    "synth_07.step",
    "synth_open_box_wall1.step",
)


def read(name):
    path = FILES / name
    if not path.exists():
        pytest.skip(f"no {path}")
    reader = STEPControl_Reader()
    reader.ReadFile(str(path))
    reader.TransferRoots()
    return reader.OneShape()


def solids(name):
    return sub_shapes(read(name), TopAbs_SOLID)


def test_the_sheet_metal_part_of_nist():
    found = sheet_of(*solids("nist_ctc_03_asme1_ap242.stp"))

    assert found.thickness_mm == pytest.approx(1.90754, abs=1e-5)
    assert [bend.radius_mm for bend in found.bends] == [pytest.approx(6.35)] * 7
    assert sorted(bend.angle_deg for bend in found.bends) == pytest.approx([45, *[90] * 6])
    assert found.pierces == 18
    assert found.flat_mm2 == pytest.approx(332_122.90763 / 1.90754, rel=1e-5)


def test_the_bracket_with_a_known_truth():
    found = sheet_of(*solids("synth_l_bracket_t2_r3.step"))

    assert found.cut_mm == pytest.approx(302.8318530717959)
    assert found.flat_mm2 == pytest.approx(3383.783170235003)
    assert (found.pierces, len(found.bends)) == (4, 1)


def test_a_flat_plate_with_five_holes():
    found = sheet_of(*solids("base_interface_AP203.STEP"))

    assert (found.thickness_mm, found.pierces, found.bends) == (pytest.approx(4.7625), 6, ())


def test_a_shaft_with_a_known_truth():
    found = turned(part_of(*solids("synth_stepped_shaft.step")))

    assert (found.diameter_mm, found.length_mm, found.round_share) == pytest.approx((30, 90, 1))


@pytest.mark.parametrize("name", NEITHER)
def test_milled_cast_and_printed_parts_are_neither(name):
    shapes = solids(name)

    assert turned(part_of(*shapes)) is None
    assert sheet_of(*shapes) is None
