from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.capacity import queries, service
from marketplace.capacity.errors import CapacityTaken, MinutesImpossible, WorkCentreGone
from marketplace.capacity.models import Hold, HoldState
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.lifecycle import IllegalMove, StateMove
from marketplace.kernel.transaction import transaction, write_noted
from tests.minutes import broken, from_today, held, in_an_hour
from tests.sent import statements


def take(centre, minutes, *, days=30):
    with transaction():
        return service.hold(centre, minutes, by=from_today(days), expires_at=in_an_hour())


def test_a_hold_takes_the_earliest_minutes_from_tomorrow_on(in_app, make_centre):
    centre = make_centre()

    first, second = take(centre, 700), take(centre, 300)

    assert held(centre) == {1: 480, 2: 480, 3: 40}
    assert (first.state, first.minutes, second.minutes) == (HoldState.TENTATIVE, 700, 300)
    assert broken() == []


def test_machines_work_side_by_side(in_app, make_centre):
    centre = make_centre(machines=3)
    take(centre, 1_440)
    assert held(centre) == {1: 1_440}


@pytest.mark.parametrize(("days", "fits", "too_many"), [(1, 480, 481), (2, 960, 961)])
def test_the_last_day_is_included_and_nothing_after_it(in_app, make_centre, days, fits, too_many):
    centre = make_centre()
    with pytest.raises(CapacityTaken) as refusal:
        take(centre, too_many, days=days)
    assert refusal.value.details["next_free"] == from_today(days + 1)
    assert held(centre) == {}

    take(centre, fits, days=days)
    assert held(centre) == dict.fromkeys(range(1, days + 1), 480)


def test_today_and_days_gone_by_are_never_sold(in_app, make_centre):
    centre = make_centre()
    for days in (0, -1):
        with pytest.raises(CapacityTaken):
            take(centre, 1, days=days)


def test_what_nobody_could_hold_is_refused(in_app, make_centre):
    centre = make_centre()
    for minutes in (0, -5, True, 1.5):
        with pytest.raises(MinutesImpossible):
            take(centre, minutes)
    with pytest.raises(CapacityTaken) as refusal:
        take(centre, 10**9, days=400)
    assert refusal.value.details["next_free"] is None
    with pytest.raises(WorkCentreGone):
        take(uuid4(), 1)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"])
def test_tomorrow_is_the_factorys(in_app, make_centre, zone):
    centre = make_centre(zone=zone)
    with transaction():
        made = service.hold(centre, 480, by=from_today(1, zone), expires_at=in_an_hour())
    session().refresh(made, attribute_names=["lines"])
    assert [line.day for line in made.lines] == [from_today(1, zone)]


def test_a_hold_becomes_firm_and_is_used(in_app, make_centre):
    centre = make_centre()
    made = take(centre, 1_000)
    with transaction():
        service.firm(made, by=SYSTEM)
    with transaction():
        service.finish(made, on=from_today(1), by=SYSTEM)

    assert held(centre) == {1: 480}
    assert broken() == []
    history = session().query(StateMove.from_state, StateMove.to_state).order_by(StateMove.id).all()
    assert history == [("tentative", "firm"), ("firm", "used")]


def test_a_hold_gives_back_exactly_what_it_took_and_once(in_app, make_centre):
    centre = make_centre()
    kept, made = take(centre, 100), take(centre, 500)
    with transaction():
        service.release(made, by=SYSTEM)
    assert held(centre) == {1: 100}
    for again in (service.release, service.firm):
        with pytest.raises(IllegalMove), transaction():
            again(made, by=SYSTEM)
    with pytest.raises(IllegalMove), transaction():
        service.finish(kept, on=from_today(1), by=SYSTEM)

    assert held(centre) == {1: 100}
    assert broken() == []
    assert session().query(StateMove).count() == 1


def test_a_firm_hold_can_be_released_and_a_used_one_cannot(in_app, make_centre):
    centre = make_centre()
    firm, used = take(centre, 480), take(centre, 480)
    with transaction():
        service.firm(firm, by=SYSTEM)
        service.firm(used, by=SYSTEM)
        service.release(firm, by=SYSTEM)
        service.finish(used, on=from_today(5), by=SYSTEM)
    with pytest.raises(IllegalMove), transaction():
        service.release(used, by=SYSTEM)
    assert held(centre) == {2: 480}
    assert broken() == []


