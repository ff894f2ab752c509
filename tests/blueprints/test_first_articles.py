"""First articles ("build and hold"): one piece is made, inspected and handed over; the rest waits for the customer."""

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.production.first_articles import ANSWER_TIME, MOST_FIRST_ARTICLES
from marketplace.workflows import checking
from marketplace.workflows.shop_floor import first_articles
from tests.blueprints.account.test_notices import kinds_of
from tests.blueprints.customer.test_orders import choose, quoted
from tests.blueprints.factory.test_inspections import values
from tests.blueprints.factory.test_jobs import PARCEL, REASON, holds_everywhere, pay
from tests.blueprints.test_archives import opened, saved
from tests.blueprints.test_messages import read
from tests.blueprints.test_production import begin, end, of_customer, requirements
from tests.deals import dealt
from tests.uploads import problem

pytestmark = pytest.mark.usefixtures("app_with_stripe")

WHY = "The bore is on the wrong side."
HOUR = timedelta(hours=1)


@pytest.fixture
def held(app_with_stripe, till, scene, as_user):
    """A job of 25 pieces whose first article is asked for, which its factory has taken."""
    deal = dealt(till, scene, as_user, inspection="first_article")
    assert deal.factory.post(f"{deal.job}/accept").status_code == 200
    return deal


def inspected(deal, piece=1, kind="first_article", **instead):
    """A piece is measured and a record of it signed; the record's id."""
    told = {"stage": "first_article", "values": values(piece, **instead)}
    measured = deal.factory.post(f"{deal.job}/inspection/measurements", json=told)
    assert measured.status_code == 201, measured.json
    return signed(deal, kind)


def signed(deal, kind="first_article"):
    record = deal.factory.post(f"{deal.job}/inspection/records", json={"kind": kind})
    assert record.status_code == 201, record.json
    return record.json["id"]


def hand_over(deal, record_id, **told):
    return deal.factory.post(f"{deal.job}/first-articles", json={"record_id": record_id, **told})


def release(deal, number=1, **told):
    return deal.customer.post(f"{of_customer(deal)}/first-articles/{number}/release", json=told)


def reject(deal, number=1, reason=WHY):
    return deal.customer.post(f"{of_customer(deal)}/first-articles/{number}/reject", json={"reason": reason})


def withdraw(deal, number=1):
    return deal.factory.post(f"{deal.job}/first-articles/{number}/withdraw")


def lose(deal, what, piece):
    told = {"pieces": [piece], "reason": "Bore on the wrong side.", "minutes": 10}
    assert deal.factory.post(f"{deal.job}/inspection/{what}", json=told).status_code == 201


def report(deal, pieces):
    return deal.factory.post(f"{deal.job}/reports", json={"pieces_done": pieces})


def ship(deal, pieces=None):
    return deal.factory.post(f"{deal.job}/ship", json={**PARCEL, "pieces": pieces})


def state_of(deal):
    """(gate, whether the clock stands) as the factory sees them."""
    job = deal.factory.get(deal.job).json
    return job["first_article"], job["clock_stopped_at"] is not None


def articles(client, job):
    reply = client.get(f"{job}/first-articles")
    assert reply.status_code == 200, reply.json
    return reply.json


# Who asks for one.


@pytest.mark.parametrize(
    ("line", "inspection", "asked"),
    [
        ({}, "standard", None),
        ({"first_article": False}, "full", None),
        ({"first_article": True}, "standard", "awaited"),
        ({}, "first_article", "awaited"),
        ({"first_article": False}, "first_article", "awaited"),
    ],
)
def test_the_inspection_level_asks_for_a_first_article_or_the_customer_with_the_order(
    till, scene, as_user, line, inspection, asked
):
    deal = dealt(till, scene, as_user, line=line, inspection=inspection)

    assert deal.factory.get(deal.job).json["first_article"] == asked
    assert deal.customer.get(deal.order).json["jobs"][0]["first_article"] == asked
    said = requirements(deal.factory, deal.job).get("first_article")
    assert (said["source"] if said else None) == ("form" if asked else None)
    plan = deal.factory.get(f"{deal.job}/inspection").json["sampling"]
    assert plan["has_first_article"] is (asked is not None)


