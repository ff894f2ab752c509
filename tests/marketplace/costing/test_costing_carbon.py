"""Carbon: two lines worked by hand, ranges that hold, a source for every figure, and no country anywhere."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capability import catalogue
from marketplace.costing import carbon
from marketplace.costing.routings import PLANNERS, route
from marketplace.costing.values import Making, Spread


@pytest.fixture
def routing(block, aluminium):
    """A block that is milled in exactly the time and of exactly the mass that the routing says."""
    return replace(route("cnc_milling", aluminium, block, Making(10)), spread=Spread())


def test_a_lot_worked_by_hand(routing):
    """Blank 106.35 × 56.35 × 26.35 mm of 2,700 kg/m³ at 11 kg/kg; the tree's minutes at 5 kW and 0.481 kg/kWh."""
    found = carbon.footprint(routing, family="aluminium").as_json()
    material, electricity = found["parts"]
    minutes = sum(step.setup_mmin + 10 * step.machine_mmin_each for step in routing.operations) / 1000

    assert material["kg"] == pytest.approx(10 * 106.35 * 56.35 * 26.35 * 2700e-9 * 11, rel=1e-5)
    assert electricity["kg"] == pytest.approx(minutes / 60 * 5 * 0.481, rel=1e-5)
    assert found["kg"] == pytest.approx(material["kg"] + electricity["kg"], abs=1e-9)
    assert found["low_kg"] == pytest.approx(material["kg"] / 11 * 2 + minutes / 60 * 2 * 0.03, rel=1e-5)
    assert found["high_kg"] == pytest.approx(material["kg"] / 11 * 20 + minutes / 60 * 12 * 0.713, rel=1e-5)


def test_every_figure_names_a_source_that_the_result_spells_out_and_it_is_plain_json(routing):
    found = carbon.footprint(routing, family="aluminium").as_json()

    assert {node["source"] for part in found["parts"] for node in part["given"]} == set(found["sources"])
    assert "Cradle" in found["boundary"]
    assert json.loads(json.dumps(found)) == found


def test_an_unsure_routing_has_a_wider_range(routing):
    unsure = replace(routing, spread=Spread(5_000, 20_000, 9_000, 15_000))
    known, wide = (carbon.footprint(each, family="aluminium") for each in (routing, unsure))

    for narrow, broad in zip(known.parts, wide.parts, strict=True):
        assert broad.mg == narrow.mg
        assert broad.low_mg < narrow.low_mg
        assert broad.high_mg > narrow.high_mg


def test_powder_stands_for_more_than_bar_and_a_family_without_a_figure_for_any():
    assert carbon.material_factor("metal_pbf", "titanium").value > carbon.material_factor("turning", "titanium").value
    assert carbon.material_factor("metal_pbf", "polyamide") == carbon.material_factor("sls", "polyamide")
    assert carbon.material_factor("cnc_milling", "unobtainium") == carbon.table("material")["any"]
    assert carbon.power_of("alchemy") == carbon.table("power")["any"]


def test_every_process_and_every_family_of_the_catalogue_has_a_figure_of_its_own():
    assert set(PLANNERS) <= set(carbon.table("power"))
    assert {each.family for each in catalogue.materials().values()} <= set(carbon.table("material"))


def test_every_factor_lies_in_its_range_and_a_wrong_one_is_not_read():
    for name in ("grid", "material", "powder", "power"):
        assert all(0 < each.low <= each.value <= each.high for each in carbon.table(name).values())
    row = {"value": 1, "low": 2, "high": 3, "unit": "kW", "source": "own"}
    for wrong in (row, {**row, "low": 1, "source": "hearsay"}):
        with pytest.raises(ValueError, match="the factor 'x'"):
            carbon._factor("x", wrong)


@given(st.data())
def test_twice_the_lot_never_stands_for_more_than_twice(routings, data):
    routing = data.draw(routings)
    family = catalogue.materials()[routing.material].family
    once = carbon.footprint(routing, family=family).as_json()
    twice = carbon.footprint(
        replace(routing, making=replace(routing.making, quantity=2 * routing.quantity)), family=family
    ).as_json()

    assert 0 < once["low_kg"] <= once["kg"] <= once["high_kg"]
    assert twice["kg"] <= 2 * once["kg"] + 1e-5
