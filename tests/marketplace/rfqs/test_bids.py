"""Bids: reckoned by the house, checked against open minutes, revised as versions, compared side by side."""

from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.accounts.models import Organisation
from marketplace.capability.errors import WorkCentreUnknown
from marketplace.costing import tree
from marketplace.costing.bids import BidLine, Group, Per
from marketplace.costing.errors import BidOutOfRange, ThicknessNotAsked, ThicknessNotGiven
from marketplace.geometry.shape import Drawing
from marketplace.geometry.values import FileKind, Measurement, Units
from marketplace.kernel.database import session
from marketplace.kernel.errors import Refusal
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.kernel.paging import PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import Listing, ListingState
from marketplace.payments.errors import AmountNotPayable
from marketplace.quoting import queries as quotes
from marketplace.quoting.errors import CannotBePriced
from marketplace.rfqs import bidding
from marketplace.rfqs.errors import (
    BidNotFound,
    CentreNotListed,
    MinutesTooFew,
    NoRatesForThis,
    QuantityNotAsked,
    ShipDateImpossible,
    TermsNotAgreed,
    TooManyVersions,
)
from marketplace.rfqs.queries import factories
from marketplace.rfqs.rules import MOST_VERSIONS, SortBy
from marketplace.rfqs.states import BidState, RfqState
from marketplace.workflows.pricing import drafting
from tests.scenes import BRACKET
from tests.tenders import LINES, broken, in_days, work_centre_of


def versions(app, rfq, factory):
    with app.app_context():
        found = factories.page_of_own_bids(factories.for_factory(factory.actor, rfq.id), PageRequest(limit=100)).items
        return [(each.quantity, each.number, each.state) for each in found]


def withdraw(app, rfq, bid, factory):
    with app.app_context(), transaction():
        invitation = factories.for_factory_to_change(factory.actor, rfq.id)
        bidding.withdraw(factories.own_bid(invitation, bid.id), by=factory.actor)


def test_a_bid_is_a_price_tree_that_the_check_of_offers_proves(tender, rfq, shops):
    bid = tender.bid(rfq, shops[0])

    assert tree.check(bid.breakdown) == bid.total_minor == bid.factory_minor + bid.fee_minor
    assert bid.breakdown["children"][0]["label"].startswith("25 × Bracket for a pump")
    assert bid.unit_minor == round(bid.total_minor / 25)


def test_the_minutes_must_be_open_before_the_ship_date(tender, part, make_shop):
    shop = make_shop(open_min=60)  # handling takes a day
    rfq = tender.ask(part.id, shop)
    tender.agree(rfq, shop)

    for ships_on in (in_days(2), in_days(0)):
        with pytest.raises(ShipDateImpossible) as refusal:
            tender.bid(rfq, shop, ships_on=ships_on)
        assert refusal.value.details["earliest"] == in_days(3)
    bid = tender.bid(rfq, shop, ships_on=in_days(3))
    assert bid.finish_by == in_days(2)


def test_a_calendar_without_so_many_minutes_names_no_date(tender, part, make_shop):
    shop = make_shop(open_min=1)
    rfq = tender.ask(part.id, shop)
    tender.agree(rfq, shop)

    with pytest.raises(ShipDateImpossible) as refusal:
        tender.bid(rfq, shop)
    assert refusal.value.details["earliest"] is None


def test_a_bid_reserves_at_least_the_machine_minutes_that_it_is_paid_for(tender, rfq, shops):
    with pytest.raises(MinutesTooFew) as refusal:
        tender.bid(rfq, shops[0], machine_min=99)
    assert refusal.value.details["least"] == 100
    assert tender.bid(rfq, shops[0], machine_min=101).machine_min == 101


def test_a_bid_is_by_a_work_centre_of_the_factory_with_a_live_listing(app, tender, rfq, shops):
    with app.app_context():
        of_another = work_centre_of(shops[1])
    with pytest.raises(WorkCentreUnknown):
        tender.bid(rfq, shops[0], work_centre_id=of_another)

    with app.app_context(), transaction():
        session().query(Listing).filter_by(organisation_id=shops[1].organisation_id).update(
            {Listing.state: ListingState.SUSPENDED}
        )
    with pytest.raises(CentreNotListed):
        tender.bid(rfq, shops[1], work_centre_id=of_another)


