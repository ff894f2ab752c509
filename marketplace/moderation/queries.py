"""Cases and decisions: the queue of the staff, and what a party was told about one thing of theirs."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import User
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, newest_first
from marketplace.moderation.errors import CaseNotFound
from marketplace.moderation.models import Case, CaseState, Decision
from marketplace.moderation.paging import CaseRequest


def for_staff(case_id: UUID) -> Case:
    """A case with its party, its decision and the decision it appeals. Raises CaseNotFound."""
    query = (
        select(Case)
        .where(Case.id == case_id)
        .options(joinedload(Case.organisation), joinedload(Case.decision), joinedload(Case.appealed))
    )
    return _found(session().scalars(query).one_or_none())


def for_party(who: Actor, case_id: UUID) -> Case:
    """A case about something of the actor's organisation. Raises CaseNotFound."""
    query = select(Case).where(Case.id == case_id, Case.organisation_id == who.organisation)
    return _found(session().scalars(query).one_or_none())


def to_decide(case_id: UUID) -> Case:
    """A case, locked until the transaction ends, as it is now. Raises CaseNotFound."""
    query = (
        select(Case)
        .where(Case.id == case_id)
        .options(joinedload(Case.appealed), joinedload(Case.organisation))
        .with_for_update(of=Case, key_share=True)
        .execution_options(populate_existing=True)
    )
    return _found(session().scalars(query).one_or_none())


def _found(case: Case | None) -> Case:
    if case is None:
        raise CaseNotFound("There is no such case.")
    return case


def page(request: CaseRequest) -> Page[Case]:
    """Cases with their parties, newest first."""
    query = select(Case).options(joinedload(Case.organisation))
    if request.state is not None:
        query = query.where(Case.state == request.state)
    return newest_first(query, Case.id, request)


def open_case_of(subject_id: UUID) -> Case | None:
    """The examination that is under way, if there is one."""
    return (
        session().scalars(select(Case).where(Case.subject_id == subject_id, Case.state == CaseState.OPEN)).one_or_none()
    )


def decisions_on(subject_id: UUID) -> Sequence[Decision]:
    """Every decision on one thing with its case, the latest first."""
    query = (
        select(Decision)
        .join(Decision.case)
        .where(Case.subject_id == subject_id)
        .options(joinedload(Decision.case))
        .order_by(Decision.created_at.desc(), Decision.id.desc())
    )
    return session().scalars(query).all()


def decision(decision_id: UUID) -> Decision:
    """A decision that is known to exist."""
    return session().scalars(select(Decision).where(Decision.id == decision_id)).one()


def was_appealed(decision_id: UUID) -> bool:
    return session().scalar(select(Case.id).where(Case.appeals_decision_id == decision_id)) is not None


def other_staff(user_id: UUID) -> int:
    """How many people of the staff there are besides this one."""
    return session().scalar(select(func.count()).select_from(User).where(User.is_staff, User.id != user_id)) or 0
