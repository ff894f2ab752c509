"""Drawings, sheet and solids as they are asked for: by the process that makes them, with what the file cannot say."""

from dataclasses import replace
from uuid import UUID

import pytest

from marketplace.capability import catalogue
from marketplace.costing.errors import (
    ThicknessContradictsFile,
    ThicknessNotAsked,
    ThicknessNotForMaterial,
    ThicknessNotGiven,
)
from marketplace.geometry.shape import Bend, Drawing, Sheet
from marketplace.geometry.values import FileKind, Measurement, Units
from marketplace.quoting.errors import CannotBePriced
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing import questions
from marketplace.workflows.pricing.questions import Subject


@pytest.fixture
def plate():
    """A drawing of a plate of 160 × 100 mm, of which questions are asked."""
    drawing = Drawing(1, 1, 0, 0.0, None, 520.0, 1, 16_000.0, 16_000.0, None, None, None, None, 0, 0.0, 0)
    box = (160.0, 100.0, 0.0)
    return Subject(
        Measurement(FileKind.DXF, Units.MM, 0.0, 16_000.0, box, True, 1, None, None, (), "tests 1", drawing=drawing)
    )


def wanted(process="laser_cutting", thickness_um=None):
    return Requirement(UUID(int=1), process, "mild_steel", 10, "EUR", thickness_um=thickness_um)


def test_a_drawing_is_asked_for_with_its_thickness_and_weighs_what_that_makes_it(plate):
    """160 × 100 × 3 mm × 7.85 g/cm³ = 376.8 g."""
    question = questions.of_part(wanted(thickness_um=3000), plate)

    assert question.routing.part_mg_each == 376_800
    assert questions.listing_needs(question).sheet_um == 3000


@pytest.mark.parametrize(("thickness_um", "refusal"), [(None, ThicknessNotGiven), (26_000, ThicknessNotForMaterial)])
def test_a_drawing_of_no_thickness_or_of_one_that_is_not_cut_is_refused(plate, thickness_um, refusal):
    with pytest.raises(refusal):
        questions.of_part(wanted(thickness_um=thickness_um), plate)


@pytest.mark.parametrize("process", ["cnc_milling", "cnc_milling_5axis", "turning", "bending"])
def test_a_drawing_is_blocked_for_whatever_needs_a_solid(plate, process):
    with pytest.raises(CannotBePriced):
        questions.of_part(wanted(process, thickness_um=3000), plate)


CHANNEL = Sheet(
    2.0,
    200 * 100.0,
    600.0,
    1,
    bends=(Bend(3.0, 90.0, 100.0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0)),) * 2,
    flat_box_mm=(200.0, 100.0),
)


def bent(sheet=CHANNEL):
    """A channel of 100 × 100 × 55 mm that is cut as a blank of 200 × 100 mm."""
    box = (100.0, 100.0, 55.0)
    return Subject(Measurement(FileKind.STEP, Units.MM, 4e4, 4e4, box, True, 1, None, None, (), "tests 1", sheet=sheet))


@pytest.mark.parametrize(
    ("process", "sheet", "box_mm"),
    [
        ("laser_cutting", CHANNEL, (200.0, 100.0, 2.0)),
        ("laser_cutting", replace(CHANNEL, flat_box_mm=None), (100.0, 100.0, 55.0)),
        ("bending", CHANNEL, (100.0, 100.0, 55.0)),
    ],
)
def test_a_laser_takes_the_blank_and_a_brake_what_it_becomes(process, sheet, box_mm):
    question = questions.of_facts(wanted(process), bent(sheet).facts)

    assert questions.listing_needs(question).box_mm == box_mm


def test_a_drawing_takes_the_room_of_the_sheet_that_it_becomes(plate):
    question = questions.of_part(wanted(thickness_um=3000), plate)

    assert questions.listing_needs(question).box_mm == (160.0, 100.0, 3.0)


@pytest.mark.parametrize("thickness_um", [None, 1_981, 2_000, 2_019])
@pytest.mark.parametrize("process", ["laser_cutting", "bending"])
def test_a_sheet_may_be_asked_for_as_thick_as_its_file_says(process, thickness_um):
    question = questions.of_facts(wanted(process, thickness_um), bent().facts)

    assert questions.listing_needs(question).sheet_um == 2000


@pytest.mark.parametrize("thickness_um", [1_979, 2_021, 4_000])
@pytest.mark.parametrize("process", ["laser_cutting", "bending"])
def test_a_thickness_that_contradicts_the_file_is_refused_with_the_files(process, thickness_um):
    with pytest.raises(ThicknessContradictsFile, match=r"The file says 2\.00 mm") as refused:
        questions.of_facts(wanted(process, thickness_um), bent().facts)

    assert refused.value.details == {"file_um": 2_000}


@pytest.mark.parametrize("process", ["cnc_milling", "cnc_milling_5axis", "metal_pbf"])
def test_a_thickness_is_not_asked_of_what_is_not_made_of_sheet(process):
    asked = replace(wanted(process, 2_000), material=next(iter(catalogue.materials_of(process))).id)

    with pytest.raises(ThicknessNotAsked):
        questions.of_facts(asked, bent().facts)
    assert questions.of_facts(replace(asked, thickness_um=None), bent().facts).routing.process == process
