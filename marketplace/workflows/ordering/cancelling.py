"""A customer gives a whole order up, paid or not."""

from marketplace.kernel.actor import Actor
from marketplace.orders import ending
from marketplace.orders.models import Order, Side
from marketplace.orders.states import OFF, OrderState
from marketplace.workflows.ordering import checkout, fulfilment


def cancel(order: Order, *, by: Actor, reason: str) -> None:
    """Every job that is still on is given up, each by the published table, or none is. Raises NotCancellable."""
    if order.state is OrderState.AWAITING_PAYMENT:
        checkout.cancel(order, by=by, reason=reason)
        return
    living = [job for job in order.jobs if job.state not in OFF]
    for job in living or order.jobs:
        ending.terms(job, Side.CUSTOMER)
    for job in sorted(living, key=lambda job: job.work_centre_id):
        fulfilment.cancel(job, by=by, reason=reason)
