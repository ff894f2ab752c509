"""Random but possible worlds for costing: parts, materials, rate cards of every currency scale."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import reject
from hypothesis import strategies as st

from marketplace.capability import catalogue
from marketplace.costing.errors import LotTooLarge
from marketplace.costing.rates import Break, Charges, DeliveryPrice, FinishPrice, LeadTime, RateCard, Tier
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts
from marketplace.geometry.shape import Build, Draft, OrientedBox, Walls

SCALES = MappingProxyType({"JPY": 1, "EUR": 100, "KWD": 1000, "IDR": 1_000_000})
"""Minor units of about one unit of purchasing power; the arithmetic does not know what a currency is."""


FINISHED = st.sampled_from([(), ("bead_blasted",), ("bead_blasted", "anodised")])


@st.composite
def parts(draw):
    box = tuple(draw(st.floats(3, 380)) for _ in range(3))
    whole = box[0] * box[1] * box[2]
    height = draw(st.sampled_from(box))
    hole = st.tuples(st.floats(0.5, 30), st.floats(0.5, 300)).filter(lambda h: max(h) <= max(box))
    return PartFacts(
        volume_mm3=whole * draw(st.floats(0.01, 1)),
        area_mm2=draw(st.floats(10, 2_000_000)),
        box_mm=box,
        holes=tuple(draw(st.lists(hole, max_size=4))),
        hull_mm3=draw(st.none() | st.just(whole)),
        oriented_box=draw(st.none() | st.just(OrientedBox(tuple(sorted(box, reverse=True)), AXES))),
        walls=draw(st.none() | st.builds(walls, st.floats(0.3, min(box)))),
        builds=draw(st.just(()) | st.tuples(st.builds(build, st.just(height), st.floats(0, whole)))),
        draft=draw(st.none() | st.builds(draft, st.floats(0, 1000), st.just(box[0] * box[1]))),
    )


AXES = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def walls(typical):
    return Walls(typical, typical, typical, typical, (0, 0, 0))


def build(height, support):
    return Build((0, 0, 1), height, support / height, support, 100.0)


def draft(undercut, projected):
    return Draft((0, 0, 1), undercut, 0.0, 0.0, projected)


@st.composite
def routed(draw):
    process = draw(st.sampled_from(sorted(catalogue.processes())))
    material = draw(st.sampled_from(catalogue.materials_of(process)))
    try:
        return route(
            process,
            material.facts,
            draw(parts()),
            Making(
                draw(st.integers(1, 200)),
                finishes=draw(FINISHED),
            ),
        )
    except LotTooLarge:
        reject()


@st.composite
def cards_for(draw, material_id, currency, finishes=()):
    scale = SCALES[currency]
    breaks = draw(st.lists(st.tuples(st.integers(2, 300), st.integers(1, 5000)), max_size=3))
    rising = zip(sorted({pieces for pieces, _ in breaks}), sorted({bps for _, bps in breaks}), strict=False)
    return RateCard(
        currency=currency,
        machine_rate_minor_per_h=draw(st.integers(0, 300 * scale)),
        labour_rate_minor_per_h=draw(st.integers(0, 150 * scale)),
        setup_rate_minor_per_h=draw(st.none() | st.integers(0, 200 * scale)),
        tooling_rate_minor_per_h=draw(st.none() | st.integers(0, 200 * scale)),
        material_minor_per_kg={material_id: draw(st.integers(0, min(100 * scale, 10**8)))},
        minimum_order_minor=draw(st.integers(0, 500 * scale)),
        margin_bps=draw(st.integers(0, 9000)),
        finishes={each: draw(finish_prices(scale)) for each in finishes},
        breaks=tuple(Break(pieces, bps) for pieces, bps in rising),
        tiers={LeadTime.STANDARD: Tier(0, draw(st.integers(-5000, 10_000)))},
    )


def finish_prices(scale):
    return st.builds(
        FinishPrice,
        lot_minor=st.integers(0, 100 * scale),
        piece_minor=st.integers(0, 20 * scale),
        area_minor_per_m2=st.integers(0, min(300 * scale, 40_000_000)),
    )


@st.composite
def rates_for(draw, routing, currency):
    """What a random card asks for a routing's lot, delivered somewhere."""
    scale = SCALES[currency]
    card = draw(cards_for(routing.material, currency, routing.making.finishes))
    delivery = DeliveryPrice(draw(st.integers(0, 100 * scale)), draw(st.integers(0, min(20 * scale, 10**8))))
    delivering = replace(card, delivery={"DE": delivery})
    return delivering.rates(routing.material, routing.making, deliver_to="DE")


@pytest.fixture(scope="session")
def charges():
    return st.builds(
        Charges,
        fee_bps=st.integers(0, 10_000),
        royalty_minor_each=st.integers(0, 10_000),
        tax_bps=st.integers(0, 10_000),
    )


@pytest.fixture(scope="session")
def rates():
    """`rates(routing, currency)`: what random cards ask for it."""
    return rates_for


@pytest.fixture(scope="session")
def possible_parts():
    return parts()


@pytest.fixture(scope="session")
def routings():
    return routed()


@pytest.fixture(scope="session")
def cards():
    """`cards(material_id, currency)`: rate cards that offer the material."""
    return cards_for


@pytest.fixture(scope="session")
def currencies():
    return st.sampled_from(sorted(SCALES))


@pytest.fixture(scope="session")
def block():
    """An aluminium block without holes whose times are worked by hand in the tests."""
    return PartFacts(volume_mm3=60_000, area_mm2=20_000, box_mm=(100, 50, 20))


@pytest.fixture(scope="session")
def aluminium():
    return catalogue.material_for("cnc_milling", "aluminium_6061").facts


@pytest.fixture(scope="session")
def pla():
    return catalogue.material_for("fdm", "pla").facts
