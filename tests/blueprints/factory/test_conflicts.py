"""Breakdowns, signals and changed calendars against a paid job: who is concerned, and what may be chosen."""

from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from marketplace.accounts.tokens import NewToken, Scope, create
from marketplace.capability.models import Shift
from marketplace.capability.rules import Hours
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.orders.models import Job
from marketplace.payments.errors import MoreThanCaptured
from marketplace.workflows.money import refunding
from marketplace.workflows.shop_floor import breakdowns, replanning
from tests.blueprints.customer.test_orders import choose, held_minutes, quoted
from tests.blueprints.factory.test_jobs import holds_everywhere, pay
from tests.minutes import from_today

pytestmark = pytest.mark.usefixtures("app_with_stripe")

REASON = "The spindle waits for a bearing."
MOVE, OVERTIME, REFUSE = ({"choice": way} for way in ("move", "overtime", "refuse"))


@pytest.fixture
def paid(app, till, scene, as_user):
    """A paid job at a work centre that is open from 8 to 16 every day, and the factory's browser."""
    shop = scene.shop(till.seller())
    with app.app_context(), transaction():
        week = [Hours(day, time(8), time(16)) for day in range(7)]
        session().add_all(Shift(work_centre_id=shop.work_centre_id, **vars_of(each)) for each in week)
    customer, factory = as_user(till.customer), as_user(shop.owner)
    quote = quoted(customer, scene.part(till.customer), quantity=1)
    order = customer.post("/v1/customer/orders", json=choose(quote)).json
    pay(till, customer, order)
    (job,) = factory.get("/v1/factory/jobs").json["items"]
    return SimpleNamespace(
        shop=shop,
        till=till,
        customer=customer,
        factory=factory,
        order=order,
        job_id=job["id"],
        job=f"/v1/factory/jobs/{job['id']}",
        minutes=quote["offers"][0]["machine_min"],
        ships_on=date.fromisoformat(job["ships_on"]),
        centre=f"/v1/factory/work-centres/{shop.work_centre_id}",
        signals=f"/v1/machines/{shop.work_centre_id}/signals",
    )


def vars_of(hours):
    return {"weekday": hours.weekday, "starts": hours.starts, "ends": hours.ends}


def close(paid, first, last=None, **resolution):
    told = {
        "kind": "closure",
        "from": from_today(first).isoformat(),
        "to": from_today(last or first).isoformat(),
        "reason": "Works holiday",
    }
    if resolution:
        told["resolution"] = {"reason": REASON, **resolution}
    return paid.factory.post(f"{paid.centre}/calendar-exceptions", json=told)


def break_down(paid, first=1, last=1, **more):
    """Down from the midnight before the first day to the one after the last; it is one machine."""
    midnight = datetime.combine(from_today(first), time(0), tzinfo=clock.now().tzinfo)
    told = {
        "machines": 1,
        "starts_at": midnight.isoformat(),
        "until": (midnight + timedelta(days=1 + last - first)).isoformat(),
        "reason": REASON,
        **more,
    }
    return paid.factory.post(f"{paid.centre}/breakdowns", json=told)


def conflicts(paid):
    return paid.factory.get(f"{paid.centre}/conflicts").json["conflicts"]


def resolve(paid, **resolution):
    return paid.factory.post(f"{paid.centre}/conflicts/resolve", json={"reason": REASON, **resolution})


def held_days(paid):
    span = {"from": from_today(0).isoformat(), "to": from_today(29).isoformat()}
    days = paid.factory.get(f"{paid.centre}/capacity", query_string=span).json["days"]
    return {day["day"]: day["held_min"] for day in days if day["held_min"]}


def day(n):
    return from_today(n).isoformat()


def promise(app, paid, ships_on):
    with app.app_context(), transaction():
        session().get_one(Job, UUID(paid.job_id)).ships_on = ships_on


