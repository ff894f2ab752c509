"""Bids are compared before tax; the quote that an accepted one becomes has its tax, and each factory its own fee."""

from datetime import date

import pytest

from marketplace.costing import tree
from marketplace.costing.rates import Charges
from marketplace.fees.models import FeeRate
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.quoting import queries as quotes
from marketplace.taxes.models import TaxRegistration
from marketplace.workflows.pricing import tendering
from tests.tenders import broken
from tools import recompute


@pytest.fixture(autouse=True)
def _the_clock_stands(monkeypatch):
    """No midnight passes between what a test says of today and what the house makes of it."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


def register(app, person):
    row = TaxRegistration(organisation_id=person.organisation_id, country="DE", number="DE136695976")
    row.valid_from, row.registered_by = date(2020, 1, 1), person.user_id
    with app.app_context(), transaction():
        session().add(row)


def frozen(app, tender, rfq, bid, charges):
    """The one offer of the quote that a bid becomes."""
    with app.app_context(), transaction():
        taken = tendering.accept(rfq.id, bid.id, by=tender.customer.actor, valid_days=7, charges=charges)
        return quotes.for_customer(tender.customer.actor, taken.quote_id).offers[0]


@pytest.mark.parametrize("platform", [None, ("DE", "DE129274202")])
def test_an_accepted_bid_has_its_factorys_tax_as_one_more_line(app, tender, rfq, shops, platform):
    german = shops[1]
    register(app, german)
    bid = tender.bid(rfq, german)
    offer = frozen(app, tender, rfq, bid, Charges(platform_number=platform))

    assert (offer.net_minor, offer.factory_minor, offer.fee_minor) == (
        bid.total_minor,
        bid.factory_minor,
        bid.fee_minor,
    )
    assert 2 * abs(10_000 * offer.tax_minor - 1_900 * bid.total_minor) <= 10_000
    assert offer.total_minor == bid.total_minor + offer.tax_minor
    for shown in (offer.breakdown, offer.explained_breakdown):
        assert tree.check(shown) == recompute.recomputed(shown) == offer.total_minor
    assert offer.taxed["treatment"] == "domestic"
    assert offer.fee_tax_minor == (0 if platform is None else round(bid.fee_minor * 19 / 100))
    assert broken(app) == []


def test_without_registration_a_bid_is_frozen_figure_for_figure(app, tender, rfq, shops):
    bid = tender.bid(rfq, shops[1])
    offer = frozen(app, tender, rfq, bid, Charges())

    assert (offer.total_minor, offer.tax_minor, offer.tax) == (bid.total_minor, 0, None)
    assert offer.taxed["treatment"] == "not_registered"


def test_a_factory_bids_with_its_own_fee(app, tender, rfq, shops, staff):
    usual = tender.bid(rfq, shops[1])
    row = FeeRate(organisation_id=shops[1].organisation_id, fee_bps=100, reason="Agreed upon.")
    row.valid_from, row.decided_by = clock.now().date(), staff.user_id
    with app.app_context(), transaction():
        session().add(row)
    own = tender.bid(rfq, shops[1])

    assert own.factory_minor == usual.factory_minor
    assert own.fee_minor == round(own.factory_minor / 100) < usual.fee_minor
