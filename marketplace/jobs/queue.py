"""Asking for work: the job is a row that commits, or not, with the change that asked for it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from marketplace.kernel import transaction
from marketplace.kernel.database import straight


class Task(StrEnum):
    """Everything that is done later."""

    MEASURE_REVISION = "measure_revision"
    HANDLE_EVENT = "handle_event"
    RUN_OPERATION = "run_operation"
    CANCEL_UNPAID = "cancel_unpaid"
    DECLINE_UNANSWERED = "decline_unanswered"
    ACCEPT_UNCLAIMED = "accept_unclaimed"
    SETTLE_UNANSWERED_CLAIMS = "settle_unanswered_claims"
    REMIND_OF_FIRST_ARTICLES = "remind_of_first_articles"
    MEASURE_REPUTATION = "measure_reputation"
    EXTEND_CAPACITY = "extend_capacity"
    PROLONG_BREAKDOWNS = "prolong_breakdowns"
    REFRESH_CALENDARS = "refresh_calendars"
    REFRESH_CALENDAR = "refresh_calendar"
    RESUME_MONEY = "resume_money"
    RECONCILE_RECENT = "reconcile_recent"
    RECONCILE_WHOLE = "reconcile_whole"
    ALERT_STAFF = "alert_staff"
    RELEASE_DUE = "release_due"
    RELEASE_JOB = "release_job"
    WATCH_PAYOUTS = "watch_payouts"
    RETRY_STALLED = "retry_stalled"
    CLEAR_AWAY_FILES = "clear_away_files"
    MATCH_SLOT = "match_slot"
    MATCH_LISTING = "match_listing"
    FORGET_THROTTLES = "forget_throttles"
    FORGET_OUTLIVED = "forget_outlived"
    SEND_MAILS = "send_mails"
    WATCH_DISPUTES = "watch_disputes"
    ISSUE_DOCUMENTS = "issue_documents"
    ISSUE_MISSED_DOCUMENTS = "issue_missed_documents"


class Queue(StrEnum):
    """Slow files and other people's servers have queues of their own, so that they never keep money waiting."""

    MAIN = "main"
    GEOMETRY = "geometry"
    OUTSIDE = "outside"


QUEUE_OF: Final = {
    Task.MEASURE_REVISION: Queue.GEOMETRY,
    Task.REFRESH_CALENDAR: Queue.OUTSIDE,
    Task.RECONCILE_RECENT: Queue.OUTSIDE,
    Task.RECONCILE_WHOLE: Queue.OUTSIDE,
}

DEFER: Final = text("""
    select procrastinate_defer_jobs_v1(array[
        row(cast(:queue as text), cast(:task as text), 0, cast(:lock as text), null, :args, cast(:at as timestamptz))
    ]::procrastinate_job_to_defer_v1[])
""").bindparams(bindparam("args", type_=JSONB))
"""What procrastinate's own `defer` runs, without its application around it: every paid order asks for a job or two."""


def later(task: Task, *, lock: str | None = None, at: datetime | None = None, **arguments: Any) -> None:
    """Have a task done after the open transaction commits; jobs that share a lock run one after another."""
    transaction.inside()
    queue = QUEUE_OF.get(task, Queue.MAIN)
    straight(DEFER, {"queue": queue, "task": task, "lock": lock, "args": arguments, "at": at})