def test_a_bid_is_for_a_quantity_that_was_asked_for(tender, rfq, shops):
    with pytest.raises(QuantityNotAsked):
        tender.bid(rfq, shops[0], quantity=26)


def test_who_has_not_agreed_bids_nothing(tender, part, shops):
    rfq = tender.ask(part.id, *shops)
    with pytest.raises(TermsNotAgreed):
        tender.bid(rfq, shops[0])


def test_a_bid_beyond_all_measure_leaves_nothing(app, tender, rfq, shops):
    huge = BidLine(Group.OTHER, "Gold", Per.PIECE, 10**9, "unit", 10**9)
    with pytest.raises(BidOutOfRange):
        tender.bid(rfq, shops[0], lines=[huge])
    assert versions(app, rfq, shops[0]) == []


@pytest.mark.parametrize("minor", [10, 10**8])
def test_a_bid_that_no_card_can_pay_is_refused_when_it_is_made(app, tender, rfq, shops, minor):
    with pytest.raises(AmountNotPayable):
        tender.bid(rfq, shops[0], lines=[BidLine(Group.OTHER, "Gold", Per.LOT, 1, "unit", minor)])
    assert versions(app, rfq, shops[0]) == []


def test_a_bid_in_a_currency_that_cards_pay_in_steps_can_be_accepted(tender, part, shops):
    rfq = tender.ask(part.id, *shops, currency="KWD")
    tender.agree(rfq, *shops)
    odd = BidLine(Group.OTHER, "Gold", Per.LOT, 1, "unit", 12_345)

    bid = tender.bid(rfq, shops[0], lines=[odd], margin_bps=0)

    assert (bid.factory_minor, bid.total_minor % 10) == (12_350, 0)
    assert tender.accept(rfq, bid).state is RfqState.DECIDED


def test_a_revised_bid_takes_the_place_of_the_earlier_one_which_stays_readable(app, tender, rfq, shops):
    first = tender.bid(rfq, shops[0])
    other = tender.bid(rfq, shops[0], quantity=100, machine_min=400)
    second = tender.bid(rfq, shops[0], margin_bps=1_000)

    assert versions(app, rfq, shops[0]) == [
        (25, 2, BidState.OPEN),
        (100, 1, BidState.OPEN),
        (25, 1, BidState.SUPERSEDED),
    ]
    with app.app_context():
        read = factories.own_bid(factories.for_factory(shops[0].actor, rfq.id), first.id)
        assert (read.total_minor, tree.check(read.breakdown)) == (first.total_minor, first.total_minor)
    assert [row.bid.id for row in tender.compared(rfq)] == [second.id, other.id]


def test_a_bid_that_was_taken_back_counts_no_more_and_can_be_made_again(app, tender, rfq, shops):
    bid = tender.bid(rfq, shops[0])
    withdraw(app, rfq, bid, shops[0])

    assert tender.compared(rfq) == []
    with pytest.raises(IllegalMove):
        withdraw(app, rfq, bid, shops[0])
    assert tender.bid(rfq, shops[0]).number == 2


def test_the_versions_of_a_bid_have_an_end(tender, rfq, shops, monkeypatch):
    monkeypatch.setattr("marketplace.rfqs.rules.MOST_VERSIONS", 2)
    assert MOST_VERSIONS > 2
    tender.bid(rfq, shops[0])
    tender.bid(rfq, shops[0])

    with pytest.raises(TooManyVersions):
        tender.bid(rfq, shops[0])


def test_a_factory_sees_its_own_bids_alone(app, tender, rfq, shops):
    bid = tender.bid(rfq, shops[0])
    tender.bid(rfq, shops[1])

    assert len(versions(app, rfq, shops[1])) == 1
    with app.app_context(), pytest.raises(BidNotFound):
        factories.own_bid(factories.for_factory(shops[1].actor, rfq.id), bid.id)


@pytest.fixture
def three(tender, rfq, shops):
    """Bids of three: the second cheapest, the third soonest."""
    margins, days = (1_500, 1_000, 2_000), (10, 12, 8)
    return [
        tender.bid(rfq, shop, margin_bps=margin, ships_on=in_days(day))
        for shop, margin, day in zip(shops, margins, days, strict=True)
    ]


