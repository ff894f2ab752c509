"""Bending against sums worked by hand: the brake's set-up, seconds by mass and length, and what it refuses."""

from dataclasses import replace

import pytest

from marketplace.capability.catalogue import material_for
from marketplace.costing import bending
from marketplace.costing.constants import constants
from marketplace.costing.errors import MaterialNotRouted, ShapeNotForProcess, ThicknessNotForMaterial
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts
from marketplace.geometry.shape import Bend, Sheet
from tests.marketplace.costing.steps import step


def bent(radius=2.0, angle=90.0, length=100.0):
    return Bend(radius, angle, length, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))


@pytest.fixture
def steel():
    return material_for("bending", "mild_steel").facts


@pytest.fixture
def channel():
    """A channel of 2 mm sheet, 100 mm long, with two bends."""
    sheet = Sheet(2.0, 16_000.0, 520.0, 1, (bent(), bent()), (160.0, 100.0))
    return PartFacts(32_000.0, 33_000.0, (100.0, 60.0, 50.0), sheet=sheet)


def test_a_channel_is_cut_and_bent_in_the_time_worked_by_hand(channel, steel):
    """One radius: 10 min + 0.1 m × 4.1 = 10.41 min. 0.2512 kg and 100 mm: 2 × 17 s = 0.566667 min."""
    routing = route("bending", steel, channel, Making(1))

    assert step(routing, "Set up the brake").setup_mmin == 10_410
    assert step(routing, "Bend").machine_mmin_each == 567
    assert [each.name for each in routing.operations][-4:] == ["Set up the brake", "Bend", "Sort", "Inspect"]
    assert routing.doubts == ()


def test_the_blank_is_what_laser_cutting_makes_of_it(channel, steel):
    cut, both = (route(process, steel, channel, Making(3)) for process in ("laser_cutting", "bending"))
    brake = {"Set up the brake", "Bend", "Inspect"}

    assert [each for each in both.operations if each.name not in brake] == list(cut.operations[:-1])
    assert both.material_mg_each == cut.material_mg_each


def test_each_radius_is_a_tool_of_its_own_as_long_as_its_longest_bend(channel, steel):
    """Radius 2 over 100 and 80 mm, radius 5 over 60: 2 × 10 + (0.1 + 0.06) × 4.1 = 20.656 min."""
    sheet = replace(channel.sheet, bends=(bent(), bent(length=80.0), bent(radius=5.0, length=60.0)))

    routing = route("bending", steel, replace(channel, sheet=sheet), Making(1))
    assert step(routing, "Set up the brake").setup_mmin == 20_656


@pytest.mark.parametrize(
    ("kilograms", "bend", "seconds"),
    [
        (1.0, bent(), 17),
        (1.0, bent(length=305.0), 30),
        (1.0, bent(length=1525.0), 45),
        (3.0, bent(), 45),
        (20.0, bent(), 200),
        (50.0, bent(), 400),
        (1.0, bent(angle=45.0), 32),
        (1.0, bent(radius=60.0), 32),
        (1.0, bent(angle=120.0, radius=60.0), 47),
    ],
)
def test_a_bend_takes_longer_the_heavier_longer_wider_or_odder_it_is(kilograms, bend, seconds):
    assert bending.bend_seconds(bend, kilograms, constants("bending")) == seconds


def test_flat_sheet_is_only_cut(channel, steel):
    flat = replace(channel, sheet=replace(channel.sheet, bends=()))

    assert (
        route("bending", steel, flat, Making(1)).operations == route("laser_cutting", steel, flat, Making(1)).operations
    )


def test_what_is_not_sheet_is_refused(steel):
    with pytest.raises(ShapeNotForProcess, match="STEP"):
        route("bending", steel, PartFacts(1000.0, 600.0, (10.0, 10.0, 10.0)), Making(1))


def test_sheet_too_thick_to_bend_is_refused_though_it_can_be_cut(channel, steel):
    thick = replace(channel, sheet=replace(channel.sheet, thickness_mm=11.0), volume_mm3=160_000.0)

    assert route("laser_cutting", steel, thick, Making(1))
    with pytest.raises(ThicknessNotForMaterial, match="up to 10 mm"):
        route("bending", steel, thick, Making(1))


def test_a_material_that_is_not_bent_is_refused(channel):
    with pytest.raises(MaterialNotRouted):
        route("bending", material_for("laser_cutting", "aluminium_7075").facts, channel, Making(1))


def test_a_radius_under_what_the_material_takes_is_doubted(channel):
    (doubt,) = route("bending", material_for("bending", "aluminium_6061").facts, channel, Making(1)).doubts

    assert "under 6.0 mm" in doubt
