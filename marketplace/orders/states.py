"""The life of an order and of a job, as tables of moves."""

from enum import StrEnum
from typing import Final

from marketplace.kernel.lifecycle import Lifecycle


class OrderState(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    IN_PRODUCTION = "in_production"
    SHIPPED = "shipped"
    ACCEPTED = "accepted"
    """The customer has taken the goods; the money is released."""
    CANCELLED = "cancelled"


class JobState(StrEnum):
    WAITING = "waiting"
    """Ordered and not yet paid: the factory is not asked."""
    OFFERED = "offered"
    ACCEPTED = "accepted"
    IN_PRODUCTION = "in_production"
    SHIPPED = "shipped"
    DONE = "done"
    DECLINED = "declined"
    CANCELLED = "cancelled"


ORDER: Final = Lifecycle(
    OrderState.AWAITING_PAYMENT,
    {
        OrderState.AWAITING_PAYMENT: frozenset({OrderState.PAID, OrderState.CANCELLED}),
        OrderState.PAID: frozenset({OrderState.IN_PRODUCTION, OrderState.CANCELLED}),
        OrderState.IN_PRODUCTION: frozenset({OrderState.SHIPPED}),
        OrderState.SHIPPED: frozenset({OrderState.ACCEPTED}),
    },
)

JOB: Final = Lifecycle(
    JobState.WAITING,
    {
        JobState.WAITING: frozenset({JobState.OFFERED, JobState.CANCELLED}),
        JobState.OFFERED: frozenset({JobState.ACCEPTED, JobState.DECLINED}),
        JobState.ACCEPTED: frozenset({JobState.IN_PRODUCTION, JobState.SHIPPED}),
        JobState.IN_PRODUCTION: frozenset({JobState.SHIPPED}),
        JobState.SHIPPED: frozenset({JobState.DONE}),
    },
)
