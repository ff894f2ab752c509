"""Quotes: ask, look again, and read one offer's price to the last cent."""

from functools import partial
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.quotes.schemas import AskForQuote, QuotePage, ShowExplainedOffer, ShowQuoteWithOffers
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import charges, settings
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.quoting import queries
from marketplace.quoting.frozen import FrozenOffer
from marketplace.quoting.models import Quote
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing import quoting

quotes = door.room("quotes", "Priced and dated answers from every eligible listing, frozen.")


@quotes.post("")
@quotes.arguments(AskForQuote)
@quotes.response(201, ShowQuoteWithOffers)
@idempotent
def ask(wanted: Requirement, once: Once) -> Quote:
    """Ask every eligible live listing for an offer.

    The best fifty, by what `rank_by` says, are frozen until the quote expires. A part with open geometry gets
    `cannot_be_priced` and the findings; nothing about where a factory is enters the ranking.
    """
    with transaction():
        return once.row(
            lambda: quoting.ask(wanted, by=actor(), charges=charges(), valid_days=settings().quote_days),
            find=partial(queries.for_customer, actor()),
        )


@quotes.get("")
@quotes.arguments(Query, location="query")
@quotes.response(200, QuotePage)
def browse(page: PageRequest) -> Page[Quote]:
    """List your quotes, newest first."""
    return queries.page_for_customer(actor(), page)


@quotes.get("/<uuid:quote_id>")
@quotes.response(200, ShowQuoteWithOffers)
def show(quote_id: UUID) -> Quote:
    """Show a quote with its offers, best first."""
    return queries.for_customer(actor(), quote_id)


@quotes.get("/<uuid:quote_id>/offers/<uuid:offer_id>")
@quotes.response(200, ShowExplainedOffer)
def show_offer(quote_id: UUID, offer_id: UUID) -> FrozenOffer:
    """Show one offer with its price tree in full.

    Every time, mass and rate carries its value, unit and source; `sources` spells the sources out.
    """
    return queries.offer_of(queries.for_customer(actor(), quote_id), offer_id)
