"""The deadline: bids are taken until it, an open question stops it, and it only ever moves to later."""

from datetime import timedelta

import pytest

from marketplace.kernel.lifecycle import IllegalMove
from marketplace.rfqs.errors import DeadlineNotLater, RfqClosed, RfqOver, TermsNotAgreed, TooManyQuestions
from marketplace.rfqs.models import DeadlineMove
from marketplace.rfqs.rules import MOST_OPEN_QUESTIONS, Phase
from tests.tenders import broken

HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def rfq(move_clock, rfq):
    """The request, asked at an instant at which the clock of the house stands."""
    return rfq


def test_a_bid_at_the_instant_of_the_deadline_is_taken_and_one_after_it_is_not(tender, rfq, shops, move_clock):
    first, second, _ = shops
    move_clock(120 * HOUR)
    tender.bid(rfq, first)
    move_clock(MICROSECOND)

    with pytest.raises(RfqClosed):
        tender.bid(rfq, second)
    with pytest.raises(RfqClosed):
        tender.question(rfq, second)
    assert tender.now(rfq).phase is Phase.CLOSED


def test_an_open_question_stops_the_clock_and_its_answer_moves_the_deadline_by_as_long_as_it_stood(
    tender, rfq, shops, move_clock
):
    asked_at = move_clock(100 * HOUR)
    question = tender.question(rfq, shops[0])
    assert tender.now(rfq).stopped_at == asked_at

    move_clock(50 * HOUR)  # 30 hours after the first deadline
    assert tender.now(rfq).phase is Phase.CLOCK_STOPPED
    tender.bid(rfq, shops[1])
    tender.answer(rfq, question)

    now = tender.now(rfq)
    assert (now.phase, now.stopped_at) == (Phase.TAKING_BIDS, None)
    assert now.closes_at == rfq.closes_at + 50 * HOUR
    move_clock(20 * HOUR)
    tender.bid(rfq, shops[0])
    move_clock(MICROSECOND)
    with pytest.raises(RfqClosed):
        tender.bid(rfq, shops[1])


def test_questions_that_overlap_stop_the_clock_once(tender, rfq, shops, move_clock):
    one = tender.question(rfq, shops[0])
    move_clock(2 * HOUR)
    other = tender.question(rfq, shops[1])
    move_clock(3 * HOUR)
    tender.answer(rfq, one)
    assert tender.now(rfq).phase is Phase.CLOCK_STOPPED

    move_clock(4 * HOUR)
    tender.withdraw_question(rfq, shops[1], other)

    assert tender.now(rfq).closes_at == rfq.closes_at + 9 * HOUR


def test_each_move_of_the_deadline_is_kept_with_its_reason(app, tender, rfq, shops, move_clock):
    asked = rfq.closes_at
    stopped_at = move_clock(HOUR)
    question = tender.question(rfq, shops[0])
    move_clock(HOUR)
    tender.answer(rfq, question)
    tender.extend(rfq, 300)

    kept = [(each.why, each.stopped_at, each.closes_at) for each in tender.now(rfq).deadlines]
    assert kept == [
        (DeadlineMove.ASKED, None, asked),
        (DeadlineMove.QUESTION_CLOSED, stopped_at, asked + HOUR),
        (DeadlineMove.EXTENDED, None, move_clock(timedelta()) + 300 * HOUR),
    ]
    assert broken(app) == []


def test_an_extension_reopens_a_request_that_had_closed(tender, rfq, shops, move_clock):
    move_clock(200 * HOUR)
    tender.extend(rfq, 1)

    tender.bid(rfq, shops[0])
    assert tender.now(rfq).phase is Phase.TAKING_BIDS


def test_a_deadline_is_never_moved_to_earlier_nor_left_where_it_is(tender, rfq):
    for hours in (1, 120):
        with pytest.raises(DeadlineNotLater):
            tender.extend(rfq, hours)
    tender.extend(rfq, 121)


def test_an_extension_while_the_clock_stands_is_kept_on_top_of_what_it_stood(tender, rfq, shops, move_clock):
    question = tender.question(rfq, shops[0])
    tender.extend(rfq, 200)
    move_clock(5 * HOUR)
    tender.answer(rfq, question)

    assert tender.now(rfq).closes_at == rfq.created_at + 205 * HOUR


def test_a_factory_that_leaves_keeps_nobody_waiting(tender, rfq, shops, move_clock):
    tender.question(rfq, shops[0])
    tender.question(rfq, shops[1])
    move_clock(HOUR)
    tender.decline(rfq, shops[0])
    assert tender.now(rfq).phase is Phase.CLOCK_STOPPED
    tender.uninvite(rfq, shops[1])

    assert tender.now(rfq).closes_at == rfq.closes_at + HOUR
    assert tender.now(rfq).phase is Phase.TAKING_BIDS


def test_a_question_is_answered_once(tender, rfq, shops):
    question = tender.question(rfq, shops[0])
    tender.answer(rfq, question)

    with pytest.raises(IllegalMove):
        tender.answer(rfq, question)
    with pytest.raises(IllegalMove):
        tender.withdraw_question(rfq, shops[0], question)


def test_nobody_stops_the_clock_as_often_as_they_like(tender, rfq, shops):
    for _ in range(MOST_OPEN_QUESTIONS):
        tender.question(rfq, shops[0])

    with pytest.raises(TooManyQuestions):
        tender.question(rfq, shops[0])
    tender.question(rfq, shops[1])


def test_who_has_not_agreed_or_is_out_asks_nothing(tender, rfq, shops, make_shop):
    late = make_shop("Late")
    tender.invite(rfq, late)
    tender.decline(rfq, shops[0])

    for factory in (late, shops[0]):
        with pytest.raises(TermsNotAgreed):
            tender.question(rfq, factory)


def test_nothing_of_a_withdrawn_request_moves(tender, rfq, shops):
    question = tender.question(rfq, shops[0])
    tender.withdraw(rfq)

    for act in (
        lambda: tender.answer(rfq, question),
        lambda: tender.extend(rfq, 300),
        lambda: tender.question(rfq, shops[1]),
        lambda: tender.decline(rfq, shops[1]),
        lambda: tender.invite(rfq),
        lambda: tender.withdraw(rfq),
    ):
        with pytest.raises(RfqOver):
            act()
