from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from marketplace.capability import queries as capability
from marketplace.capability.rules import Hours
from marketplace.capability.service import DescribeTerms, Week
from marketplace.capacity import openings, queries, service
from marketplace.capacity.errors import CalendarBreaksHolds
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.workflows.shop_floor import calendars
from tests.minutes import EVERY_DAY, broken, from_today, held, in_an_hour
from tests.sent import statements

HALF_DAYS = tuple(Hours(day, time(8), time(12)) for day in range(7))


def kept(centre):
    """First day, last day, number of days and open minutes that are kept."""
    return tuple(
        session()
        .execute(
            text("select min(day), max(day), count(*), sum(open_min) from capacity_days where work_centre_id = :id"),
            {"id": centre},
        )
        .one()
    )


def set_calendar(shop, centre, week):
    with transaction():
        row = capability.work_centre_to_change(shop.actor, centre)
        calendars.set_calendar(row, Week(week), by=shop.actor)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"])
def test_days_are_open_from_the_factorys_today_to_its_horizon(in_app, make_centre, zone):
    centre = make_centre(zone=zone, machines=2)
    assert kept(centre) == (from_today(0, zone), from_today(400, zone), 401, 401 * 960)


def test_daylight_saving_is_in_the_days(in_app, make_centre):
    nights = tuple(Hours(day, time(0), time(6)) for day in range(7))
    with clock.moved_by(datetime(2027, 1, 10, 12, tzinfo=ZoneInfo("UTC")) - clock.now()):
        centre = make_centre(zone="Europe/Berlin", week=nights)
        days = queries.days(centre, from_today(0), from_today(399))
    odd = {day.day.isoformat(): day.open_min for day in days if day.open_min != 360}
    assert odd == {"2027-03-28": 300, "2027-10-31": 420}


def test_a_changed_calendar_changes_the_days_but_not_what_is_held(in_app, shop, make_centre):
    centre = make_centre()
    with transaction():
        service.hold(centre, 240, by=from_today(1), expires_at=in_an_hour())

    set_calendar(shop, centre, HALF_DAYS)

    assert kept(centre)[2:] == (401, 401 * 240)
    assert held(centre) == {1: 240}
    assert broken() == []


def test_a_calendar_that_would_break_holds_is_refused_and_names_the_days(in_app, shop, make_centre):
    centre = make_centre()
    with transaction():
        service.hold(centre, 480 + 241, by=from_today(2), expires_at=in_an_hour())

    with pytest.raises(CalendarBreaksHolds) as refusal:
        set_calendar(shop, centre, HALF_DAYS)

    assert refusal.value.details["days"] == [from_today(1), from_today(2)]
    assert kept(centre)[3] == 401 * 480
    assert len(capability.work_centre(shop.actor, centre).shifts) == 7
    assert capability.work_centre(shop.actor, centre).shifts[0].ends == time(16)


def test_fewer_machines_and_another_time_zone_move_the_days(in_app, shop, make_centre):
    centre = make_centre(machines=4, zone="Pacific/Kiritimati")
    changes = DescribeTerms(machines=1, time_zone="Pacific/Pago_Pago")
    with transaction():
        row = capability.work_centre_to_change(shop.actor, centre)
        calendars.describe(row, changes, by=shop.actor)

    opened = queries.days(centre, from_today(0, "Pacific/Pago_Pago"), from_today(800))
    assert {day.open_min for day in opened} == {480}
    assert opened[-1].day == from_today(400, "Pacific/Kiritimati")


def test_time_passes_and_the_job_keeps_the_horizon(in_app, shop, make_centre):
    centres = [make_centre(f"Mills {n}", zone=zone) for n, zone in enumerate(["UTC", "Pacific/Kiritimati"])]
    set_calendar(shop, centres[0], HALF_DAYS)
    with clock.moved_by(timedelta(days=30)):
        calendars.extend_capacity()
        calendars.extend_capacity()
        assert kept(centres[0]) == (from_today(-30), from_today(400), 431, 431 * 240)
        assert kept(centres[1])[1:] == (from_today(400, "Pacific/Kiritimati"), 431, 431 * 480)


def test_the_job_leaves_days_that_are_open_as_they_are(in_app, make_centre):
    centre = make_centre()
    with transaction():
        session().execute(
            text("update capacity_days set open_min = 7 where work_centre_id = :id and day = :day"),
            {"id": centre, "day": from_today(9)},
        )
    with clock.moved_by(timedelta(days=5)):
        calendars.extend_capacity()
    assert queries.days(centre, from_today(9), from_today(9))[0].open_min == 7


def test_after_a_long_sleep_only_days_from_today_on_are_opened(in_app, make_centre):
    centre = make_centre()
    with clock.moved_by(timedelta(days=500)):
        calendars.extend_capacity()
        assert kept(centre)[1:3] == (from_today(400), 401 + 401)


def test_the_job_goes_through_all_batches_and_passes_over_centres_without_a_calendar(in_app, make_centre, monkeypatch):
    monkeypatch.setattr(calendars, "BATCH", 2)
    centres = [make_centre(f"Mills {n}") for n in range(5)]
    without = make_centre("Idle", week=())
    with clock.moved_by(timedelta(days=1)):
        calendars.extend_capacity()
        assert [kept(centre)[1] for centre in centres] == [from_today(400)] * 5
        assert kept(without)[1] == from_today(399)