def test_a_closure_names_the_jobs_concerned_and_takes_a_choice(app, paid):
    assert held_days(paid) == {day(1): paid.minutes}
    refused = close(paid, 1)
    assert (refused.status_code, refused.json["code"]) == (409, "calendar_breaks_holds")
    assert refused.json["conflicts"] == [
        {
            "job_id": paid.job_id,
            "order_number": paid.order["number"],
            "day": day(1),
            "missing_min": paid.minutes,
            "held_min": paid.minutes,
            "choices": ["move", "overtime", "refuse"],
        }
    ]
    assert conflicts(paid) == [], "what was refused has changed nothing"

    promise(app, paid, from_today(9))
    assert close(paid, 1, jobs=[{"job_id": paid.job_id, **MOVE}]).status_code == 201
    assert held_days(paid) == {day(2): paid.minutes}
    (change,) = paid.factory.get(f"{paid.centre}/plan-changes").json["items"]
    assert (change["from_day"], change["to_day"], change["minutes"]) == (day(1), day(2), paid.minutes)
    assert (change["reason"], change["order_number"]) == (REASON, paid.order["number"])
    assert change["user_id"] == str(paid.shop.owner.user_id)
    assert holds_everywhere(app)


def test_a_move_past_the_promise_is_refused_unless_the_factory_says_so(paid):
    assert paid.ships_on == from_today(2), "handling takes a day: work ends tomorrow"
    late = close(paid, 1, others=MOVE)
    assert (late.status_code, late.json["code"]) == (409, "move_past_promise")
    assert (late.json["finish"], late.json["latest"]) == (day(2), day(1))
    assert held_days(paid) == {day(1): paid.minutes}

    assert close(paid, 1, others={"choice": "move", "even_late": True}).status_code == 201
    assert held_days(paid) == {day(2): paid.minutes}
    told = f"The goods will leave on {day(3)}, not on {day(2)} as promised: {REASON}"
    assert told in [each["text"] for each in paid.customer.get("/v1/account/notices").json["items"]]


def test_a_closed_day_has_no_overtime(paid):
    reply = close(paid, 1, others=OVERTIME)
    assert (reply.status_code, reply.json["code"]) == (409, "calendar_breaks_holds")


def test_a_job_that_was_not_taken_can_be_refused_and_is_paid_back(app, paid):
    assert close(paid, 1, others=REFUSE).status_code == 201
    paid.till.work()
    assert paid.factory.get(paid.job).json["state"] == "declined"
    assert paid.till.stripe.count("refund") == 1
    assert held_minutes(app) == 0
    assert conflicts(paid) == []
    assert holds_everywhere(app)


def test_a_job_that_was_taken_is_given_up_and_paid_back(app, paid):
    assert paid.factory.post(f"{paid.job}/accept").status_code == 200
    assert close(paid, 1, jobs=[{"job_id": paid.job_id, **REFUSE}]).status_code == 201
    paid.till.work()
    assert paid.factory.get(paid.job).json["state"] == "cancelled"
    assert paid.till.stripe.count("refund") == 1
    assert conflicts(paid) == []
    assert holds_everywhere(app)


def test_a_refusal_that_fails_is_told_and_the_job_keeps_its_conflict(app, paid, monkeypatch):
    def fails(*_, **__):
        raise MoreThanCaptured("No more goes back than was paid.")

    with monkeypatch.context() as patched:
        patched.setattr(refunding, "refund_all", fails)
        refused = close(paid, 1, others=REFUSE)
    assert (refused.status_code, refused.json["code"]) == (409, "jobs_not_refused")
    assert [(each["job_id"], each["code"]) for each in refused.json["jobs"]] == [(paid.job_id, "more_than_captured")]
    assert [each["job_id"] for each in conflicts(paid)] == [paid.job_id]
    assert paid.factory.get(paid.job).json["state"] == "offered"
    again = paid.factory.post(f"{paid.centre}/conflicts/resolve", json={"reason": REASON, "others": REFUSE})
    assert (again.status_code, again.json["conflicts"]) == (200, [])
    assert holds_everywhere(app)


def test_a_job_that_has_ended_meanwhile_is_as_good_as_refused(app, paid):
    assert paid.factory.post(f"{paid.job}/decline", json={"reason": REASON}).status_code == 200
    with app.app_context():
        replanning.refuse([UUID(paid.job_id)], reason=REASON, by=paid.shop.owner.actor)
    assert paid.factory.get(paid.job).json["state"] == "declined"


