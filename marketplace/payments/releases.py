"""Releases that wait: goods are accepted, and their money is not owed to the sellers yet."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, transaction
from marketplace.kernel.database import session
from marketplace.payments.models import Release, ReleaseState


def wait(job_id: UUID, order_id: UUID, *, days: int) -> None:
    """Write down that a job's money is released in so many days, and not while it is frozen; once."""
    transaction.inside()
    now = clock.now()
    row = insert(Release).values(
        job_id=job_id, order_id=order_id, created_at=now, due_at=now + timedelta(days=days), state=ReleaseState.WAITING
    )
    session().execute(row.on_conflict_do_nothing())


def end(release: Release, state: ReleaseState) -> None:
    """It waits no more."""
    transaction.inside()
    release.state = state
    release.ended_at = clock.now()
