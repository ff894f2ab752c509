"""Turning from bar against sums worked by hand, and what a lathe refuses."""

import math
from dataclasses import replace

import pytest

from marketplace.capability.catalogue import material_for
from marketplace.costing.errors import ShapeNotForProcess
from marketplace.costing.routings import route
from marketplace.costing.values import Bore, Making, PartFacts
from marketplace.geometry.shape import Turned
from tests.marketplace.costing.steps import step

AXIS, ORIGIN = (0.0, 0.0, 1.0), (0.0, 0.0, 0.0)


@pytest.fixture
def steel():
    return material_for("turning", "mild_steel").facts


@pytest.fixture
def pin():
    """A plain pin, 20 mm thick and 50 mm long."""
    volume, area = math.pi * 100 * 50, math.pi * (20 * 50 + 2 * 100)
    return PartFacts(volume, area, (20.0, 20.0, 50.0), turned=Turned(AXIS, ORIGIN, 20.0, 50.0, 1.0))


def names(routing):
    return [operation.name for operation in routing.operations]


def test_a_pin_takes_the_time_and_bar_worked_by_hand(pin, steel):
    """Bar 23.2 mm; 50 + 3.2 + 3 = 56.2 mm: π/4 · 23.2² · 56.2 × 1.05 × 7.85 = 195,822.0 mg.

    Removed π/4 · 23.2² · 53.2 − 15,707.963 = 6,781.376 mm³ ÷ (1,667 × 4.4) × 1.2 = 1.109461 min. Finishing 260 m/min on
    20 mm would be 4,138 rpm, the spindle gives 4,000: 3,769.911 mm² ÷ (π · 20 · 4,000 · 0.11) × 1.2 = 0.163636 min.
    Parting at 3,567.294 rpm: 23.2 ÷ (4 · 3,567.294 · 0.08) = 0.020323 min. Three tools × 3 s and 0.5 min.
    """
    routing = route("turning", steel, pin, Making(1))

    assert routing.material_mg_each == 195_822
    assert step(routing, "Rough turn").machine_mmin_each == 1_109
    assert step(routing, "Finish turn").machine_mmin_each == 164
    assert step(routing, "Part off").machine_mmin_each == 20
    assert step(routing, "Change tools and feed bar").machine_mmin_each == 650
    assert step(routing, "Set up").setup_mmin == 30_000
    assert step(routing, "Program and prove").labour_mmin == 35_000
    assert routing.doubts == ()


def test_a_hole_on_the_axis_is_drilled_not_turned_away(pin, steel):
    """⌀8 × 50: 2,513.274 mm³ fewer to turn away than the part lacks, so the roughing stays what it was."""
    bored = replace(pin, volume_mm3=pin.volume_mm3 - math.pi * 16 * 50, holes=(Bore(8, 50, is_central=True),))
    solid, hollow = (route("turning", steel, each, Making(1)) for each in (pin, bored))

    assert step(hollow, "Rough turn").machine_mmin_each == step(solid, "Rough turn").machine_mmin_each
    assert step(hollow, "Drill on the axis").machine_mmin_each > 0
    assert step(hollow, "Set up").setup_mmin == 30_000


def test_a_hole_across_takes_driven_tools_and_half_an_hour_more_to_set_up(pin, steel):
    routing = route("turning", steel, replace(pin, holes=(Bore(3, 20),)), Making(1))

    assert "Drill across" in names(routing)
    assert "Mill with driven tools" not in names(routing)
    assert step(routing, "Set up").setup_mmin == 60_000


def test_flats_are_milled_with_driven_tools(pin, steel):
    """A tenth of 3,769.911 mm²: 8 mm at 160 m/min is 6,366 rpm, the spindle gives 4,000; feed 4,000 × 3 × 0.0575 = 690.

    376.991 × 3 ÷ (0.6 × 8 × 690) = 0.341478 min.
    """
    flat = replace(pin, turned=replace(pin.turned, round_share=0.9))
    routing = route("turning", steel, flat, Making(1))

    assert step(routing, "Mill with driven tools").machine_mmin_each == 341
    assert step(routing, "Set up").setup_mmin == 60_000


def test_a_slender_part_is_cut_slower_and_doubted(steel):
    facts = [
        PartFacts(math.pi * 25 * n, math.pi * 10 * n, (10.0, 10.0, n), turned=Turned(AXIS, ORIGIN, 10.0, n, 1.0))
        for n in (100.0, 100.1)
    ]
    stout, slender = (route("turning", steel, each, Making(1)) for each in facts)

    ratio = step(slender, "Finish turn").machine_mmin_each / step(stout, "Finish turn").machine_mmin_each
    assert ratio == pytest.approx(1.3, abs=0.01)
    assert (stout.doubts, slender.doubts) == ((), ("It is so slender that it needs a steady rest.",))


def test_a_part_that_is_mostly_milled_and_one_to_be_ground_are_doubted(pin, steel):
    milled = replace(pin, turned=replace(pin.turned, round_share=0.4))
    doubts = route("turning", steel, milled, Making(1, tolerance="ultra")).doubts

    assert len(doubts) == 2
    assert "milled" in doubts[0]


@pytest.mark.parametrize("turned", [None, Turned(AXIS, ORIGIN, 0.0, 50.0, 1.0)])
def test_what_is_not_round_is_refused_and_told_what_to_do(pin, steel, turned):
    with pytest.raises(ShapeNotForProcess, match="choose milling"):
        route("turning", steel, replace(pin, turned=turned), Making(1))


def test_harder_materials_take_longer(pin):
    order = ("aluminium_6061", "mild_steel", "steel_4140", "stainless_316", "titanium_grade5")
    times = [
        route("turning", material_for("turning", each).facts, pin, Making(1)).machine_minutes(100) for each in order
    ]

    assert times == sorted(set(times))
