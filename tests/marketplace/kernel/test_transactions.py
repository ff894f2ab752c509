import pytest
from sqlalchemy import event, insert, text

from marketplace.geometry.values import FileKind
from marketplace.kernel import transaction as transactions
from marketplace.kernel.database import db, session
from marketplace.kernel.transaction import each_alone, transaction
from marketplace.parts.models import StoredFile


def test_blocks_do_not_nest(in_app):
    with transaction(), pytest.raises(RuntimeError, match="do not nest"), transaction():
        pass


def test_no_call_leaves_the_house_inside_a_block_or_after_a_read(in_app):
    with transaction(), pytest.raises(RuntimeError, match="no call leaves"):
        transactions.outside()
    transactions.outside()
    session().execute(text("select 1"))
    with pytest.raises(RuntimeError, match="no call leaves"):
        transactions.outside()


def test_one_that_fails_keeps_no_other_waiting_and_is_raised_at_the_end(in_app):
    done = []

    def act(number):
        done.append(session().execute(text("select 12 / :number"), {"number": number}).scalar_one())

    with pytest.raises(ExceptionGroup) as failures:
        each_alone([1, 0, 3, 0], act)
    assert done == [12, 4]
    assert len(failures.value.exceptions) == 2
    each_alone([2], act)
    assert done[-1] == 6


def test_nothing_is_written_without_a_block(in_app):
    with pytest.raises(RuntimeError, match="no transaction is open"):
        session().execute(insert(StoredFile).values(sha256="a" * 64, size_bytes=1, kind=FileKind.STL))
    session().add(StoredFile(sha256="a" * 64, size_bytes=1, kind=FileKind.STL))
    with pytest.raises(RuntimeError, match="no transaction is open"):
        session().flush()
    session().rollback()


def test_what_was_only_read_is_closed_by_a_commit_for_a_rollback_forgets_prepared_statements(app, client):
    ends: list[str] = []
    with app.app_context():
        engine = db.engine
    heard = {end: (lambda _, end=end: ends.append(end)) for end in ("commit", "rollback")}
    for end, hear in heard.items():
        event.listen(engine, end, hear)

    assert client.get("/v1/listings").status_code == 200
    for end, hear in heard.items():
        event.remove(engine, end, hear)
    assert ends == ["commit"]
