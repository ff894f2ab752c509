from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, select
from sqlalchemy.orm import defer

from marketplace.costing.tree import template
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, straight
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.quoting.errors import OfferNotFound, QuoteNotFound
from marketplace.quoting.frozen import FrozenOffer
from marketplace.quoting.models import Offer, Quote
from marketplace.quoting.rules import because

COLUMNS = Offer.__table__.columns
OFFERS_OF = select(*COLUMNS).where(COLUMNS.quote_id == bindparam("quote_id", type_=Uuid)).order_by(COLUMNS.position)

UNREAD = (Quote.explanation, Quote.left_out, Quote.facets, Quote.carbon, Quote.indicative)
TO_ORDER = (
    select(Quote, Offer)
    .outerjoin(Offer, and_(Offer.quote_id == Quote.id, Offer.id == bindparam("offer_id", type_=Uuid)))
    .where(
        Quote.id == bindparam("quote_id", type_=Uuid),
        Quote.organisation_id == bindparam("organisation_id", type_=Uuid),
    )
    .options(
        *(defer(each, raiseload=True) for each in UNREAD),
        defer(Quote.findings, raiseload=True),
        defer(Offer.figures, raiseload=True),
        defer(Offer.explanation, raiseload=True),
    )
    .with_for_update(of=Quote)
    .execution_options(populate_existing=True)
)
"""One statement for both, as they are now, without the kilobytes that explain the price: an order copies its totals."""

GONE = "There is no such quote among yours."


def for_customer(who: Actor, quote_id: UUID) -> Quote:
    """The customer's own quote with its offers, best first. Raises QuoteNotFound."""
    query = select(Quote).where(Quote.id == quote_id, Quote.organisation_id == who.organisation)
    quote = session().scalars(query).one_or_none()
    if quote is None:
        raise QuoteNotFound(GONE)
    return with_offers(quote, [row._asdict() for row in straight(OFFERS_OF, {"quote_id": quote_id})])


def with_offers(quote: Quote, rows: Sequence[Mapping[str, Any]]) -> Quote:
    """The quote with its offers, given as rows, best first; nothing is written."""
    shape = quote.explanation.get("shape")
    gaps = template(shape) if shape else b""
    offers: list[FrozenOffer] = []
    for row in rows:
        offer = _offer(quote, row, gaps)
        offer.because = because(quote.rank_by, offer, offers[-1] if offers else None)
        offers.append(offer)
    quote.answered_by(offers)
    return quote


def _offer(quote: Quote, row: Mapping[str, Any], gaps: bytes) -> FrozenOffer:
    own = row["explanation"]
    return FrozenOffer(
        **row,
        currency=quote.currency,
        quantity=quote.quantity,
        explained_by=own or quote.explanation,
        template=template(own["shape"]) if own else gaps,
    )


def page_for_customer(who: Actor, request: PageRequest) -> Page[Quote]:
    """The customer's quotes, newest first, without their offers."""
    return newest_first(select(Quote).where(Quote.organisation_id == who.organisation), Quote.id, request)


def for_customer_to_take(who: Actor, quote_id: UUID) -> Quote:
    """The customer's own quote, locked until the transaction ends, as it is now. Raises QuoteNotFound."""
    query = select(Quote).where(Quote.id == quote_id, Quote.organisation_id == who.organisation).with_for_update()
    quote = session().scalars(query.execution_options(populate_existing=True)).one_or_none()
    if quote is None:
        raise QuoteNotFound(GONE)
    return quote


def offer_of(quote: Quote, offer_id: UUID) -> FrozenOffer:
    """One of a loaded quote's offers. Raises OfferNotFound."""
    offer = next((each for each in quote.offers if each.id == offer_id), None)
    if offer is None:
        raise OfferNotFound("This quote has no such offer.")
    return offer


def tax_of(offer_id: UUID) -> dict[str, Any] | None:
    """How an offer is taxed and why, as frozen; None: neither its factory nor the platform was registered for tax."""
    return session().scalar(select(Offer.tax).where(Offer.id == offer_id))


def to_order(who: Actor, quote_id: UUID, offer_id: UUID) -> tuple[Quote, Offer]:
    """The customer's own quote, locked until the transaction ends, as it is now, and one of its offers; no trees.

    Raises QuoteNotFound, OfferNotFound.
    """
    asked = {"quote_id": quote_id, "offer_id": offer_id, "organisation_id": who.organisation}
    return found_to_order(session().execute(TO_ORDER, asked).one_or_none())


def found_to_order(row: Any) -> tuple[Quote, Offer]:
    """The quote and the offer that a row of `TO_ORDER` begins with. Raises QuoteNotFound, OfferNotFound."""
    if row is None:
        raise QuoteNotFound(GONE)
    quote: Quote = row[0]
    offer: Offer | None = row[1]
    if offer is None:
        raise OfferNotFound("This quote has no such offer.")
    return quote, offer


def offers_left(quote_id: UUID, *, without: Collection[UUID]) -> tuple[Quote, list[Offer]]:
    """A quote, and its offers of other factories than these, best first; no trees."""
    unread = (defer(each, raiseload=True) for each in (*UNREAD, Quote.findings))
    quote = session().scalars(select(Quote).where(Quote.id == quote_id).options(*unread)).one()
    query = (
        select(Offer)
        .where(Offer.quote_id == quote_id, Offer.factory_id.not_in(without))
        .options(defer(Offer.figures, raiseload=True), defer(Offer.explanation, raiseload=True))
        .order_by(Offer.position)
    )
    return quote, list(session().scalars(query))
