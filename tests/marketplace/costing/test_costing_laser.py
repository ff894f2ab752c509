"""Laser cutting against sums worked by hand: blanks, speeds between the rows of a table, and what it refuses."""

import math
from dataclasses import replace

import numpy as np
import pytest

from marketplace.capability.catalogue import lasers, material_for, materials_of
from marketplace.costing import laser, sheets
from marketplace.costing.constants import constants
from marketplace.costing.errors import (
    MaterialNotRouted,
    PartFactsImpossible,
    PartTooLarge,
    ShapeNotForProcess,
    ThicknessNotForMaterial,
    ThicknessNotGiven,
    ToleranceNotForProcess,
)
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts
from marketplace.geometry.shape import Bend, Drawing, Sheet
from tests.marketplace.costing.steps import step


@pytest.fixture
def steel():
    return material_for("laser_cutting", "mild_steel").facts


@pytest.fixture
def plate():
    """A plate of 160 × 100 mm, 2 mm thick, with two holes of 10 mm."""
    net = 160 * 100 - 2 * math.pi * 25
    sheet = Sheet(2.0, net, 520 + 2 * math.pi * 10, 3, flat_box_mm=(160.0, 100.0))
    return PartFacts(net * 2, net * 2, (160.0, 100.0, 2.0), sheet=sheet)


@pytest.fixture
def drawn(plate):
    """The same plate as a drawing."""
    net, cut = plate.sheet.flat_mm2, plate.sheet.cut_mm
    drawing = Drawing(1, 3, 0, 0.0, None, cut, 3, net, 16_000.0, 10.0, None, None, None, 0, 0.0, 0)
    return PartFacts(0.0, net, (160.0, 100.0, 0.0), drawing=drawing)


def test_a_plate_takes_the_time_and_sheet_worked_by_hand(plate, steel):
    """Net 15,842.920 mm² is 0.990183 of its rectangle, × 0.95 = 0.940673, at most 0.85.

    Sheet (15,842.920 + 520 × 3.2 ÷ 2) ÷ 0.85 = 19,617.553 mm² × 2 × 7.85 = 307,995.6 mg. Cutting 582.832 mm at
    8.78 m/min = 0.066382 min; 3 × (0.3 + 1) s = 0.065: 0.131382. Changing sheets 19,617.553 ÷ 4,500,000 × 5 = 0.021797.
    Deburring 582.832 ÷ 25.4 s = 0.382436 min.
    """
    routing = route("laser_cutting", steel, plate, Making(1))

    assert routing.material_mg_each == pytest.approx(307_996, abs=1)
    assert step(routing, "Laser cut").machine_mmin_each == 131
    assert step(routing, "Change sheets").machine_mmin_each == 22
    assert step(routing, "Deburr").labour_mmin_each == 382
    assert step(routing, "Sort").labour_mmin_each == 500
    assert step(routing, "Set up").setup_mmin == 15_000
    assert step(routing, "Nest and program").labour_mmin == 10_000


def test_a_drawing_of_the_same_plate_costs_the_same_once_its_thickness_is_said(drawn, plate, steel):
    by_drawing = route("laser_cutting", steel, drawn, Making(5, thickness_mm=2.0))
    by_model = route("laser_cutting", steel, plate, Making(5))

    assert by_drawing.total_mmin() == by_model.total_mmin()
    assert by_drawing.material_mg_each == by_model.material_mg_each
    assert by_drawing.part_mg_each == by_model.part_mg_each
    assert by_drawing.area_mm2_each == round(2 * plate.sheet.flat_mm2 + 2 * plate.sheet.cut_mm)


def test_a_drawing_without_a_thickness_is_refused(drawn, steel):
    with pytest.raises(ThicknessNotGiven, match="`thickness_um`"):
        route("laser_cutting", steel, drawn, Making(1))


@pytest.mark.parametrize("thickness", [math.nan, math.inf, 0.0, -1.0])
def test_a_thickness_of_no_sheet_is_refused(drawn, steel, thickness):
    with pytest.raises(PartFactsImpossible):
        route("laser_cutting", steel, drawn, Making(1, thickness_mm=thickness))


@pytest.mark.parametrize("process", ["cnc_milling", "turning", "bending", "fdm"])
def test_a_drawing_is_cut_and_nothing_else(drawn, process):
    material = materials_of(process)[0].facts
    with pytest.raises(ShapeNotForProcess, match="solid"):
        route(process, material, drawn, Making(1, thickness_mm=2.0))


@pytest.mark.parametrize(("thickness", "limit"), [(0.29, 0.3), (25.1, 25.0)])
def test_sheet_thinner_or_thicker_than_the_table_is_refused_with_its_limits(drawn, steel, thickness, limit):
    with pytest.raises(ThicknessNotForMaterial) as refusal:
        route("laser_cutting", steel, drawn, Making(1, thickness_mm=thickness))
    assert limit in refusal.value.details.values()


