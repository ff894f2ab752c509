"""Real files, where they are at hand: what their own product manufacturing information says is found."""

import pytest

from marketplace.adapters.geometry_kernel.brep import step
from marketplace.adapters.geometry_kernel.brep.features import features
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.features import CalloutKind
from tests.marketplace.adapters.geometry_kernel.test_real_files import FILES

NIST = ["nist_ctc_01_asme1_ap242.stp", "nist_ctc_02_asme1_ap242.stp", "nist_ctc_03_asme1_ap242.stp"]


def part_in(name):
    if not (FILES / name).exists():
        pytest.skip(f"no {FILES / name}")
    return step.read(FILES / name, Limits())


def diameters(hole):
    return [hole.diameter_mm, *(widening.diameter_mm for widening in hole.widenings)]


@pytest.mark.parametrize("name", NIST)
def test_every_diameter_that_a_file_calls_out_has_its_hole(name):
    part = part_in(name)
    holes, _ = features(part)
    called = [c for c in part.callouts if c.kind is CalloutKind.DIAMETER and c.value_mm]

    assert called
    for callout in called:
        of_its_faces = [hole for hole in holes if set(hole.faces) & set(callout.faces)] if callout.faces else holes
        assert any(
            diameter == pytest.approx(callout.value_mm, abs=0.01)
            for hole in of_its_faces
            for diameter in diameters(hole)
        ), callout


@pytest.mark.parametrize(
    ("name", "count", "pockets"),
    [
        ("nist_ctc_01_asme1_ap242.stp", 10, [(50, 100, 50, 10, True), (50, 120, 40, 20, True)]),
        ("nist_ctc_03_asme1_ap242.stp", 15, [(1.90754, 107.95, 19.05, 9.525, True)] * 2),
    ],
)
def test_holes_and_openings_of_nist_parts(name, count, pockets):
    holes, found = features(part_in(name))

    assert len(holes) == count
    sizes = sorted((p.depth_mm, p.length_mm, p.width_mm, p.radius_mm, p.is_through) for p in found.pockets)
    assert sizes == [pytest.approx(size, abs=1e-4) for size in pockets]


def test_the_milled_block_has_its_eight_counterbores():
    holes, _ = features(part_in("featuretype.STEP"))

    assert len(holes) == 9
    assert [h.diameter_mm for h in holes if h.widenings] == pytest.approx([6.7564] * 8)
