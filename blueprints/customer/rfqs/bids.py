"""The bids of a request: every version, side by side, and the one that is accepted."""

from typing import Any
from uuid import UUID

from blueprints.customer.rfqs.routes import rfqs
from blueprints.customer.rfqs.schemas import BidPage, CompareBids, ShowComparison, ShowWholeBid, ShowWholeRfq
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import charges, settings
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.rfqs.models import Bid, Rfq
from marketplace.rfqs.queries import customers
from marketplace.workflows.pricing import tendering


@rfqs.get("/<uuid:rfq_id>/bids")
@rfqs.arguments(Query, location="query")
@rfqs.response(200, BidPage)
def browse_bids(page: PageRequest, rfq_id: UUID) -> Page[Bid]:
    """List every version of every bid, newest first."""
    return customers.page_of_bids(customers.for_customer(actor(), rfq_id), page)


@rfqs.get("/<uuid:rfq_id>/bids/<uuid:bid_id>")
@rfqs.response(200, ShowWholeBid)
def show_bid(rfq_id: UUID, bid_id: UUID) -> Bid:
    """Show one version of a bid with its price tree in full."""
    return customers.bid_of(customers.for_customer(actor(), rfq_id), bid_id)


@rfqs.get("/<uuid:rfq_id>/comparison")
@rfqs.arguments(CompareBids, location="query")
@rfqs.response(200, ShowComparison)
def compare(asked: dict[str, Any], rfq_id: UUID) -> dict[str, Any]:
    """Put the bids side by side.

    Nothing of where a factory is enters the rows or their order; a bid that has expired says so.
    """
    return {"rows": tendering.compare(customers.for_customer(actor(), rfq_id), **asked)}


@rfqs.post("/<uuid:rfq_id>/bids/<uuid:bid_id>/accept")
@rfqs.response(200, ShowWholeRfq)
@idempotent
def accept(rfq_id: UUID, bid_id: UUID, once: Once) -> Rfq:
    """Accept one bid, once; accepting the same one again changes nothing.

    It becomes a quote of one offer, its tax added, as bids are before tax: order it at `/v1/customer/orders` by the
    `quote_id` and `offer_id` of the answer. All other bids are not chosen. The minutes that it reserves are open and
    are held by the order only: order soon.
    """
    with transaction():
        days = settings().quote_days
        once(lambda: tendering.accept(rfq_id, bid_id, by=actor(), valid_days=days, charges=charges()).id)
        return customers.for_customer(actor(), rfq_id)
