"""Payouts that do not come to their end: each is shown to the staff and told to its seller, until it has (M7)."""

import logging

from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, transaction
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.payouts import queries
from marketplace.payouts.models import PayoutAlert
from marketplace.payouts.queries import Stuck
from marketplace.payouts.rules import STUCK_AFTER

log = logging.getLogger("commonforge.money")


def watch() -> None:
    """Raise an alert of each payout that failed or waits too long, and end those of payouts that are over; once."""
    transaction.inside()
    now = clock.now()
    for alert in queries.alerts_to_end():
        alert.ended_at = now
    session().flush()
    for each in queries.stuck(now, since=now - STUCK_AFTER):
        _raise(each)


def _raise(stuck: Stuck) -> None:
    alert = PayoutAlert(
        id=new_id(), operation_id=stuck.operation_id, job_id=stuck.job_id, problem=stuck.problem, created_at=clock.now()
    )
    row = {
        "id": alert.id,
        "created_at": alert.created_at,
        "operation_id": alert.operation_id,
        "job_id": alert.job_id,
        "problem": alert.problem,
    }
    written = insert(PayoutAlert).values(row).on_conflict_do_nothing().returning(PayoutAlert.id)
    if session().execute(written).scalar() is None:
        return
    log.error("a payout is stuck (%s): %s", stuck.operation_id or stuck.job_id, stuck.problem)
    if stuck.organisation_id is not None:
        notifications.tell(stuck.organisation_id, NoticeKind.PAYOUT_DELAYED, alert, text=stuck.problem)
