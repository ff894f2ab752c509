"""The end of a request: one bid is accepted, once, whoever asks at once; it is ordered like any offer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from marketplace.capacity.errors import CapacityTaken
from marketplace.costing import tree
from marketplace.costing.bids import BidLine, Group, Per
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import CHARGE_LIMITS, ChargeLimits
from marketplace.kernel.paging import PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import Listing, ListingState
from marketplace.orders.errors import ListingNotLive
from marketplace.orders.models import Order
from marketplace.payments.errors import AmountNotPayable
from marketplace.quoting import queries as quotes
from marketplace.quoting.errors import QuoteExpired
from marketplace.rfqs.errors import (
    AnotherAccepted,
    BidExpired,
    BidNotFound,
    BidNotOpen,
    CentreNotListed,
    RfqNotFound,
    RfqOver,
    ShipDateImpossible,
)
from marketplace.rfqs.queries import customers, factories
from marketplace.rfqs.states import BidState, InvitationState, RfqState
from marketplace.workflows.ordering import checkout
from marketplace.workflows.ordering.checkout import Basket, Choice
from tests.tenders import LINES, Tender, broken, in_days


@pytest.fixture
def bids(tender, rfq, shops):
    """One of each factory, for 25 pieces; and one more of the first, for a hundred."""
    made = [tender.bid(rfq, shop) for shop in shops]
    return [*made, tender.bid(rfq, shops[0], quantity=100, machine_min=400)]


@pytest.fixture
def order(app, tender) -> Callable[..., Order]:
    def order(decided) -> Order:
        with app.app_context(), transaction():
            choice = Choice(decided.quote_id, decided.offer_id)
            return checkout.place(Basket([choice]), by=tender.customer.actor, payment_minutes=30)

    return order


def bid_states(app, tender, rfq):
    with app.app_context():
        held = customers.for_customer(tender.customer.actor, rfq.id)
        found = customers.page_of_bids(held, PageRequest(limit=100)).items
        return {each.id: each.state for each in found}


def inbox(app, *mills):
    states = []
    for factory in mills:
        with app.app_context():
            states += [each.state for each in factories.page_for_factory(factory.actor, PageRequest()).items]
    return states


def test_one_bid_is_accepted_and_all_others_are_told(app, tender, rfq, shops, bids):
    decided = tender.accept(rfq, bids[1])

    assert decided.state is RfqState.DECIDED
    told = bid_states(app, tender, rfq)
    assert [told[bid.id] for bid in bids] == [
        BidState.NOT_CHOSEN,
        BidState.ACCEPTED,
        BidState.NOT_CHOSEN,
        BidState.NOT_CHOSEN,
    ]
    assert inbox(app, *shops) == [InvitationState.NOT_CHOSEN, InvitationState.CHOSEN, InvitationState.NOT_CHOSEN]
    assert broken(app) == []


@pytest.mark.parametrize(
    ("lines", "deliver_to", "delivery"),
    [
        (LINES, None, 0),
        ((*LINES, BidLine(Group.OTHER, "Packing", Per.LOT, 1, "unit", 900)), None, 0),
        ((*LINES, BidLine(Group.DELIVERY, "By road", Per.LOT, 2, "unit", 1_250)), "DE", 2_500),
        ((*LINES, BidLine(Group.DELIVERY, "Free to your door", Per.LOT, 1, "unit", 0)), "DE", 0),
    ],
)
def test_a_bid_is_delivered_where_it_has_a_line_for_it_else_the_customer_fetches_the_goods(
    app, tender, rfq, shops, lines, deliver_to, delivery
):
    decided = tender.accept(rfq, tender.bid(rfq, shops[0], lines=lines))

    with app.app_context():
        quote = quotes.for_customer(tender.customer.actor, decided.quote_id)
        (offer,) = quote.offers
        assert (quote.deliver_to, offer.delivery_minor) == (deliver_to, delivery)
    assert broken(app) == []


def test_the_other_quantity_of_the_chosen_factory_is_not_chosen(app, tender, rfq, shops, bids):
    tender.accept(rfq, bids[3])

    told = bid_states(app, tender, rfq)
    assert [told[bid.id] is BidState.ACCEPTED for bid in bids] == [False, False, False, True]
    assert inbox(app, *shops) == [InvitationState.CHOSEN, InvitationState.NOT_CHOSEN, InvitationState.NOT_CHOSEN]


def test_who_did_not_bid_lost_nothing_and_sees_that_it_was_decided(app, tender, rfq, shops):
    tender.accept(rfq, tender.bid(rfq, shops[0]))

    assert inbox(app, *shops) == [InvitationState.CHOSEN, InvitationState.ACCEPTED, InvitationState.ACCEPTED]
    with app.app_context():
        assert factories.for_factory(shops[1].actor, rfq.id).rfq.state is RfqState.DECIDED


def test_more_losers_than_one_statement_tells_are_told_too(app, tender, part, scene, world):
    mills = [world.make_organisation(f"Mill {n}", hats=("factory",)) for n in range(27)]
    for factory in mills:
        scene.shop(factory, days=12)
    rfq = tender.ask(part.id, *mills)
    tender.agree(rfq, *mills)
    bids = [tender.bid(rfq, factory) for factory in mills]
    tender.accept(rfq, bids[13])

    told = bid_states(app, tender, rfq)
    assert [state for state in told.values() if state is not BidState.NOT_CHOSEN] == [BidState.ACCEPTED]
    assert inbox(app, *mills).count(InvitationState.NOT_CHOSEN) == 26
    assert broken(app) == []


def test_the_accepted_bid_is_a_quote_of_one_offer_figure_for_figure(app, tender, rfq, bids, as_user):
    decided = tender.accept(rfq, bids[0])

    with app.app_context():
        quote = quotes.for_customer(tender.customer.actor, decided.quote_id)
        (offer,) = quote.offers
        assert offer.id == decided.offer_id
        assert (offer.total_minor, offer.machine_min, offer.ships_on) == (
            bids[0].total_minor,
            bids[0].machine_min,
            bids[0].ships_on,
        )
        assert (offer.bid_id, offer.rate_card_id) == (bids[0].id, None)
        assert (quote.quantity, quote.process, quote.material) == (25, "cnc_milling", "aluminium_6061")
        assert tree.check(offer.breakdown) == offer.total_minor
    shown = as_user(tender.customer).get(f"/v1/customer/quotes/{quote.id}/offers/{offer.id}").json
    assert shown["breakdown"] == bids[0].breakdown


def test_checkout_orders_it_unchanged_and_holds_its_minutes(app, tender, rfq, bids, order):
    placed = order(tender.accept(rfq, bids[0]))

    assert placed.total_minor == bids[0].total_minor
    assert placed.jobs[0].price_minor == bids[0].factory_minor
    with app.app_context():
        held = session().connection().exec_driver_sql("select sum(held_min) from capacity_days").scalar_one()
    assert held == bids[0].machine_min
    assert broken(app) == []


def test_accepting_the_same_bid_again_gives_the_same_quote(app, tender, rfq, bids):
    first, again = tender.accept(rfq, bids[0]), tender.accept(rfq, bids[0])

    assert first.quote_id == again.quote_id
    with app.app_context():
        assert len(quotes.page_for_customer(tender.customer.actor, PageRequest()).items) == 1


def test_another_bid_is_refused_once_one_is_accepted(tender, rfq, bids):
    tender.accept(rfq, bids[0])
    with pytest.raises(AnotherAccepted):
        tender.accept(rfq, bids[1])


def test_a_bid_is_accepted_at_the_instant_until_which_it_is_valid_and_not_after(tender, part, shops, move_clock):
    rfq = tender.ask(part.id, *shops)
    tender.agree(rfq, *shops)
    bids = [tender.bid(rfq, shop, valid_days=7) for shop in shops[:2]]
    move_clock(timedelta(days=7, microseconds=1))
    with pytest.raises(BidExpired):
        tender.accept(rfq, bids[0])
    move_clock(-timedelta(microseconds=1))
    assert tender.accept(rfq, bids[0]).state is RfqState.DECIDED


def test_a_superseded_or_withdrawn_bid_is_not_accepted(tender, rfq, shops):
    first = tender.bid(rfq, shops[0])
    tender.bid(rfq, shops[0])
    left = tender.bid(rfq, shops[1])
    tender.decline(rfq, shops[1])

    for bid, state in ((first, BidState.SUPERSEDED), (left, BidState.WITHDRAWN)):
        with pytest.raises(BidNotOpen) as refusal:
            tender.accept(rfq, bid)
        assert refusal.value.details["state"] is state


def test_a_withdrawn_request_is_over_for_everyone(app, tender, rfq, shops, bids):
    tender.withdraw(rfq)

    with pytest.raises(RfqOver):
        tender.accept(rfq, bids[0])
    assert set(bid_states(app, tender, rfq).values()) == {BidState.NOT_CHOSEN}
    assert inbox(app, *shops) == [InvitationState.NOT_CHOSEN] * 3
    assert broken(app) == []


def test_a_bid_of_another_request_or_customer_is_not_found(app, tender, rfq, part, shops, bids, world):
    other = tender.ask(part.id, *shops)
    with pytest.raises(BidNotFound):
        tender.accept(other, bids[0])
    with pytest.raises(RfqNotFound):
        Tender(app, world.make_organisation()).accept(rfq, bids[0])


def test_what_could_not_be_ordered_is_not_accepted_so_that_another_still_can(app, tender, rfq, shops, bids):
    with app.app_context(), transaction():
        session().query(Listing).filter_by(organisation_id=shops[0].organisation_id).update(
            {Listing.state: ListingState.SUSPENDED}
        )
        session().execute(
            text("update capacity_days set held_min = open_min where work_centre_id = :id"),
            {"id": bids[1].work_centre_id},
        )
    with pytest.raises(CentreNotListed):
        tender.accept(rfq, bids[0])
    with pytest.raises(ShipDateImpossible):
        tender.accept(rfq, bids[1])
    assert tender.accept(rfq, bids[2]).state is RfqState.DECIDED


def test_an_amount_that_cards_no_longer_pay_is_not_accepted(tender, rfq, bids, monkeypatch):
    monkeypatch.setitem(CHARGE_LIMITS, "EUR", ChargeLimits(50, bids[0].total_minor - 1, 1))
    with pytest.raises(AmountNotPayable):
        tender.accept(rfq, bids[0])


def test_the_order_is_refused_like_any_other_when_quote_or_listing_have_gone(app, tender, rfq, shops, bids, order):
    decided = tender.accept(rfq, bids[0])
    with clock.moved_by(timedelta(days=7, minutes=1)), pytest.raises(QuoteExpired):
        order(decided)
    with app.app_context(), transaction():
        session().query(Listing).update({Listing.state: ListingState.SUSPENDED})
    with pytest.raises(ListingNotLive):
        order(decided)


def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told(app, tender, rfq, bids):
    together = Barrier(2)

    def accept(bid):
        together.wait(timeout=30)
        try:
            return tender.accept(rfq, bid)
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(accept, bids[:2]))

    assert sorted(each if isinstance(each, str) else each.state for each in ends) == ["another_accepted", "decided"]
    assert list(bid_states(app, tender, rfq).values()).count(BidState.ACCEPTED) == 1
    assert broken(app) == []


def test_the_same_bid_accepted_by_two_at_once_is_one_quote(app, tender, rfq, bids):
    together = Barrier(2)

    def accept(_):
        together.wait(timeout=30)
        return tender.accept(rfq, bids[0]).quote_id

    with ThreadPoolExecutor(2) as pool:
        ends = set(pool.map(accept, range(2)))

    assert len(ends) == 1
    with app.app_context():
        assert len(quotes.page_for_customer(tender.customer.actor, PageRequest()).items) == 1


def test_a_bid_that_is_revised_while_it_is_accepted_is_one_or_the_other(app, tender, rfq, shops):
    bid, together = tender.bid(rfq, shops[0]), Barrier(2)

    def run(act):
        together.wait(timeout=30)
        try:
            return act()
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(run, [lambda: tender.accept(rfq, bid), lambda: tender.bid(rfq, shops[0])]))

    refused = [each for each in ends if isinstance(each, str)]
    assert refused in (["bid_not_open"], ["rfq_over"])
    assert broken(app) == []


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("update bids set state = 'open' where state = 'accepted'", "a decided request has exactly one accepted bid"),
        ("update quotes set quantity = 26", "an offer without a rate card is the accepted bid"),
        ("update rfq_invitations set nda_sha256 = repeat('0', 64)", "the file is open only to factories that agreed"),
        ("insert into file_accesses (id, created_at, revision_id, organisation_id, rfq_id)"
         " select gen_random_uuid(), now(), revision_id, organisation_id, id from rfqs",
         "a factory was given something of a part only after it had agreed"),
        ("update rfqs set state = 'open', quote_id = null, closes_at = closes_at - interval '1 s'", "the clock of an"),
        ("update rfqs set state = 'open', quote_id = null, stopped_at = now()", "the clock of an open request stands"),
    ],
)  # fmt: skip
def test_a_harm_done_behind_the_services_is_found(app, tender, rfq, bids, harm, says):
    tender.accept(rfq, bids[0])
    assert broken(app) == []
    with app.app_context(), transaction():
        session().connection().exec_driver_sql(harm)

    assert any(each.startswith(says) for each in broken(app))


def test_a_ship_date_that_has_passed_meanwhile_is_not_accepted(tender, part, shops, move_clock):
    rfq = tender.ask(part.id, *shops)
    tender.agree(rfq, *shops)
    bid = tender.bid(rfq, shops[0], ships_on=in_days(5))
    move_clock(timedelta(days=5))

    with pytest.raises(ShipDateImpossible):
        tender.accept(rfq, bid)


def held_minutes(app):
    with app.app_context():
        return session().connection().exec_driver_sql("select sum(held_min) from capacity_days").scalar_one()


def test_an_accepted_bid_holds_no_minutes_its_order_does(app, tender, rfq, bids, order):
    decided = tender.accept(rfq, bids[0])
    before = held_minutes(app)
    order(decided)

    assert (before, held_minutes(app)) == (0, bids[0].machine_min)


def test_minutes_that_are_gone_before_the_order_refuse_it_and_say_when_there_are_some(app, tender, rfq, bids, order):
    decided = tender.accept(rfq, bids[0])
    with app.app_context(), transaction():
        session().execute(
            text("update capacity_days set held_min = open_min where work_centre_id = :id and day <= :by"),
            {"id": bids[0].work_centre_id, "by": bids[0].finish_by},
        )

    with pytest.raises(CapacityTaken) as refusal:
        order(decided)
    assert refusal.value.details["next_free"] > bids[0].finish_by
    assert tender.now(rfq).state is RfqState.DECIDED
