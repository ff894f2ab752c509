"""A factory's bids: drafted by its own rate card, made, revised, taken back."""

from functools import partial
from typing import Any
from uuid import UUID

from blueprints.factory.rfqs.routes import rfqs
from blueprints.factory.rfqs.schemas import DraftBid, MakeBid, OwnBidPage, ShowDraft, ShowWholeOwnBid
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import settings
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.rfqs import bidding
from marketplace.rfqs.bidding import BidTerms
from marketplace.rfqs.models import Bid
from marketplace.rfqs.queries import factories
from marketplace.workflows.pricing import drafting, tendering
from marketplace.workflows.pricing.drafting import Draft


@rfqs.post("/<uuid:rfq_id>/draft-bid")
@rfqs.arguments(DraftBid)
@rfqs.response(200, ShowDraft)
def draft(sent: dict[str, Any], rfq_id: UUID) -> Draft:
    """Begin with what your own rate card would ask, line by line; change it and send it as a bid. Nothing is kept."""
    return drafting.draft(rfq_id, by=actor(), **sent)


@rfqs.get("/<uuid:rfq_id>/bids")
@rfqs.arguments(Query, location="query")
@rfqs.response(200, OwnBidPage)
def browse_bids(page: PageRequest, rfq_id: UUID) -> Page[Bid]:
    """List every version of your bids, newest first, with what has become of each."""
    return factories.page_of_own_bids(factories.for_factory(actor(), rfq_id), page)


@rfqs.get("/<uuid:rfq_id>/bids/<uuid:bid_id>")
@rfqs.response(200, ShowWholeOwnBid)
def show_bid(rfq_id: UUID, bid_id: UUID) -> Bid:
    """Show one version of your bids with its price tree."""
    return factories.own_bid(factories.for_factory(actor(), rfq_id), bid_id)


@rfqs.post("/<uuid:rfq_id>/bids")
@rfqs.arguments(MakeBid)
@rfqs.response(201, ShowWholeOwnBid)
@idempotent
def bid(terms: BidTerms, rfq_id: UUID, once: Once) -> Bid:
    """Bid for one of the quantities; it takes the place of your open bid for it, which stays readable.

    Your work centre must have the machine minutes open before the ship date; else `ship_date_impossible` names the
    earliest.
    """
    with transaction():
        return once.row(
            lambda: tendering.bid(rfq_id, terms, by=actor(), fee_bps=settings().platform_fee_bps),
            find=partial(factories.own_bid, factories.for_factory(actor(), rfq_id)),
        )


@rfqs.post("/<uuid:rfq_id>/bids/<uuid:bid_id>/withdraw")
@rfqs.response(200, ShowWholeOwnBid)
def withdraw_bid(rfq_id: UUID, bid_id: UUID) -> Bid:
    """Take your open bid back; you may bid again while bids are taken."""
    with transaction():
        made = factories.own_bid(factories.for_factory_to_change(actor(), rfq_id), bid_id)
        bidding.withdraw(made, by=actor())
    return made
