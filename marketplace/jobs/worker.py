"""Doing the work: one process, some threads, until told to stop. A job lost to a crash is found and done again."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Final

import procrastinate
from procrastinate import RetryStrategy

from marketplace.jobs.connections import Connector
from marketplace.jobs.queue import QUEUE_OF, Queue, Task
from marketplace.kernel import clock

log = logging.getLogger("commonforge.jobs")

Handler = Callable[..., None]

RETRY: Final = RetryStrategy(max_attempts=12, exponential_wait=2)
"""2, 4, 8, … seconds: a provider that is away for an hour is still asked."""

STALLED_AFTER_S: Final = 30
PAUSE_S: Final = 2

EVERY: Final = {
    Task.RETRY_STALLED: "* * * * * */15",
    Task.CANCEL_UNPAID: "* * * * * */30",
    Task.DECLINE_UNANSWERED: "* * * * *",
    Task.ACCEPT_UNCLAIMED: "*/10 * * * *",
    Task.SETTLE_UNANSWERED_CLAIMS: "*/10 * * * *",
    Task.REMIND_OF_FIRST_ARTICLES: "*/10 * * * *",
    Task.RESUME_MONEY: "* * * * * 30",
    Task.RELEASE_DUE: "* * * * *",
    Task.WATCH_PAYOUTS: "*/10 * * * *",
    Task.RECONCILE_RECENT: "25 * * * *",
    Task.RECONCILE_WHOLE: "40 2 * * *",
    Task.EXTEND_CAPACITY: "0 * * * *",
    Task.PROLONG_BREAKDOWNS: "*/5 * * * *",
    Task.REFRESH_CALENDARS: "*/10 * * * *",
    Task.MEASURE_REPUTATION: "10 3 * * *",
    Task.CLEAR_AWAY_FILES: "20 3 * * *",
    Task.FORGET_THROTTLES: "40 * * * *",
    Task.FORGET_OUTLIVED: "50 3 * * *",
    Task.SEND_MAILS: "* * * * * */20",
    Task.WATCH_DISPUTES: "25 * * * *",
    Task.ISSUE_DOCUMENTS: "* * * * * 45",
    Task.ISSUE_MISSED_DOCUMENTS: "30 3 * * *",
}
"""When the tasks that nobody asks for are run: cron's five fields, and seconds as the sixth (croniter)."""


def build(conninfo: str, handlers: Mapping[Task, Handler]) -> procrastinate.App:
    """The procrastinate application that knows every handler."""
    app = procrastinate.App(connector=Connector(conninfo))
    for task, handler in handlers.items():
        queue = QUEUE_OF.get(task, Queue.MAIN)
        if task in EVERY:
            app.periodic(cron=EVERY[task])(
                app.task(name=task, queue=queue, queueing_lock=task, pass_context=False)(_timed(handler))
            )
        else:
            app.task(name=task, queue=queue, retry=RETRY)(handler)

    @app.periodic(cron=EVERY[Task.RETRY_STALLED])
    @app.task(name=Task.RETRY_STALLED, queue=Queue.MAIN, queueing_lock=Task.RETRY_STALLED)
    async def retry_stalled(timestamp: int) -> None:
        """Give back the jobs of workers that no longer give a sign of life (killed, or their machine is gone)."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
            log.warning("job %s (%s) was left behind; trying again", job.id, job.task_name)
            await app.job_manager.retry_job(job, retry_at=clock.now() + timedelta(seconds=1))

    return app


def run(
    conninfo: str,
    handlers: Mapping[Task, Handler],
    *,
    scope: Callable[[], AbstractContextManager[Any]],
    queues: Sequence[str],
    threads: int,
) -> None:
    """Work until SIGTERM or SIGINT; `scope` is entered around each job (its database session lives there).

    When the database goes away the work is taken up again as soon as it is back.
    """

    def in_scope(call_next: Callable[[], Any], _context: Any, _worker: Any) -> Any:
        with scope():
            return call_next()

    def shift() -> Shift:
        return _shift(build(conninfo, handlers), in_scope, queues=queues, threads=threads)

    asyncio.run(_shift_after_shift(shift))


Shift = Coroutine[Any, Any, None]


async def _shift_after_shift(shift: Callable[[], Shift]) -> None:
    """One shift ends when the connection is lost: the next begins. All end when somebody asks."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    asking = asyncio.create_task(asked.wait())
    while not asked.is_set():
        working = asyncio.create_task(shift())
        await asyncio.wait({working, asking}, return_when=asyncio.FIRST_COMPLETED)
        if asked.is_set():
            working.cancel()
        (end,) = await asyncio.gather(working, return_exceptions=True)
        if not asked.is_set():
            log.warning("the work stopped, and goes on in %s s", PAUSE_S, exc_info=end)
            await asyncio.wait({asking}, timeout=PAUSE_S)


async def _shift(app: procrastinate.App, middleware: Any, *, queues: Sequence[str], threads: int) -> None:
    async with app.open_async():
        await app.run_worker_async(
            queues=list(queues),  # psycopg takes a tuple for a row, not for an array
            concurrency=threads,
            install_signal_handlers=False,
            delete_jobs="successful",
            fetch_job_polling_interval=2,
            update_heartbeat_interval=5,
            stalled_worker_timeout=STALLED_AFTER_S,
            shutdown_graceful_timeout=20,
            task_middleware=[middleware],
        )


def _timed(handler: Handler) -> Callable[[int], None]:
    """A periodic task is told its tick; ours ask the clock."""

    def tick(timestamp: int) -> None:
        handler()

    return tick
