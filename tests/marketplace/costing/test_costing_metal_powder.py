"""Metal powder beds against a bracket worked by hand."""

from dataclasses import replace

import pytest

from marketplace.capability.catalogue import material_for
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts
from marketplace.geometry.shape import Build
from tests.marketplace.costing.steps import step

BRACKET = PartFacts(volume_mm3=10_000, area_mm2=5_000, box_mm=(30, 30, 60), hull_mm3=13_000)


@pytest.fixture(scope="module")
def steel():
    return material_for("metal_pbf", "powder_316l").facts


def test_a_bracket_is_exposed_alone_and_recoated_with_its_plate(steel):
    """Supports 40 % of 3,000 mm³; 11,200 ÷ 3.7 mm³/s = 50.4505 min; a plate waits 1,500 × 12 s + 240 = 540 min.

    One bracket pays half a plate: 320.450 min; a hundred pay 35² ÷ (62,500 × 0.6) = 0.0326667 each: 68.0905 min.
    Mass 11,200 × 7.97 × 1.1 = 98,190.4 mg. Stress relief 120 × 0.5 min; cutting 12.25 cm² × 0.5.
    """
    alone, many = (route("metal_pbf", steel, BRACKET, Making(quantity)) for quantity in (1, 100))

    assert step(alone, "Print").machine_mmin_each == 320_450
    assert step(many, "Print").machine_mmin_each == 68_090
    assert alone.material_mg_each == 98_190
    assert step(alone, "Relieve stress").labour_mmin_each == 60_000
    assert step(alone, "Cut off").labour_mmin_each == 6_125


def test_measured_overhangs_say_how_much_support_and_cleaning(steel):
    """20 % of 4,000 mm³ of room; 3 cm² × 2 + 5 min to clean; 900 + 300 mm² × 0.5 min/cm² to cut, less than its room."""
    stood = Build(up=(0, 0, 1), height_mm=60, overhang_mm2=300, support_mm3=4_000, footprint_mm2=900)
    routing = route("metal_pbf", steel, replace(BRACKET, builds=(stood,)), Making(1))

    assert routing.material_mg_each == round(10_800 * 7.97 * 1.1)
    assert step(routing, "Remove supports and blast").labour_mmin_each == 11_000
    assert step(routing, "Cut off").labour_mmin_each == 6_000
    assert routing.doubts == ()


def test_the_best_way_to_stand_is_taken(steel):
    drawn = Build(up=(0, 0, 1), height_mm=60, overhang_mm2=300, support_mm3=4_000, footprint_mm2=900)
    best = Build(up=(0, 1, 0), height_mm=30, overhang_mm2=100, support_mm3=500, footprint_mm2=1_800)
    one, other = (
        route("metal_pbf", steel, replace(BRACKET, builds=each), Making(1)) for each in ((drawn,), (drawn, best))
    )

    assert other.machine_minutes(1) < one.machine_minutes(1)


def test_supports_larger_than_the_part_or_unknown_are_doubts(steel):
    heavy = Build(up=(0, 0, 1), height_mm=60, overhang_mm2=300, support_mm3=10_001, footprint_mm2=900)

    assert len(route("metal_pbf", steel, BRACKET, Making(1)).doubts) == 1
    assert len(route("metal_pbf", steel, replace(BRACKET, builds=(heavy,)), Making(1)).doubts) == 1


def test_faster_alloys_take_less_time(steel):
    aluminium = material_for("metal_pbf", "powder_alsi10mg").facts
    flat = replace(BRACKET, volume_mm3=40_000, hull_mm3=45_000)

    assert route("metal_pbf", aluminium, flat, Making(100)).machine_minutes(100) < route(
        "metal_pbf", steel, flat, Making(100)
    ).machine_minutes(100)
