"""Orders: place, follow, give up, accept the goods."""

from functools import partial
from typing import Any
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.orders.schemas import CancelOrder, OrderPage, PlaceOrder, ShowOrder
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import settings
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries
from marketplace.orders.models import Order
from marketplace.workflows.ordering import cancelling, checkout, fulfilment
from marketplace.workflows.ordering.checkout import Basket, MostUnpaid

orders = door.room("orders", "What you bought, from the order to the accepted goods.")


@orders.post("")
@orders.arguments(PlaceOrder)
@orders.response(201, ShowOrder)
@idempotent
def place(basket: Basket, once: Once) -> Order:
    """Order one offer each of one or several quotes, of one factory or several: all of them or nothing.

    The machine minutes are held from now until `pay_by`; pay before then at `/v1/customer/orders/{id}/payment`.
    So many orders may wait for their payment at once, and no more: `too_many_unpaid_orders`.
    Somebody may have taken the last minutes since the quote: that is `capacity_taken`, and nothing is ordered.
    """
    with transaction():
        return once.row(
            lambda: checkout.place(
                basket, by=actor(), payment_minutes=settings().payment_minutes, most_unpaid=_most_unpaid()
            ),
            find=partial(queries.for_customer, actor()),
        )


@orders.get("")
@orders.arguments(Query, location="query")
@orders.response(200, OrderPage)
def browse(page: PageRequest) -> Page[Order]:
    """List your orders, newest first."""
    return queries.page_for_customer(actor(), page)


@orders.get("/<uuid:order_id>")
@orders.response(200, ShowOrder)
def show(order_id: UUID) -> Order:
    """Show an order with its jobs, reports, shipments and changes."""
    return queries.for_customer(actor(), order_id)


@orders.post("/<uuid:order_id>/cancel")
@orders.arguments(CancelOrder)
@orders.response(200, ShowOrder)
def cancel(why: dict[str, Any], order_id: UUID) -> Order:
    """Cancel the whole order: before it is paid for nothing, after that as the published table says for each job.

    Refused as a whole if one of its jobs can no longer be cancelled; cancel the others one by one then.
    """
    with transaction():
        order = queries.for_customer_to_change(actor(), order_id)
        cancelling.cancel(order, by=actor(), reason=why["reason"])
    return order


@orders.post("/<uuid:order_id>/accept")
@orders.response(200, ShowOrder)
def accept(order_id: UUID) -> Order:
    """Accept all goods that were shipped: the money that was held for them is released to the factories."""
    with transaction():
        order = queries.for_customer_to_change(actor(), order_id)
        fulfilment.accept_all(order, by=actor())
    return order


def _most_unpaid() -> MostUnpaid:
    return MostUnpaid(others=settings().unpaid_orders, verified=settings().unpaid_orders_verified)
