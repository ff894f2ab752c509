"""The life of an order, a job and a change of its terms, as tables of moves."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from marketplace.kernel.lifecycle import Lifecycle


class OrderState(StrEnum):
    """How far an order is; once it is paid, this follows from its jobs (`state_of`)."""

    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    IN_PRODUCTION = "in_production"
    SHIPPED = "shipped"
    ACCEPTED = "accepted"
    """The customer has taken all that was made; its money is released."""
    CANCELLED = "cancelled"


class JobState(StrEnum):
    WAITING = "waiting"
    """Ordered and not yet paid: the factory is not asked."""
    OFFERED = "offered"
    COUNTERED = "countered"
    """The factory would take it on other terms, and the customer has not yet said."""
    ACCEPTED = "accepted"
    IN_PRODUCTION = "in_production"
    SHIPPED = "shipped"
    """All its pieces have left; the customer may accept them or complain."""
    CLAIMED = "claimed"
    """The customer complains about the goods; nothing is released until that is decided."""
    DONE = "done"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class ChangeState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    """Both sides agree, and the customer has still to pay the difference."""
    IN_EFFECT = "in_effect"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class FirstArticleGate(StrEnum):
    """How far the first article of a job is that may not be made in full before its customer has seen one piece."""

    AWAITED = "awaited"
    """The factory makes one piece, inspects it, and hands the inspection over."""
    HANDED_OVER = "handed_over"
    """The customer is asked; the clock of the job stands."""
    RELEASED = "released"


ORDER: Final = Lifecycle(
    OrderState.AWAITING_PAYMENT,
    {
        OrderState.AWAITING_PAYMENT: frozenset({OrderState.PAID, OrderState.CANCELLED}),
        OrderState.PAID: frozenset({OrderState.IN_PRODUCTION, OrderState.ACCEPTED, OrderState.CANCELLED}),
        OrderState.IN_PRODUCTION: frozenset(
            {OrderState.PAID, OrderState.SHIPPED, OrderState.ACCEPTED, OrderState.CANCELLED}
        ),
        OrderState.SHIPPED: frozenset({OrderState.IN_PRODUCTION, OrderState.ACCEPTED, OrderState.CANCELLED}),
    },
)

JOB: Final = Lifecycle(
    JobState.WAITING,
    {
        JobState.WAITING: frozenset({JobState.OFFERED, JobState.CANCELLED}),
        JobState.OFFERED: frozenset({JobState.ACCEPTED, JobState.COUNTERED, JobState.DECLINED, JobState.CANCELLED}),
        JobState.COUNTERED: frozenset({JobState.OFFERED, JobState.ACCEPTED, JobState.DECLINED, JobState.CANCELLED}),
        JobState.ACCEPTED: frozenset({JobState.IN_PRODUCTION, JobState.SHIPPED, JobState.CANCELLED}),
        JobState.IN_PRODUCTION: frozenset({JobState.SHIPPED, JobState.CANCELLED}),
        JobState.SHIPPED: frozenset({JobState.CLAIMED, JobState.DONE, JobState.CANCELLED}),
        JobState.CLAIMED: frozenset({JobState.SHIPPED, JobState.IN_PRODUCTION, JobState.CANCELLED}),
    },
    ways_out={JobState.CLAIMED: "its claim is settled or withdrawn first"},
)

CHANGE: Final = Lifecycle(
    ChangeState.PROPOSED,
    {
        ChangeState.PROPOSED: frozenset(
            {ChangeState.AGREED, ChangeState.IN_EFFECT, ChangeState.REFUSED, ChangeState.WITHDRAWN}
        ),
        ChangeState.AGREED: frozenset({ChangeState.IN_EFFECT, ChangeState.WITHDRAWN}),
    },
)

OFF: Final = frozenset({JobState.DECLINED, JobState.CANCELLED})
"""Nothing will come of such a job."""
PRICED: Final = frozenset(JobState) - OFF - {JobState.CLAIMED, JobState.DONE}
"""What such a job costs is what its parties are still to get; of claimed goods, the end of the claim says it."""
SENT: Final = frozenset({JobState.SHIPPED, JobState.CLAIMED, JobState.DONE})
"""All pieces of such a job have left its factory."""
TAKEN_ON: Final = frozenset({JobState.ACCEPTED, JobState.IN_PRODUCTION}) | SENT
"""The factory has said that it makes such a job."""
CHANGEABLE: Final = frozenset({JobState.ACCEPTED, JobState.IN_PRODUCTION})
"""Both sides may propose other terms of such a job; an offered one is countered instead."""
HELD: Final = frozenset({FirstArticleGate.AWAITED, FirstArticleGate.HANDED_OVER})
"""Until its first article is released, a job stops after one piece."""


def state_of(jobs: Collection[JobState]) -> OrderState:
    """What a paid order is, by its jobs: as far as the least advanced of those that are still on. Pure."""
    living = [job for job in jobs if job not in OFF]
    if not living:
        return OrderState.CANCELLED
    if all(job is JobState.DONE for job in living):
        return OrderState.ACCEPTED
    if all(job in SENT for job in living):
        return OrderState.SHIPPED
    if any(job in TAKEN_ON for job in living):
        return OrderState.IN_PRODUCTION
    return OrderState.PAID