def test_the_same_offers_with_and_without_a_first_article_are_two_orders(deal):
    again = choose(deal.quote)
    assert deal.customer.post("/v1/customer/orders", json=again).json["id"] == deal.order_id
    again["lines"][0]["first_article"] = True

    assert problem(deal.customer.post("/v1/customer/orders", json=again)) == (409, "quote_taken")


def test_who_takes_the_place_of_another_factory_stops_after_the_first_piece_too(
    till, scene, make_organisation, as_user
):
    shops = [scene.shop(till.seller(), name="First"), scene.shop(till.seller(), machine_rate=9_000, name="Second")]
    customer = as_user(till.customer)
    quote = quoted(customer, scene.part(till.customer))
    basket = {"lines": [{"quote_id": quote["id"], "offer_id": quote["offers"][1]["id"], "first_article": True}]}
    order = customer.post("/v1/customer/orders", json={**basket, "if_declined": "next_best"}).json
    pay(till, customer, order)
    dearer = as_user(shops[1].owner)
    assert dearer.post(f"/v1/factory/jobs/{order['jobs'][0]['id']}/decline", json={"reason": REASON}).status_code == 200

    jobs = customer.get(f"/v1/customer/orders/{order['id']}").json["jobs"]
    assert [(job["state"], job["first_article"]) for job in jobs] == [("declined", "awaited"), ("offered", "awaited")]


# Stopping after the first piece.


def test_until_the_release_one_piece_is_made_and_one_may_leave(app, held):
    assert problem(report(held, 2)) == (409, "first_article_not_released")
    assert report(held, 1).status_code == 201
    assert problem(ship(held)) == (409, "first_article_not_released")
    assert problem(ship(held, 2)) == (409, "first_article_not_released")
    assert ship(held, 1).status_code == 200
    assert problem(ship(held, 1)) == (409, "first_article_not_released")

    assert hand_over(held, inspected(held)).status_code == 201
    assert problem(report(held, 2)) == (409, "first_article_not_released")
    assert problem(ship(held, 24)) == (409, "first_article_not_released")
    assert holds_everywhere(app)

    assert release(held).status_code == 200
    assert report(held, 25).status_code == 201
    assert ship(held).json["state"] == "shipped"
    assert holds_everywhere(app)


def test_a_job_of_one_piece_is_its_first_article_and_leaves_when_that_is_released(till, scene, as_user):
    deal = dealt(till, scene, as_user, inspection="first_article", quantity=1)
    deal.factory.post(f"{deal.job}/accept")
    assert report(deal, 1).status_code == 201
    assert problem(ship(deal)) == (409, "first_article_not_released")

    hand_over(deal, inspected(deal))
    release(deal)

    assert ship(deal).json["state"] == "shipped"


def test_operations_begin_for_the_first_piece_and_end_with_the_lot(held):
    assert begin(held, 1).status_code == 200
    assert problem(end(held, 1)) == (409, "first_article_not_released")
    hand_over(held, inspected(held))
    assert problem(begin(held, 2)) == (409, "first_article_waiting")
    assert problem(end(held, 1)) == (409, "first_article_not_released")

    release(held)

    assert end(held, 1).status_code == 200
    assert begin(held, 2).status_code == 200


def test_the_inspection_does_not_end_before_the_release(held):
    record = {"kind": "final"}
    assert problem(held.factory.post(f"{held.job}/inspection/records", json=record)) == (
        409,
        "first_article_not_released",
    )
    hand_over(held, inspected(held))
    release(held)
    assert held.factory.post(f"{held.job}/inspection/records", json=record).status_code == 201


