"""Jobs commit with their change, are done at least once, survive their worker, and stay visible when they fail."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException

from marketplace.jobs import worker
from marketplace.jobs.queue import Task, later
from marketplace.kernel.transaction import transaction
from tests import databases

HANGS = """
import os, sys
from marketplace.jobs import worker
from marketplace.jobs.queue import Task

def hang(event_id):
    print("at work", flush=True)
    os.read(0, 1)

app = worker.build(sys.argv[1], {Task.HANDLE_EVENT: hang})
with app.open():
    app.run_worker(concurrency=1, install_signal_handlers=False, fetch_job_polling_interval=0.1)
"""


@pytest.fixture
def address(config) -> str:
    return databases.plain(config.database_url)


@pytest.fixture
def rows(app, address) -> Callable[[str], list[tuple]]:
    def ask(query: str) -> list[tuple]:
        with psycopg.connect(address, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    return ask


def work(address: str, handlers: dict, **options) -> None:
    """Do what waits, then stop."""
    jobs = worker.build(address, handlers)
    with jobs.open():
        jobs.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1, **options)


def test_a_job_commits_with_its_change_or_not_at_all(app, rows):
    with app.app_context():
        with pytest.raises(ZeroDivisionError), transaction():
            later(Task.HANDLE_EVENT, event_id="evt_lost")
            1 / 0  # noqa: B018
        with transaction():
            later(Task.HANDLE_EVENT, event_id="evt_kept")

    assert [
        args["event_id"] for (args,) in rows("select args from procrastinate_jobs where task_name = 'handle_event'")
    ] == ["evt_kept"]


def test_no_job_is_asked_for_outside_a_transaction(app):
    with app.app_context(), pytest.raises(RuntimeError, match="no transaction is open"):
        later(Task.HANDLE_EVENT, event_id="evt_1")


def test_a_job_is_done_and_its_row_is_gone(app, address, rows):
    with app.app_context(), transaction():
        later(Task.HANDLE_EVENT, event_id="evt_1")
    done: list[str] = []

    work(address, {Task.HANDLE_EVENT: lambda event_id: done.append(event_id)}, delete_jobs="successful")
    assert done == ["evt_1"]
    assert rows("select id from procrastinate_jobs where task_name = 'handle_event'") == []


def test_a_job_that_fails_waits_longer_each_time_and_then_stays_visible(app, address, rows):
    with app.app_context(), transaction():
        later(Task.HANDLE_EVENT, event_id="evt_1")

    def fail(event_id: str) -> None:
        raise OSError("the provider is away")

    work(address, {Task.HANDLE_EVENT: fail})
    ((status, attempts, waits),) = rows(
        "select status, attempts, scheduled_at > now() from procrastinate_jobs where task_name = 'handle_event'"
    )
    assert (status, attempts, waits) == ("todo", 1, True)

    rows(
        f"update procrastinate_jobs set scheduled_at = now(), attempts = {worker.RETRY.max_attempts} "
        "where task_name = 'handle_event' returning id"
    )
    work(address, {Task.HANDLE_EVENT: fail})
    assert rows("select status from procrastinate_jobs where task_name = 'handle_event'") == [("failed",)]


def test_the_job_of_a_killed_worker_is_given_back_and_done(app, address, rows, monkeypatch):
    with app.app_context(), transaction():
        later(Task.HANDLE_EVENT, event_id="evt_1")
    environment = {**os.environ, "PYTHONPATH": str(databases.ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", HANGS, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"at work\n"
        victim.send_signal(signal.SIGKILL)
    assert rows("select status from procrastinate_jobs where task_name = 'handle_event'") == [("doing",)]

    done: list[str] = []
    rows("update procrastinate_workers set last_heartbeat = now() - interval '1 hour' returning id")
    jobs = worker.build(address, {Task.HANDLE_EVENT: lambda event_id: done.append(event_id)})
    with jobs.open():
        jobs.configure_task(Task.RETRY_STALLED, queueing_lock=uuid4().hex).defer(timestamp=0)
        jobs.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1)
        assert rows(
            "update procrastinate_jobs set scheduled_at = now() "
            "where status = 'todo' and task_name = 'handle_event' returning id"
        )
        jobs.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1)
    assert done == ["evt_1"]


def test_a_worker_that_loses_the_database_begins_again_and_stops_when_it_is_told(monkeypatch):
    shifts: list[str] = []

    async def shift() -> None:
        shifts.append("begun")
        if len(shifts) == 1:
            raise OSError("the connection was closed")
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    monkeypatch.setattr(worker, "PAUSE_S", 0)
    asyncio.run(worker._shift_after_shift(shift))
    assert shifts == ["begun", "begun"]


def test_a_worker_whose_connection_breaks_ends_its_shift_and_its_job_is_found(app, address, rows):
    with app.app_context(), transaction():
        later(Task.HANDLE_EVENT, event_id="evt_1")
    done: list[str] = []

    def cut(event_id: str) -> None:
        rows("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'to be cut'")
        done.append(event_id)

    with pytest.raises(ConnectorException):
        work(psycopg.conninfo.make_conninfo(address, application_name="to be cut"), {Task.HANDLE_EVENT: cut})
    assert done == ["evt_1"]
    assert rows("select status from procrastinate_jobs where task_name = 'handle_event'") == [("doing",)]
