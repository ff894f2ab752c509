import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import Organisation, User
from marketplace.audit.models import AuditEvent
from marketplace.kernel import clock
from marketplace.kernel import transaction as transactions
from marketplace.kernel.actor import Credential
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.lifecycle import StateMove
from marketplace.kernel.transaction import transaction


def event(**given):
    return AuditEvent(
        id=new_id(),
        verb="test.happened",
        subject_kind="tests",
        subject_id=new_id(),
        credential=Credential.SYSTEM,
        details={},
        **given,
    )


def move():
    return StateMove(subject_kind="tests", subject_id=new_id(), from_state="a", to_state="b")


def count(model):
    return session().scalar(select(func.count()).select_from(model))


def test_noted_rows_of_several_tables_are_written_in_one_statement_when_the_transaction_ends(in_app, statements):
    with transaction():
        before = count(AuditEvent), count(StateMove)

    with transaction():
        with statements() as sent:
            transactions.note(event(), move())
            transactions.note(event())
        assert not sent
        with statements() as sent:
            transactions.write_noted()

    assert len(sent) == 1
    with transaction():
        assert (count(AuditEvent), count(StateMove)) == (before[0] + 2, before[1] + 1)


def test_defaults_are_set_on_the_rows(in_app):
    made = event()
    with transaction():
        transactions.note(made)
    with transaction():
        kept = session().get_one(AuditEvent, made.id)

    assert kept is not made
    assert (kept.created_at, kept.verb, kept.user_id) == (made.created_at, "test.happened", None)


def test_what_was_noted_goes_with_a_rollback_and_not_into_the_next_transaction(in_app):
    lost = event()
    with pytest.raises(ZeroDivisionError), transaction():
        transactions.note(lost)
        raise ZeroDivisionError
    with transaction():
        transactions.note(event())

    with transaction():
        assert session().get(AuditEvent, lost.id) is None


def test_a_row_that_the_database_refuses_takes_the_transaction_with_it(in_app):
    good, bad = event(), event(user_id=new_id())
    with pytest.raises(IntegrityError), transaction():
        transactions.note(good, bad)

    with transaction():
        assert session().get(AuditEvent, good.id) is None


def test_nothing_is_noted_outside_of_a_transaction(in_app):
    with pytest.raises(RuntimeError, match="no transaction is open"):
        transactions.note(event())


def test_what_changed_in_loaded_rows_is_written_in_the_same_statement(in_app, world, statements):
    person = world.make_organisation("Changing")
    with transaction():
        user = session().get_one(User, person.user_id)
        with statements() as sent:
            user.name = "Changed"
            transactions.note(event(user_id=user.id))
            transactions.write_noted()
        assert len(sent) == 1
        assert not session().is_modified(user)
        assert not session().dirty  # nothing is left for the mapper to look through when the transaction ends

    with transaction():
        assert session().get_one(User, user.id, populate_existing=True).name == "Changed"


def test_rows_edited_by_version_are_left_to_the_mapper_which_knows_how(in_app, world):
    person = world.make_organisation("Versioned")
    with transaction():
        organisation = session().get_one(Organisation, person.actor.organisation_id)
        before = organisation.version
        organisation.name = "Renamed"
        transactions.note(event())

    assert organisation.version == before + 1


def many(count):
    made = [event() for _ in range(count)]
    columns = [column.key for column in AuditEvent.__table__.columns]
    return [{key: getattr(each, key) for key in columns} | {"created_at": clock.now()} for each in made]


def test_many_rows_of_one_table_go_out_with_the_others_in_one_statement(in_app, statements):
    rows, alone = many(20), event()
    with transaction(), statements() as sent:
        transactions.note(alone)
        transactions.note_many(AuditEvent, rows)
        transactions.write_noted()

    assert len(sent) == 1
    with transaction():
        for row in rows:
            kept = session().get_one(AuditEvent, row["id"])
            assert {key: getattr(kept, key) for key in row} == row
        assert session().get(AuditEvent, alone.id) is not None


def test_no_rows_are_nothing_to_write(in_app, statements):
    with transaction(), statements() as sent:
        transactions.note_many(AuditEvent, [])
        transactions.write_noted()

    assert sent == []


def test_many_rows_go_with_a_rollback_and_not_into_the_next_transaction(in_app):
    (lost,) = many(1)
    with pytest.raises(ZeroDivisionError), transaction():
        transactions.note_many(AuditEvent, [lost])
        raise ZeroDivisionError
    with transaction():
        transactions.note(event())

    with transaction():
        assert session().get(AuditEvent, lost["id"]) is None
