"""Calendars over HTTP: what is open and why, closures and overtime, other calendars, links."""

from datetime import timedelta
from uuid import uuid4

import icalendar
import pytest
from sqlalchemy import text

from blueprints.http.ports import KEY, ports
from marketplace.calendars.errors import CalendarAway
from marketplace.calendars.rules import Span
from marketplace.kernel import clock
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.workflows.shop_floor import importing_calendars
from tests.minutes import from_today

WEEK = [{"weekday": day, "starts": "08:00", "ends": "16:00", "attended": True} for day in range(7)]
CENTRE = {
    "name": "Mills",
    "process": "cnc_milling",
    "machines": 2,
    "envelope_mm": [600, 350, 400],
    "materials": ["aluminium_6061"],
    "time_zone": "UTC",
    "shifts": WEEK,
}
ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{events}END:VCALENDAR\r\n"
EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART;VALUE=DATE:{day:%Y%m%d}\r\n{more}END:VEVENT\r\n"


def ics(*days, more=""):
    return ICS.format(events="".join(EVENT.format(uid=day, day=from_today(day), more=more) for day in days))


@pytest.fixture
def owner(make_organisation):
    return make_organisation(hats=("factory",))


@pytest.fixture
def shop(owner, as_user):
    return as_user(owner)


@pytest.fixture
def centre(shop):
    made = shop.post("/v1/factory/work-centres", json=CENTRE)
    assert made.status_code == 201, made.json
    return f"/v1/factory/work-centres/{made.json['id']}"


def days(shop, centre, first, last, what="capacity"):
    span = {"from": from_today(first).isoformat(), "to": from_today(last).isoformat()}
    reply = shop.get(f"{centre}/{what}", query_string=span)
    assert reply.status_code == 200, reply.json
    return reply.json["days"]


def open_minutes(shop, centre, first=1, last=4):
    return [day["open_min"] for day in days(shop, centre, first, last)]


def closure(first, last=None, **more):
    return {
        "kind": "closure",
        "from": from_today(first).isoformat(),
        "to": from_today(last or first).isoformat(),
        "reason": "Stocktaking",
        **more,
    }


def test_a_day_says_what_is_open_and_by_which_rule(shop, centre):
    shop.post(f"{centre}/calendar-exceptions", json=closure(2))
    shop.post(f"{centre}/calendar-exceptions", json=closure(3, kind="overtime", minutes=90))

    told = days(shop, centre, 1, 3, "calendar")
    assert [(day["minutes"], day["source"], day["why"], day["overtime_min"]) for day in told] == [
        (960, "weekly", "", 0),
        (0, "closure", "Stocktaking", 0),
        (1_050, "overtime", "", 90),
    ]
    assert told[0]["shifts"] == [
        {"starts": f"{from_today(1)}T08:00:00.000Z", "ends": f"{from_today(1)}T16:00:00.000Z", "attended": True}
    ]
    assert open_minutes(shop, centre, 1, 3) == [960, 0, 1_050]


def test_the_same_key_closes_once_and_a_withdrawn_closure_is_over(shop, centre):
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (shop.post(f"{centre}/calendar-exceptions", json=closure(1, 2), headers=key) for _ in range(2))
    assert (first.status_code, again.headers["Idempotent-Replayed"], again.json) == (201, "true", first.json)
    assert open_minutes(shop, centre) == [0, 0, 960, 960]

    address = f"{centre}/calendar-exceptions/{first.json['id']}/withdraw"
    assert shop.post(address, json={}).json["withdrawn_at"] is not None
    assert open_minutes(shop, centre) == [960] * 4
    late = shop.post(address, json={})
    assert (late.status_code, late.json["code"]) == (404, "calendar_exception_unknown")
    assert len(shop.get(f"{centre}/calendar-exceptions").json["items"]) == 1


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (closure(-1, 2), "calendar_exception_impossible"),
        (closure(3, 2), "calendar_exception_impossible"),
        (closure(1, 9_000), "calendar_exception_impossible"),
        (closure(1, minutes=60), "calendar_exception_impossible"),
        (closure(1, kind="overtime"), "calendar_exception_impossible"),
        (closure(1, kind="overtime", minutes=2_881), "calendar_exception_impossible"),
        (closure(1, kind="overtime", minutes=0), "validation_failed"),
        (closure(1, kind="overtime", minutes=-60), "validation_failed"),
        (closure(1, reason=" "), "validation_failed"),
        (closure(1, kind="holiday"), "validation_failed"),
        (closure(1, machines=1), "validation_failed"),
        (closure(1, resolution={"others": {"choice": "ignore"}}), "validation_failed"),
        (closure(1, resolution={"jobs": [{"job_id": str(uuid4())}]}), "validation_failed"),
    ],
)
def test_days_that_cannot_be_excepted_are_refused(shop, centre, told, code):
    reply = shop.post(f"{centre}/calendar-exceptions", json=told)
    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert open_minutes(shop, centre) == [960] * 4


