from uuid import UUID

from sqlalchemy import bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.costing.tree import explain
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.quoting.errors import OfferNotFound, QuoteNotFound
from marketplace.quoting.models import Offer, Quote

COLUMNS = Offer.__table__.columns
_GIVEN = (
    func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
    .table_valued(*(column(each.name, each.type) for each in COLUMNS), name="given")
    .render_derived(with_types=True)
)
WRITE_OFFERS = insert(Offer.__table__).from_select([each.name for each in COLUMNS], select(*_GIVEN.c))  # type: ignore[arg-type]
"""All offers of a quote in one statement and one parameter: fifty rows a quote, on every quote."""

GONE = "There is no such quote among yours."


def for_customer(who: Actor, quote_id: UUID) -> Quote:
    """The customer's own quote with its offers, best first. Raises QuoteNotFound."""
    query = (
        select(Quote)
        .where(Quote.id == quote_id, Quote.organisation_id == who.organisation)
        .options(selectinload(Quote.offers))
    )
    quote = session().scalars(query).one_or_none()
    if quote is None:
        raise QuoteNotFound(GONE)
    return with_offers(quote, quote.offers)


def with_offers(quote: Quote, offers: list[Offer]) -> Quote:
    """The quote as loaded with these offers, which lead back to it; nothing is written."""
    for offer in offers:
        set_committed_value(offer, "quote", quote)  # the way back, which a loader of the way there does not fill
    set_committed_value(quote, "offers", offers)
    return quote


def page_for_customer(who: Actor, request: PageRequest) -> Page[Quote]:
    """The customer's quotes, newest first, without their offers."""
    return newest_first(select(Quote).where(Quote.organisation_id == who.organisation), Quote.id, request)


def for_customer_to_take(who: Actor, quote_id: UUID) -> Quote:
    """The customer's own quote, locked until the transaction ends. Raises QuoteNotFound."""
    query = select(Quote).where(Quote.id == quote_id, Quote.organisation_id == who.organisation).with_for_update()
    quote = session().scalars(query).one_or_none()
    if quote is None:
        raise QuoteNotFound(GONE)
    return quote


def explained(quote: Quote, offer_id: UUID) -> Offer:
    """One of a loaded quote's offers, for reading, its breakdown explained in full. Raises OfferNotFound."""
    offer = next((each for each in quote.offers if each.id == offer_id), None)
    if offer is None:
        raise OfferNotFound("This quote has no such offer.")
    set_committed_value(offer, "breakdown", explain(offer.breakdown, quote.explanation))
    return offer


def offer_of(quote: Quote, offer_id: UUID) -> Offer:
    """One of a quote's offers. Raises OfferNotFound."""
    offer = session().scalars(select(Offer).where(Offer.id == offer_id, Offer.quote_id == quote.id)).one_or_none()
    if offer is None:
        raise OfferNotFound("This quote has no such offer.")
    return offer
