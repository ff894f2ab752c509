from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from random import Random
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.calendars import assembly
from marketplace.calendars import queries as calendar_rows
from marketplace.calendars import service as calendar_service
from marketplace.calendars.errors import BreakdownsTooMany, ExceptionsTooMany
from marketplace.calendars.models import ExceptionKind
from marketplace.calendars.rules import SpecialDay
from marketplace.calendars.service import BreakdownTerms, ExceptionTerms
from marketplace.capability import queries as capability
from marketplace.capability.service import Week
from marketplace.capacity import conflicts, moving, queries, service
from marketplace.capacity.errors import (
    CalendarBreaksHolds,
    CapacityTaken,
    MovesPastNextStep,
    MovesPastPromise,
    NothingToMove,
    PlanImpossible,
)
from marketplace.capacity.models import Hold, PlanChange
from marketplace.capacity.scheduling import Step
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.errors import Refusal
from marketplace.kernel.transaction import transaction
from marketplace.workflows.shop_floor import breakdowns, calendars, replanning
from marketplace.workflows.shop_floor.replanning import Choice, Resolution, Way
from tests.minutes import EVERY_DAY, broken, from_today, held, in_an_hour

WHY = "The spindle waits for a bearing."


def take(centre, minutes, *, days=30, after=None):
    with transaction():
        return service.hold(centre, minutes, after=after, by=from_today(days), expires_at=in_an_hour())


def firm(centre, minutes, *, days=30, after=None):
    made = take(centre, minutes, days=days, after=after)
    with transaction():
        service.firm(made, by=SYSTEM)
    return made


def plan_of(hold):
    """Minutes by days from today."""
    rows = queries.lines_at(hold.id, hold.work_centre_id)
    return {(row.day - from_today(0)).days: row.minutes for row in rows}


def history():
    rows = session().query(PlanChange).order_by(PlanChange.created_at, PlanChange.from_day).all()
    return [((row.from_day - from_today(0)).days, (row.to_day - from_today(0)).days, row.minutes) for row in rows]


def open_minutes(centre):
    return {(day.day - from_today(0)).days: day.open_min for day in queries.days(centre, from_today(0), from_today(9))}


def locked(shop, centre):
    return capability.work_centre_to_change(shop.actor, centre)


