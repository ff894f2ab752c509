"""Every reason has its words, its figure asked and its figure had."""

from dataclasses import replace

import pytest

from marketplace.costing.rates import LeadTime
from marketplace.listings import explaining
from marketplace.listings.eligibility import REASONS
from tests.marketplace.listings.test_eligibility import ABLE, EASY, making


@pytest.mark.parametrize(
    ("change", "reason", "asked", "has"),
    [
        ({"currency": "USD"}, "currency", "USD", "EUR"),
        ({"material": "brass"}, "material", "brass", ["aluminium_6061"]),
        ({"box_mm": (300.5, 100.0, 200.0)}, "envelope", [100.0, 200.0, 300.5], [100, 200, 300]),
        ({"sheet_um": 6_001}, "thickness", 6_001, [500, 6_000]),
        (making(tolerance="precise"), "tolerance", "precise", "fine"),
        ({"thinnest_wall_um": 799}, "wall", 799, 800),
        (making(finishes=("gold", "anodised")), "finish", ["gold"], ["anodised"]),
        (making(quantity=101), "quantity", 101, [2, 100]),
        ({"piece_mg": 1_000_001}, "weight", 1_001, 1_000),
        ({"certificates": ("as_9100", "iso_9001")}, "certificate", ["as_9100"], ["iso_9001"]),
        ({"deliver_to": "FR"}, "delivery", "FR", ["DE"]),
        ({"lead_time": LeadTime.ECONOMY}, "lead_time", "economy", ["express", "standard"]),
    ],
)
def test_each_reason_names_what_was_asked_and_what_there_is(change, reason, asked, has):
    (lack,) = explaining.lacks(ABLE, replace(EASY, **change))

    assert (lack.reason, lack.asked, lack.has) == (reason, asked, has)
    assert lack.says.endswith((".", ")."))


def test_a_controlled_file_and_a_listing_without_upper_limit():
    (lack,) = explaining.lacks(ABLE._replace(takes_controlled=False), EASY)
    assert (lack.reason, lack.has) == ("export", False)
    endless = ABLE._replace(limits={**ABLE.limits, "most": None})
    (lack,) = explaining.lacks(endless, replace(EASY, **making(quantity=1)))
    assert (lack.has, lack.says) == ([2, None], "It makes lots of 2 or more pieces.")


def test_every_reason_has_words():
    assert set(explaining.WORDS) == set(REASONS)
