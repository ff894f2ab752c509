from datetime import date, timedelta
from uuid import uuid4

import pytest

from marketplace.kernel.actor import Role
from tests.minutes import from_today

URL = "/v1/factory/work-centres"
WEEK = [{"weekday": day, "starts": "08:00", "ends": "16:30", "attended": True} for day in range(7)]
CENTRE = {
    "name": "Three-axis mills",
    "process": "cnc_milling",
    "machines": 2,
    "envelope_mm": [600, 350, 400],
    "materials": ["aluminium_6061", "brass"],
    "time_zone": "UTC",
}
PRICES = {
    "currency": "EUR",
    "machine_rate_minor_per_h": 6500,
    "labour_rate_minor_per_h": 4200,
    "material_minor_per_kg": {"aluminium_6061": 650, "brass": 900},
    "minimum_order_minor": 5000,
    "margin_bps": 1500,
}


@pytest.fixture
def owner(make_organisation):
    return make_organisation(hats=("factory",))


@pytest.fixture
def shop(owner, as_user):
    """The owner's browser."""
    return as_user(owner)


@pytest.fixture
def centre(shop):
    reply = shop.post(URL, json={**CENTRE, "shifts": WEEK})
    assert reply.status_code == 201, reply.json
    return reply.json


def url(centre, rest=""):
    return f"{URL}/{centre['id']}{rest}"


def span(first, last):
    return {"from": first.isoformat(), "to": last.isoformat()}


def test_a_factory_opens_a_work_centre_and_its_days_are_open(shop):
    reply = shop.post(URL, json={**CENTRE, "shifts": WEEK})

    assert reply.status_code == 201
    assert reply.headers["ETag"] == '"1"'
    assert reply.json["envelope_mm"] == [350, 400, 600]
    assert reply.json["shifts"] == WEEK
    assert shop.get(url(reply.json)).json == reply.json
    days = shop.get(url(reply.json, "/capacity"), query_string=span(from_today(0), from_today(2))).json
    assert days == {
        "time_zone": "UTC",
        "days": [
            {
                "day": from_today(n).isoformat(),
                "open_min": 1020,
                "calendar_min": 1020,
                "held_min": 0,
                "free_min": 1020,
            }
            for n in range(3)
        ],
    }


def test_the_same_key_opens_one_work_centre(shop):
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (shop.post(URL, json=CENTRE, headers=key) for _ in range(2))
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    other = shop.post(URL, json={**CENTRE, "name": "Others"}, headers=key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert len(shop.get(URL).json["items"]) == 1
    taken = shop.post(URL, json=CENTRE)
    assert (taken.status_code, taken.json["code"]) == (409, "work_centre_name_taken")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"machines": True}, "validation_failed"),
        ({"machines": "3"}, "validation_failed"),
        ({"machines": 0}, "validation_failed"),
        ({"machines": 1001}, "validation_failed"),
        ({"machines": 10**30}, "validation_failed"),
        ({"machines": None}, "validation_failed"),
        ({"name": ""}, "validation_failed"),
        ({"name": "x" * 121}, "validation_failed"),
        ({"name": "a\x00b"}, "validation_failed"),
        ({"envelope_mm": [1, 2]}, "validation_failed"),
        ({"envelope_mm": [1, 2, -3]}, "validation_failed"),
        ({"envelope_mm": [1, 2, 3.5]}, "validation_failed"),
        ({"materials": []}, "validation_failed"),
        ({"handling_days": 31}, "validation_failed"),
        ({"is_verified": True}, "validation_failed"),
        ({"organisation_id": str(uuid4())}, "validation_failed"),
        ({"shifts": [{"weekday": 7, "starts": "08:00", "ends": "09:00"}]}, "validation_failed"),
        ({"shifts": [{"weekday": 0, "starts": "25:00", "ends": "09:00"}]}, "validation_failed"),
        ({"shifts": [{"weekday": 0, "starts": "08:00:30", "ends": "09:00"}]}, "validation_failed"),
        ({"shifts": WEEK * 13}, "validation_failed"),
        ({"process": "alchemy"}, "process_unknown"),
        ({"materials": ["unobtainium"]}, "material_unknown"),
        ({"materials": ["pla"]}, "material_not_for_process"),
        ({"time_zone": "Mars/Olympus"}, "time_zone_unknown"),
        ({"time_zone": "a\x00b"}, "time_zone_unknown"),
        ({"shifts": [{"weekday": 0, "starts": "22:00", "ends": "22:00"}]}, "shift_impossible"),
        ({"shifts": WEEK * 2}, "shifts_overlap"),
    ],
)
def test_bad_descriptions_are_refused_and_leave_nothing(shop, change, code):
    reply = shop.post(URL, json={**CENTRE, **change})
    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert shop.get(URL).json == {"items": [], "next_cursor": None}


