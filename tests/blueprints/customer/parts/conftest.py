"""A customer at the door of the parts."""

import pytest
from sqlalchemy import text

from blueprints.http.ports import ports
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.workflows import intake
from tests import uploads
from tests.uploads import PARTS, a_part


@pytest.fixture
def owner(make_organisation):
    return make_organisation()


@pytest.fixture
def customer(owner, as_user):
    return as_user(owner)


@pytest.fixture
def settle(app):
    """The work of the worker: every revision that waits is measured by the measurer given."""

    def settle(measurer):
        with app.app_context():
            with transaction():
                waiting = session().scalars(text("select id from revisions where state = 'measuring'")).all()
            for revision_id in waiting:
                intake.measure(str(revision_id), store=ports().files, measurer=measurer)

    return settle


@pytest.fixture
def traces(app):
    """What uploads leave: rows by table, jobs, files that have a name and files that have none yet."""

    def traces():
        with app.app_context():
            tables = ("parts", "revisions", "files", "procrastinate_jobs", "idempotency_keys", "audit_events")
            with transaction():
                rows = [session().scalar(text(f"select count(*) from {table}")) for table in tables]
            folder = ports().files.folder
        return rows, sorted(path.name for path in folder.rglob("*") if path.is_file())

    return traces


@pytest.fixture
def cube(customer, settle):
    """The address of a measured revision: a cube of 10 units, without units yet."""
    part = a_part(customer)
    settle(uploads.measures(uploads.a_cube(10)))
    return f"{PARTS}/{part['id']}/revisions/1"
