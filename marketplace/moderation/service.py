"""Opening, deciding, appealing, closing. What a decision does to the thing examined is the workflow's business."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.moderation import queries, rules
from marketplace.moderation.errors import (
    AppealedAlready,
    AppealTooLate,
    CaseOpenAlready,
    DecidedByStaffOnly,
    NeedsAnotherExaminer,
    NothingToAppeal,
    OutcomeNotPossible,
    ReasonMissing,
)
from marketplace.moderation.models import Case, CaseKind, CaseState, Decision, Outcome


class Subject(Protocol):
    """What can be examined: a row that belongs to an organisation."""

    __tablename__: Any
    id: Any
    organisation_id: Any


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as its party sees it."""

    decision: Decision
    may_appeal: bool


def open_case(subject: Subject, kind: CaseKind, *, grounds: str, by: Actor, appeals: Decision | None = None) -> Case:
    """Have something examined. The caller has locked the subject. Raises CaseOpenAlready."""
    transaction.inside()
    earlier = queries.open_case_of(subject.id)
    if earlier is not None:
        raise CaseOpenAlready("This is being examined already; wait for the decision.", case=str(earlier.id))
    case = Case(
        kind=kind,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        organisation_id=subject.organisation_id,
        opened_by=by.user_id,
        grounds=grounds,
        appealed=appeals,
        created_at=clock.now(),
    )
    session().add(case)
    session().flush()
    return case


def decide(case: Case, outcome: Outcome, *, reason: str, by: Actor) -> Decision:
    """Close an examination with an outcome, a reason, and a statement to the party. The case comes locked.

    Raises DecidedByStaffOnly, ReasonMissing, OutcomeNotPossible, NeedsAnotherExaminer, and IllegalMove for a case that
    is no longer open.
    """
    decided_by, reason = _staff(by), _explained(reason)
    is_same_examiner = _same_examiner(case, decided_by)
    case.move(CaseState.DECIDED, by=by, reason=reason)
    _check_possible(case, outcome)
    now = clock.now()
    until = rules.appeal_until(now)
    decision = Decision(
        case=case,
        outcome=outcome,
        decided_by=decided_by,
        reason=reason,
        statement=rules.statement(
            case.kind, outcome, reason=reason, appeal_until=until, is_same_examiner=is_same_examiner
        ),
        appeal_until=until,
        created_at=now,
    )
    session().add(decision)
    session().flush()
    return decision


def appeal(subject: Subject, *, text: str, by: Actor) -> Case:
    """Have the standing decision against the party looked at again. The caller has locked the subject.

    Raises NothingToAppeal, AppealTooLate, AppealedAlready, CaseOpenAlready.
    """
    decision = _standing(subject)
    now = clock.now()
    if now > decision.appeal_until:
        raise AppealTooLate(
            "The time to appeal has passed. You can change the listing and submit it again.",
            appeal_until=decision.appeal_until,
        )
    if queries.was_appealed(decision.id):
        raise AppealedAlready("This decision was appealed already; each can be appealed once.")
    return open_case(subject, CaseKind.APPEAL, grounds=text, by=by, appeals=decision)


def close(subject: Subject, *, by: Actor, reason: str) -> None:
    """End an examination without a decision, because the party took back what was to be examined."""
    case = queries.open_case_of(subject.id)
    if case is not None:
        queries.to_decide(case.id).move(CaseState.CLOSED, by=by, reason=reason)


def told(subject_id: UUID) -> Sequence[Told]:
    """What the party was told about one thing, the latest first, and which decision it may still appeal."""
    decisions = queries.decisions_on(subject_id)
    return [Told(decision, _may_appeal(decision, decisions[0])) for decision in decisions]


def _may_appeal(decision: Decision, latest: Decision) -> bool:
    return (
        decision is latest
        and decision.outcome in rules.ADVERSE
        and clock.now() <= decision.appeal_until
        and queries.open_case_of(decision.case.subject_id) is None
        and not queries.was_appealed(decision.id)
    )


def _standing(subject: Subject) -> Decision:
    decisions = queries.decisions_on(subject.id)
    if not decisions or decisions[0].outcome not in rules.ADVERSE:
        raise NothingToAppeal("There is no decision against this listing that could be appealed.")
    return decisions[0]


def _staff(by: Actor) -> UUID:
    if by.user_id is None or not by.is_staff:
        raise DecidedByStaffOnly("Only a person of the staff decides a case.")
    return by.user_id


def _explained(reason: str) -> str:
    reason = reason.strip()
    if len(reason) < rules.LEAST_REASON:
        raise ReasonMissing(f"Give a reason of at least {rules.LEAST_REASON} characters; the party reads it.")
    return reason


def _check_possible(case: Case, outcome: Outcome) -> None:
    possible = rules.possible(case.kind, appealed=case.appealed.outcome if case.appealed else None)
    if outcome not in possible:
        raise OutcomeNotPossible(
            f"A case of kind {case.kind} cannot end in {outcome}.", kind=case.kind, possible=sorted(possible)
        )


def _same_examiner(case: Case, examiner: UUID) -> bool:
    """Whether who decided first examines the appeal too; allowed only when there is nobody else."""
    if case.appealed is None or case.appealed.decided_by != examiner:
        return False
    if queries.other_staff(examiner) > 0:
        raise NeedsAnotherExaminer("You took the decision that is appealed; another member of the staff examines it.")
    return True
