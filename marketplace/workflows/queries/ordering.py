"""What is read and locked to place an order."""

from typing import Final
from uuid import UUID

from sqlalchemy import (
    Uuid,
    bindparam,
    exists,
    func,
    select,
)

from marketplace.accounts.models import Verification
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.orders.models import Order
from marketplace.orders.states import OrderState
from marketplace.quoting import queries as quotes
from marketplace.quoting.models import Offer, Quote

TO_ORDER: Final = quotes.TO_ORDER.add_columns(
    select(func.count())
    .select_from(Order)
    .where(
        Order.organisation_id == bindparam("organisation_id", type_=Uuid),
        Order.state == bindparam(None, OrderState.AWAITING_PAYMENT, literal_execute=True),
    )
    .scalar_subquery(),
    exists().where(
        Verification.organisation_id == bindparam("organisation_id", type_=Uuid), Verification.withdrawn_at.is_(None)
    ),
)
"""With what a customer has not paid yet, and whether it is a verified business: in the same statement, each by an
index. The state is written out, so that the index of unpaid orders alone is read whatever plan is kept."""


def to_order(who: Actor, quote_id: UUID, offer_id: UUID) -> tuple[Quote, Offer, int, bool]:
    """As `quotes.to_order`; how many unpaid orders the customer has, and whether it is a verified business."""
    asked = {"quote_id": quote_id, "offer_id": offer_id, "organisation_id": who.organisation}
    row = session().execute(TO_ORDER, asked).one_or_none()
    quote, offer = quotes.found_to_order(row)
    assert row is not None, "refused on the line above"
    return quote, offer, row[2], row[3]
