from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from marketplace.accounts import log_ins
from marketplace.accounts.models import LogIn, User
from marketplace.idempotency import service as idempotency
from marketplace.idempotency.models import IdempotencyKey
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.transaction import transaction
from marketplace.workflows import forgetting

CALLER = UUID(int=7)


def use(key):
    with transaction():
        return idempotency.once(new_id, caller_id=CALLER, operation="buy", key=key, fingerprint="f").is_replay


def keys():
    with transaction():
        return set(session().scalars(select(IdempotencyKey.key)))


@pytest.fixture
def log_in(in_app, make_organisation):
    """Logs one person in; the id of the session."""
    person = make_organisation()

    def log_in():
        with transaction():
            return log_ins.start(session().get_one(User, person.user_id), user_agent="tests")[0].id

    return log_in


def sessions():
    with transaction():
        return set(session().scalars(select(LogIn.id)))


def test_a_key_is_remembered_for_thirty_days_and_then_forgotten(in_app):
    use("old")
    with clock.moved_by(timedelta(minutes=1)):
        use("younger")

    with clock.moved_by(timedelta(days=29, hours=23)):
        forgetting.forget_outlived()
        assert use("old")
    with clock.moved_by(timedelta(days=30, seconds=30)):
        forgetting.forget_outlived()

    assert keys() == {"younger"}


def test_a_session_is_forgotten_thirty_days_after_its_end(log_in):
    old = log_in()
    with clock.moved_by(timedelta(minutes=1)):
        younger = log_in()

    with clock.moved_by(log_ins.LASTS + timedelta(days=29, hours=23)):
        forgetting.forget_outlived()
        assert sessions() == {old, younger}
    with clock.moved_by(log_ins.LASTS + timedelta(days=30, seconds=30)):
        forgetting.forget_outlived()

    assert sessions() == {younger}


def test_many_are_forgotten_in_many_small_transactions(log_in, monkeypatch, statements):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    for number in range(5):
        with clock.moved_by(timedelta(seconds=number)):
            use(str(number))
            log_in()

    with clock.moved_by(timedelta(days=100)), statements() as sent:
        forgetting.forget_outlived()

    assert (keys(), sessions()) == (set(), set())
    deleting = [each.split()[2] for each in sent if each.startswith("DELETE")]
    assert deleting == ["idempotency_keys"] * 3 + ["log_ins"] * 3
    forgetting.forget_outlived()
