"""Questions on a job stop its clock: nobody is late while an answer is owed, and everybody sees that it stood."""

from datetime import date, datetime, timedelta

import pytest

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.workflows import checking
from marketplace.workflows.ordering import fulfilment
from tests.blueprints.account.test_notices import kinds_of
from tests.blueprints.factory.test_jobs import PARCEL, REASON
from tests.blueprints.test_messages import read
from tests.uploads import problem

pytestmark = pytest.mark.usefixtures("app")

HOUR = timedelta(hours=1)


def ask(deal, text="Which side is engraved?"):
    reply = deal.factory.post(f"{deal.job}/questions", json={"text": text})
    assert reply.status_code == 201, reply.json
    return reply.json


def buyer(deal):
    return f"{deal.order}/jobs/{deal.job_id}"


def answer(deal, question, text="The upper one."):
    return deal.customer.post(f"{buyer(deal)}/questions/{question['id']}/answer", json={"text": text})


def at(instant):
    return datetime.fromisoformat(instant)


def close_to(found, expected):
    return abs(found - expected) < timedelta(minutes=2)


def test_while_a_question_is_open_nobody_is_late_and_the_answer_moves_the_times(deal, app):
    before = deal.factory.get(deal.job).json
    question = ask(deal)
    standing = deal.factory.get(f"{deal.job}/clock").json
    assert (standing["answer_by"], standing["ships_on"]) == (before["answer_by"], before["ships_on"])
    assert standing["stopped_at"] == question["asked_at"]
    assert deal.factory.get(deal.job).json["clock_stopped_at"] == question["asked_at"]
    assert deal.customer.get(deal.order).json["jobs"][0]["clock_stopped_at"] == question["asked_at"]
    assert standing == deal.customer.get(f"{buyer(deal)}/clock").json

    with app.app_context(), clock.moved_by(60 * HOUR):
        fulfilment.decline_unanswered()
    assert deal.factory.get(deal.job).json["state"] == "offered"
    with clock.moved_by(60 * HOUR):
        assert answer(deal, question).json["state"] == "answered"
        running = deal.factory.get(f"{deal.job}/clock").json

    assert running["stopped_at"] is None
    assert close_to(at(running["answer_by"]), at(before["answer_by"]) + 60 * HOUR)
    assert date.fromisoformat(running["ships_on"]) == date.fromisoformat(before["ships_on"]) + timedelta(days=2)
    assert deal.factory.get(deal.job).json["ships_on"] == running["ships_on"]
    assert deal.factory.get(deal.job).json["clock_stopped_at"] is None
    (stop,) = running["stops"]
    assert (stop["answer_by"], stop["then_answer_by"]) == (before["answer_by"], running["answer_by"])
    assert (stop["ships_on"], stop["then_ships_on"]) == (before["ships_on"], running["ships_on"])


def test_after_the_answer_the_time_runs_out_as_it_would_have(deal, app):
    question = ask(deal)
    with clock.moved_by(10 * HOUR):
        answer(deal, question)
    for hours, state in ((57, "offered"), (59, "declined")):
        with app.app_context(), clock.moved_by(hours * HOUR):
            fulfilment.decline_unanswered()
        assert deal.factory.get(deal.job).json["state"] == state


def test_the_clock_stands_until_the_last_open_question_is_closed(deal):
    first, second = ask(deal), ask(deal, "And how deep?")
    with clock.moved_by(24 * HOUR):
        answer(deal, first)
        assert deal.factory.get(f"{deal.job}/clock").json["stopped_at"] is not None
    with clock.moved_by(49 * HOUR):
        reply = deal.factory.post(f"{deal.job}/questions/{second['id']}/withdraw")
    assert (reply.json["state"], reply.json["answer"]) == ("withdrawn", None)

    (stop,) = deal.factory.get(f"{deal.job}/clock").json["stops"]
    assert (date.fromisoformat(stop["then_ships_on"]) - date.fromisoformat(stop["ships_on"])).days == 2


def test_short_stops_add_up_to_days(deal):
    before = deal.factory.get(deal.job).json["ships_on"]
    for started in (0, 20, 40):
        with clock.moved_by(started * HOUR):
            question = ask(deal)
        with clock.moved_by((started + 9) * HOUR):
            answer(deal, question)

    moved = date.fromisoformat(deal.factory.get(deal.job).json["ships_on"]) - date.fromisoformat(before)
    assert moved == timedelta(days=1), "27 hours in all"


def test_a_factory_asks_after_it_has_accepted_too(deal):
    deal.factory.post(f"{deal.job}/accept")
    before = deal.factory.get(deal.job).json["ships_on"]
    question = ask(deal)
    with clock.moved_by(73 * HOUR):
        answer(deal, question)

    moved = date.fromisoformat(deal.factory.get(deal.job).json["ships_on"]) - date.fromisoformat(before)
    assert moved == timedelta(days=3)


