"""The customer's verbs: complain, agree to what the factory offers, have it decided, or let it be."""

from collections.abc import Sequence
from uuid import UUID

from marketplace.attachments.errors import AttachmentNotFound
from marketplace.audit import service as audit
from marketplace.claims import ending, queries, rules, terms
from marketplace.claims.errors import ClaimOpen, NotClaimable
from marketplace.claims.models import Claim, Remedy
from marketplace.claims.states import OPEN, ClaimState
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import reopening
from marketplace.orders.models import Job
from marketplace.orders.states import JobState


def raise_claim(
    job: Job,
    earlier: Sequence[Claim],
    *,
    by: Actor,
    text: str,
    pieces: int,
    remedy: Remedy,
    amount_minor: int | None = None,
    attachment_ids: Sequence[UUID] = (),
) -> Claim:
    """The customer complains about goods that have all left, while they have time to look at them.

    Raises ClaimOpen, NotClaimable, MorePiecesThanShipped, RemedyAmountUnfit, AttachmentNotFound.
    """
    if any(claim.state in OPEN for claim in earlier):
        raise ClaimOpen("A claim of this job is still open; it is settled or withdrawn first.")
    look_until = job.accept_by
    now = clock.now()
    if job.state is not JobState.SHIPPED or look_until is None:
        raise NotClaimable(
            f"Goods are claimed after all of them have left and before they are accepted: this job is {job.state}.",
            state=job.state,
        )
    if now > look_until:
        raise NotClaimable("The time to look has passed: the goods count as accepted.", accept_by=look_until)
    terms.refuse_unless_there(job, pieces)
    terms.refuse_unless_fit(job, remedy, amount_minor)
    _refuse_unless_beside(job, attachment_ids)
    made = Claim(
        id=new_id(),
        created_at=now,
        job=job,
        job_id=job.id,
        number=len(earlier) + 1,
        claimed_by=by.user_id,
        text=text,
        pieces=pieces,
        wanted=remedy,
        wanted_minor=amount_minor,
        attachment_ids=list(attachment_ids),
        look_until=look_until,
        answer_by=now + rules.ANSWER_TIME,
        remeasurement=None,
    )
    session().add(made)
    reopening.claim(job, by=by, reason=text)
    audit.record(by, "claim.raised", made, number=made.number, pieces=pieces, remedy=remedy, amount_minor=amount_minor)
    notifications.tell(job.factory_id, NoticeKind.CLAIM_RAISED, job, text=text)
    return made


def _refuse_unless_beside(job: Job, attachment_ids: Sequence[UUID]) -> None:
    if attachment_ids and set(attachment_ids) - queries.beside(job, attachment_ids):
        raise AttachmentNotFound("A claim shows files that lie beside its job, or beside the order for its factories.")


def agree(claim: Claim, *, by: Actor) -> None:
    """The customer takes what the factory offers; no answer in time counts as this. Raises IllegalMove."""
    if claim.state is not ClaimState.OFFERED:
        raise IllegalMove("The factory has not offered anything that could be agreed to.", state=claim.state)
    ending.end(claim, ClaimState.SETTLED, verb="claim.agreed", by=by)


def disagree(claim: Claim, *, by: Actor, reason: str) -> None:
    """The customer does not agree to the factory's answer, and has it decided. Raises IllegalMove, ClaimOverdue."""
    claim.move(ClaimState.IN_DECISION, by=by, reason=reason)
    ending.refuse_if_overdue(claim)
    claim.disagreement, claim.answer_by = reason, None
    claim.remedy = claim.remedy_minor = None
    audit.record(by, "claim.decision_asked", claim)
    notifications.tell(claim.job.factory_id, NoticeKind.CLAIM_DECISION_ASKED, claim.job, text=reason)


def withdraw(claim: Claim, *, by: Actor) -> None:
    """The customer lets the goods be as they are. Raises IllegalMove."""
    ending.end(claim, ClaimState.WITHDRAWN, verb="claim.withdrawn", by=by)


def lapse(claim: Claim, *, by: Actor) -> None:
    """The customer has not taken a rejected claim further in time. Raises IllegalMove."""
    ending.end(claim, ClaimState.LAPSED, verb="claim.lapsed", by=by)