def test_a_job_of_which_none_is_asked_goes_on_as_ever(deal):
    deal.factory.post(f"{deal.job}/accept")
    shown = articles(deal.factory, deal.job)
    assert shown == {"first_article": None, "is_held": False, "first_articles": []}
    assert problem(hand_over(deal, inspected(deal))) == (409, "first_article_not_asked")
    assert report(deal, 20).status_code == 201
    assert ship(deal).json["state"] == "shipped"


# Handing over, and the customer's answer.


def test_handed_over_the_clock_stands_and_the_release_moves_the_ship_date(held):
    before = date.fromisoformat(held.factory.get(held.job).json["ships_on"])
    record_id = inspected(held)
    made = hand_over(held, record_id, note="Sent by DHL for a look.").json

    assert (made["number"], made["piece"], made["is_conforming"], made["state"]) == (1, 1, True, "handed_over")
    assert datetime.fromisoformat(made["answer_by"]) - datetime.fromisoformat(made["handed_over_at"]) == ANSWER_TIME
    assert state_of(held) == ("handed_over", True)
    assert held.factory.get(held.job).json["state"] == "in_production"
    shown = articles(held.customer, of_customer(held))
    assert shown == articles(held.factory, held.job)
    assert (shown["is_held"], shown["first_articles"]) == (True, [made])
    record = held.customer.get(f"{of_customer(held)}/inspection/records/{record_id}")
    assert record.json["document"]["verdict"]["first_article"]["outcome"] == "accepted"
    [listed] = held.customer.get(f"{of_customer(held)}/inspection").json["records"]
    assert (listed["kind"], listed["outcome"]) == ("first_article", "accepted")

    with clock.moved_by(49 * HOUR):
        seen = release(held, remark="Break the edge of the slot.").json

    assert (seen["first_article"], seen["is_held"]) == ("released", False)
    assert (seen["first_articles"][0]["state"], seen["first_articles"][0]["answer"]) == (
        "released",
        "Break the edge of the slot.",
    )
    assert state_of(held) == ("released", False)
    (stop,) = held.customer.get(f"{of_customer(held)}/clock").json["stops"]
    assert date.fromisoformat(stop["then_ships_on"]) == before + timedelta(days=2)
    assert held.factory.get(held.job).json["ships_on"] == stop["then_ships_on"]


def test_both_sides_are_told_and_read_it_in_their_conversation(held):
    hand_over(held, inspected(held))
    assert kinds_of(held.customer)[0] == "first_article_handed_over"
    reject(held)
    assert kinds_of(held.factory)[0] == "first_article_rejected"
    lose(held, "scrap", 1)
    hand_over(held, inspected(held, 2))
    withdraw(held, 2)
    assert kinds_of(held.customer)[0] == "first_article_withdrawn"
    lose(held, "rework", 2)
    hand_over(held, inspected(held, 2))
    release(held, 3)
    assert kinds_of(held.factory)[0] == "first_article_released"

    events = [what for _, what in read(held.customer, of_customer(held)) if "first_article" in what]
    assert events == [
        "job.first_article_handed_over",
        "job.first_article_rejected",
        "job.first_article_handed_over",
        "job.first_article_withdrawn",
        "job.first_article_handed_over",
        "job.first_article_released",
    ]


@pytest.mark.parametrize(("made_good", "next_piece"), [("scrap", 2), ("rework", 1)])
def test_after_a_rejection_the_piece_is_scrapped_or_reworked_and_another_is_handed_over(
    app, held, made_good, next_piece
):
    record_id = inspected(held)
    hand_over(held, record_id)
    seen = reject(held).json
    assert (seen["first_article"], seen["is_held"], seen["first_articles"][0]["answer"]) == ("awaited", True, WHY)
    assert state_of(held) == ("awaited", False), "the clock runs: the factory has work to do"

    assert problem(hand_over(held, record_id)) == (409, "record_handed_over_already")
    assert problem(hand_over(held, signed(held))) == (409, "piece_rejected_before")
    assert problem(report(held, 2)) == (409, "first_article_not_released")
    lose(held, made_good, 1)
    second = hand_over(held, inspected(held, next_piece)).json
    assert (second["number"], second["piece"]) == (2, next_piece)
    assert release(held, 2).json["first_article"] == "released"
    assert report(held, 25).status_code == 201
    assert holds_everywhere(app)


