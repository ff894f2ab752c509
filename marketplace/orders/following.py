"""An order goes where its jobs are."""

from marketplace.kernel.actor import Actor
from marketplace.orders.models import Order
from marketplace.orders.states import JobState, state_of


def follow(order: Order, *, by: Actor, reason: str | None = None) -> None:
    """Take a paid order to the state that its jobs say, if it is not there."""
    to = state_of([JobState(job.state) for job in order.jobs])
    if order.state is not to:
        order.move(to, by=by, reason=reason)
