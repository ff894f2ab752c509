"""Resin printing against a part worked by hand."""

from dataclasses import replace

import pytest

from marketplace.capability.catalogue import material_for
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts
from marketplace.geometry.shape import Build, OrientedBox
from tests.marketplace.costing.steps import step

AXES = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
CLIP = PartFacts(
    volume_mm3=12_000,
    area_mm2=7_000,
    box_mm=(40, 30, 20),
    builds=(Build(up=(0, 0, 1), height_mm=20, overhang_mm2=600, support_mm3=3_000, footprint_mm2=500),),
)


@pytest.fixture(scope="module")
def resin():
    return material_for("sla", "resin_standard").facts


@pytest.mark.parametrize(
    ("quantity", "printing", "curing"),
    [(1, 78_333, 30_000), (2, 39_167, 15_000), (10, 7_833, 3_000), (50, 7_541, 2_888)],
)
def test_a_lot_pays_one_plate_until_it_fills_more(resin, quantity, printing, curing):
    """400 layers × 11 s + 300 s = 78.333 min a plate; 30 min to wash and cure it.

    A piece stands on (√(24,000 ÷ 20) + 3)² = 1,416.85 mm², 0.096269 of 70 % of 21,025 mm²: between 1/50 and 1/10.
    """
    routing = route("sla", resin, CLIP, Making(quantity))

    assert step(routing, "Print").machine_mmin_each == printing
    assert step(routing, "Wash and cure").labour_mmin_each == curing


def test_resin_is_the_part_its_supports_and_what_clings_to_it(resin):
    """(12,000 + 10 % of 3,000 + 7,000 × 0.05) × 1.15 = 14,547.5 mg, half to even; 6 cm² × 0.3 + 4 min to clean."""
    routing = route("sla", resin, CLIP, Making(1))

    assert routing.material_mg_each == 14_548
    assert step(routing, "Remove supports").labour_mmin_each == 5_800
    assert routing.doubts == ()


def test_a_part_turned_into_its_smallest_box_takes_less_plate_and_a_huge_one_a_plate_of_its_own(resin):
    """(√(12,000 ÷ 20) + 3)² = 755.97 mm² of 14,717.5: 0.051366 of 4,700 s; and 500 × 400 mm are more than the plate."""
    turned = replace(CLIP, oriented_box=OrientedBox((30, 20, 20), AXES))
    huge = replace(CLIP, box_mm=(500, 400, 20))

    assert step(route("sla", resin, turned, Making(50)), "Print").machine_mmin_each == 4_024
    assert step(route("sla", resin, huge, Making(50)), "Print").machine_mmin_each == 78_333


def test_a_fine_class_takes_thinner_layers(resin):
    usual, fine = (
        step(route("sla", resin, CLIP, Making(1, tolerance=each)), "Print").machine_mmin_each
        for each in ("standard", "fine")
    )

    assert fine == round((300 + 400 * 22) / 60 * 1000)
    assert fine > usual


def test_supports_of_a_part_that_was_not_stood_are_a_doubt(resin):
    """Of the hull 10 % of the room around the part; without a hull a share of the part."""
    hulled = PartFacts(12_000, 7_000, (40, 30, 20), hull_mm3=16_000)
    bare = PartFacts(12_000, 7_000, (40, 30, 20))

    assert route("sla", resin, hulled, Making(1)).material_mg_each == round((12_000 + 400 + 350) * 1.15)
    assert route("sla", resin, bare, Making(1)).material_mg_each == round((12_000 + 1_800 + 350) * 1.15)
    assert len(route("sla", resin, bare, Making(1)).doubts) == 1