def test_a_job_that_nobody_has_paid_yet_cannot_be_refused(paid, scene, till):
    quote = quoted(paid.customer, scene.part(till.customer), quantity=1)
    paid.customer.post("/v1/customer/orders", json=choose(quote))
    refused = close(paid, 1, others=REFUSE)
    assert (refused.status_code, refused.json["code"]) == (409, "job_not_refusable")
    told = {each["job_id"]: each["choices"] for each in close(paid, 1).json["conflicts"]}
    assert told.pop(paid.job_id) == ["move", "overtime", "refuse"]
    assert list(told.values()) == [["move", "overtime"]]
    assert close(paid, 1, others={"choice": "move", "even_late": True}).status_code == 201
    assert set(held_days(paid)) == {day(2)}


def test_shorter_shifts_and_fewer_machines_want_a_choice_too(app, paid):
    promise(app, paid, from_today(9))
    short = [{"weekday": n, "starts": "08:00", "ends": "08:10"} for n in range(7)]
    version = paid.factory.get(paid.centre).json["version"]
    tag = {"If-Match": f'"{version}"'}
    refused = paid.factory.put(f"{paid.centre}/calendar", json={"shifts": short}, headers=tag)
    assert (refused.status_code, refused.json["conflicts"][0]["missing_min"]) == (409, paid.minutes - 10)
    told = {"shifts": short, "resolution": {"reason": REASON, "others": OVERTIME}}
    assert paid.factory.put(f"{paid.centre}/calendar", json=told, headers=tag).status_code == 200
    assert held_days(paid) == {day(1): paid.minutes}
    assert holds_everywhere(app)


def test_a_breakdown_is_taken_in_at_once_and_shows_its_conflicts(app, paid, scene, till):
    reply = break_down(paid)
    assert reply.status_code == 201
    assert [each["job_id"] for each in reply.json["conflicts"]] == [paid.job_id]
    assert conflicts(paid) == reply.json["conflicts"]
    assert conflicts(paid)[0]["job_state"] == "offered"
    quote = quoted(paid.customer, scene.part(till.customer), quantity=1)
    assert date.fromisoformat(quote["offers"][0]["ships_on"]) == paid.ships_on + timedelta(days=1)

    late = resolve(paid, others=MOVE)
    assert (late.status_code, late.json["code"]) == (409, "move_past_promise")
    assert resolve(paid, others={"choice": "move", "even_late": True}).json == {"conflicts": []}
    assert held_days(paid) == {day(2): paid.minutes}
    assert resolve(paid, others=MOVE).json == {"conflicts": []}, "the same choice again changes nothing"
    assert holds_everywhere(app)


def test_a_conflict_without_a_choice_stays_and_ends_with_the_breakdown(paid):
    reported = break_down(paid).json
    assert resolve(paid).json["conflicts"] == conflicts(paid)
    assert len(conflicts(paid)) == 1
    address = f"{paid.centre}/breakdowns/{reported['id']}/end"
    assert paid.factory.post(address).json["ended_at"] is not None
    assert conflicts(paid) == []
    again = paid.factory.post(address)
    assert (again.status_code, again.json["code"]) == (409, "breakdown_over")


def test_overtime_after_a_breakdown_opens_what_the_machine_still_has(paid):
    eight = datetime.combine(from_today(1), time(8), tzinfo=clock.now().tzinfo)
    break_down(paid, starts_at=eight.isoformat(), until=(eight + timedelta(hours=8)).isoformat())
    assert resolve(paid, others=OVERTIME).json == {"conflicts": []}
    assert held_days(paid) == {day(1): paid.minutes}
    (overtime,) = paid.factory.get(f"{paid.centre}/calendar-exceptions").json["items"]
    assert (overtime["kind"], overtime["minutes"], overtime["from"]) == ("overtime", paid.minutes, day(1))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"machines": 2}, "breakdown_impossible"),
        ({"machines": 0}, "validation_failed"),
        ({"machines": -1}, "validation_failed"),
        ({"until": "2020-01-01T00:00:00Z"}, "breakdown_impossible"),
        ({"until": "2399-01-01T00:00:00Z"}, "breakdown_impossible"),
        ({"starts_at": "2020-01-01T00:00:00Z"}, "breakdown_impossible"),
        ({"until": "2036-01-01T00:00:00"}, "validation_failed"),
        ({"until": "tomorrow"}, "validation_failed"),
        ({"reason": ""}, "validation_failed"),
        ({"ended_at": None}, "validation_failed"),
    ],
)
def test_a_breakdown_that_cannot_be_is_refused(paid, more, code):
    reply = break_down(paid, **more)
    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert paid.factory.get(f"{paid.centre}/breakdowns").json["items"] == []