def test_a_change_needs_the_version_that_was_read(shop, centre):
    blind = shop.patch(url(centre), json={"machines": 3})
    assert (blind.status_code, blind.json["code"]) == (428, "if_match_needed")
    changed = shop.patch(url(centre), json={"machines": 3}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"], changed.json["machines"]) == (200, '"2"', 3)
    late = shop.patch(url(centre), json={"machines": 4}, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json["code"]) == (412, "edited_meanwhile")
    for rest, body in (("", {"process": "fdm"}), ("", {"machines": False}), ("/calendar", {"shifts": "always"})):
        send = shop.put if rest else shop.patch
        assert send(url(centre, rest), json=body, headers={"If-Match": '"2"'}).status_code == 422
    assert shop.get(url(centre)).json["machines"] == 3


def test_the_days_follow_the_calendar(shop, centre):
    noon = [{"weekday": day, "starts": "12:00", "ends": "00:00", "attended": True} for day in range(7)]
    assert shop.put(url(centre, "/calendar"), json={"shifts": noon}).status_code == 428
    reply = shop.put(url(centre, "/calendar"), json={"shifts": noon}, headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.headers["ETag"], reply.json["shifts"]) == (200, '"2"', noon)
    days = shop.get(url(centre, "/capacity"), query_string=span(from_today(0), from_today(399))).json["days"]
    assert {day["open_min"] for day in days} == {2 * 720}
    assert len(days) == 400
    empty = shop.put(url(centre, "/calendar"), json={"shifts": []}, headers={"If-Match": '"2"'})
    assert (empty.status_code, empty.json["code"]) == (422, "calendar_empty")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "validation_failed"),
        ({"from": "yesterday", "to": "2027-01-01"}, "validation_failed"),
        ({"from": "2027-01-01", "to": "2027-01-02", "held": "0"}, "validation_failed"),
        (span(date(2027, 1, 2), date(2027, 1, 1)), "window_impossible"),
        (span(date(2027, 1, 1), date(2027, 1, 1) + timedelta(days=400)), "window_impossible"),
    ],
)
def test_a_span_of_days_that_is_none_is_refused(shop, centre, query, code):
    reply = shop.get(url(centre, "/capacity"), query_string=query)
    assert (reply.status_code, reply.json["code"]) == (422, code)