def test_days_that_passed_are_given_back_too(in_app, make_centre):
    centre = make_centre()
    made = take(centre, 480)
    with clock.moved_by(timedelta(days=3)), transaction():
        service.release(made, by=SYSTEM)
    assert held(centre) == {}


def test_a_hold_costs_three_statements_however_many_days_it_spans(in_app, make_centre):
    centre = make_centre()
    for minutes in (1, 480 * 20):
        with transaction(), statements() as sent:
            service.hold(centre, minutes, by=from_today(30), expires_at=in_an_hour())
        assert len(sent) == 3, sent


@pytest.mark.parametrize("minutes", [1, 4_800])
def test_giving_back_costs_four_statements_however_many_days_it_spans(in_app, make_centre, minutes):
    made = take(make_centre(), minutes)
    with transaction(), statements() as sent:
        service.release(made, by=SYSTEM)
        write_noted()
    assert len(sent) == 4, sent


def test_the_database_itself_refuses_to_oversell(in_app, make_centre):
    centre = make_centre()
    with pytest.raises(IntegrityError, match="never_oversold"), transaction():
        session().execute(text("update capacity_days set held_min = 481 where work_centre_id = :id"), {"id": centre})


THREADS, ROUNDS = 16, 4


def at_once(app, acts):
    """Run acts in threads of their own that start together; what each came to."""
    start = Barrier(len(acts))

    def run(act):
        with app.app_context():
            start.wait(timeout=30)
            try:
                with transaction():
                    return act()
            except (CapacityTaken, IllegalMove) as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_sixteen_buyers_of_the_last_minutes_get_exactly_what_there_is(app, make_centre):
    """S1: two days of 480 minutes sell nine lots of 100, of which one spans both days."""
    for round_ in range(ROUNDS):
        centre = make_centre(f"Hot {round_}")

        def buy(centre=centre):
            return service.hold(centre, 100, by=from_today(2), expires_at=in_an_hour()).state.value

        outcomes = Counter(at_once(app, [buy] * THREADS))

        assert outcomes == {"tentative": 9, "CapacityTaken": THREADS - 9}
        with app.app_context():
            assert held(centre) == {1: 480, 2: 420}
            assert broken() == []


def test_buyers_and_givers_back_at_once_leave_exact_sums(app, make_centre):
    """S1 and S2: eight holds of 60 fill a day; while each is released twice, eight others buy 60."""
    for round_ in range(ROUNDS):
        centre = make_centre(f"Hot {round_}")
        with app.app_context():
            ids = [take(centre, 60, days=1).id for _ in range(8)]

        def give_back(hold_id):
            return lambda: service.release(session().get_one(Hold, hold_id), by=SYSTEM) or "released"

        def buy(centre=centre):
            return service.hold(centre, 60, by=from_today(1), expires_at=in_an_hour()).state.value

        twice = [give_back(hold_id) for hold_id in ids for _ in range(2)]
        outcomes = Counter(at_once(app, [*twice, *[buy] * 8]))

        assert (outcomes["released"], outcomes["IllegalMove"]) == (8, 8)
        assert outcomes["tentative"] + outcomes["CapacityTaken"] == 8
        with app.app_context():
            assert sum(held(centre).values()) == 60 * outcomes["tentative"]
            assert broken() == []


def test_without_the_lock_the_same_buyers_are_stopped_by_the_constraint_alone(app, make_centre, monkeypatch):
    """Negative control: it is the lock on the work centre that turns a lost race into a refusal."""
    meeting = Barrier(2)

    def unlocked(work_centre_id, minutes, *, after, by):
        days = [(day.day, day.free_min) for day in queries.days(work_centre_id, after + timedelta(days=1), by)]
        meeting.wait(timeout=30)
        return days

    centre = make_centre()
    monkeypatch.setattr(queries, "locked_free", unlocked)
    monkeypatch.setattr(queries, "locked_place", lambda id_: queries.Place(id_, "UTC"))

    def buy():
        try:
            return take(centre, 300, days=1).state.value
        except IntegrityError as error:
            return error.orig.diag.constraint_name

    def run(_):
        with app.app_context():
            return buy()

    with ThreadPoolExecutor(2) as threads:
        outcomes = set(threads.map(run, range(2)))

    assert outcomes == {"tentative", "ck_capacity_days_never_oversold"}