def test_the_job_costs_the_same_for_one_work_centre_and_for_many(in_app, make_centre):
    counts = []
    for days, names in enumerate((["A"], ["B", "C", "D", "E"]), start=1):
        for name in names:
            make_centre(name)
        with clock.moved_by(timedelta(days=days)), statements() as sent:
            calendars.extend_capacity()
        counts.append(len(sent))
    assert counts[0] == counts[1]


def finishes(centres, minutes, wait_days=0, **given):
    """When each of them has the minutes free."""
    asked = [queries.Asked(centre, minutes, wait_days) for centre in centres]
    return {each.work_centre_id: slot.finish for each, slot in queries.slots(asked, **given).items()}


def test_finish_dates_of_many_centres_come_from_one_statement_and_one_more_for_the_full(in_app, make_centre):
    free, busy = make_centre("Free"), make_centre("Busy")
    abroad = make_centre("Abroad", zone="Pacific/Kiritimati")
    weekdays = make_centre("Idle", week=())
    with transaction():
        service.hold(busy, 700, by=from_today(5), expires_at=in_an_hour())

    with statements() as sent:
        dates = finishes([free, busy, abroad, weekdays], 480)

    with statements() as sent_soon:
        finishes([free, busy, abroad], 480)

    assert len(sent) == 2
    assert len(sent_soon) == 1
    assert dates == {free: from_today(1), busy: from_today(3), abroad: from_today(1, "Pacific/Kiritimati")}


@pytest.mark.parametrize(("minutes", "days"), [(1, 1), (480, 1), (481, 2), (480 * 400, 400)])
def test_a_finish_date_is_the_first_on_which_the_minutes_are_there(in_app, make_centre, minutes, days):
    centre = make_centre()
    assert finishes([centre], minutes) == {centre: from_today(days)}
    with transaction():
        service.hold(centre, minutes, by=from_today(days), expires_at=in_an_hour())


def test_no_finish_date_beyond_what_is_kept_nor_of_what_is_not_there(in_app, make_centre):
    centre = make_centre()
    assert finishes([centre], 480 * 400 + 1) == {}
    assert finishes([], 1) == {}


def test_a_later_start_gives_a_later_finish(in_app, make_centre):
    centre = make_centre()
    later = clock.now() + timedelta(days=10)
    assert finishes([centre], 480, now=later) == {centre: from_today(11)}


def test_each_centre_is_asked_for_its_own_minutes_after_its_own_wait(in_app, make_centre):
    few, many, late = make_centre("Few"), make_centre("Many"), make_centre("Late")
    asked = [queries.Asked(few, 1), queries.Asked(many, 481), queries.Asked(late, 480, 7)]

    assert queries.slots(asked) == {
        asked[0]: (from_today(0), from_today(1)),
        asked[1]: (from_today(0), from_today(2)),
        asked[2]: (from_today(7), from_today(8)),
    }


def test_one_centre_is_asked_for_several_amounts_at_once(in_app, make_centre):
    centre = make_centre()
    asked = [queries.Asked(centre, minutes, wait) for minutes, wait in ((1, 0), (481, 0), (1, 5), (480 * 400 + 1, 0))]

    with statements() as sent:
        slots = queries.slots([*asked, asked[0]])

    assert [slots[each].finish for each in asked[:3]] == [from_today(1), from_today(2), from_today(6)]
    assert asked[3] not in slots
    assert len(sent) == 2


def test_a_hold_that_begins_later_leaves_the_days_before_it_free(in_app, make_centre):
    centre = make_centre()
    with transaction():
        held = service.hold(centre, 480, after=from_today(3), by=from_today(9), expires_at=in_an_hour())

    assert [day.day for day in queries.days(centre, from_today(1), from_today(9)) if day.held_min] == [from_today(4)]
    assert held.minutes == 480


def test_opening_days_costs_the_same_for_any_calendar(in_app, shop, make_centre):
    centre = make_centre()
    counts = []
    for week in (EVERY_DAY, HALF_DAYS, HALF_DAYS[:1]):
        set_calendar(shop, centre, week)
        with transaction(), statements() as sent:
            openings.open_days(capability.work_centre_to_change(shop.actor, centre))
        counts.append(len(sent))
    assert len(set(counts)) == 1


@pytest.mark.parametrize(
    ("damage", "invariant"),
    [
        ("update capacity_days set held_min = 1 where held_min = 0", "S2"),
        ("update capacity_days set held_min = held_min - 1 where held_min > 0", "S2"),
        ("update holds set minutes = minutes + 1", "S2"),
        ("update holds set state = 'released'", "S2"),
        ("update hold_lines set given_back_at = now()", "S2"),
    ],
)
def test_the_check_finds_what_has_been_damaged(in_app, make_centre, damage, invariant):
    centre = make_centre()
    with transaction():
        service.hold(centre, 500, by=from_today(3), expires_at=in_an_hour())
    assert broken() == []
    with transaction():
        session().execute(text(damage))
    assert {found for found, _ in broken()} == {invariant}
