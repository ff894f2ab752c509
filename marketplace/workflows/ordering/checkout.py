"""From quotes to an order: each is taken, the minutes are held, lines and jobs exist, the payment is expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from marketplace.capacity import service as capacity
from marketplace.capacity.models import Hold
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import CurrenciesDiffer, Money
from marketplace.kernel.transaction import each_alone, transaction
from marketplace.listings import queries as listings
from marketplace.orders import ending, placing, queries
from marketplace.orders.errors import (
    AddressUnfit,
    DateImpossible,
    IncotermUnfit,
    LineTwice,
    ListingNotLive,
    TooManyUnpaid,
)
from marketplace.orders.models import IfDeclined, Incoterm, Order
from marketplace.orders.placing import Address, Terms, terms_of
from marketplace.orders.states import OrderState
from marketplace.payments import queries as payment_rows
from marketplace.payments import rules
from marketplace.payments import service as payments
from marketplace.quoting import service as quoting
from marketplace.quoting.errors import QuoteTaken
from marketplace.quoting.models import Offer, Quote, QuoteState
from marketplace.workflows import queries as rows
from marketplace.workflows.ordering import holding
from marketplace.workflows.ordering.buying import asks_first_article, bought

FETCHED = frozenset({Incoterm.EXW, Incoterm.FCA})
"""The customer's carrier takes the goods over at the factory."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The offer that a customer orders as one line, and where its goods go if not where the others do."""

    quote_id: UUID
    offer_id: UUID
    address: Address | None = None
    first_article: bool = False
    """Whether the factory stops after the first piece until the customer has released it."""


@dataclass(frozen=True, slots=True)
class Basket:
    """What a customer orders at once, of one factory or several."""

    lines: Sequence[Choice]
    purchase_order_number: str = ""
    notes: str = ""
    incoterm: Incoterm | None = None
    """None: EXW where the goods are fetched, DAP where they are delivered."""
    address: Address | None = None
    if_declined: IfDeclined = IfDeclined.REFUND
    no_later_than: date | None = None


@dataclass(frozen=True, slots=True)
class MostUnpaid:
    """How many orders one customer may leave unpaid at once: each keeps minutes from others."""

    others: int
    verified: int
    """Of a business that was found in a register."""


Line = tuple[Choice, Quote, Offer]


def place(basket: Basket, *, by: Actor, payment_minutes: int, most_unpaid: MostUnpaid | None = None) -> Order:
    """Order one offer each of some quotes, inside the caller's transaction: all of it or nothing.

    Ordering the same offers again gives the same order (Q1), unless that was cancelled: its minutes are free again and
    its price may have passed. Of orders that wait for their payment a customer has at most so many, give or take those
    that are placed at the same moment. Locks are taken quotes first, then listings, then work centres, by their ids.
    Raises QuoteNotFound, OfferNotFound, LineTwice, CurrenciesDiffer, AmountNotPayable, AddressUnfit, IncotermUnfit,
    DateImpossible, TooManyUnpaid, QuoteTaken, QuoteSuperseded, QuoteExpired, QuoteIndicative, ListingNotLive,
    CapacityTaken, SlotSold.
    """
    lines, unpaid, is_verified = _lines(basket, by)
    terms = _terms(basket, lines)
    earlier = _ordered_before(lines, terms)
    if earlier is not None:
        return earlier
    if most_unpaid is not None:
        _refuse_beyond(most_unpaid.verified if is_verified else most_unpaid.others, unpaid)
    _refuse_unless_payable(lines)
    for _, quote, _ in lines:
        quoting.take(quote, by=by)
    pay_by = clock.now() + timedelta(minutes=payment_minutes)
    holds = _holds(lines, pay_by)
    payment_id = new_id()
    order = placing.place(
        [
            bought(quote, offer, holds[offer.id].id, address=choice.address, first_article=choice.first_article)
            for choice, quote, offer in lines
        ],
        terms,
        by=by,
        payment_id=payment_id,
        pay_by=pay_by,
    )
    payments.expect(order.id, Money(order.total_minor, order.currency), payment_id=payment_id)
    return order


def _lines(basket: Basket, by: Actor) -> tuple[list[Line], int, bool]:
    """The quotes, locked by their ids, and the offers, in the order of the basket.

    And how many unpaid orders the customer has, and whether it is a verified business.
    """
    if len({choice.quote_id for choice in basket.lines}) < len(basket.lines):
        raise LineTwice("Two lines are of the same quote; ask for a quote of the whole quantity, or for two.")
    found = {
        choice.quote_id: rows.to_order(by, choice.quote_id, choice.offer_id)
        for choice in sorted(basket.lines, key=lambda choice: choice.quote_id)
    }
    _, _, unpaid, is_verified = found[basket.lines[0].quote_id]
    return [(choice, *found[choice.quote_id][:2]) for choice in basket.lines], unpaid, is_verified


def _refuse_beyond(most: int, unpaid: int) -> None:
    if unpaid >= most:
        raise TooManyUnpaid(
            f"You have {unpaid} orders that are not paid, and each keeps machine minutes from others; pay or cancel "
            f"some of them first: at most {most} may wait at once.",
            unpaid=unpaid,
            most=most,
        )


