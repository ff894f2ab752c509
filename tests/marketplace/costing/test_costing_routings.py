"""Routings against sums worked by hand, and what they refuse."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capability.catalogue import material_for, materials_of, processes
from marketplace.costing import printing
from marketplace.costing.books import TIMES
from marketplace.costing.constants import constants, sources
from marketplace.costing.errors import (
    InspectionUnknown,
    LotTooLarge,
    PartFactsImpossible,
    PartTooLarge,
    QuantityOutOfRange,
    RoutingUnknown,
    ShapeNotForProcess,
    ToleranceUnknown,
)
from marketplace.costing.routings import PLANNERS, route
from marketplace.costing.values import Making, PartFacts

SOMETIMES_NOTHING = {"Finish mill", "Rough mill", "Rough turn", "Mill with driven tools", "Change sheets"}
"""Steps that a part may not need, or that take less than half a thousandth of a minute."""


def step(routing, name):
    return next(operation for operation in routing.operations if operation.name == name)


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
        assert any(times) or operation.name in SOMETIMES_NOTHING
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
    except (PartFactsImpossible, PartTooLarge, LotTooLarge, ShapeNotForProcess):
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
        route("embroidery", aluminium, block, Making(1))


@pytest.mark.parametrize("process", sorted(PLANNERS))
def test_every_constant_has_a_unit_and_a_known_source(process):
    for name, constant in constants(process).items():
        assert constant.unit, name
        assert constant.source in sources(), name
        assert constant.value > 0 or name in ("supports", "brim_width"), name


@pytest.mark.parametrize("process", sorted(PLANNERS))
def test_every_process_of_the_catalogue_has_a_routing_and_every_routing_its_process(process):
    assert set(PLANNERS) == set(processes())