def test_two_choices_for_one_job_are_refused(shop, centre):
    twice = [{"job_id": "01890a5d-ac96-774b-bcce-b302099a8057", "choice": way} for way in ("move", "overtime")]
    reply = shop.post(f"{centre}/calendar-exceptions", json=closure(1, resolution={"jobs": twice}))
    assert (reply.status_code, reply.json["code"]) == (422, "validation_failed")


def test_holidays_and_unattended_hours_are_chosen_with_the_week(shop, centre):
    night = [*WEEK, *({"weekday": day, "starts": "20:00", "ends": "04:00", "attended": False} for day in range(7))]
    told = {"shifts": night, "holidays": "CN", "runs_unattended": True}
    reply = shop.put(f"{centre}/calendar", json=told, headers={"If-Match": '"1"'})

    assert (reply.status_code, reply.json["holidays"], reply.json["runs_unattended"]) == (200, "CN", True)
    assert len(reply.json["shifts"]) == 21, "a shift over midnight is kept as what lies on each day"
    year = days(shop, centre, 0, 399, "calendar")
    assert {day["minutes"] for day in year if day["source"] == "weekly"} == {2 * (480 + 480)}
    assert {day["unattended_min"] for day in year if day["source"] == "weekly"} == {2 * 480}
    assert {day["minutes"] for day in year if day["source"] == "holiday"} == {0}
    kept = {day["day"]: day["open_min"] for day in days(shop, centre, 0, 399)}
    assert kept == {day["day"]: day["minutes"] for day in year}

    attended = shop.put(f"{centre}/calendar", json={"shifts": night}, headers={"If-Match": '"2"'})
    assert attended.json["holidays"] is None
    assert set(open_minutes(shop, centre)) == {960}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"holidays": "XX"}, "holidays_unknown"),
        ({"holidays": "DE-XX"}, "holidays_unknown"),
        ({"holidays": "de"}, "validation_failed"),
        ({"runs_unattended": "yes"}, "validation_failed"),
        ({"shifts": []}, "calendar_empty"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused_and_nothing_changes(shop, centre, more, code):
    reply = shop.put(f"{centre}/calendar", json={"shifts": WEEK, **more}, headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert shop.get(centre).json["version"] == 1


def test_operators_do_not_close_days_but_report_breakdowns(owner, make_member, as_user, centre):
    operator = as_user(make_member(owner, Role.OPERATOR))
    told = {
        "machines": 1,
        "until": (clock.now() + timedelta(days=1)).isoformat(),
        "reason": "Spindle",
    }
    for what, body, status in (
        ("calendar-exceptions", closure(1), 403),
        ("calendar-imports", {"name": "x", "url": "https://x.example/a.ics"}, 403),
        ("calendar-imports/files", {"name": "x", "content": ics(1)}, 403),
        ("calendar-links", {"name": "x"}, 403),
        ("breakdowns", told, 201),
    ):
        assert operator.post(f"{centre}/{what}", json=body).status_code == status, what


def test_a_sent_file_closes_what_is_busy_in_it(shop, centre):
    sent = {"name": "Plan", "content": ics(2, 4, more="")}
    reply = shop.post(f"{centre}/calendar-imports/files", json=sent)

    assert (reply.status_code, reply.json["url"], reply.json["problem"]) == (201, None, None)
    assert open_minutes(shop, centre) == [960, 0, 960, 0]
    assert shop.delete(f"{centre}/calendar-imports/{reply.json['id']}").status_code == 204
    assert open_minutes(shop, centre) == [960] * 4
    gone = shop.delete(f"{centre}/calendar-imports/{reply.json['id']}")
    assert (gone.status_code, gone.json["code"]) == (404, "calendar_import_unknown")


def test_what_is_shown_as_free_or_cancelled_closes_nothing(shop, centre):
    for more in ("TRANSP:TRANSPARENT\r\n", "STATUS:CANCELLED\r\n"):
        shop.post(f"{centre}/calendar-imports/files", json={"name": "Plan", "content": ics(1, 2, more=more)})
    assert open_minutes(shop, centre) == [960] * 4


@pytest.mark.parametrize("content", ["x", "BEGIN:VCALENDAR\r\n", "BEGIN:VEVENT\r\nEND:VEVENT\r\n"])
def test_a_file_that_is_no_calendar_is_refused(shop, centre, content):
    reply = shop.post(f"{centre}/calendar-imports/files", json={"name": "Plan", "content": content})
    assert (reply.status_code, reply.json["code"]) == (422, "calendar_unreadable")
    assert shop.get(f"{centre}/calendar-imports").json["items"] == []


class Neighbour:
    """Another calendar that gives what it is told to."""

    def __init__(self):
        self.days, self.refusal = [], None

    def fetch(self, url):
        if self.refusal:
            raise self.refusal
        return f"as of {self.days}"

    def read(self, content, zone, first, last):
        midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return [Span(midnight + timedelta(days=n), midnight + timedelta(days=n + 1)) for n in self.days]


@pytest.fixture
def neighbour():
    return Neighbour()


def refresh_all(app, neighbour):
    """What the worker does every hour."""
    with app.app_context():
        importing_calendars.refresh_due()
    with app.app_context():
        waiting = session().execute(
            text("select args ->> 'imported_id' from procrastinate_jobs where task_name = 'refresh_calendar'")
        )
        ids = {each for (each,) in waiting}
        session().rollback()
        for imported_id in ids:
            importing_calendars.refresh(imported_id, neighbour)


def test_a_calendar_by_address_is_followed(app, shop, centre, neighbour):
    sent = {"name": "Plan", "url": "https://calendar.example/a.ics"}
    made = shop.post(f"{centre}/calendar-imports", json=sent)
    assert (made.status_code, made.json["read_at"]) == (202, None)
    for taken, left in (([1], [0, 960, 960, 960]), ([2, 3], [960, 0, 0, 960]), ([], [960] * 4)):
        neighbour.days = taken
        refresh_all(app, neighbour)
        assert open_minutes(shop, centre) == left
    assert shop.get(f"{centre}/calendar-imports").json["items"][0]["read_at"] is not None
    assert shop.post(f"{centre}/calendar-imports/{made.json['id']}/refresh").status_code == 202


def test_a_calendar_that_is_away_goes_on_counting_as_it_was(app, shop, centre, neighbour):
    shop.post(f"{centre}/calendar-imports", json={"name": "Plan", "url": "https://calendar.example/a.ics"})
    neighbour.days = [1]
    refresh_all(app, neighbour)
    neighbour.refusal = CalendarAway("Nobody there.")
    refresh_all(app, neighbour)
    assert shop.get(f"{centre}/calendar-imports").json["items"][0]["problem"] == "calendar_away"
    assert open_minutes(shop, centre) == [0, 960, 960, 960]


@pytest.mark.parametrize(
    "url",
    ["ftp://x.example/a", "https://user:pass@x.example/a.ics", "https://x.example:22/a", "file:///etc/passwd", "x", ""],
)
def test_addresses_that_lead_elsewhere_than_the_web_are_refused(shop, centre, url):
    reply = shop.post(f"{centre}/calendar-imports", json={"name": "Plan", "url": url})
    assert reply.status_code == 422
    assert reply.json["code"] in ("calendar_address_refused", "validation_failed")


def test_a_work_centre_takes_five_other_calendars(shop, centre):
    sent = {"name": "Plan", "url": "https://calendar.example/a.ics"}
    codes = [shop.post(f"{centre}/calendar-imports", json=sent).status_code for _ in range(6)]
    assert codes == [202] * 5 + [409]


def test_a_link_shows_the_calendar_to_programs_until_it_is_revoked(app, shop, centre, client):
    shop.post(f"{centre}/calendar-exceptions", json=closure(2))
    made = shop.post(f"{centre}/calendar-links", json={"name": "Hall"}).json
    address = made["url"].removeprefix("http://127.0.0.1:8000")

    reply = client.get(address)
    assert (reply.status_code, reply.content_type) == (200, "text/calendar; charset=utf-8")
    assert reply.headers["Cache-Control"] == "private, no-store"
    events = icalendar.Calendar.from_ical(reply.get_data()).walk("VEVENT")
    told = {str(each["SUMMARY"]) for each in events}
    assert told == {"Open", "Closed: Stocktaking"}
    assert {each["DTSTART"].dt for each in events if each["SUMMARY"] == "Closed: Stocktaking"} == {from_today(2)}
    assert len({str(each["UID"]) for each in events}) == len(events)

    assert address.rpartition("/")[2].removesuffix(".ics") not in shop.get(f"{centre}/calendar-links").text
    assert shop.delete(f"{centre}/calendar-links/{made['link']['id']}").status_code == 204
    gone = client.get(address)
    assert (gone.status_code, gone.json["code"]) == (404, "calendar_link_unknown")


def test_our_own_calendar_read_back_closes_nothing(shop, centre, client):
    address = shop.post(f"{centre}/calendar-links", json={"name": "Hall"}).json["url"]
    content = client.get(address.removeprefix("http://127.0.0.1:8000")).text.replace("TRANSPARENT", "OPAQUE")
    assert shop.post(f"{centre}/calendar-imports/files", json={"name": "x", "content": content}).status_code == 201
    assert open_minutes(shop, centre) == [960] * 4


@pytest.mark.parametrize("secret", ["x", "0" * 43, "%00" * 43, "a" * 500])
def test_a_link_that_nobody_made_shows_nothing(client, secret):
    reply = client.get(f"/v1/calendars/{secret}.ics")
    assert (reply.status_code, reply.json["code"]) == (404, "calendar_link_unknown")


def test_the_ports_of_the_application_have_a_source_of_calendars(app):
    with app.app_context():
        assert ports() is app.extensions[KEY][1]
        assert ports().calendars is not None