def test_prices_are_set_and_kept(shop, centre):
    key = {"Idempotency-Key": str(uuid4())}
    first = shop.post(url(centre, "/rate-cards"), json=PRICES, headers=key)
    again = shop.post(url(centre, "/rate-cards"), json=PRICES, headers=key)
    second = shop.post(url(centre, "/rate-cards"), json={**PRICES, "margin_bps": 0})
    assert [reply.status_code for reply in (first, again, second)] == [201, 201, 201]
    assert first.json == again.json
    assert first.json["machine_rate_per_h"] == {"minor": 6500, "currency": "EUR", "text": "65.00 EUR"}

    page = shop.get(url(centre, "/rate-cards"), query_string={"limit": 1}).json
    assert [card["number"] for card in page["items"]] == [2]
    rest = shop.get(url(centre, "/rate-cards"), query_string={"cursor": page["next_cursor"]}).json
    assert rest == {"items": [first.json], "next_cursor": None}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"currency": "QQQ"}, "validation_failed"),
        ({"machine_rate_minor_per_h": 65.5}, "validation_failed"),
        ({"machine_rate_minor_per_h": -1}, "validation_failed"),
        ({"machine_rate_minor_per_h": 10**9 + 1}, "validation_failed"),
        ({"labour_rate_minor_per_h": True}, "validation_failed"),
        ({"margin_bps": 9001}, "validation_failed"),
        ({"material_minor_per_kg": {"aluminium_6061": "650", "brass": 1}}, "validation_failed"),
        ({"material_minor_per_kg": {}}, "validation_failed"),
        ({"discount": 5}, "validation_failed"),
        ({"material_minor_per_kg": {"aluminium_6061": 650}}, "material_prices_incomplete"),
        ({"material_minor_per_kg": {"aluminium_6061": 1, "brass": 1, "pom": 1}}, "material_prices_incomplete"),
        ({"tiers": {"standard": {"wait_days": 2}, "express": {"wait_days": 3}}}, "lead_times_contradict"),
    ],
)
def test_absurd_prices_are_refused(shop, centre, change, code):
    reply = shop.post(url(centre, "/rate-cards"), json={**PRICES, **change})
    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert shop.get(url(centre, "/rate-cards")).json["items"] == []


def asks(client, centre):
    """Every request about one work centre: those that look, and those that change."""
    edited = {"If-Match": f'"{centre["version"]}"'}
    looks = [
        client.get(url(centre)),
        client.get(url(centre, "/capacity"), query_string=span(from_today(0), from_today(1))),
        client.get(url(centre, "/rate-cards")),
    ]
    changes = [
        client.patch(url(centre), json={"machines": 9}, headers=edited),
        client.put(url(centre, "/calendar"), json={"shifts": WEEK[:1]}, headers=edited),
        client.post(url(centre, "/rate-cards"), json=PRICES),
    ]
    return looks, changes


@pytest.mark.parametrize(("role", "may_write"), [(Role.VIEWER, 0), (Role.OPERATOR, 0), (Role.MANAGER, 1)])
def test_viewers_and_operators_look_and_managers_write(owner, make_member, as_user, centre, role, may_write):
    client = as_user(make_member(owner, role))
    looks, changes = asks(client, centre)
    assert {reply.status_code for reply in looks} == {200}
    if may_write:
        assert [reply.status_code for reply in changes] == [200, 412, 201]
        assert client.post(URL, json={**CENTRE, "name": "More"}).status_code == 201
    else:
        assert {(reply.status_code, reply.json["code"]) for reply in changes} == {(403, "role_too_small")}
        assert client.post(URL, json={**CENTRE, "name": "More"}).json["code"] == "role_too_small"


def test_another_factorys_work_centre_does_not_exist(make_organisation, as_user, centre):
    stranger = as_user(make_organisation(hats=("factory",)))
    looks, changes = asks(stranger, centre)
    assert {(reply.status_code, reply.json["code"]) for reply in looks + changes} == {(404, "work_centre_unknown")}
    assert stranger.get(URL).json["items"] == []


def test_customers_and_strangers_stay_outside(make_organisation, as_user, client, centre):
    for visitor, status in ((as_user(make_organisation()), 403), (client, 401)):
        looks, changes = asks(visitor, centre)
        assert {reply.status_code for reply in looks + changes} == {status}


def test_the_list_is_paged(shop):
    names = [f"Mills {number}" for number in range(3)]
    for name in names:
        shop.post(URL, json={**CENTRE, "name": name})
    first = shop.get(URL, query_string={"limit": 2}).json
    rest = shop.get(URL, query_string={"cursor": first["next_cursor"]}).json
    assert [row["name"] for row in first["items"] + rest["items"]] == names[::-1]
    assert rest["next_cursor"] is None
    assert shop.get(URL, query_string={"cursor": "?"}).json["code"] == "cursor_unknown"
