"""D1: no moderation act without actor, reason, statement to the party and a way to appeal."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text

from marketplace.audit.models import AuditEvent
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.lifecycle import IllegalMove, StateMove
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import ListingState
from marketplace.moderation import queries
from marketplace.moderation.errors import (
    AppealedAlready,
    AppealTooLate,
    CaseNotFound,
    CaseOpenAlready,
    DecidedByStaffOnly,
    NeedsAnotherExaminer,
    NothingToAppeal,
    OutcomeNotPossible,
    ReasonMissing,
)
from marketplace.moderation.invariants import INVARIANTS
from marketplace.moderation.models import Case, CaseKind, CaseState, Decision, Outcome
from marketplace.workflows import moderating
from tests.market import REASON


def decisions(market, listing_id):
    with market.world.app.app_context():
        return queries.decisions_on(listing_id)


def broken(market):
    with market.world.app.app_context():
        return [row[0] for each in INVARIANTS for row in session().execute(text(each.broken))]


def test_a_rejection_tells_the_factory_why_and_how_to_appeal(market):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, ListingState.SUBMITTED)

    market.decide(listing_id, Outcome.REJECT, reason="  The envelope exceeds the machine in the photo.  ")

    (decision,) = decisions(market, listing_id)
    assert decision.decided_by == market.staff.user_id
    assert decision.reason == "The envelope exceeds the machine in the photo."
    assert decision.reason in decision.statement
    assert "appeal until" in decision.statement
    assert decision.appeal_until - decision.created_at == timedelta(days=30)
    assert market.state_of(listing_id) is ListingState.REJECTED


@pytest.mark.parametrize("reason", ["", "too short", "         a          "])
def test_no_decision_without_a_reason(market, reason):
    listing_id = market.make_listing(market.make_factory(), ListingState.SUBMITTED)
    with pytest.raises(ReasonMissing):
        market.decide(listing_id, Outcome.APPROVE, reason=reason)
    assert market.state_of(listing_id) is ListingState.SUBMITTED
    assert not decisions(market, listing_id)


def test_only_a_person_of_the_staff_decides_or_reports(market):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, ListingState.SUBMITTED)
    case_id = market.open_case(listing_id)
    for who in (factory.actor, SYSTEM, replace(SYSTEM, is_staff=True)):
        with market.world.app.app_context(), pytest.raises(DecidedByStaffOnly), transaction():
            moderating.decide(case_id, Outcome.APPROVE, reason=REASON, by=who)
    market.decide(listing_id, Outcome.APPROVE)
    with market.world.app.app_context(), pytest.raises(DecidedByStaffOnly), transaction():
        moderating.report(listing_id, grounds="I do not like them.", by=factory.actor)


def test_a_case_is_decided_once(market):
    listing_id = market.make_listing(market.make_factory(), ListingState.SUBMITTED)
    case_id = market.open_case(listing_id)
    market.decide(listing_id, Outcome.APPROVE)
    with market.world.app.app_context(), pytest.raises(IllegalMove), transaction():
        moderating.decide(case_id, Outcome.REJECT, reason=REASON, by=market.staff.actor)
    assert market.state_of(listing_id) is ListingState.LIVE


def test_two_people_who_decide_at_once_make_one_decision(market):
    listing_id = market.make_listing(market.make_factory(), ListingState.SUBMITTED)
    case_id = market.open_case(listing_id)
    colleague = market.world.make_staff()
    together = Barrier(2)

    def decide(who, outcome):
        with market.world.app.app_context():
            together.wait(timeout=10)
            try:
                with transaction():
                    moderating.decide(case_id, outcome, reason=REASON, by=who.actor)
            except IllegalMove:
                return None
            return outcome

    with ThreadPoolExecutor(2) as pool:
        asked = [
            pool.submit(decide, market.staff, Outcome.APPROVE),
            pool.submit(decide, colleague, Outcome.REJECT),
        ]
        done = [each.result(timeout=20) for each in asked]

    (decision,) = decisions(market, listing_id)
    assert done.count(None) == 1
    assert decision.outcome in done
    assert market.state_of(listing_id) is moderating.STATE_AFTER[decision.outcome]


def test_an_appeal_is_examined_by_somebody_else_and_may_succeed(market):
    factory, colleague = market.make_factory(), market.world.make_staff()
    listing_id = market.make_listing(factory, ListingState.REJECTED)
    market.appeal(factory, listing_id)

    with pytest.raises(NeedsAnotherExaminer):
        market.decide(listing_id, Outcome.APPROVE)
    market.decide(listing_id, Outcome.APPROVE, by=colleague)

    assert market.state_of(listing_id) is ListingState.LIVE
    latest, first = decisions(market, listing_id)
    assert (latest.case.kind, latest.case.appeals_decision_id) == (CaseKind.APPEAL, first.id)
    assert latest.decided_by == colleague.user_id
    assert "only one person" not in latest.statement


def test_where_one_person_is_the_whole_staff_the_statement_says_so(market):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, ListingState.REJECTED)
    market.appeal(factory, listing_id)

    market.decide(listing_id, Outcome.REJECT)

    assert "only one person who can decide" in decisions(market, listing_id)[0].statement
    assert market.state_of(listing_id) is ListingState.REJECTED


def test_an_appeal_against_a_suspension_upholds_or_lifts_it(market):
    factory, colleague = market.make_factory(), market.world.make_staff()
    listing_id = market.make_listing(factory, ListingState.SUSPENDED)
    market.appeal(factory, listing_id)
    with pytest.raises(OutcomeNotPossible):
        market.decide(listing_id, Outcome.REJECT, by=colleague)
    market.decide(listing_id, Outcome.SUSPEND, by=colleague)
    assert market.state_of(listing_id) is ListingState.SUSPENDED


def test_each_decision_is_appealed_once(market):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, ListingState.REJECTED)
    market.appeal(factory, listing_id)
    with pytest.raises(AppealedAlready):
        market.appeal(factory, listing_id)


def test_an_appeal_comes_in_time(market):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, ListingState.REJECTED)
    with clock.moved_by(timedelta(days=30, minutes=1)), pytest.raises(AppealTooLate) as refusal:
        market.appeal(factory, listing_id)
    assert refusal.value.details["appeal_until"]
    with clock.moved_by(timedelta(days=29, hours=23)):
        market.appeal(factory, listing_id)


def test_a_decision_in_favour_or_overtaken_is_not_appealed(market):
    factory = market.make_factory()
    with pytest.raises(NothingToAppeal):
        market.appeal(factory, market.make_listing(factory))
    listing_id = market.make_listing(factory, ListingState.REJECTED)
    market.submit(factory, listing_id)
    market.decide(listing_id, Outcome.APPROVE)
    with pytest.raises(NothingToAppeal):
        market.appeal(factory, listing_id)


def test_a_report_may_leave_the_listing_public(market):
    listing_id = market.make_listing(market.make_factory(), ListingState.LIVE)
    market.report(listing_id)
    with pytest.raises(CaseOpenAlready):
        market.report(listing_id)
    with pytest.raises(OutcomeNotPossible) as refusal:
        market.decide(listing_id, Outcome.REJECT)
    assert refusal.value.details["possible"] == ["approve", "suspend"]
    market.decide(listing_id, Outcome.APPROVE)
    assert market.state_of(listing_id) is ListingState.LIVE


def test_an_unknown_case_is_not_found(market):
    with market.world.app.app_context(), pytest.raises(CaseNotFound), transaction():
        moderating.decide(market.staff.user_id, Outcome.APPROVE, reason=REASON, by=market.staff.actor)


def test_every_act_is_in_the_audit_and_in_the_history(market):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, ListingState.SUSPENDED)
    with market.world.app.app_context():
        verbs = session().scalars(select(AuditEvent.verb).order_by(AuditEvent.id)).all()
        moves = (
            session().scalars(select(StateMove).where(StateMove.subject_id == listing_id).order_by(StateMove.id)).all()
        )
    assert [verb for verb in verbs if not verb.startswith(("organisation", "user", "member"))] == [
        "listing.drafted",
        "listing.submitted",
        "case.decided",
        "listing.reported",
        "case.decided",
    ]
    assert [move.to_state for move in moves] == ["submitted", "live", "suspended"]
    assert all(move.reason == REASON for move in moves[1:])


def test_the_stored_invariants_hold_for_every_state(market):
    factory, colleague = market.make_factory(), market.world.make_staff()
    for state in ListingState:
        market.make_listing(factory, state)
    appealed = market.make_listing(factory, ListingState.REJECTED)
    market.appeal(factory, appealed)
    market.decide(appealed, Outcome.APPROVE, by=colleague)
    market.withdraw(factory, market.make_listing(factory, ListingState.SUBMITTED))

    assert broken(market) == []
    with market.world.app.app_context():
        counted = [session().scalar(text(each.counted)) for each in INVARIANTS]
    assert counted == [6, 4, 1, 8]


def test_the_stored_invariants_notice_what_breaks_them(market):
    factory = market.make_factory()
    live = market.make_listing(factory, ListingState.LIVE)
    submitted = market.make_listing(factory, ListingState.SUBMITTED)
    draft = market.make_listing(factory)
    with market.world.app.app_context(), transaction():
        session().execute(text("update listings set state = 'live' where id = :id"), {"id": draft})
        session().execute(text("update listings set state = 'suspended' where id = :id"), {"id": live})
        decided = session().scalars(select(Decision)).one()
        hidden = Decision(
            case_id=session().scalars(select(Case).where(Case.subject_id == submitted)).one().id,
            outcome=Outcome.APPROVE,
            decided_by=market.staff.user_id,
            reason="No statement names this reason.",
            statement="You will not learn why.",
            appeal_until=clock.now() - timedelta(days=1),
            created_at=clock.now(),
        )
        session().add(hidden)
        session().execute(text("update cases set state = 'closed' where id = :id"), {"id": decided.case_id})
    found = broken(market)
    assert found.count(hidden.id) == 1
    assert {draft, live, hidden.id, hidden.case_id, decided.case_id} == set(found)


def test_closed_cases_stay_closed():
    assert not Case.lifecycle.allows(CaseState.CLOSED, CaseState.OPEN)
    assert not Case.lifecycle.allows(CaseState.DECIDED, CaseState.OPEN)
