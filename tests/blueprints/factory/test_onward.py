"""Steps that follow elsewhere in the house: stated by the factory, dated by quotes, held by orders."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import select

from marketplace.capacity import service as capacity
from marketplace.capacity.errors import CapacityTaken
from marketplace.capacity.models import Hold
from marketplace.capacity.scheduling import Step
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.kernel.transaction import transaction
from marketplace.orders.models import Job
from tests.minutes import broken, from_today, held, in_an_hour

URL = "/v1/factory/work-centres"


@pytest.fixture
def owner(make_organisation):
    return make_organisation("Shop", hats=("factory",))


@pytest.fixture
def mill(scene, owner):
    return scene.shop(
        owner, card_has={"finishes": {"bead_blasted": {"lot_minor": 0, "piece_minor": 10, "area_minor_per_m2": 0}}}
    )


@pytest.fixture
def bench(scene, owner):
    """A second work centre of the same house, not listed."""
    return scene.shop(owner, name="Bench", process="bending", open_min=60, state="draft")


@pytest.fixture
def customer(make_organisation):
    return make_organisation("Customer")


@pytest.fixture
def browser(customer, as_user):
    return as_user(customer)


@pytest.fixture
def ask(browser, scene, customer):
    revision = scene.part(customer)

    def offers(quantity=25, **changes):
        wanted = {"revision_id": str(revision.id), "process": "cnc_milling", "material": "aluminium_6061"}
        reply = browser.post("/v1/customer/quotes", json={**wanted, "quantity": quantity, "currency": "EUR", **changes})
        assert reply.status_code == 201, reply.json
        return reply.json

    return offers


@pytest.fixture
def state(as_user, owner):
    """Has the factory state what follows a work centre."""

    def put(shop, *steps, version=1, by=None):
        url = f"{URL}/{shop.work_centre_id}/onward"
        return as_user(by or owner).put(url, json={"steps": list(steps)}, headers={"If-Match": f'"{version}"'})

    return put


def onward(shop, **told):
    return {"work_centre_id": str(shop.work_centre_id), "setup_min": 10, "run_mmin_each": 4_000, **told}


def order(browser, quote):
    return browser.post(
        "/v1/customer/orders", json={"lines": [{"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]}]}
    )


def test_what_follows_is_stated_whole_and_shown(mill, bench, state, as_user, owner):
    reply = state(mill, onward(bench, transport_days=2), onward(bench, finish="bead_blasted", setup_min=0))

    assert (reply.status_code, reply.headers["ETag"]) == (200, '"2"'), reply.json
    shown = as_user(owner).get(f"{URL}/{mill.work_centre_id}/onward").json
    assert [(each["transport_days"], each["finish"], each["setup_min"]) for each in shown["steps"]] == [
        (2, None, 10),
        (0, "bead_blasted", 0),
    ]
    assert state(mill, version=2).json["steps"] == []


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"setup_min": 0, "run_mmin_each": 0}, 422, "onward_impossible"),
        ({"finish": "gilded_by_elves"}, 422, "finish_unknown"),
        ({"work_centre_id": str(uuid4())}, 404, "work_centre_unknown"),
        ({"transport_days": -1}, 422, None),
        ({"colour": "red"}, 422, None),
    ],
)
def test_what_makes_no_sense_is_refused(mill, bench, state, told, status, code):
    reply = state(mill, {**onward(bench), **told})

    assert reply.status_code == status
    assert code in (None, reply.json["code"])


def test_a_step_stays_in_the_house(mill, bench, state, scene, owner, make_organisation, as_user):
    elsewhere = scene.shop(make_organisation("Other", hats=("factory",)))
    far = scene.shop(owner, name="Far", time_zone="Asia/Shanghai")

    assert state(mill, onward(elsewhere)).status_code == 404
    assert [state(mill, onward(each)).json["code"] for each in (mill, far)] == ["onward_impossible"] * 2
    assert state(mill, onward(bench)).status_code == 200
    for shop, version in ((mill, 2), (bench, 1)):
        moved = as_user(owner).patch(
            f"{URL}/{shop.work_centre_id}", json={"time_zone": "Asia/Shanghai"}, headers={"If-Match": f'"{version}"'}
        )
        assert (moved.status_code, moved.json["code"]) == (409, "time_zone_of_chain")


def test_an_offer_ships_when_the_whole_chain_is_done(mill, bench, state, ask):
    """25 pieces of 4 minutes and 10 of set-up are 110 minutes: two days of 60."""
    alone = ask()["offers"][0]
    state(mill, onward(bench, transport_days=3))

    chained = ask()["offers"][0]

    assert chained["machine_min"] == alone["machine_min"]
    assert chained["total"] == alone["total"]
    days = date.fromisoformat(chained["ships_on"]) - date.fromisoformat(alone["ships_on"])
    assert days == timedelta(days=3 + 2)


def test_a_step_of_a_finish_counts_where_that_finish_is_asked_for(mill, bench, state, ask):
    state(mill, onward(bench, finish="bead_blasted"))

    plain, blasted = ask()["offers"][0], ask(finishes=["bead_blasted"])["offers"][0]

    assert date.fromisoformat(blasted["ships_on"]) == date.fromisoformat(plain["ships_on"]) + timedelta(days=2)


def test_an_order_holds_minutes_at_every_work_centre_of_the_chain(app, mill, bench, state, ask, browser):
    state(mill, onward(bench, transport_days=1))
    quote = ask()

    assert order(browser, quote).status_code == 201

    with app.app_context():
        on_mill, on_bench = held(mill.work_centre_id), held(bench.work_centre_id)
        assert sum(on_mill.values()) == quote["offers"][0]["machine_min"]
        assert list(on_bench.values()) == [60, 50]
        assert min(on_bench) == max(on_mill) + 2
        assert broken() == []
        made = session().scalars(select(Hold)).one()
        assert made.elsewhere == [bench.work_centre_id]
        assert [Step.of(each).place for each in made.steps] == [mill.work_centre_id, bench.work_centre_id]


def test_what_a_chain_took_goes_back_everywhere_once(in_app, mill, bench):
    steps = [Step(mill.work_centre_id, 10, 500), Step(bench.work_centre_id, 0, 90)]
    with transaction():
        made = capacity.hold_chain(steps, by=from_today(20), expires_at=in_an_hour())
    with transaction():
        capacity.release(made, by=SYSTEM)

    assert held(mill.work_centre_id) == held(bench.work_centre_id) == {}
    assert broken() == []
    with transaction(), pytest.raises(IllegalMove):
        capacity.release(made, by=SYSTEM)


def test_a_finished_chain_gives_back_what_lies_on_later_days(in_app, mill, bench):
    steps = [Step(mill.work_centre_id, 10, 500), Step(bench.work_centre_id, 0, 90)]
    with transaction():
        made = capacity.hold_chain(steps, by=from_today(20), expires_at=in_an_hour())
    with transaction():
        capacity.firm(made, by=SYSTEM)
    with transaction():
        capacity.finish(made, on=from_today(3), by=SYSTEM)

    assert held(mill.work_centre_id) == {1: 480, 2: 30}
    assert held(bench.work_centre_id) == {3: 60}
    assert broken() == []


def test_a_chain_whose_bench_was_taken_meanwhile_is_refused_and_nothing_is_held(app, mill, bench, state, ask, browser):
    state(mill, onward(bench))
    quote = ask()
    with app.app_context(), transaction():
        capacity.hold(bench.work_centre_id, 60 * 5, by=from_today(9), expires_at=in_an_hour())

    refused = order(browser, quote)

    assert (refused.status_code, refused.json["code"]) == (409, "capacity_taken")
    assert date.fromisoformat(refused.json["next_free"]) > date.fromisoformat(quote["offers"][0]["finish_by"])
    with app.app_context():
        assert held(mill.work_centre_id) == {}
        assert broken() == []


def test_a_chain_that_never_fits_is_left_out_by_calendar(mill, bench, state, ask):
    state(mill, onward(bench, run_mmin_each=400_000))

    quote = ask()

    assert quote["offers"] == []
    assert quote["left_out"]["calendar"] == 1


def test_neither_quote_nor_order_takes_a_statement_more_for_a_chain(mill, bench, state, ask, browser, statements):
    """Without a chain as many touch the days as before there were any: one to date them."""
    ask()  # the book of listings is read once

    def counted():
        with statements() as asking:
            quote = ask()
        with statements() as placing:
            assert order(browser, quote).status_code == 201
        return len(asking), len(placing), sum("capacity_days" in each for each in asking)

    alone = counted()
    state(mill, onward(bench))
    ask()

    assert alone[2] == 1
    assert counted() == alone


def test_two_chains_that_cross_do_not_wait_for_each_other(app, mill, bench):
    """Each begins where the other goes on; locks go by the ids, so nobody is refused and nothing is oversold."""
    there, back = mill.work_centre_id, bench.work_centre_id
    chains = [[Step(there, 0, 5), Step(back, 0, 2)], [Step(back, 0, 2), Step(there, 0, 5)]] * 8
    start = Barrier(len(chains))

    def take(steps):
        with app.app_context():
            start.wait()
            for _ in range(3):
                with transaction():
                    capacity.hold_chain(steps, by=from_today(28), expires_at=in_an_hour())

    with ThreadPoolExecutor(len(chains)) as pool:
        list(pool.map(take, chains))

    with app.app_context():
        assert broken() == []
        assert sum(held(there).values()) == 5 * 48
        assert sum(held(back).values()) == 2 * 48


def test_many_at_once_on_one_bench_never_oversell_it(app, mill, bench):
    """30 days of 60 minutes: of 16 threads that each want 4 times 60, 30 get theirs and the others a refusal."""
    start = Barrier(16)

    def take(_):
        taken = 0
        with app.app_context():
            start.wait()
            for _ in range(4):
                try:
                    with transaction():
                        steps = [Step(mill.work_centre_id, 0, 1), Step(bench.work_centre_id, 0, 60)]
                        capacity.hold_chain(steps, by=from_today(30), expires_at=in_an_hour())
                    taken += 1
                except CapacityTaken:
                    pass
        return taken

    with ThreadPoolExecutor(16) as pool:
        taken = sum(pool.map(take, range(16)))

    with app.app_context():
        assert taken == 29, "the bench's first day is before the mill's work is over"
        assert broken() == []


def test_a_job_counts_the_minutes_of_the_whole_chain(app, mill, bench, state, ask, browser):
    state(mill, onward(bench))
    quote = ask()
    order(browser, quote)
    with app.app_context():
        minutes = session().scalar(select(Hold.minutes).join(Job, Job.hold_id == Hold.id))
        assert minutes == quote["offers"][0]["machine_min"] + 110