@pytest.fixture
def machine(app, paid):
    """A browser that sends the token of a machine, and nothing else."""
    with app.app_context(), transaction():
        token = NewToken(name="Agent", scopes=[Scope.MACHINES], expires_in_days=1)
        _, secret = create(token, by=paid.shop.owner.actor)
    browser = app.test_client()
    browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return browser


def say(machine, paid, state, name="VMC-1"):
    return machine.post(paid.signals, json={"machine": name, "state": state, "reason": "AVAILABILITY"})


def test_a_machine_says_that_it_is_down_and_that_it_runs_again(app, paid, machine):
    heard = [say(machine, paid, state).json["heard"] for state in ("up", "down", "down", "up", "up")]
    assert heard == ["was_up", "began", "goes_on", "ended", "was_up"]
    (row,) = paid.factory.get(f"{paid.centre}/breakdowns").json["items"]
    assert (row["source"], row["machine"], row["machines"]) == ("signal", "VMC-1", 1)
    assert conflicts(paid) == []
    assert holds_everywhere(app)


def test_a_machine_that_stays_down_is_expected_one_more_day_again_and_again(app, paid, machine):
    say(machine, paid, "down")
    with clock.moved_by(timedelta(hours=23)), app.app_context():
        breakdowns.prolong_unended()
    assert until(paid) < clock.now() + timedelta(hours=25)
    with clock.moved_by(timedelta(hours=25)), app.app_context():
        breakdowns.prolong_unended()
        breakdowns.prolong_unended()
    assert clock.now() + timedelta(hours=48) < until(paid) < clock.now() + timedelta(hours=50)
    assert say(machine, paid, "up").json["heard"] == "ended"
    with clock.moved_by(timedelta(hours=60)), app.app_context():
        breakdowns.prolong_unended()
    assert until(paid) < clock.now() + timedelta(hours=50)
    assert holds_everywhere(app)


def until(paid):
    (row,) = paid.factory.get(f"{paid.centre}/breakdowns").json["items"]
    return datetime.fromisoformat(row["until"])


def test_a_machines_token_opens_nothing_else(paid, machine):
    for address in (paid.centre, paid.job, f"{paid.centre}/conflicts", f"{paid.centre}/breakdowns"):
        reply = machine.get(address)
        assert (reply.status_code, reply.json["code"]) == (403, "scope_missing")


def test_other_tokens_do_not_speak_for_machines(app, paid, till, make_organisation):
    for scope, person, status in (
        (Scope.FACTORY_READ, paid.shop.owner, 403),
        (Scope.FACTORY, paid.shop.owner, 200),
        (Scope.MACHINES, make_organisation(hats=("factory",)), 404),
        (Scope.MACHINES, make_organisation(), 403),
    ):
        with app.app_context(), transaction():
            _, secret = create(NewToken(name="x", scopes=[scope], expires_in_days=1), by=person.actor)
        browser = app.test_client()
        browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        assert say(browser, paid, "up").status_code == status, (scope, person)


@pytest.mark.parametrize(
    "told",
    [{"state": "sleeping"}, {"state": None}, {"machine": ""}, {"machine": "x" * 61}, {"at": "now"}, {"reason": 5}],
)
def test_a_signal_that_means_nothing_is_refused(paid, machine, told):
    sent = {"machine": "VMC-1", "state": "down", "reason": "x", **told}
    assert machine.post(paid.signals, json=sent).status_code == 422
    assert paid.factory.get(f"{paid.centre}/breakdowns").json["items"] == []


def test_a_subscribed_calendar_shows_the_orders_number_and_nothing_of_its_customer(app, paid, client):
    url = paid.factory.post(f"{paid.centre}/calendar-links", json={"name": "Hall"}).json["url"]
    told = client.get(url.removeprefix("http://127.0.0.1:8000")).text
    assert f"Order {paid.order['number']}: {paid.minutes} min" in told
    assert "Organisation" not in told
    assert "Bracket" not in told