def test_a_rejected_piece_that_had_left_is_made_and_shipped_once_more(app, till, held):
    ship(held, 1)
    hand_over(held, inspected(held))
    assert reject(held).json["first_articles"][0]["had_left"] is True
    assert holds_everywhere(app)

    assert ship(held, 1).status_code == 200, "the next first article may leave, too"
    assert problem(ship(held, 1)) == (409, "first_article_not_released")
    lose(held, "scrap", 1)
    hand_over(held, inspected(held, 2))
    release(held, 2)
    assert ship(held).json["state"] == "shipped"

    assert held.factory.get(held.job).json["pieces_shipped"] == 26
    assert held.customer.post(f"{held.order}/accept").status_code == 200
    till.work()
    assert holds_everywhere(app)


def test_a_piece_that_does_not_conform_is_handed_over_as_such(held):
    made = hand_over(held, inspected(held, **{"4": "8.50"})).json
    assert made["is_conforming"] is False
    assert release(held).json["first_article"] == "released", "the customer grants a concession"


def test_only_a_whole_record_of_a_piece_that_is_there_is_handed_over(held):
    assert problem(hand_over(held, held.job_id)) == (404, "record_not_found")
    assert problem(hand_over(held, signed(held))) == (409, "first_article_incomplete"), "nothing is measured"
    some = {"stage": "first_article", "values": values(1)[:2]}
    held.factory.post(f"{held.job}/inspection/measurements", json=some)
    reply = hand_over(held, signed(held))
    assert (problem(reply), reply.json["missing"]) == ((409, "first_article_incomplete"), [3, 4, 5])
    whole = {"stage": "first_article", "values": values(1)[2:]}
    held.factory.post(f"{held.job}/inspection/measurements", json=whole)
    assert problem(hand_over(held, signed(held, "in_process"))) == (409, "first_article_incomplete")
    record_id = signed(held)
    lose(held, "scrap", 1)
    assert problem(hand_over(held, record_id)) == (409, "piece_scrapped")
    assert state_of(held) == ("awaited", False)


def test_each_is_answered_once_and_one_waits_at_a_time(held):
    record_id = inspected(held)
    assert problem(release(held)) == (404, "first_article_not_found")
    hand_over(held, record_id)
    assert problem(hand_over(held, signed(held))) == (409, "first_article_waiting")
    assert release(held).status_code == 200
    for late in (release, reject, withdraw):
        assert problem(late(held)) == (409, "illegal_move")
    assert problem(hand_over(held, signed(held))) == (409, "first_article_released_already")
    assert problem(reject(held, reason="No.")) == (422, "validation_failed")


def test_none_is_handed_over_before_the_job_is_taken(till, scene, as_user):
    deal = dealt(till, scene, as_user, inspection="first_article")
    deal.factory.post(f"{deal.job}/accept")
    record_id = inspected(deal)
    other = dealt(till, scene, as_user, inspection="first_article")

    assert problem(hand_over(other, record_id)) == (404, "record_not_found"), "a record of another job"
    assert other.factory.get(other.job).json["state"] == "offered"


def test_what_was_taken_back_is_handed_over_again_with_another_record(held):
    hand_over(held, inspected(held))
    assert withdraw(held).json["first_article"] == "awaited"
    assert state_of(held) == ("awaited", False)
    assert hand_over(held, signed(held)).json["number"] == 2, "nobody rejected the piece"


def test_a_job_has_so_many_first_articles_at_most(held):
    inspected(held)
    for _ in range(MOST_FIRST_ARTICLES):
        made = hand_over(held, signed(held))
        assert made.status_code == 201, made.json
        withdraw(held, made.json["number"])
    assert problem(hand_over(held, signed(held))) == (409, "too_many_first_articles")


