"""Random but possible worlds for costing: parts, materials, rate cards of every currency scale."""

import math
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import reject
from hypothesis import strategies as st

from marketplace.capability import catalogue
from marketplace.costing.errors import LotTooLarge
from marketplace.costing.rates import Break, Charges, DeliveryPrice, FinishPrice, LeadTime, RateCard, Tier
from marketplace.costing.routings import route
from marketplace.costing.values import Bore, Making, PartFacts
from marketplace.geometry.features import Features, Pocket
from marketplace.geometry.shape import Bend, Build, Draft, Drawing, OrientedBox, Reach, Sheet, Turned, Walls

SCALES = MappingProxyType({"JPY": 1, "EUR": 100, "KWD": 1000, "VND": 20_000})
"""Minor units of about one unit of purchasing power; of a currency costing knows only in which steps cards pay it."""


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


DIRECTIONS = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda d: sum(n * n for n in d) > 0.01)


@st.composite
def milled_parts(draw):
    """A part whose set-ups, narrow places and pockets are known, as they are of most STEP files."""
    facts = draw(parts())
    directions = tuple(tuple(n / math.hypot(*d) for n in d) for d in draw(st.lists(DIRECTIONS, max_size=6)))
    ratio = draw(st.none() | st.floats(0.1, 40))
    reach = Reach(directions, draw(st.floats(0, 500)), None, draw(st.booleans()), 10.0, None, tool_ratio=ratio)
    pocket = st.builds(
        lambda depth, width, length: Pocket(depth, width, length, None, False, (0.0, 0.0, 1.0), (0.0, 0.0, 0.0)),
        *[st.floats(0, 200)] * 3,
    )
    return replace(facts, reach=reach, features=Features(pockets=tuple(draw(st.lists(pocket, max_size=3)))))


@st.composite
def turned_parts(draw):
    diameter, length = draw(st.floats(2, 200)), draw(st.floats(2, 400))
    bore = st.builds(
        lambda wide, deep, pitch, on: Bore(wide * diameter, deep * length, pitch, is_central=on),
        st.floats(0.02, 0.8),
        st.floats(0.02, 1),
        st.sampled_from([0.0, 0.5, 1.5]),
        st.booleans(),
    ).filter(lambda bore: min(bore.diameter_mm, bore.depth_mm) >= 0.01)
    turned = Turned((0.0, 0.0, 1.0), (0.0, 0.0, 0.0), diameter, length, draw(st.floats(0.2, 1)))
    return PartFacts(
        volume_mm3=math.pi / 4 * diameter**2 * length * draw(st.floats(0.05, 1)),
        area_mm2=math.pi * diameter * (length + diameter / 2),
        box_mm=(diameter, diameter, length),
        holes=tuple(draw(st.lists(bore, max_size=4))),
        turned=turned,
    )


@st.composite
def sheet_parts(draw, thickest_mm):
    thickness = draw(st.floats(0.5, thickest_mm))
    long, short = draw(st.floats(20, 1500)), draw(st.floats(20, 1400))
    flat = long * short * draw(st.floats(0.2, 1))
    bend = st.builds(
        lambda radius, angle, length: Bend(radius, angle, length, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        st.floats(0, 80),
        st.floats(1, 170),
        st.floats(1, 1400),
    )
    box = (max(long, short), min(long, short))
    sheet = Sheet(
        thickness,
        flat,
        2 * (long + short) + draw(st.floats(0, 5000)),
        draw(st.integers(1, 60)),
        tuple(draw(st.lists(bend, max_size=5))),
        draw(st.sampled_from([box, None])),
    )
    return PartFacts(flat * thickness, 2 * flat, (long, short, thickness), sheet=sheet)


@st.composite
def drawings(draw):
    long, short = draw(st.floats(20, 1500)), draw(st.floats(20, 1400))
    net = long * short * draw(st.floats(0.1, 1))
    drawing = Drawing(
        1,
        2,
        0,
        0.0,
        None,
        2 * (long + short),
        draw(st.integers(1, 60)),
        net,
        long * short,
        None,
        None,
        None,
        None,
        0,
        0,
        0,
    )
    return PartFacts(0.0, net, (long, short, 0.0), drawing=drawing)


@st.composite
def parts_of(draw, process, material):
    """A part that the process makes of the material."""
    if process in ("cnc_milling", "cnc_milling_5axis"):
        return draw(parts() | milled_parts())
    if process == "turning":
        return draw(turned_parts())
    if process in ("laser_cutting", "bending"):
        sheets = sheet_parts(material.thickest_mm[process])
        return draw(sheets | drawings() if process == "laser_cutting" else sheets)
    return draw(parts())


@st.composite
def questions(draw, process=None):
    """(process, material, facts, making) that have an answer; of one process, or of any."""
    process = process or draw(st.sampled_from(sorted(catalogue.processes())))
    material = draw(st.sampled_from(catalogue.materials_of(process)))
    facts = draw(parts_of(process, material))
    thickness = draw(st.floats(0.5, material.thickest_mm[process])) if facts.drawing else None
    making = Making(draw(st.integers(1, 200)), finishes=draw(FINISHED), thickness_mm=thickness)
    return process, material.facts, facts, making


@st.composite
def routed(draw):
    try:
        return route(*draw(questions()))
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
def asked():
    """What may be asked of `route` and has an answer, unless the lot is too large."""
    return questions()


@pytest.fixture(scope="session")
def asked_of():
    """`asked_of(process)`: what may be asked of it and has an answer, unless the lot is too large."""
    return questions


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