def _ordered_before(lines: Sequence[Line], terms: Terms) -> Order | None:
    """The order of these very offers, if there is one. Raises QuoteTaken when it was cancelled, or has other terms."""
    taken = next((quote for _, quote, _ in lines if quote.state is QuoteState.TAKEN), None)
    if taken is None:
        return None
    earlier = queries.of_quote(taken.id)
    if earlier.state is OrderState.CANCELLED:
        raise QuoteTaken("The order of this quote was cancelled; ask for a new quote.", order_id=str(earlier.id))
    is_same = {line.offer_id for line in earlier.lines} == {offer.id for _, _, offer in lines}
    if not is_same:
        return None
    if terms != terms_of(earlier) or _said_of_lines(earlier) != [
        (choice.address, asks_first_article(quote, choice.first_article)) for choice, quote, _ in lines
    ]:
        raise QuoteTaken("These offers were ordered already, with other terms.", order_id=str(earlier.id))
    return earlier


def _said_of_lines(order: Order) -> list[tuple[Address | None, bool]]:
    """What an order's customer said of each of its lines: where it goes, and whether a first article is asked for."""
    asks = {job.line_number: job.first_article is not None for job in order.jobs}
    return [(line.address, asks[line.number]) for line in order.lines]


def _refuse_unless_payable(lines: Sequence[Line]) -> None:
    currencies = {quote.currency for _, quote, _ in lines}
    if len(currencies) > 1:
        raise CurrenciesDiffer("One order is paid in one currency; order what is quoted in another by itself.")
    (currency,) = currencies
    total = Money(sum(offer.total_minor for _, _, offer in lines), currency)
    for _, _, offer in lines:
        to_seller = offer.factory_minor - offer.fee_tax_minor + offer.tax_minor
        rules.refuse_unless_payable(total, to_seller=Money(to_seller, currency))


def _terms(basket: Basket, lines: Sequence[Line]) -> Terms:
    """Where the goods go, and under which term. Raises AddressUnfit, IncotermUnfit, DateImpossible."""
    for choice, quote, _ in lines:
        _refuse_unless_fit(quote, choice.address or basket.address)
    is_delivered = any(quote.deliver_to is not None for _, quote, _ in lines)
    if basket.no_later_than is not None and basket.no_later_than < clock.now().date():
        raise DateImpossible(
            "The latest ship date of a next best offer has passed.", no_later_than=basket.no_later_than
        )
    incoterm = basket.incoterm or (Incoterm.DAP if is_delivered else Incoterm.EXW)
    if is_delivered is (incoterm in FETCHED):
        prices = "include the delivery" if is_delivered else "are for goods that you fetch"
        raise IncotermUnfit(f"{incoterm} does not fit: the prices of this order {prices}.", incoterm=incoterm)
    return Terms(
        purchase_order_number=basket.purchase_order_number,
        notes=basket.notes,
        incoterm=incoterm,
        address=basket.address,
        if_declined=basket.if_declined,
        no_later_than=basket.no_later_than,
    )


def _refuse_unless_fit(quote: Quote, address: Address | None) -> None:
    country = None if address is None else address["country"]
    if quote.deliver_to is not None and country != quote.deliver_to:
        raise AddressUnfit(
            f"The price is for goods delivered in {quote.deliver_to}: give an address there, or ask for a quote of "
            "a delivery elsewhere.",
            deliver_to=quote.deliver_to,
        )


def _holds(lines: Sequence[Line], expires_at: datetime) -> dict[UUID, Hold]:
    """The minutes of each offer. Raises ListingNotLive, CapacityTaken, SlotSold."""
    for listing_id in sorted({offer.listing_id for _, _, offer in lines}):
        if not listings.stays_live(listing_id):
            raise ListingNotLive("This factory no longer offers that capacity; order another offer or ask again.")
    holding.lock_chains([offer for _, _, offer in lines])
    return {
        offer.id: holding.hold(offer, pieces=quote.quantity, expires_at=expires_at)
        for _, quote, offer in sorted(lines, key=lambda line: line[2].work_centre_id)
    }


def cancel(order: Order, *, by: Actor, reason: str) -> None:
    """Give an unpaid order up: its minutes go back, its payment is called off. Raises IllegalMove."""
    ending.cancel_unpaid(order, by=by, reason=reason)
    capacity.lock_chains([job.hold for job in order.jobs])
    for job in sorted(order.jobs, key=lambda job: job.work_centre_id):
        capacity.release(job.hold, by=by)
    payments.call_off(payment_rows.locked_of_order(order.id))


def cancel_overdue() -> None:
    """Cancel every order whose time to pay has passed, each in a transaction of its own."""
    with transaction():
        overdue = queries.unpaid_since(clock.now())
    each_alone(overdue, _cancel_if_unpaid)


def _cancel_if_unpaid(order_id: UUID) -> None:
    order = queries.to_change(order_id)
    if order.state is order.lifecycle.start and order.pay_by < clock.now():  # it may have been given more time since
        cancel(order, by=SYSTEM, reason="It was not paid in time.")
