"""S1 and S2 while 64 threads order, cancel and let lapse at one hot work centre; `make fire` plays 100 rounds."""

import os
from collections import Counter
from threading import Barrier

import pytest
from sqlalchemy import text

from blueprints.app import create_app
from config import load
from marketplace.capacity import queries
from marketplace.capacity.rules import ONE_DAY
from marketplace.kernel.database import db, session
from tests import databases
from tests.fire import BUYERS, CANCELLED, OVERDUE, THREADS, Range, room_for

ROUNDS = int(os.environ.get("FIRE_ROUNDS", "2"))
SEED = 20261128


@pytest.fixture
def scratch(config, tmp_path):
    """An application on a database of its own, whose tables may be spoiled."""
    name = f"commonforge_fire_{os.getpid()}"
    app = create_app(load({"ENVIRONMENT": "test", "DATABASE_URL": databases.fresh(name), "DATA_DIR": str(tmp_path)}))
    yield app
    with app.app_context():
        db.engine.dispose()
    databases.drop(name)


def drop_constraint(app):
    with app.app_context():
        session().execute(text("alter table capacity_days drop constraint ck_capacity_days_never_oversold"))
        session().commit()


def drop_locks(monkeypatch):
    """Buyers lock neither work centre nor days, and each reads what is free before anybody writes."""
    all_have_read = Barrier(BUYERS)

    def unlocked(work_centre_id, minutes, *, after, by):
        found = [(each.day, each.free_min) for each in queries.days(work_centre_id, after + ONE_DAY, by)]
        all_have_read.wait(timeout=60)
        return found

    monkeypatch.setattr(queries, "locked_place", lambda id_: queries.Place(id_, "UTC"))
    monkeypatch.setattr(queries, "locked_free", unlocked)


def test_sixty_four_at_one_work_centre_never_oversell_and_leave_exact_sums(app):
    """S1, S2: 40 order, 16 cancel, 8 clerks end what is overdue, all at once."""
    assert THREADS == 64
    firing = Range.laid_out(app, seed=SEED)
    bought, gave_up = Counter(), Counter()
    with room_for(app, THREADS):
        for number in range(1, ROUNDS + 1):
            fired = firing.loaded().fired()
            assert fired.faults() == [], f"round {number}"
            assert fired.sells_out(), f"round {number}"
            bought += fired.bought
            gave_up += fired.gave_up

    assert sum(bought.values()) == ROUNDS * BUYERS
    assert bought["ordered"] and bought["capacity_taken"]
    assert gave_up["cancelled"] + gave_up["not_cancellable"] == ROUNDS * (CANCELLED + OVERDUE)
    told = f"{ROUNDS} rounds of {THREADS} threads: {dict(bought)}, {dict(gave_up)}; never oversold, sums exact"
    print(told)  # noqa: T201 - `make fire` shows it


def test_without_the_constraint_the_locks_alone_hold(scratch):
    drop_constraint(scratch)
    with room_for(scratch, THREADS):
        assert Range.laid_out(scratch, seed=SEED).loaded().fired().faults() == []


def test_without_the_locks_the_constraint_alone_keeps_it_from_being_oversold(scratch, monkeypatch):
    """Who comes too late gets an error instead of a refusal: it is the lock that makes it one."""
    with room_for(scratch, THREADS):
        loaded = Range.laid_out(scratch, seed=SEED).loaded()
        drop_locks(monkeypatch)
        faults = loaded.fired().faults()

    assert faults
    assert all("never_oversold" in each for each in faults), faults


def test_without_both_it_is_oversold_and_seen(scratch, monkeypatch):
    """The negative control: what the other tests look for can be found."""
    drop_constraint(scratch)
    with room_for(scratch, THREADS):
        loaded = Range.laid_out(scratch, seed=SEED).loaded()
        drop_locks(monkeypatch)
        fired = loaded.fired()
        faults = fired.faults()

    assert "S1: no day has more minutes held than open, nor less than none" in faults, fired.bought