def test_the_edge_of_the_table_is_cut(drawn, steel):
    times = [
        step(route("laser_cutting", steel, drawn, Making(1, thickness_mm=each)), "Laser cut").machine_mmin_each
        for each in (0.3, 1.0, 25.0)
    ]
    assert times[0] == times[1] < times[2]


def test_a_part_that_is_no_sheet_is_refused_and_told_what_to_do(steel):
    with pytest.raises(ShapeNotForProcess, match="DXF"):
        route("laser_cutting", steel, PartFacts(1000.0, 600.0, (10.0, 10.0, 10.0)), Making(1))


def test_a_blank_larger_than_a_sheet_is_refused(plate, steel):
    long = replace(plate, sheet=replace(plate.sheet, flat_box_mm=(1700.0, 1600.0)))
    with pytest.raises(PartTooLarge, match="1700 × 1600"):
        route("laser_cutting", steel, long, Making(1))


def test_a_tolerance_that_no_laser_holds_is_refused(plate, steel):
    with pytest.raises(ToleranceNotForProcess) as refusal:
        route("laser_cutting", steel, plate, Making(1, tolerance="precise"))
    assert refusal.value.details["held"] == ["coarse", "standard", "fine"]


def test_a_material_without_a_table_is_refused(plate):
    with pytest.raises(MaterialNotRouted):
        route("laser_cutting", material_for("turning", "pom").facts, plate, Making(1))


def test_between_rows_the_speed_is_a_power_of_the_thickness_and_between_powers_linear():
    """Carbon steel, 3 kW: 5.5 m/min at 3 mm, 3.37 at 5, so √(5.5 × 3.37) = 4.305229 at √15 mm.

    At 4 kW √(6.8 × 4.13) = 5.299434; halfway (4.305229 + 5.299434) ÷ 2 = 4.802332.
    """
    table = lasers()["carbon_steel"]

    assert laser.speed_m_min(table, 3, 3) == pytest.approx(5.5)
    assert laser.speed_m_min(table, math.sqrt(15), 3) == pytest.approx(4.305229)
    assert laser.speed_m_min(table, math.sqrt(15), 3.5) == pytest.approx(4.802332)


def test_a_laser_too_weak_is_taken_for_the_weakest_that_cuts_and_one_beyond_the_table_for_the_last():
    """20 mm: 6 kW at 0.843 m/min, 12 kW at 1.34, so 9 kW at 1.0915."""
    table = lasers()["carbon_steel"]

    assert np.allclose(laser.speed_m_min(table, 20, np.array([1.0, 6.0, 9.0, 40.0])), [0.843, 0.843, 1.0915, 1.34])


@pytest.mark.parametrize("table", lasers().values(), ids=lambda table: table.id)
def test_thicker_sheet_is_never_cut_or_pierced_faster_and_more_power_never_slower(table):
    thicknesses = np.geomspace(0.3, table.thickest_mm, 60)
    powers = [1, 2, 3, 4, 6, 9, 12, 20]
    speeds = np.array([[laser.speed_m_min(table, each, power) for each in thicknesses] for power in powers])

    assert (np.diff(speeds[-1]) <= 1e-9).all()
    for thickness, column in zip(thicknesses, speeds.T, strict=True):
        assert (np.diff(column) >= -1e-9).all(), thickness
    pierces = [laser.pierce_s(table, each) for each in thicknesses]
    assert pierces == sorted(pierces)


def test_an_outline_that_fills_its_hull_badly_wastes_sheet_within_bounds(drawn, steel):
    k = constants("laser_cutting")

    def used(net, hull):
        blank = sheets.Blank(2.0, 500.0, 1, net, (160.0, 100.0), hull)
        return sheets.utilisation(blank, k)

    assert used(16_000.0, 16_000.0) == 0.85
    assert used(8_000.0, 16_000.0) == pytest.approx(0.475)
    assert used(1_000.0, 16_000.0) == 0.45
    assert sheets.utilisation(sheets.Blank(2.0, 500.0, 1, 8_000.0, None, None), k) == 0.77


def test_a_part_that_could_not_be_laid_flat_is_doubted(plate, steel):
    routing = route("laser_cutting", steel, replace(plate, sheet=replace(plate.sheet, flat_box_mm=None)), Making(1))

    assert len(routing.doubts) == 1
    assert route("laser_cutting", steel, plate, Making(1)).doubts == ()


def test_a_bent_part_is_laid_flat_by_the_materials_k_factor(plate, steel):
    """One bend of 90° over 100 mm at K 0.42 instead of 0.5: π/2 · 2 · 0.08 · 100 = 25.133 mm² less."""
    bent = replace(plate.sheet, bends=(Bend(2.0, 90.0, 100.0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0)),))

    flat = sheets.blank(replace(plate, sheet=bent), steel)
    assert flat.net_mm2 == pytest.approx(plate.sheet.flat_mm2 - 25.1327, abs=1e-3)
