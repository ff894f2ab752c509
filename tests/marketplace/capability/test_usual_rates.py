"""What a lot usually costs: by published rates, in one currency, with a range, and never silently."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capability import catalogue, machine_classes, usual_rates
from marketplace.capability.usual_rates import HIGH, LOW, NO_FINISHES, NOBODYS, USUAL, indicative
from marketplace.costing.constants import sources
from marketplace.costing.prices import price
from marketplace.costing.rates import Charges
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts, Spread

BLOCK = PartFacts(volume_mm3=60_000, area_mm2=20_000, box_mm=(100, 50, 20))
ALUMINIUM = catalogue.materials()["aluminium_6061"]
FEE = Charges(fee_bps=800)


@pytest.fixture
def routing():
    return route("cnc_milling", ALUMINIUM.facts, BLOCK, Making(10, finishes=("anodised",)))


def test_it_is_the_price_by_the_usual_card_without_finishes_and_says_so(routing):
    found = indicative(routing, ALUMINIUM, FEE)
    bare = replace(routing, making=Making(10))
    usual = usual_rates.card("cnc_milling", ALUMINIUM, USUAL)

    assert found.total_minor == price(bare, usual.rates("aluminium_6061", bare.making), FEE).total_minor
    assert found.currency == "USD"
    assert {NOBODYS, NO_FINISHES} <= set(found.doubts)
    assert NO_FINISHES not in indicative(bare, ALUMINIUM, FEE).doubts
    assert set(found.sources) == {"rates", "material"} and all(found.sources.values())


def test_an_unsure_routing_has_a_wider_range_and_its_doubts_are_told(routing):
    sure = indicative(routing, ALUMINIUM, FEE)
    unsure = indicative(replace(routing, spread=Spread(5_000, 20_000), doubts=("Look.",)), ALUMINIUM, FEE)

    assert unsure.low_minor < sure.low_minor < sure.total_minor < sure.high_minor < unsure.high_minor
    assert "Look." in unsure.doubts


@pytest.mark.parametrize("process", sorted(catalogue.processes()))
def test_every_process_has_rates_that_rise_from_low_to_high(process):
    rates = usual_rates.usual_rates(process)

    for each in (rates.machine, rates.labour, rates.margin):
        assert sorted(each) == list(each) and len(each) == 3
    assert rates.sources and set(rates.sources) <= set(sources())


@pytest.mark.parametrize("process", sorted(catalogue.processes()))
def test_every_rate_is_one_that_a_machine_class_of_the_process_suggests(process):
    usual = machine_classes.standing_for(process)
    rates = usual_rates.usual_rates(process)

    assert {each.process for each in usual} == {process}
    for found, stated in (
        (rates.machine, [each.machine[usual_rates.CURRENCY] for each in usual]),
        (rates.labour, [each.labour[usual_rates.CURRENCY] for each in usual]),
    ):
        assert found == (
            min(each.low_minor_per_h for each in stated),
            stated[0].usual_minor_per_h,
            max(each.high_minor_per_h for each in stated),
        )
    assert rates.margin[USUAL] == usual[0].margin_bps


def test_those_of_the_catalogue_and_no_other_process_have_rates():
    assert set(machine_classes._file()["stands_for"]) == set(catalogue.processes())


@given(st.sampled_from(sorted(catalogue.materials().values(), key=lambda each: each.id)))
def test_every_material_is_priced_in_the_currency_of_the_rates(material):
    assert material.price.currency == usual_rates.CURRENCY
    (low,), (usual,), (high,) = (
        usual_rates.card(material.processes[0], material, at).material_minor_per_kg.values()
        for at in (LOW, USUAL, HIGH)
    )
    assert low <= usual <= high