def breakdown(shop, centre, days, *, machines=1):
    """Machines are down from the midnight that begins one day to the one that ends another (UTC)."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    first, last = (midnight + timedelta(days=n) for n in (days[0], days[1] + 1))
    with transaction():
        terms = BreakdownTerms(machines, max(first, clock.now()), last, WHY)
        return breakdowns.report(locked(shop, centre), terms, by=shop.actor)


def close(shop, centre, first, last=None, resolution=replanning.NOTHING_CHOSEN):
    terms = ExceptionTerms(ExceptionKind.CLOSURE, from_today(first), from_today(last or first), "Stocktaking")
    with transaction():
        return calendars.except_days(locked(shop, centre), terms, resolution=resolution, by=shop.actor)


def test_a_hold_moves_to_the_days_of_its_new_plan_and_its_history_is_kept(in_app, make_centre):
    centre = make_centre()
    other, made = take(centre, 100), firm(centre, 600)
    assert plan_of(made) == {1: 380, 2: 220}
    with transaction():
        moving.move(made, {from_today(2): 200, from_today(5): 400}, by=SYSTEM, reason=WHY)

    assert plan_of(made) == {2: 200, 5: 400}
    assert held(centre) == {1: 100, 2: 200, 5: 400}
    assert history() == [(1, 5, 380), (2, 5, 20)]
    with transaction():
        service.release(made, by=SYSTEM)
        service.release(other, by=SYSTEM)
    assert held(centre) == {}
    assert broken() == []


def test_minutes_of_a_moved_hold_that_are_left_over_go_back(in_app, make_centre):
    centre = make_centre()
    made = firm(centre, 600)
    with transaction():
        moving.move(made, {from_today(3): 300, from_today(5): 300}, by=SYSTEM, reason=WHY)
        service.finish(made, on=from_today(3), by=SYSTEM)
    assert held(centre) == {3: 300}
    assert broken() == []


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        ({1: 599}, PlanImpossible),
        ({1: 601}, PlanImpossible),
        ({1: 400, 2: 0, 3: 200}, PlanImpossible),
        ({1: 700, 2: -100}, PlanImpossible),
        ({-1: 600}, PlanImpossible),
        ({1: 481, 2: 119}, CapacityTaken),
        ({1: 480, 401: 120}, CapacityTaken),
        ({2: 500, 3: 100}, CapacityTaken),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_nothing_moves(in_app, make_centre, plan, refusal):
    centre = make_centre()
    made, before = take(centre, 600), held(centre)
    with pytest.raises(refusal), transaction():
        moving.move(made, {from_today(day): minutes for day, minutes in plan.items()}, by=SYSTEM, reason=WHY)
    assert held(centre) == before
    assert history() == []


def test_what_is_given_back_or_used_up_does_not_move(in_app, make_centre):
    centre = make_centre()
    released, used = take(centre, 100), firm(centre, 100)
    with transaction():
        service.release(released, by=SYSTEM)
        service.finish(used, on=from_today(9), by=SYSTEM)
    for hold in (released, used):
        with pytest.raises(NothingToMove), transaction():
            moving.move(hold, {from_today(4): 100}, by=SYSTEM, reason=WHY)


def test_the_database_refuses_a_move_onto_minutes_that_are_not_there(in_app, make_centre, monkeypatch):
    """Negative control: without the look at what is free, the constraint stands."""
    centre = make_centre()
    take(centre, 400, days=1)
    made = take(centre, 80 + 300)
    monkeypatch.setattr(queries, "locked_days", lambda *_: dict.fromkeys([from_today(1), from_today(2)], 10**6))
    with pytest.raises(IntegrityError, match="never_oversold"), transaction():
        moving.move(made, {from_today(1): 380}, by=SYSTEM, reason=WHY)


def test_postponed_minutes_take_the_earliest_free_days_after(in_app, make_centre):
    centre = make_centre()
    take(centre, 480 * 2 + 380)
    made = firm(centre, 480)
    assert plan_of(made) == {3: 100, 4: 380}
    with transaction():
        last = moving.postpone(made, {from_today(3): 60}, by_day=None, by=SYSTEM, reason=WHY)
    assert plan_of(made) == {3: 40, 4: 440}
    assert last == from_today(4)
    with pytest.raises(MovesPastPromise) as refusal, transaction():
        moving.postpone(made, {from_today(4): 400}, by_day=from_today(4), by=SYSTEM, reason=WHY)
    assert refusal.value.details["finish"] == from_today(5)
    assert plan_of(made) == {3: 40, 4: 440}
    with pytest.raises(CapacityTaken), transaction():
        moving.move(made, {from_today(1): 480}, by=SYSTEM, reason=WHY)


def test_a_breakdown_takes_free_minutes_at_once_and_what_is_held_stays_for_who_holds_it(in_app, shop, make_centre):
    centre = make_centre(machines=3)
    made = firm(centre, 1_200, days=1)
    breakdown(shop, centre, (1, 1), machines=2)

    assert (held(centre), open_minutes(centre)[1]) == ({1: 1_200}, 1_200)
    with pytest.raises(CapacityTaken):
        take(centre, 1, days=1)
    (conflict,) = conflicts.shortages(capability.work_centre(shop.actor, centre))
    assert (conflict.hold_id, conflict.day, conflict.minutes) == (made.id, from_today(1), 1_200 - 480)
    assert broken() == []


def test_minutes_that_are_given_back_on_a_broken_day_are_nobodys(in_app, shop, make_centre):
    """S1: a day that lacks minutes opens none by somebody leaving it, until what is held fits again."""
    centre = make_centre(machines=3)
    holds = [firm(centre, 600, days=1) for _ in range(2)]
    breakdown(shop, centre, (1, 1), machines=2)
    with transaction():
        service.release(holds[0], by=SYSTEM)
    assert open_minutes(centre)[1] == 600
    with pytest.raises(CapacityTaken):
        take(centre, 1, days=1)
    with transaction():
        service.release(holds[1], by=SYSTEM)
    assert open_minutes(centre)[1] == 480
    take(centre, 480, days=1)
    assert broken() == []


def test_an_ended_breakdown_gives_the_minutes_back(in_app, shop, make_centre):
    centre = make_centre(machines=3)
    firm(centre, 1_200, days=1)
    row = breakdown(shop, centre, (1, 4), machines=2)
    assert [open_minutes(centre)[day] for day in (1, 2, 4, 5)] == [1_200, 480, 480, 1_440]
    with transaction():
        breakdowns.end(locked(shop, centre), calendar_rows.own(type(row), shop.actor, centre, row.id), by=shop.actor)
    assert [open_minutes(centre)[day] for day in (1, 2, 4, 5)] == [1_440] * 4
    assert conflicts.shortages(capability.work_centre(shop.actor, centre)) == []


def test_the_conflicts_of_a_breakdown_are_resolved_by_moving(in_app, shop, make_centre):
    centre = make_centre()
    older, younger = firm(centre, 300, days=1), firm(centre, 300)
    breakdown(shop, centre, (1, 1))
    with transaction():
        row = locked(shop, centre)
        assert replanning.resolve(row, Resolution(WHY, others=Choice(Way.MOVE)), by=shop.actor) == []

    assert (plan_of(older), plan_of(younger)) == ({2: 300}, {2: 180, 3: 120}), "who came first is served first"
    assert held(centre) == {2: 480, 3: 120}
    assert open_minutes(centre)[1] == 0
    assert broken() == []
    assert sum(minutes for _, _, minutes in history()) == 480


def test_overtime_opens_the_missing_minutes_and_no_more(in_app, shop, make_centre):
    centre = make_centre()
    firm(centre, 480, days=1)
    hours = clock.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=1)
    with transaction():
        terms = BreakdownTerms(1, hours, hours + timedelta(hours=5), WHY)
        breakdowns.report(locked(shop, centre), terms, by=shop.actor)
    with transaction():
        replanning.resolve(locked(shop, centre), Resolution(WHY, others=Choice(Way.OVERTIME)), by=shop.actor)
    assert open_minutes(centre)[1] == 480
    assert conflicts.shortages(capability.work_centre(shop.actor, centre)) == []
    assert calendar_rows.overtime([centre], from_today(1), from_today(1)) == {centre: {from_today(1): 300}}


def test_a_closure_that_breaks_holds_is_refused_until_it_comes_with_a_choice(in_app, shop, make_centre):
    centre = make_centre()
    made = firm(centre, 600)
    with pytest.raises(CalendarBreaksHolds) as refusal:
        close(shop, centre, 1, 2)
    assert refusal.value.details["days"] == [from_today(1), from_today(2)]
    assert [each["missing_min"] for each in refusal.value.details["conflicts"]] == [480, 120]
    with pytest.raises(CalendarBreaksHolds):
        close(shop, centre, 1, 2, Resolution(WHY, others=Choice(Way.OVERTIME)))
    assert open_minutes(centre)[1] == 480

    close(shop, centre, 1, 2, Resolution(WHY, others=Choice(Way.MOVE)))
    assert plan_of(made) == {3: 480, 4: 120}
    assert [open_minutes(centre)[day] for day in (1, 2)] == [0, 0]
    assert broken() == []


def test_an_old_conflict_keeps_nobody_from_changing_other_days(in_app, shop, make_centre):
    centre = make_centre()
    firm(centre, 480, days=1)
    breakdown(shop, centre, (1, 1))
    close(shop, centre, 5)
    assert [open_minutes(centre)[day] for day in (1, 5)] == [480, 0]


def test_a_closure_of_an_open_day_is_withdrawn_again(in_app, shop, make_centre):
    centre = make_centre()
    row, _ = close(shop, centre, 3, 4)
    assert open_minutes(centre)[3] == 0
    with transaction():
        row = calendar_rows.own(type(row), shop.actor, centre, row.id)
        calendars.withdraw(locked(shop, centre), row, by=shop.actor)
    assert open_minutes(centre)[3] == 480


def test_the_job_follows_holidays_that_are_decided_late_and_leaves_conflicts(in_app, shop, make_centre, monkeypatch):
    centre = make_centre()
    with transaction():
        calendars.set_calendar(locked(shop, centre), Week(EVERY_DAY, holidays="CN"), by=shop.actor)
    holiday = next(day for day in range(30, 60) if open_minutes_on(centre, day) == 480)
    made = firm(centre, 480, after=from_today(holiday - 1), days=holiday)
    decided = {from_today(holiday): SpecialDay("Decided in November")}
    monkeypatch.setattr(assembly, "special_days", lambda *_: decided)
    with clock.moved_by(timedelta(days=1)):
        calendars.extend_capacity()
        (conflict,) = conflicts.shortages(capability.work_centre(shop.actor, centre))
    assert (conflict.hold_id, conflict.minutes) == (made.id, 480)
    assert broken() == []


def open_minutes_on(centre, day):
    return queries.days(centre, from_today(day), from_today(day))[0].open_min


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_a_breakdown_takes_the_factorys_days_wherever_it_is(in_app, shop, make_centre, zone):
    """From eight to twelve of its clock tomorrow: half of a shift from eight to four, of that day alone."""
    centre = make_centre(zone=zone)
    tomorrow = from_today(1, zone)
    starts, ends = (datetime.combine(tomorrow, time(hour), ZoneInfo(zone)) for hour in (8, 12))
    with transaction():
        breakdowns.report(locked(shop, centre), BreakdownTerms(1, starts, ends, WHY), by=shop.actor)
    days = {day.day: day.open_min for day in queries.days(centre, from_today(0, zone), from_today(9, zone))}
    assert {day: minutes for day, minutes in days.items() if minutes != 480} == {tomorrow: 240}


def test_closures_and_breakdowns_ahead_are_bounded(in_app, shop, make_centre, monkeypatch):
    centre = make_centre()
    monkeypatch.setattr(calendar_service, "MOST_AHEAD", 1)
    close(shop, centre, 3)
    breakdown(shop, centre, (5, 5))
    with pytest.raises(ExceptionsTooMany):
        close(shop, centre, 4)
    with pytest.raises(BreakdownsTooMany):
        breakdown(shop, centre, (6, 6))
    assert [open_minutes(centre)[day] for day in (4, 6)] == [480, 480]


THREADS, ROUNDS = 12, 3


def test_calendar_changes_breakdowns_moves_and_holds_at_once_never_oversell(app, shop, make_centre):
    """S1 and S2 under fire: buyers, givers back, closures, breakdowns, their ends, moves, all on one work centre."""
    for round_ in range(ROUNDS):
        with app.app_context():
            centre = make_centre(f"Hot {round_}", machines=2)
            ids = [firm(centre, 200, days=6).id for _ in range(12)]
        acts = [*(buyer(centre, n) for n in range(4)), *(giver_back(ids, n) for n in range(2))]
        acts += [*(closer(shop, centre, n) for n in range(2)), *(breaker(shop, centre, n) for n in range(2))]
        acts += [mover(ids, 1), resolver(shop, centre)]
        start = Barrier(len(acts))

        def run(act, start=start):
            with app.app_context():
                start.wait(timeout=30)
                return act()

        with ThreadPoolExecutor(len(acts)) as threads:
            outcomes = list(threads.map(run, acts))

        assert sum(outcomes) > THREADS, "hardly anything happened"
        with app.app_context():
            assert broken() == []
            taken = session().execute(
                text("""select coalesce(sum(minutes), 0) from holds
                        where work_centre_id = :id and state in ('tentative', 'firm')"""),
                {"id": centre},
            )
            assert sum(held(centre).values()) == taken.scalar_one()


def repeated(act, times=6):
    """How often an act went well; a refusal is an answer like another."""

    def run():
        done = 0
        for n in range(times):
            try:
                with transaction():
                    act(n)
                done += 1
            except Refusal:
                session().rollback()
        return done

    return run


def buyer(centre, _):
    return repeated(lambda _: service.hold(centre, 170, by=from_today(9), expires_at=in_an_hour()))


def giver_back(ids, which):
    return repeated(lambda n: service.release(session().get_one(Hold, ids[2 * n + which]), by=SYSTEM))


def closer(shop, centre, which):
    def act(n):
        terms = ExceptionTerms(ExceptionKind.CLOSURE, from_today(n + 1), from_today(n + 1), "Closed")
        resolution = Resolution(WHY, others=Choice(Way.MOVE, even_late=True))
        row, _ = calendars.except_days(locked(shop, centre), terms, resolution=resolution, by=shop.actor)
        if which:
            calendars.withdraw(locked(shop, centre), row, by=shop.actor)

    return repeated(act)


def breaker(shop, centre, which):
    def act(n):
        starts = clock.now() + timedelta(days=which + 1)
        terms = BreakdownTerms(1, starts, starts + timedelta(days=n + 1), WHY)
        row = breakdowns.report(locked(shop, centre), terms, by=shop.actor)
        if n % 2:
            session().flush()
            breakdowns.end(locked(shop, centre), row, by=shop.actor)

    return repeated(act)


def mover(ids, seed):
    dice = Random(seed)

    def act(n):
        hold = session().get_one(Hold, ids[n])
        days = dice.sample(range(1, 20), 2)
        moving.move(hold, {from_today(days[0]): 90, from_today(days[1]): 110}, by=SYSTEM, reason=WHY)

    return repeated(act)


def resolver(shop, centre):
    choice = Choice(Way.MOVE, even_late=True)
    return repeated(lambda _: replanning.resolve(locked(shop, centre), Resolution(WHY, others=choice), by=shop.actor))


def chain(*steps, days=30):
    with transaction():
        made = service.hold_chain(steps, by=from_today(days), expires_at=in_an_hour())
        service.firm(made, by=SYSTEM)
    return made


def at_place(hold, place):
    return {(row.day - from_today(0)).days: (row.minutes, row.operation) for row in queries.lines_at(hold.id, place)}


def test_of_a_chain_only_the_minutes_of_the_broken_work_centre_move(in_app, shop, make_centre):
    mills, bench = make_centre("Mills"), make_centre("Bench")
    made = chain(Step(mills, 0, 480), Step(bench, 0, 200, wait_days=4))
    before = at_place(made, bench)
    breakdown(shop, mills, (1, 1))
    with transaction():
        replanning.resolve(locked(shop, mills), Resolution(WHY, others=Choice(Way.MOVE)), by=shop.actor)

    assert at_place(made, mills) == {2: (480, 1)}
    assert at_place(made, bench) == before
    assert conflicts.shortages(capability.work_centre(shop.actor, mills)) == []
    assert broken() == []


def test_minutes_do_not_move_behind_the_next_operation(in_app, shop, make_centre):
    mills, bench = make_centre("Mills"), make_centre("Bench")
    made = chain(Step(mills, 0, 480), Step(bench, 0, 200))
    before = at_place(made, mills)
    breakdown(shop, mills, (1, 5))
    with pytest.raises(MovesPastNextStep), transaction():
        replanning.resolve(locked(shop, mills), Resolution(WHY, others=Choice(Way.MOVE)), by=shop.actor)
    assert at_place(made, mills) == before
    with transaction():
        service.release(made, by=SYSTEM)
    assert (held(mills), held(bench)) == ({}, {})
    assert broken() == []