def test_bids_stand_side_by_side_by_group_of_cost(tender, rfq, three):
    rows = tender.compared(rfq)

    assert [row.bid.id for row in rows] == [three[1].id, three[0].id, three[2].id]
    for row in rows:
        assert row.groups[Group.MATERIAL] == 25 * 420 * 900 // 1_000
        assert sum(row.groups.values()) + row.margin_minor + row.bid.fee_minor == row.bid.total_minor
        assert (row.fit.process, row.fit.material, row.fit.envelope, row.fit.listing) == (True, True, True, True)


def test_they_are_sorted_as_the_customer_says(tender, rfq, three):
    first, second, third = (bid.id for bid in three)

    assert [row.bid.id for row in tender.compared(rfq, sort_by=SortBy.DATE)] == [third, first, second]
    assert [row.bid.id for row in tender.compared(rfq, sort_by=SortBy.RECEIVED)] == [first, second, third]


def test_one_quantity_can_be_compared_alone(tender, rfq, shops, three):
    hundred = tender.bid(rfq, shops[0], quantity=100, machine_min=400)

    assert [row.bid.id for row in tender.compared(rfq, quantity=100)] == [hundred.id]
    assert len(tender.compared(rfq, quantity=25)) == 3
    with pytest.raises(QuantityNotAsked):
        tender.compared(rfq, quantity=26)


def test_f1_relabelling_nationality_changes_no_row_and_no_order(app, tender, rfq, three):
    def table():
        return [
            [
                (row.bid.id, row.bidder, row.groups, row.fit, row.is_late)
                for row in tender.compared(rfq, sort_by=sort_by)
            ]
            for sort_by in SortBy
        ]

    before = table()
    for country in ("BR", "ZA"):
        with app.app_context(), transaction():
            session().query(Organisation).update({Organisation.country: country})
        assert table() == before


def test_what_a_work_centre_is_not_known_to_do_is_shown_and_not_forbidden(tender, part, make_shop):
    small = make_shop("Small", envelope=(10, 60, 100), materials=("brass",))
    rfq = tender.ask(part.id, small)
    tender.agree(rfq, small)
    tender.bid(rfq, small, ships_on=in_days(10))

    (row,) = tender.compared(rfq)
    assert (row.fit.process, row.fit.material, row.fit.envelope) == (True, False, False)


def test_a_bid_after_the_wanted_day_says_so(tender, part, shops):
    rfq = tender.ask(part.id, *shops, wanted_on=in_days(9))
    tender.agree(rfq, *shops)
    for shop, day in zip(shops, (8, 9, 10), strict=True):
        tender.bid(rfq, shop, ships_on=in_days(day))

    assert [row.is_late for row in tender.compared(rfq, sort_by=SortBy.DATE)] == [False, False, True]


def test_a_bid_says_when_it_has_expired(tender, rfq, shops, move_clock):
    tender.bid(rfq, shops[0], valid_days=1)
    move_clock(timedelta(days=1))
    assert [row.bid.is_expired for row in tender.compared(rfq)] == [False]
    move_clock(timedelta(microseconds=1))
    assert [row.bid.is_expired for row in tender.compared(rfq)] == [True]


def test_blind_the_customer_reads_letters_in_the_order_of_speaking_not_of_inviting(tender, part, shops):
    rfq = tender.ask(part.id, *shops, hides_factories=True)
    tender.agree(rfq, *shops)
    tender.question(rfq, shops[2])
    for shop in shops:
        tender.bid(rfq, shop)

    rows = tender.compared(rfq, sort_by=SortBy.RECEIVED)
    assert [row.bidder.label for row in rows] == ["Factory B", "Factory C", "Factory A"]
    assert {(row.bidder.factory_id, row.bidder.name) for row in rows} == {(None, None)}


def test_named_the_customer_reads_names(tender, rfq, shops, three):
    rows = tender.compared(rfq, sort_by=SortBy.RECEIVED)
    assert [row.bidder.name for row in rows] == ["Mill X", "Mill Y", "Mill Z"]


def draft(app, rfq, factory, quantity=25):
    with app.app_context():
        return drafting.draft(rfq.id, work_centre_of(factory), quantity, by=factory.actor)


