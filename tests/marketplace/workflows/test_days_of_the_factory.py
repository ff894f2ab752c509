"""Whose day it is: dates and minutes are the factory's local ones, times to answer are spans; at odd instants."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from marketplace.capability.rules import Hours
from marketplace.capability.service import WorkCentreTerms
from marketplace.capacity import queries as days
from marketplace.capacity import service as capacity
from marketplace.capacity.errors import CapacityTaken
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.orders import making, queries
from marketplace.orders.errors import AnswerOverdue, DateImpossible
from marketplace.orders.models import Side
from marketplace.workflows.ordering import amending, checkout, fulfilment
from marketplace.workflows.shop_floor import calendars
from tests.bare_quotes import bare_quote

FIRST, LAST, PLAIN = "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"
"""UTC+14, UTC-11, and one with daylight saving."""
ROUND_THE_CLOCK = tuple(Hours(day, time(0), time(0)) for day in range(7))


@contextmanager
def frozen(year, month, day, hour=12, minute=0, second=0):
    """It is this instant, in UTC, give or take the time that the test itself needs."""
    with clock.moved_by(datetime(year, month, day, hour, minute, second, tzinfo=UTC) - clock.now()):
        yield


@pytest.fixture
def shop(make_organisation):
    return make_organisation("Shop", hats=("factory",))


@pytest.fixture
def centre(in_app, shop):
    """Opens a work centre in a zone, day and night; gives its id."""

    def centre(zone):
        terms = WorkCentreTerms(
            name="Mills",
            process="cnc_milling",
            machines=1,
            envelope_mm=(400, 300, 200),
            materials=("aluminium_6061",),
            time_zone=zone,
            shifts=ROUND_THE_CLOCK,
        )
        with transaction():
            return calendars.open_work_centre(terms, by=shop.actor).id

    return centre


def lines(hold):
    """What it took of each day and has not given back."""
    query = "select day, minutes from hold_lines where hold_id = :id and given_back_at is null order by day"
    return [tuple(row) for row in session().execute(text(query), {"id": hold.id})]


def taken(centre_id, minutes, by):
    with transaction():
        return capacity.hold(centre_id, minutes, by=by, expires_at=clock.now() + timedelta(hours=1))


@pytest.mark.parametrize(
    ("instant", "zone", "tomorrow"),
    [
        ((2027, 12, 31, 9, 59), FIRST, date(2028, 1, 1)),
        ((2027, 12, 31, 10, 1), FIRST, date(2028, 1, 2)),
        ((2028, 1, 1, 10, 58), LAST, date(2028, 1, 1)),
        ((2028, 1, 1, 11, 1), LAST, date(2028, 1, 2)),
        ((2028, 2, 28, 12), PLAIN, date(2028, 2, 29)),
        ((2028, 2, 28, 23, 30), PLAIN, date(2028, 3, 1)),
        ((2027, 2, 28, 12), PLAIN, date(2027, 3, 1)),
        ((2028, 2, 28, 10, 30), FIRST, date(2028, 3, 1)),
        ((2028, 3, 1, 10, 30), LAST, date(2028, 3, 1)),
    ],
)
def test_minutes_are_sold_from_the_factorys_tomorrow_on(centre, instant, zone, tomorrow):
    with frozen(*instant):
        hold = taken(centre(zone), 60, by=tomorrow)
        assert lines(hold) == [(tomorrow, 60)]
        with pytest.raises(CapacityTaken):
            taken(hold.work_centre_id, 60, by=tomorrow - timedelta(days=1))


@pytest.mark.parametrize(
    ("zone", "eve", "odd_minutes"),
    [
        (PLAIN, date(2027, 3, 27), 23 * 60),
        (PLAIN, date(2027, 10, 30), 25 * 60),
        ("America/New_York", date(2027, 3, 13), 23 * 60),
        ("Australia/Lord_Howe", date(2027, 10, 2), 23 * 60 + 30),
        ("Australia/Lord_Howe", date(2027, 4, 3), 24 * 60 + 30),
        (FIRST, date(2027, 3, 27), 24 * 60),
    ],
)
def test_a_day_has_the_minutes_that_pass_there(centre, zone, eve, odd_minutes):
    """A hold that needs 48 hours fills the odd day and takes the rest of the days around it."""
    odd = eve + timedelta(days=1)
    with clock.moved_by(datetime.combine(eve, time(12), ZoneInfo(zone)) - clock.now()):
        centre_id = centre(zone)
        hold = taken(centre_id, 2 * 1440, by=eve + timedelta(days=9))
        kept = {each.day: each.open_min for each in days.days(centre_id, odd, odd + timedelta(days=1))}

    assert kept == {odd: odd_minutes, odd + timedelta(days=1): 1440}
    rest = 2 * 1440 - odd_minutes
    following = [(odd + timedelta(days=1), min(rest, 1440)), (odd + timedelta(days=2), rest - 1440)]
    assert lines(hold) == [(odd, odd_minutes), *[each for each in following if each[1] > 0]]


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2027, 12, 31), date(2028, 1, 1)])
def test_leap_day_and_year_end_are_days_like_others(centre, day):
    with clock.moved_by(datetime.combine(day - timedelta(days=2), time(12), UTC) - clock.now()):
        centre_id = centre("UTC")
        hold = taken(centre_id, 3 * 1440, by=day + timedelta(days=1))
    assert lines(hold) == [(day + timedelta(days=n), 1440) for n in (-1, 0, 1)]


@pytest.mark.parametrize(
    ("zone", "instant", "on"),
    [
        (FIRST, (2027, 12, 31, 10, 30), date(2028, 1, 1)),
        (FIRST, (2027, 12, 31, 9, 30), date(2027, 12, 31)),
        (LAST, (2028, 1, 1, 10, 30), date(2027, 12, 31)),
        (LAST, (2028, 1, 1, 11, 30), date(2028, 1, 1)),
        (PLAIN, (2028, 2, 28, 23, 30), date(2028, 2, 29)),
        (PLAIN, (2027, 3, 27, 23, 30), date(2027, 3, 28)),
    ],
)
def test_what_is_held_after_the_factorys_day_of_shipping_goes_back(in_app, order, shop, zone, instant, on):
    """Three full days are held; the last piece leaves on the second of them."""
    with clock.moved_by(datetime.combine(on - timedelta(days=2), time(12), ZoneInfo(zone)) - clock.now()):
        job = order(zone, minutes=3 * 480)
    with frozen(*instant), transaction():
        job = job_of(job)
        fulfilment.ship(job, by=shop.actor, carrier="DHL", tracking_number="JD1")
    assert lines(job.hold) == [(on - timedelta(days=1), 480), (on, 480)]


class Placed:
    """A job that was ordered and taken, and its factory."""

    def __init__(self, job_id, shop):
        self.id, self.shop = job_id, shop


@pytest.fixture
def order(in_app, scene, shop, make_organisation):
    """Orders now from a factory in a zone, for a customer elsewhere; paid, and taken unless told otherwise."""
    customer = make_organisation("Customer", country="US")
    revision, halls = scene.part(customer), count(1)

    def order(zone, *, minutes=60, taken=True):
        hall = scene.shop(shop, time_zone=zone, open_min=480, name=f"Hall {next(halls)}")
        with transaction():
            quote = bare_quote(customer, revision.id, [(hall, 5_000)], machine_min=minutes)
            order_id = checkout.place(checkout.Basket([quote]), by=customer.actor, payment_minutes=60).id
        with transaction():
            found = queries.to_change(order_id)
            making.mark_paid(found, by=SYSTEM)
            (job,) = found.jobs
            if taken:
                fulfilment.accept(job, by=shop.actor)
        return Placed(job.id, shop)

    return order


def job_of(placed):
    return queries.for_factory_to_change(placed.shop.actor, placed.id)


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        (PLAIN, (2027, 3, 27, 0, 30)),
        (PLAIN, (2027, 10, 30, 0, 30)),
        (FIRST, (2027, 12, 30, 23, 59)),
        (LAST, (2028, 2, 27, 23, 59)),
        ("America/New_York", (2027, 11, 6, 5, 30)),
    ],
)
def test_a_factory_has_forty_eight_hours_to_answer_whatever_clocks_do(in_app, order, zone, instant):
    """Not two days on the wall: a night of daylight saving makes them neither longer nor shorter."""
    with frozen(*instant):
        placed = order(zone, taken=False)
        began = clock.now()
    with transaction():
        answer_by = job_of(placed).answer_by
    assert timedelta(hours=48) - timedelta(seconds=30) < answer_by - began <= timedelta(hours=48)

    with clock.moved_by(answer_by - clock.now() - timedelta(seconds=20)):
        fulfilment.decline_unanswered()
        with transaction():
            fulfilment.accept(job_of(placed), by=placed.shop.actor)
    with frozen(*instant):
        late = order(zone, taken=False)
    a_minute_later = clock.moved_by(answer_by - clock.now() + timedelta(seconds=60))
    with a_minute_later, pytest.raises(AnswerOverdue), transaction():
        fulfilment.accept(job_of(late), by=late.shop.actor)


@pytest.mark.parametrize(
    ("zone", "shipped", "until"),
    [
        (PLAIN, (2027, 3, 20, 12), datetime(2027, 4, 3, 12, tzinfo=UTC)),
        (PLAIN, (2027, 10, 24, 12), datetime(2027, 11, 7, 12, tzinfo=UTC)),
        (FIRST, (2027, 12, 20, 23, 30), datetime(2028, 1, 3, 23, 30, tzinfo=UTC)),
        (LAST, (2028, 2, 15, 23, 30), datetime(2028, 2, 29, 23, 30, tzinfo=UTC)),
        (LAST, (2027, 2, 15, 23, 30), datetime(2027, 3, 1, 23, 30, tzinfo=UTC)),
    ],
)
def test_a_customer_looks_for_fourteen_days_of_twenty_four_hours(in_app, order, zone, shipped, until):
    with frozen(*shipped):
        placed = order(zone)
        with transaction():
            fulfilment.ship(job_of(placed), by=placed.shop.actor, carrier="DHL", tracking_number="JD1")
    with transaction():
        accept_by = job_of(placed).accept_by
    assert until <= accept_by < until + timedelta(seconds=30)

    def due(after):
        return queries.goods_accepted_since(accept_by + after)

    assert due(timedelta(seconds=-1)) == []
    assert [found for _, found in due(timedelta(seconds=1))] == [placed.id]


@pytest.mark.parametrize(
    ("zone", "instant", "today"),
    [
        (FIRST, (2027, 12, 31, 10, 30), date(2028, 1, 1)),
        (LAST, (2028, 1, 1, 10, 30), date(2027, 12, 31)),
        (PLAIN, (2028, 2, 28, 23, 30), date(2028, 2, 29)),
        (PLAIN, (2027, 3, 27, 23, 30), date(2027, 3, 28)),
    ],
)
@pytest.mark.parametrize("side", list(Side))
def test_goods_may_be_wanted_on_the_factorys_today_and_not_on_its_yesterday(in_app, order, zone, instant, today, side):
    with frozen(*instant):
        placed = order(zone)
        with pytest.raises(DateImpossible), transaction():
            amending.propose(
                job_of(placed), side=side, by=placed.shop.actor, what="Sooner.", ships_on=today - timedelta(days=1)
            )
        with transaction():
            change = amending.propose(job_of(placed), side=side, by=placed.shop.actor, what="Now.", ships_on=today)
    assert change.ships_on == today


@pytest.mark.parametrize(
    ("zone", "instant", "tomorrow"),
    [
        (FIRST, (2027, 12, 30, 10, 30), date(2028, 1, 1)),
        (LAST, (2028, 1, 1, 10, 30), date(2028, 1, 1)),
        (FIRST, (2028, 2, 28, 9, 30), date(2028, 2, 29)),
        (LAST, (2028, 3, 1, 10, 30), date(2028, 3, 1)),
    ],
)
def test_a_customer_elsewhere_is_offered_the_factorys_days(
    app, scene, make_organisation, as_user, zone, instant, tomorrow
):
    """The goods leave so many days after the factory's tomorrow, whoever asks from wherever."""
    with frozen(*instant):
        scene.shop(
            make_organisation(hats=("factory",)), time_zone=zone, open_min=10_000, centre_has={"handling_days": 2}
        )
        customer = make_organisation("Customer", country="US")
        wanted = {"process": "cnc_milling", "material": "aluminium_6061", "quantity": 1, "currency": "EUR"}
        revision_id = str(scene.part(customer).id)
        reply = as_user(customer).post("/v1/customer/quotes", json={**wanted, "revision_id": revision_id})
        assert reply.status_code == 201, reply.json
        (offer,) = reply.json["offers"]
        choice = {"lines": [{"quote_id": reply.json["id"], "offer_id": offer["id"]}]}
        placed = as_user(customer).post("/v1/customer/orders", json=choice)
    assert placed.status_code == 201, placed.json
    assert placed.json["jobs"][0]["ships_on"] == offer["ships_on"] == str(tomorrow + timedelta(days=2))
