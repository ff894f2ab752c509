"""Each reason at its edge, alone and in a crowd; and the rates that a requirement asks of a shelf."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.costing import books
from marketplace.costing.rates import LeadTime
from marketplace.costing.values import Making
from marketplace.listings import eligibility
from marketplace.listings.book import Listed, Shelf
from marketplace.listings.eligibility import REASONS, Wanted

ID = UUID(int=1)
ABLE = Listed(
    listing_id=ID,
    factory_id=ID,
    work_centre_id=ID,
    rate_card_id=ID,
    handling_days=1,
    envelope_mm=[100, 200, 300],
    materials=["aluminium_6061"],
    tolerance="fine",
    thickness_um=[500, 6_000],
    certificates=["iso_9001"],
    takes_controlled=True,
    constants={},
    spread=None,
    currency="EUR",
    machine_rate_minor_per_h=6000,
    labour_rate_minor_per_h=4000,
    material_minor_per_kg={"aluminium_6061": 800},
    minimum_order_minor=5_000,
    margin_bps=1_000,
    setup_rate_minor_per_h=None,
    tooling_rate_minor_per_h=7_000,
    finishes={"anodised": {"lot_minor": 1, "piece_minor": 2, "area_minor_per_m2": 3}},
    breaks=[{"from_pieces": 10, "discount_bps": 300}, {"from_pieces": 50, "discount_bps": 700}],
    tiers={"standard": {"wait_days": 0, "change_bps": 0}, "express": {"wait_days": 0, "change_bps": 2_500}},
    delivery={"DE": {"base_minor": 900, "minor_per_kg": 80}},
    limits={"fewest": 2, "most": 100, "heaviest_g": 1_000, "thinnest_wall_um": 800},
)
EASY = Wanted(
    material="aluminium_6061",
    currency="EUR",
    making=Making(25, finishes=("anodised",)),
    box_mm=(300.0, 100.0, 200.0),
    piece_mg=1_000_000,
    thinnest_wall_um=800,
    sheet_um=500,
    deliver_to="DE",
    certificates=("iso_9001",),
    is_controlled=True,
)


def making(**change):
    return {"making": replace(EASY.making, **change)}


def test_a_listing_at_every_edge_could():
    assert eligibility.lacking(ABLE, EASY) == []
    for edge in (
        {"sheet_um": 6_000},
        {"sheet_um": None},
        {"thinnest_wall_um": None},
        {"deliver_to": None},
        {"lead_time": LeadTime.EXPRESS},
        making(quantity=2),
        making(quantity=100),
        making(tolerance="fine"),
        making(tolerance="coarse"),
        making(finishes=()),
        {"certificates": (), "is_controlled": False},
    ):
        assert eligibility.lacking(ABLE, replace(EASY, **edge)) == [], edge


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"currency": "USD"}, "currency"),
        ({"material": "brass"}, "material"),
        ({"box_mm": (300.1, 100.0, 200.0)}, "envelope"),
        ({"box_mm": (100.1, 300.0, 200.0)}, "envelope"),
        ({"sheet_um": 499}, "thickness"),
        ({"sheet_um": 6_001}, "thickness"),
        (making(tolerance="precise"), "tolerance"),
        ({"thinnest_wall_um": 799}, "wall"),
        (making(finishes=("anodised", "gold")), "finish"),
        (making(quantity=1), "quantity"),
        (making(quantity=101), "quantity"),
        ({"piece_mg": 1_000_001}, "weight"),
        ({"certificates": ("iso_9001", "as_9100")}, "certificate"),
        ({"deliver_to": "FR"}, "delivery"),
        ({"lead_time": LeadTime.ECONOMY}, "lead_time"),
    ],
)
def test_one_step_beyond_an_edge_is_its_reason_and_no_other(change, reason):
    assert eligibility.lacking(ABLE, replace(EASY, **change)) == [reason]


def test_a_controlled_file_is_for_those_who_may_see_it():
    assert eligibility.lacking(ABLE._replace(takes_controlled=False), EASY) == ["export"]


def test_every_reason_has_been_tried():
    tried = {"currency", "material", "envelope", "thickness", "tolerance", "wall", "finish", "quantity", "weight"}
    assert set(REASONS) == tried | {"certificate", "export", "delivery", "lead_time"}


def test_an_empty_row_is_never_eligible_and_counts_for_nothing():
    rows, left_out = eligibility.eligible(Shelf([None, ABLE, None]), EASY)

    assert rows.tolist() == [1]
    assert left_out == {}


ROWS = st.builds(
    lambda **change: ABLE._replace(**change),
    currency=st.sampled_from(["EUR", "USD"]),
    envelope_mm=st.sampled_from([[100, 200, 300], [10, 20, 30]]),
    tolerance=st.sampled_from(["coarse", "ultra"]),
    machine_rate_minor_per_h=st.integers(0, 10_000),
    breaks=st.sampled_from([[], ABLE.breaks, ABLE.breaks[:1]]),
    delivery=st.sampled_from([{}, ABLE.delivery, {"*": {"base_minor": 5, "minor_per_kg": 6}}]),
    setup_rate_minor_per_h=st.none() | st.integers(0, 9_000),
)


@given(st.lists(ROWS, max_size=12), st.integers(2, 100))
def test_a_crowd_is_told_apart_as_each_alone_and_asks_what_each_card_asks(rows, quantity):
    wanted = replace(EASY, **making(quantity=quantity))
    shelf = Shelf(rows)
    could, left_out = eligibility.eligible(shelf, wanted)
    each = [eligibility.lacking(row, wanted) for row in rows]

    assert could.tolist() == [at for at, reasons in enumerate(each) if not reasons]
    assert left_out == {reason: n for reason in REASONS if (n := sum(reason in reasons for reasons in each))}
    if len(could):
        asked = [rows[at].card.rates("aluminium_6061", wanted.making, deliver_to="DE") for at in could.tolist()]
        together = books.taken(eligibility.rates(shelf, could, wanted), np.arange(len(could)))
        apart = books.stacked(asked)
        for name in books.NUMBERS:
            assert np.broadcast_to(getattr(together, name), len(could)).tolist() == getattr(apart, name).tolist(), name


def test_facets_count_all_who_could():
    rows = [ABLE, ABLE._replace(tolerance="standard"), ABLE._replace(tiers={"standard": ABLE.tiers["standard"]})]
    shelf = Shelf(rows)

    assert eligibility.facets(shelf, np.arange(3)) == {
        "tolerance": {"standard": 1, "fine": 2},
        "lead_time": {"express": 2, "standard": 3},
    }
    assert eligibility.facets(shelf, np.arange(0)) == {"tolerance": {}, "lead_time": {}}