def test_a_draft_comes_to_what_the_rate_card_asks_for_making_line_by_line(app, tender, rfq, shops, as_user, customer):
    drafted = draft(app, rfq, shops[0])
    bid = tender.bid(
        rfq,
        shops[0],
        lines=drafted.lines,
        margin_bps=drafted.margin_bps,
        machine_min=drafted.machine_min,
        ships_on=drafted.ships_on,
    )

    wanted = {"process": "cnc_milling", "material": "aluminium_6061", "quantity": 25, "currency": "EUR"}
    quote = as_user(customer).post("/v1/customer/quotes", json={**wanted, "revision_id": str(rfq.revision_id)}).json
    offer = next(each for each in quote["offers"] if each["factory_id"] == str(shops[0].organisation_id))
    making = offer["breakdown"]["children"][0]["children"][0]
    assert bid.breakdown["children"][0]["children"][0]["amount"] == making["amount"]
    assert bid.total_minor == offer["total"]["minor"]
    assert (bid.machine_min, bid.ships_on.isoformat()) == (offer["machine_min"], offer["ships_on"])


def test_open_geometry_has_no_draft(app, tender, customer, scene, shops):
    open_mesh = scene.part(customer, replace(BRACKET, is_closed=False, volume_mm3=0.0))
    rfq = tender.ask(open_mesh.id, *shops)
    tender.agree(rfq, *shops)

    with pytest.raises(CannotBePriced):
        draft(app, rfq, shops[0])
    assert tender.bid(rfq, shops[0], lines=LINES).total_minor > 0


@pytest.fixture
def plate(scene, customer):
    """A drawing of a plate of 160 × 100 mm."""
    drawing = Drawing(1, 1, 0, 0.0, None, 520.0, 1, 16_000.0, 16_000.0, None, None, None, None, 0, 0.0, 0)
    box = (160.0, 100.0, 0.0)
    return scene.part(
        customer,
        Measurement(FileKind.DXF, Units.MM, 0.0, 16_000.0, box, True, 1, None, None, (), "tests 1", drawing=drawing),
    )


@pytest.fixture
def laser(make_shop):
    return make_shop(process="laser_cutting", materials=("mild_steel",), envelope=(20, 1500, 3000))


def test_a_drawing_of_a_stated_thickness_has_a_draft_and_a_quote_that_says_it(app, tender, plate, laser):
    """160 × 100 × 3 mm × 7.85 g/cm³ = 376.8 g, and more of the sheet."""
    rfq = tender.ask(plate.id, laser, processes=["laser_cutting"], material="mild_steel", thickness_um=3_000)
    tender.agree(rfq, laser)
    drafted = draft(app, rfq, laser)
    decided = tender.accept(rfq, tender.bid(rfq, laser, lines=drafted.lines, machine_min=drafted.machine_min))

    assert next(line.quantity for line in drafted.lines if line.group is Group.MATERIAL) > 376_800
    with app.app_context():
        assert quotes.for_customer(tender.customer.actor, decided.quote_id).thickness_um == 3_000


def test_a_drawing_of_no_stated_thickness_has_no_draft(app, tender, plate, laser):
    rfq = tender.ask(plate.id, laser, processes=["laser_cutting"], material="mild_steel")
    tender.agree(rfq, laser)

    with pytest.raises(ThicknessNotGiven):
        draft(app, rfq, laser)


def test_a_solid_is_as_thick_as_its_file_says(tender, part, shops):
    with pytest.raises(ThicknessNotAsked):
        tender.ask(part.id, *shops, thickness_um=3_000)


def test_without_rates_in_the_currency_there_is_no_draft(app, tender, part, make_shop):
    shop = make_shop(currency="USD")
    rfq = tender.ask(part.id, shop)
    tender.agree(rfq, shop)

    with pytest.raises(NoRatesForThis):
        draft(app, rfq, shop)


def test_a_draft_is_for_a_quantity_asked_for_and_for_who_has_agreed(app, tender, rfq, part, shops):
    with pytest.raises(QuantityNotAsked):
        draft(app, rfq, shops[0], quantity=26)
    fresh = tender.ask(part.id, *shops)
    with pytest.raises(TermsNotAgreed):
        draft(app, fresh, shops[0])


def test_whatever_is_refused_the_database_keeps_its_invariants(app, tender, rfq, shops):
    tender.bid(rfq, shops[0])
    for change in ({"quantity": 26}, {"machine_min": 1}, {"ships_on": in_days(0)}, {"lines": []}):
        with pytest.raises(Refusal):
            tender.bid(rfq, shops[0], **change)
    assert versions(app, rfq, shops[0]) == [(25, 1, BidState.OPEN)]
    assert broken(app) == []
