"""What went back of an order, for its customer: how much, when, why, and who ordered it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from marketplace.kernel.money import Money
from marketplace.orders.models import Order
from marketplace.payments.models import OperationKind, OperationState
from marketplace.workflows import queries
from marketplace.workflows.money.adopting import BY_HAND
from marketplace.workflows.queries import RefundRow


class RefundStanding(StrEnum):
    """How far a refund is."""

    ON_ITS_WAY = "on_its_way"
    GIVEN_BACK = "given_back"
    """The provider has shown that it is made."""
    WITH_THE_STAFF = "with_the_staff"
    """The provider, or the customer's bank, said no: a person sees to it."""
    BY_THE_BANK = "by_the_bank"
    """A lost dispute has paid it in its place."""


class RefundWhy(StrEnum):
    """What a refund is for."""

    DECLINED = "declined"
    GIVEN_UP = "given_up"
    """The factory had taken the job, and did not make it."""
    CANCELLED = "cancelled"
    CHANGED = "changed"
    """A change of the job made it cheaper."""
    CLAIMED = "claimed"
    STAFF = "staff"
    DISPUTED = "disputed"
    """What is left of a refund in whose place a dispute has paid a part."""
    PAID_TOO_LATE = "paid_too_late"
    PAID_TWICE = "paid_twice"
    PAID_TOO_MUCH = "paid_too_much"
    OTHER = "other"


class RefundBy(StrEnum):
    """Who ordered a refund; the marketplace does by its published rules."""

    CUSTOMER = "customer"
    FACTORY = "factory"
    STAFF = "staff"
    MARKETPLACE = "marketplace"


@dataclass(frozen=True, slots=True)
class RefundTold:
    """Money that went back to a customer, or is to."""

    amount: Money
    state: RefundStanding
    why: RefundWhy
    by: RefundBy
    reason: str | None
    job_id: UUID | None
    ordered_at: datetime
    sent_at: datetime | None


STANDING: Final = {
    OperationState.READY: RefundStanding.ON_ITS_WAY,
    OperationState.DONE: RefundStanding.GIVEN_BACK,
    OperationState.FAILED: RefundStanding.WITH_THE_STAFF,
    OperationState.SET_OFF: RefundStanding.BY_THE_BANK,
}
"""A refund has no other state: it is neither called off nor a seller's debt."""
WHY: Final = (
    ("declined", RefundWhy.DECLINED),
    ("given_up", RefundWhy.GIVEN_UP),
    ("cancelled", RefundWhy.CANCELLED),
    ("change_", RefundWhy.CHANGED),
    ("claim_", RefundWhy.CLAIMED),
    ("staff_", RefundWhy.STAFF),
    (BY_HAND, RefundWhy.STAFF),
    ("paid_after_cancellation", RefundWhy.PAID_TOO_LATE),
    ("too_late", RefundWhy.PAID_TOO_LATE),
)
"""How what an operation is for begins, after the job that it is of."""


def of_order(order: Order) -> Sequence[RefundTold]:
    """What went back of an order, or is to, the oldest first; in one statement."""
    return [_told(each, order) for each in queries.refunds_of_order(order.id)]


def _told(row: RefundRow, order: Order) -> RefundTold:
    return RefundTold(
        amount=Money(row.amount_minor, row.currency),
        state=STANDING[row.state],
        why=_why(row),
        by=_by(row, order),
        reason=row.reason,
        job_id=row.job_id,
        ordered_at=row.ordered_at,
        sent_at=row.sent_at,
    )


def _why(row: RefundRow) -> RefundWhy:
    if row.kind is OperationKind.RETURN_FUNDS:
        return RefundWhy.PAID_TOO_MUCH
    _, subject, word, *_ = row.named.split(":")
    if subject == "surplus":
        return RefundWhy.PAID_TWICE
    if subject == "dispute":
        return RefundWhy.DISPUTED
    return next((why for beginning, why in WHY if word.startswith(beginning)), RefundWhy.OTHER)


def _by(row: RefundRow, order: Order) -> RefundBy:
    if row.by_organisation == order.organisation_id:
        return RefundBy.CUSTOMER
    if row.by_organisation is not None and row.by_organisation == row.factory_id:
        return RefundBy.FACTORY
    is_staff = row.by_user is not None or _why(row) is RefundWhy.STAFF
    return RefundBy.STAFF if is_staff else RefundBy.MARKETPLACE
