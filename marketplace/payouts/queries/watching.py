"""What has not reached its seller in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.payments.models import (
    Operation,
    OperationKind,
    OperationState,
    Release,
    ReleaseState,
)
from marketplace.payouts.models import (
    PayoutAlert,
)
from marketplace.payouts.queries.destinations import FRESH


@dataclass(frozen=True, slots=True)
class Stuck:
    """A payout that has not come to its end."""

    operation_id: UUID | None
    job_id: UUID | None
    problem: str
    organisation_id: UUID | None


def stuck(now: datetime, *, since: datetime, limit: int = 500) -> Sequence[Stuck]:
    """Payouts that failed, or wait since before an instant, and releases overdue as long; without an open alert."""
    seen = exists().where(PayoutAlert.operation_id == Operation.id, PayoutAlert.ended_at.is_(None))
    waits_too_long = and_(Operation.state == OperationState.READY, Operation.created_at <= since)
    transfers = (
        select(Operation.id, Operation.problem, Operation.party_id)
        .where(
            Operation.kind == OperationKind.TRANSFER,
            or_(Operation.state == OperationState.FAILED, waits_too_long),
            ~seen,
        )
        .order_by(Operation.id)
        .limit(limit)
    )
    told = exists().where(PayoutAlert.job_id == Release.job_id, PayoutAlert.ended_at.is_(None))
    overdue = (
        select(Release.job_id)
        .where(Release.state == ReleaseState.WAITING, Release.due_at <= since, ~told)
        .order_by(Release.job_id)
        .limit(limit)
    )
    found = [Stuck(each, None, problem or NOT_SENT, party) for each, problem, party in session().execute(transfers)]
    return [*found, *(Stuck(None, job_id, NOT_RELEASED, None) for job_id in session().scalars(overdue))]


NOT_SENT: Final = "It was owed a week ago, and has not been sent."

NOT_RELEASED: Final = "The goods were accepted, and a freeze has held their money for a week."


def alerts_to_end() -> Sequence[PayoutAlert]:
    """Open alerts of payouts that have come to their end, to be changed."""
    query = (
        select(PayoutAlert)
        .outerjoin(Operation, Operation.id == PayoutAlert.operation_id)
        .outerjoin(Release, Release.job_id == PayoutAlert.job_id)
        .where(
            PayoutAlert.ended_at.is_(None),
            or_(
                Operation.state.in_((OperationState.DONE, OperationState.CANCELLED)),
                Release.state != ReleaseState.WAITING,
            ),
        )
        .order_by(PayoutAlert.id)
        .with_for_update(of=PayoutAlert)
    )
    return session().scalars(query.execution_options(**FRESH)).all()


def page_of_alerts(request: PageRequest) -> Page[PayoutAlert]:
    """Payouts that have not come to their end in time, the newest first."""
    return newest_first(select(PayoutAlert).where(PayoutAlert.ended_at.is_(None)), PayoutAlert.id, request)