def test_a_factory_may_accept_while_it_waits(deal):
    ask(deal)
    with clock.moved_by(100 * HOUR):
        assert deal.factory.post(f"{deal.job}/accept").json["state"] == "accepted"


def test_a_question_is_answered_once_and_not_after_it_was_taken_back(deal):
    first, second = ask(deal), ask(deal)
    answer(deal, first)
    assert problem(answer(deal, first)) == (409, "question_closed")
    assert problem(deal.factory.post(f"{deal.job}/questions/{first['id']}/withdraw")) == (409, "question_closed")
    deal.factory.post(f"{deal.job}/questions/{second['id']}/withdraw")
    assert problem(answer(deal, second)) == (409, "question_closed")
    assert len(deal.factory.get(f"{deal.job}/clock").json["stops"]) == 1


def test_three_questions_are_open_at_most(deal):
    questions = [ask(deal) for _ in range(3)]
    reply = deal.factory.post(f"{deal.job}/questions", json={"text": "One more?"})
    assert problem(reply) == (409, "too_many_job_questions")
    answer(deal, questions[0])
    ask(deal)
    assert len(deal.customer.get(f"{buyer(deal)}/questions").json["items"]) == 4


@pytest.mark.parametrize("end", ["declined", "shipped"])
def test_nothing_is_asked_once_there_is_nothing_left_to_make(deal, end):
    before = deal.factory.get(deal.job).json["ships_on"]
    question = ask(deal)
    if end == "declined":
        deal.factory.post(f"{deal.job}/decline", json={"reason": REASON})
    else:
        deal.factory.post(f"{deal.job}/accept")
        deal.factory.post(f"{deal.job}/ship", json=PARCEL)

    assert problem(deal.factory.post(f"{deal.job}/questions", json={"text": "?"})) == (409, "nothing_to_ask")
    with clock.moved_by(72 * HOUR):
        assert answer(deal, question).status_code == 200
    assert deal.factory.get(deal.job).json["ships_on"] == before


def test_both_sides_are_told_and_read_it_in_their_conversation(deal):
    question = ask(deal)
    answer(deal, question)

    assert kinds_of(deal.customer) == ["job_question_asked"]
    assert kinds_of(deal.factory)[0] == "job_question_answered"
    events = [what for _, what in read(deal.customer, buyer(deal))][2:]
    assert {*events[:2]} == {"job.question_asked", "job.clock_stopped"}
    assert {*events[2:]} == {"job.clock_restarted", "job.question_answered"}
    entries = deal.factory.get(f"{deal.job}/messages").json["items"]
    assert [each["facts"].get("text") for each in entries if "question_" in each["event"]] == [
        "The upper one.",
        "Which side is engraved?",
    ]


def test_others_neither_ask_nor_answer_nor_see(deal, make_organisation, as_user):
    question = ask(deal)
    rival = as_user(make_organisation("Rival", hats=("factory", "customer")))

    assert problem(rival.post(f"{deal.job}/questions", json={"text": "?"})) == (404, "job_not_found")
    assert problem(rival.post(f"{deal.job}/questions/{question['id']}/withdraw")) == (404, "job_not_found")
    reply = rival.post(f"{buyer(deal)}/questions/{question['id']}/answer", json={"text": "?"})
    assert problem(reply) == (404, "order_not_found")
    for place in (deal.job, buyer(deal)):
        assert problem(rival.get(f"{place}/clock")) == (404, "job_not_found")
        assert problem(rival.get(f"{place}/questions")) == (404, "job_not_found")
    assert problem(deal.factory.post(f"{deal.job}/questions/{deal.job_id}/withdraw")) == (404, "job_question_not_found")


def test_the_invariant_finds_a_clock_that_does_not_stand_with_its_questions(deal, app):
    def broken():
        with app.app_context():
            return [each.invariant.says for each in checking.check() if each.offenders and each.invariant.id == "K1"]

    question = ask(deal)
    assert broken() == []
    with app.app_context(), transaction():
        session().connection().exec_driver_sql("update jobs set clock_stopped_at = null")
    assert len(broken()) == 1
    with app.app_context(), transaction():
        session().connection().exec_driver_sql("update jobs set clock_stopped_at = now()")
    answer(deal, question)
    assert broken() == []


def test_what_was_asked_and_how_long_the_clock_stood_stays(deal, app):
    answer(deal, ask(deal))
    for change in (
        "update job_questions set text = 'x'",
        "delete from job_question_closings",
        "update clock_stops set created_at = now()",
        "update clock_starts set ships_on = '2027-01-01'",
    ):
        with app.app_context(), pytest.raises(Exception, match="append-only"):
            session().connection().exec_driver_sql(change)
