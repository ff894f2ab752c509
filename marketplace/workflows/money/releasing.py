"""Accepted goods whose money had to wait: released on their day, or when the last freeze is lifted."""

from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.transaction import each_alone, transaction
from marketplace.orders import queries as orders
from marketplace.payments import freezes, queries
from marketplace.workflows.money import settlement


def release_due() -> None:
    """Lift the freezes whose time is over and release every job whose day has come, each in its own transaction."""
    with transaction():
        freezes.lift_ended()
        due = queries.due_releases(clock.now())
    each_alone(due, lambda found: _release(*found))


def release_job(order_id: UUID, job_id: UUID) -> None:
    """Release one job that waits, if nothing stands against it any more."""
    with transaction():
        _release(order_id, job_id)


def _release(order_id: UUID, job_id: UUID) -> None:
    settlement.release_waiting(orders.job_of(orders.to_change(order_id), job_id))
