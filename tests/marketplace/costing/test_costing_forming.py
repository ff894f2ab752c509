"""What holds of every process that adds material: resin, powder, metal powder, moulding."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capability.catalogue import materials_of
from marketplace.costing.books import TIMES
from marketplace.costing.constants import constants
from marketplace.costing.errors import LotTooLarge
from marketplace.costing.routings import route
from marketplace.costing.tolerances import classes
from marketplace.costing.values import Figure, Making

FORMING = ("sla", "sls", "mjf", "metal_pbf", "injection_moulding")
processes = st.sampled_from(FORMING)
LEVELS = ("none", "reduced", "standard", "tightened", "full")


@given(data=st.data(), process=processes, few=st.integers(1, 400), more=st.integers(1, 4000))
def test_a_larger_lot_never_takes_more_of_anything_apiece(possible_parts, data, process, few, more):
    """Each kind of time, so that no rates can make a unit price rise; each figure may be rounded by half a unit."""
    material, facts = data.draw(st.sampled_from(materials_of(process))).facts, data.draw(possible_parts)
    try:
        small, large = (route(process, material, facts, Making(quantity)) for quantity in (few, few + more))
    except LotTooLarge:
        return

    assert large.material_mg_each <= small.material_mg_each
    for one, other in zip(small.operations, large.operations, strict=True):
        assert other.machine_mmin_each <= one.machine_mmin_each
        assert other.labour_mmin_each <= one.labour_mmin_each
        for name in ("setup_mmin", "tooling_mmin", "labour_mmin"):
            assert getattr(other, name) - 0.5 <= (getattr(one, name) + 0.5) * (few + more) / few * (1 + 1e-9)
            apiece = (getattr(one, name) + 0.5) / few, (getattr(other, name) - 0.5) / (few + more)
            assert apiece[1] <= apiece[0] * (1 + 1e-9)


@given(data=st.data(), process=processes)
def test_a_tighter_tolerance_and_a_stricter_inspection_never_take_less(possible_parts, data, process):
    material, facts = data.draw(st.sampled_from(materials_of(process))).facts, data.draw(possible_parts)
    held = [each for each in classes() if f"tolerance_{each}" in constants(process)]
    quantity = data.draw(st.integers(1, 500))
    try:
        tight = [route(process, material, facts, Making(quantity, tolerance=each)).total_mmin() for each in held]
        strict = [route(process, material, facts, Making(quantity, inspection=each)).total_mmin() for each in LEVELS]
    except LotTooLarge:
        return

    assert tight == sorted(tight)
    assert strict == sorted(strict)


@given(data=st.data(), process=processes)
def test_a_column_of_constants_gives_what_each_gives_alone(possible_parts, data, process):
    """Any constant of the process, as two work centres may have it, in one routing and in two."""
    material, facts = data.draw(st.sampled_from(materials_of(process))).facts, data.draw(possible_parts)
    names = [name for name in constants(process) if name != "largest_side"]
    making = Making(data.draw(st.integers(1, 50)), inspection="first_article")
    name = data.draw(st.sampled_from(names))
    figure = constants(process)[name]
    values = [figure.value * factor for factor in (1.0, 1.5)]

    def own(value):
        return {name: Figure(value, figure.unit, "work_centre")}

    try:
        alone = [route(process, material, facts, making, own(value)) for value in values]
        both = route(process, material, facts, making, own(np.array(values)))
    except LotTooLarge:
        return
    for row, single in enumerate(alone):
        assert np.broadcast_to(both.material_mg_each, 2)[row] == single.material_mg_each
        for many, one in zip(both.operations, single.operations, strict=True):
            for time in TIMES:
                assert np.broadcast_to(getattr(many, time), 2)[row] == getattr(one, time), (many.name, time)


@pytest.mark.parametrize("process", FORMING)
def test_every_routing_says_how_sure_it_is(block, process):
    facts = replace(block, box_mm=(60, 50, 20), volume_mm3=20_000)
    routing = route(process, materials_of(process)[0].facts, facts, Making(3))

    assert routing.spread.time_low_bps < 10_000 < routing.spread.time_high_bps
    assert routing.spread.mass_low_bps < 10_000 < routing.spread.mass_high_bps
    assert all(doubt.endswith(".") for doubt in routing.doubts)
