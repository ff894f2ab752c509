"""From a quote to an order: the quote is taken, the minutes are held, order and job exist, the payment is expected."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from marketplace.capability.catalogue import materials, processes
from marketplace.capacity import service as capacity
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import each_alone, transaction
from marketplace.listings import queries as listings
from marketplace.orders import queries, service
from marketplace.orders.errors import ListingNotLive
from marketplace.orders.models import Order
from marketplace.orders.service import Bought
from marketplace.orders.states import OrderState
from marketplace.payments import rules
from marketplace.payments import service as payments
from marketplace.quoting import queries as quotes
from marketplace.quoting import service as quoting
from marketplace.quoting.errors import QuoteTaken
from marketplace.quoting.models import Offer, Quote, QuoteState


@dataclass(frozen=True, slots=True)
class Choice:
    """The offer that a customer orders."""

    quote_id: UUID
    offer_id: UUID
    purchase_order_number: str = ""


def place(choice: Choice, *, by: Actor, payment_minutes: int) -> Order:
    """Order one offer, inside the caller's transaction. Ordering the same offer again gives the same order (Q1),
    unless that was cancelled: its minutes are free again and its price may have passed.

    Raises QuoteNotFound, OfferNotFound, AmountNotPayable, QuoteTaken, QuoteSuperseded, QuoteExpired, QuoteIndicative,
    ListingNotLive, CapacityTaken.
    """
    quote, offer = quotes.to_order(by, choice.quote_id, choice.offer_id)
    if quote.state is QuoteState.TAKEN:
        earlier = queries.of_quote(quote.id)
        if earlier.state is OrderState.CANCELLED:
            raise QuoteTaken("The order of this quote was cancelled; ask for a new quote.", order_id=str(earlier.id))
        if earlier.lines[0].offer_id == offer.id:
            return earlier
    rules.refuse_unless_payable(
        Money(offer.total_minor, quote.currency), to_seller=Money(offer.factory_minor, quote.currency)
    )
    quoting.take(quote, by=by)
    if not listings.stays_live(offer.listing_id):
        raise ListingNotLive("This factory no longer offers that capacity; order another offer or ask again.")
    pay_by = clock.now() + timedelta(minutes=payment_minutes)
    hold = capacity.hold(
        offer.work_centre_id, offer.machine_min, after=offer.starts_after, by=offer.finish_by, expires_at=pay_by
    )
    order = service.place(
        bought(quote, offer, hold.id), by=by, pay_by=pay_by, purchase_order_number=choice.purchase_order_number
    )
    payments.expect(order)
    return order


def bought(quote: Quote, offer: Offer, hold_id: UUID) -> Bought:
    """The order's line, exactly as the quote froze it."""
    return Bought(
        quote_id=quote.id,
        offer_id=offer.id,
        revision_id=quote.revision_id,
        factory_id=offer.factory_id,
        work_centre_id=offer.work_centre_id,
        hold_id=hold_id,
        process=quote.process,
        material=quote.material,
        description=f"{processes()[quote.process].name_en}, {materials()[quote.material].name_en}",
        quantity=quote.quantity,
        currency=quote.currency,
        total_minor=offer.total_minor,
        factory_minor=offer.factory_minor,
        fee_minor=offer.fee_minor,
        ships_on=offer.ships_on,
    )


def cancel(order: Order, *, by: Actor, reason: str) -> None:
    """Give an unpaid order up: its minutes go back, its payment is called off. Raises NotCancellable."""
    service.cancel_unpaid(order, by=by, reason=reason)
    for job in order.jobs:
        capacity.release(job.hold, by=by)
    payments.call_off(order)


def cancel_overdue() -> None:
    """Cancel every order whose time to pay has passed, each in a transaction of its own."""
    with transaction():
        overdue = queries.unpaid_since(clock.now())
    each_alone(overdue, _cancel_if_unpaid)


def _cancel_if_unpaid(order_id: UUID) -> None:
    order = queries.to_change(order_id)
    if order.state is order.lifecycle.start:
        cancel(order, by=SYSTEM, reason="It was not paid in time.")
