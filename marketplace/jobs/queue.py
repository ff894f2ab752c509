"""Asking for work: the job is a row that commits, or not, with the change that asked for it."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import procrastinate

from marketplace.kernel import transaction
from marketplace.kernel.database import session


class Task(StrEnum):
    """Everything that is done later."""

    MEASURE_REVISION = "measure_revision"
    HANDLE_EVENT = "handle_event"
    RUN_OPERATION = "run_operation"
    CANCEL_UNPAID = "cancel_unpaid"
    DECLINE_UNANSWERED = "decline_unanswered"
    EXTEND_CAPACITY = "extend_capacity"
    RESUME_MONEY = "resume_money"
    RETRY_STALLED = "retry_stalled"
    CLEAR_AWAY_FILES = "clear_away_files"
    FORGET_THROTTLES = "forget_throttles"
    FORGET_OUTLIVED = "forget_outlived"


class Queue(StrEnum):
    """Geometry has its own queue, so that a slow file never keeps money waiting."""

    MAIN = "main"
    GEOMETRY = "geometry"


QUEUE_OF: Final = {Task.MEASURE_REVISION: Queue.GEOMETRY}

_deferring = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
"""Never opened: it writes through the session's own connection."""


def later(task: Task, *, lock: str | None = None, at: datetime | None = None, **arguments: Any) -> None:
    """Have a task done after the open transaction commits; jobs that share a lock run one after another."""
    transaction.inside()
    connection = session().connection().connection.driver_connection
    _deferring.configure_task(
        name=task,
        queue=QUEUE_OF.get(task, Queue.MAIN),
        lock=lock,
        schedule_at=at,
        connection=connection,
        allow_unknown=True,
    ).defer(**arguments)