# The clock, and the time to answer.


def test_the_clock_stands_until_the_last_thing_that_is_waited_for(app, held):
    ask = held.factory.post(f"{held.job}/questions", json={"text": "Which side is engraved?"}).json
    hand_over(held, inspected(held))
    answered = held.customer.post(f"{of_customer(held)}/questions/{ask['id']}/answer", json={"text": "The upper."})
    assert answered.status_code == 200
    assert state_of(held) == ("handed_over", True), "the first article is not answered"
    assert holds_everywhere(app)

    ask = held.factory.post(f"{held.job}/questions", json={"text": "How deep?"}).json
    release(held)
    assert state_of(held) == ("released", True), "the second question is not answered"
    held.factory.post(f"{held.job}/questions/{ask['id']}/withdraw")

    assert state_of(held) == ("released", False)
    assert len(held.factory.get(f"{held.job}/clock").json["stops"]) == 1
    assert holds_everywhere(app)


def test_no_answer_in_time_is_a_reminder_again_and_again_and_never_a_release(app, held):
    hand_over(held, inspected(held))

    def reminded(hours):
        with app.app_context(), clock.moved_by(hours * HOUR):
            first_articles.remind_unanswered()
        return articles(held.customer, of_customer(held))["first_articles"][0]["reminders"]

    assert [reminded(hours) for hours in (71, 73, 74, 146, 147)] == [0, 1, 1, 2, 2]
    assert state_of(held) == ("handed_over", True)
    assert kinds_of(held.customer).count("first_article_overdue") == 2
    assert kinds_of(held.factory).count("first_article_overdue") == 2
    assert problem(report(held, 2)) == (409, "first_article_not_released")

    with clock.moved_by(150 * HOUR):
        assert release(held).status_code == 200, "late is not too late"
    assert reminded(400) == 2


# Its end with the job.


@pytest.mark.parametrize("who", ["customer", "factory"])
def test_with_the_end_of_the_job_nobody_is_asked_any_more(app, held, who):
    hand_over(held, inspected(held))
    if who == "customer":
        ended = held.customer.post(f"{of_customer(held)}/cancel", json={"reason": REASON})
    else:
        ended = held.factory.post(f"{held.job}/give-up", json={"reason": REASON})
    assert ended.status_code == 200, ended.json

    shown = articles(held.customer, of_customer(held))
    assert (shown["is_held"], shown["first_articles"][0]["state"]) == (False, "called_off")
    assert held.customer.get(of_customer(held) + "/clock").json["stopped_at"] is None
    assert problem(release(held)) == (409, "illegal_move")
    assert problem(hand_over(held, shown["first_articles"][0]["record_id"]))[0] == 409
    assert holds_everywhere(app)


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        ("update jobs set first_article = 'awaited', clock_stopped_at = null", {"B1", "K1"}),
        ("update jobs set first_article = 'released'", {"B1", "K1"}),
        ("update jobs set first_article = null", {"B1", "K1"}),
        ("update jobs set pieces_remade = 3", {"K4"}),
        ("update jobs set state = 'shipped'", {"B1"}),
    ],
)
def test_a_spoilt_first_article_is_found_by_the_stored_invariants(app, held, spoil, named):
    hand_over(held, inspected(held))
    assert holds_everywhere(app)
    with app.app_context(), transaction():
        session().execute(text(spoil))
    with app.app_context():
        assert named <= {each.invariant.id for each in checking.check() if each.offenders}


def test_each_sides_archive_has_the_first_articles(held):
    hand_over(held, inspected(held))
    reject(held)

    path = f"first_articles/{held.job_id}.json"
    bought, made = (
        json.loads(opened(saved(*of))[path]) for of in ((held.customer, held.order), (held.factory, held.job))
    )
    assert bought == made
    assert [(each["state"], each["answer"]) for each in bought] == [("rejected", WHY)]
    assert "answered_by" not in bought[0]
