"""Ranked by date: only calendars that could be among the first are asked, and the answers are those of asking all."""

from datetime import timedelta
from random import Random

import numpy as np
import pytest
from sqlalchemy import text

from marketplace.capacity import outlook
from marketplace.capacity import queries as capacity
from marketplace.capacity import service as holds
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.workflows.pricing import dating

pytestmark = pytest.mark.usefixtures("app")

SHOPS = 24
MOST = 4
QUANTITIES = (1, 25, 90)
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Shanghai")


@pytest.fixture
def shops(app, scene, make_organisation):
    """Mills in many zones, some dear, some booked up for days, some that wait or handle longer, some without days."""
    random = Random(8)
    made = []
    for number in range(SHOPS):
        owner = make_organisation(f"Shop {number}", hats=("factory",))
        shop = scene.shop(
            owner,
            machine_rate=random.choice((4000, 5000, 6000)),
            time_zone=ZONES[number % len(ZONES)],
            open_min=random.choice((30, 240, 480, 1_440)),
            days=random.choice((0, 2, 12, 60)),
            centre_has={"handling_days": random.choice((0, 1, 4))},
            card_has={"tiers": {"standard": {"wait_days": random.choice((0, 0, 3, 50)), "change_bps": 0}}},
        )
        made.append(shop)
    with app.app_context(), transaction():
        for shop in made[::3]:
            session().execute(
                text("update capacity_days set held_min = open_min where work_centre_id = :id and day < :until"),
                {"id": shop.work_centre_id, "until": clock.now().date() + timedelta(days=random.randrange(1, 9))},
            )
    return made


@pytest.fixture
def ask(scene, make_organisation, as_user):
    customer = make_organisation("Customer")
    browser = as_user(customer)
    wanted = {"process": "cnc_milling", "material": "aluminium_6061", "currency": "EUR", "rank_by": "date"}
    wanted["revision_id"] = str(scene.part(customer).id)

    def answered():
        """The first by date for each quantity: who, when, for how much."""
        asked = {**wanted, "quantity": 2, "quantities": QUANTITIES, "answers": MOST}
        told = browser.post("/v1/customer/what-ifs", json=asked).json
        return [
            [(each["listing_id"], each["ships_on"], each["total"]["minor"]) for each in variant["answers"]]
            for variant in (told["base"], *told["variants"])
        ]

    return answered


@pytest.fixture
def calendars_asked(monkeypatch):
    """How many calendars were asked."""
    asked = []
    slots = capacity.slots

    def counted(wanted, **more):
        asked.extend(wanted)
        return slots(wanted, **more)

    monkeypatch.setattr(capacity, "slots", counted)
    return asked


@pytest.fixture
def compare(ask, monkeypatch):
    """Asks by looking ahead, and by asking every calendar; they must say the same."""

    def compared():
        monkeypatch.setattr(dating, "CHUNK", 1)
        monkeypatch.setattr(dating, "FEW", 0)
        ahead = ask()
        monkeypatch.setattr(dating, "FEW", 10**9)
        assert ahead == ask()
        return ahead

    return compared


def test_the_first_by_date_are_those_of_asking_every_calendar(shops, compare):
    found = compare()

    assert [len(each) for each in found] == [MOST] * 4
    assert len({day for each in found for _, day, _ in each}) > 2


def test_minutes_that_are_taken_given_back_or_opened_are_in_the_next_answer(shops, compare, app):
    by_listing = {str(shop.listing_id): shop for shop in shops}
    first = by_listing[compare()[0][0][0]]
    centre, today = first.work_centre_id, clock.now().date()

    with app.app_context(), transaction():
        days = capacity.days(centre, today - timedelta(days=1), today + timedelta(days=90))
        free = sum(each.free_min for each in days if each.day > today + timedelta(days=1))
        held = holds.hold(centre, free, by=days[-1].day, expires_at=clock.now() + timedelta(hours=1))
    taken = compare()
    with app.app_context(), transaction():
        again = session().get(type(held), held.id)
        holds.release(again, by=first.owner.actor)
    back = compare()

    assert str(first.listing_id) not in {who for who, _, _ in taken[0]}
    assert back[0][0][0] == str(first.listing_id)
    with app.app_context(), transaction():
        opened = next(shop for shop in shops if str(shop.listing_id) not in {who for each in back for who, *_ in each})
        session().execute(
            text(
                "insert into capacity_days (work_centre_id, day, open_min, held_min) "
                "select :id, :today + n, 1440, 0 from generate_series(1, 30) n "
                "on conflict (work_centre_id, day) do update set open_min = 1440 + excluded.open_min, held_min = 0"
            ),
            {"id": opened.work_centre_id, "today": today},
        )
    compare()


def test_only_those_that_could_be_among_the_first_are_asked(shops, ask, calendars_asked, monkeypatch):
    monkeypatch.setattr(dating, "CHUNK", 1)
    monkeypatch.setattr(dating, "FEW", 0)
    ask()

    assert 0 < len(calendars_asked) < 4 * SHOPS * 0.75


def test_an_outlook_never_says_later_than_the_calendar(shops, app):
    with app.app_context():
        known, now = outlook.of("cnc_milling"), clock.now()
        for shop in shops:
            for minutes in (1, 100, 2_000, 10**6):
                for wait in (0, 3, 50):
                    asked = capacity.Asked(shop.work_centre_id, minutes, wait)
                    slot = capacity.slots([asked]).get(asked)
                    place = known.places(np.array([outlook.key(shop.work_centre_id)]))
                    (day,) = known.earliest(place, np.array([minutes]), np.array([wait]), now=now)
                    assert slot is None or day <= slot.finish.toordinal(), (asked, slot)
