"""The job behind an upload, done by the worker itself."""

from functools import partial

import pytest
from sqlalchemy import text

from marketplace.adapters.files_on_disk import FilesOnDisk
from marketplace.geometry.outcomes import Crashed
from marketplace.jobs import worker
from marketplace.jobs.queue import Queue, Task
from marketplace.kernel.database import session
from marketplace.kernel.errors import Unavailable
from marketplace.kernel.transaction import transaction
from marketplace.parts import queries
from marketplace.parts.models import RevisionState
from marketplace.workflows import intake
from tests import uploads


@pytest.fixture
def store(tmp_path):
    return FilesOnDisk(tmp_path / "files")


@pytest.fixture
def revision_id(app, store, make_organisation):
    """A revision that waits to be measured."""
    upload = intake.Upload(uploads.stream(uploads.STL), "clip.stl")
    with app.app_context():
        part = intake.receive(upload, store=store, most_bytes=1 << 20, by=make_organisation().actor)
        return part.revisions[0].id


@pytest.fixture
def work(app, store):
    """Let a worker do everything in the queue of geometry, once."""

    def work(measurer):
        measure = partial(intake.measure, store=store, measurer=measurer)

        def in_scope(revision_id):
            with app.app_context():
                measure(revision_id)

        address = app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg://", "postgresql://", 1)
        jobs = worker.build(address, {Task.MEASURE_REVISION: in_scope})
        with jobs.open():
            jobs.run_worker(
                queues=[Queue.GEOMETRY],
                wait=False,
                concurrency=1,
                listen_notify=False,
                install_signal_handlers=False,
                delete_jobs="successful",
            )

    return work


def state_and_jobs(app, revision_id):
    with app.app_context(), transaction():
        mine = "select status, attempts from procrastinate_jobs where task_name = 'measure_revision'"
        jobs = session().execute(text(mine)).all()
        return queries.revision(revision_id).state, jobs


def test_the_worker_measures_what_was_uploaded(app, revision_id, work):
    work(uploads.measures(uploads.a_cube()))
    assert state_and_jobs(app, revision_id) == (RevisionState.MEASURED, [])


def test_u1_a_hostile_file_costs_the_worker_one_try(app, revision_id, work):
    work(uploads.SaysAlways(Crashed(11)))
    assert state_and_jobs(app, revision_id) == (RevisionState.REFUSED, [])


def test_a_fault_of_ours_leaves_the_job_for_later(app, revision_id, work):
    work(uploads.SaysAlways(Unavailable("no kernel")))
    assert state_and_jobs(app, revision_id) == (RevisionState.MEASURING, [("todo", 1)])
