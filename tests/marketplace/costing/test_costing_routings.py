"""Routings against sums worked by hand, and what they refuse."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capability.catalogue import material_for, materials_of, processes
from marketplace.costing import milling, printing
from marketplace.costing.books import TIMES
from marketplace.costing.constants import constants, sources
from marketplace.costing.errors import (
    InspectionUnknown,
    LotTooLarge,
    PartFactsImpossible,
    PartTooLarge,
    QuantityOutOfRange,
    RoutingUnknown,
    ToleranceUnknown,
)
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts


def step(routing, name):
    return next(operation for operation in routing.operations if operation.name == name)


def test_a_milled_block_takes_the_time_worked_by_hand(block, aluminium):
    """Stock 106.35 × 56.35 × 26.35 = 157,910.872875 mm³; removed 97,910.872875.

    Roughing 97,910.872875 ÷ 5,000 × 1.2 = 23.498609 min. Finishing: 525 m/min on 10 mm would be 16,711 rpm, the spindle
    gives 8,000; feed 8,000 × 3 × 0.0625 = 1,500 mm/min; 20,000 ÷ (6 × 1,500) × 1.2 = 2.666667 min. Handling: 4 tools
    × 6 s = 0.4 min and 2 × 2 min. Mass 157,910.872875 × 2.7 = 426,359.36 mg. Set-up 2 × 30 min.
    """
    routing = route("cnc_milling", aluminium, block, Making(10))

    assert step(routing, "Set up").setup_mmin == 60_000
    assert step(routing, "Rough mill").machine_mmin_each == 23_499
    assert step(routing, "Finish mill").machine_mmin_each == 2_667
    assert step(routing, "Change tools and load").machine_mmin_each == 4_400
    assert step(routing, "Change tools and load").labour_mmin_each == 4_000
    assert routing.material_mg_each == 426_359


def test_the_minutes_to_hold_are_set_up_and_every_piece_rounded_up_once(block, aluminium):
    """60 + 10 × (23.499 + 2.667 + 4.4) = 365.66 min, so 366; one piece 90.566, so 91."""
    routing = route("cnc_milling", aluminium, block, Making(10))

    assert routing.machine_minutes(10) == 366
    assert routing.machine_minutes(1) == 91


def test_a_hole_is_drilled_in_the_time_worked_by_hand(aluminium):
    """5 mm × 20 mm: 76 m/min gives 76,000 ÷ (π·5) = 4,838.31 rpm; travel 20 + 1.5 + 2 = 23.5 mm.

    At 0.076 mm/rev 23.5 ÷ 367.7116 = 0.0639088 min; four diameters deep, so × 1.3 = 0.0830815; and 3 s.
    """
    assert milling.hole_minutes(5, 20, aluminium, constants("cnc_milling")) == pytest.approx(0.1330815, abs=1e-6)


@pytest.mark.parametrize(("diameter", "feed"), [(3.175, 0.038), (3.2, 0.076), (6.35, 0.076), (12.7, 0.14), (26, 0.508)])
def test_the_drill_feed_follows_the_diameter_with_edges_included(aluminium, diameter, feed):
    k = constants("cnc_milling")
    rpm = milling.spindle_rpm(76, diameter, k)

    assert milling.hole_minutes(diameter, diameter, aluminium, k) == pytest.approx(
        (1.3 * diameter + 2) / (rpm * feed) + 0.05
    )


def test_holes_add_drilling_a_spot_drill_and_one_drill_per_diameter(block, aluminium):
    plain = route("cnc_milling", aluminium, block, Making(1))
    drilled = route("cnc_milling", aluminium, replace(block, holes=((5, 20), (5, 10), (8, 20))), Making(1))

    assert "Drill" not in [operation.name for operation in plain.operations]
    assert step(drilled, "Drill").machine_mmin_each > 0
    extra_tools = 3
    assert (
        step(drilled, "Change tools and load").machine_mmin_each
        - step(plain, "Change tools and load").machine_mmin_each
        == extra_tools * 100
    )
    assert step(drilled, "Finish mill").machine_mmin_each < step(plain, "Finish mill").machine_mmin_each


def test_steel_takes_longer_than_aluminium(block, aluminium, pla):
    times = [
        route("cnc_milling", material_for("cnc_milling", name).facts, block, Making(1)).machine_minutes(1)
        for name in ("aluminium_6061", "mild_steel", "stainless_304")
    ]
    assert times == sorted(set(times))


def test_a_printed_cube_takes_the_material_and_time_worked_by_hand(pla):
    """20 mm cube: shell 2,400 × 0.9 = 2,160; infill 5,840 × 0.15 = 876 mm³; 3,036 × 1.24 × 1.05 = 3,952.87 mg.

    Line 0.2 × (0.45 − 0.2 × 0.2146018) = 0.0814159 mm²; walls at 2 ÷ (1/25 + 1/45) = 32.142857 mm/s:
    2,160 ÷ 2.616941 × 1.27 = 1,048.25 s; infill 876 ÷ 6.513274 × 2.745 = 369.19 s; 100 layers × 1.811 = 181.1 s;
    start and heating 304.7 s. Together 1,903.23 s = 31.7206 min.
    """
    routing = route("fdm", pla, PartFacts(volume_mm3=8000, area_mm2=2400, box_mm=(20, 20, 20)), Making(4))

    assert routing.material_mg_each == 3953
    assert step(routing, "Print").machine_mmin_each == 31_721
    assert step(routing, "Prepare").setup_mmin == 15_000
    assert step(routing, "Post-process").labour_mmin_each == 5_000
    assert routing.machine_minutes(4) == math.ceil(15 + 4 * 31.721)


def test_a_thin_part_is_all_shell(pla):
    facts = PartFacts(volume_mm3=1000, area_mm2=4000, box_mm=(50, 40, 0.5))
    k = constants("fdm")

    assert printing.shell_mm3(facts, k) == 1000
    assert printing.infill_mm3(facts, k) == 0
    assert printing.layers(facts, k) == 3


def test_a_height_of_whole_layers_is_not_one_layer_more(pla):
    assert printing.layers(PartFacts(1, 1, (1, 1, 0.6)), constants("fdm")) == 3


@given(data=st.data())
def test_every_routing_is_whole_numbers_and_says_its_sources(routings, data):
    routing = data.draw(routings)

    assert type(routing.material_mg_each) is int
    for operation in routing.operations:
        times = [getattr(operation, name) for name in TIMES]
        assert all(type(time) is int and time >= 0 for time in times)
        assert any(times) or operation.name in {"Finish mill", "Rough mill"}
        assert operation.variables
    for variable in (*routing.variables, *(v for o in routing.operations for v in o.variables)):
        assert routing.sources[variable.source] == sources()[variable.source]
        assert variable.unit


@given(data=st.data())
def test_any_numbers_at_all_are_routed_or_refused_but_never_crash(data):
    number = st.floats() | st.floats(0.001, 2000)
    facts = PartFacts(
        volume_mm3=data.draw(number),
        area_mm2=data.draw(number),
        box_mm=data.draw(st.tuples(number, number, number)),
        holes=tuple(data.draw(st.lists(st.tuples(number, number), max_size=3))),
    )
    process = data.draw(st.sampled_from(sorted(processes())))
    material = data.draw(st.sampled_from(materials_of(process))).facts
    try:
        routing = route(process, material, facts, Making(data.draw(st.integers(1, 1_000_000))))
    except (PartFactsImpossible, PartTooLarge, LotTooLarge):
        return
    assert routing.machine_minutes(1) > 0


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001, True, 2.0, "3"])
def test_absurd_quantities_are_refused(block, aluminium, quantity):
    with pytest.raises(QuantityOutOfRange):
        route("cnc_milling", aluminium, block, Making(quantity))


def test_the_largest_quantity_is_routed_when_a_piece_is_quick_and_refused_when_not(pla, block, aluminium):
    with pytest.raises(LotTooLarge):
        route("cnc_milling", aluminium, block, Making(1_000_000))
    assert route("cnc_milling", aluminium, block, Making(20_000)).quantity == 20_000


@pytest.mark.parametrize(
    "change",
    [
        {"volume_mm3": 0.0},
        {"volume_mm3": -5.0},
        {"volume_mm3": math.nan},
        {"area_mm2": math.inf},
        {"volume_mm3": 100_001.0},
        {"box_mm": (100.0, 0.0, 20.0)},
        {"holes": ((0.0, 5.0),)},
        {"holes": ((5.0, 5000.0),)},
        {"holes": ((1e-300, 5.0),)},
        {"area_mm2": 1e300},
        {"holes": ((5.0, 5.0),) * 10_001},
    ],
)
def test_measurements_of_no_solid_are_refused(block, aluminium, change):
    with pytest.raises(PartFactsImpossible):
        route("cnc_milling", aluminium, replace(block, **change), Making(1))


def test_a_part_larger_than_any_machine_is_refused_and_told_to_check_its_units(pla):
    with pytest.raises(PartTooLarge, match="units"):
        route("fdm", pla, PartFacts(volume_mm3=1000, area_mm2=4000, box_mm=(1000.1, 10, 10)), Making(1))


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [({"tolerance": "perfect"}, ToleranceUnknown), ({"inspection": "by_eye"}, InspectionUnknown)],
)
def test_what_nobody_can_promise_is_refused(block, aluminium, asked, refusal):
    with pytest.raises(refusal):
        route("cnc_milling", aluminium, block, Making(1, **asked))


def test_a_process_without_routing_is_refused(block, aluminium):
    with pytest.raises(RoutingUnknown):
        route("laser_cutting", aluminium, block, Making(1))


def test_every_constant_has_a_unit_and_a_known_source():
    for process in ("cnc_milling", "fdm"):
        for name, constant in constants(process).items():
            assert constant.unit, name
            assert constant.source in sources(), name
            assert constant.value > 0, name
