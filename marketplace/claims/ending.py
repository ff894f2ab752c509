"""How a claim ends, and until when it is answered."""

from marketplace.audit import service as audit
from marketplace.claims.errors import ClaimOverdue
from marketplace.claims.models import Claim
from marketplace.claims.states import UNDER_WAY, ClaimState, RemeasurementState
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders.models import Side


def end(claim: Claim, to: ClaimState, *, verb: str, by: Actor, reason: str | None = None) -> None:
    """Take a claim to its end; a re-measurement that is still under way is called off. Raises IllegalMove."""
    claim.move(to, by=by, reason=reason)
    claim.answer_by = None
    if to is not ClaimState.SETTLED:
        claim.remedy = claim.remedy_minor = None
    remeasurement = claim.remeasurement
    if remeasurement is not None and remeasurement.state in UNDER_WAY:
        remeasurement.move(RemeasurementState.CALLED_OFF, by=by, reason="The claim has ended.")
    audit.record(by, verb, claim, remedy=claim.remedy, amount_minor=claim.remedy_minor)
    kind = NoticeKind.CLAIM_SETTLED if to is ClaimState.SETTLED else NoticeKind.CLAIM_CLOSED
    for side in Side:
        if claim.job.opposite(side) != by.organisation_id:
            notifications.tell(claim.job.opposite(side), kind, claim.job, text=reason or "")


def refuse_if_overdue(claim: Claim) -> None:
    """Raises ClaimOverdue."""
    if claim.answer_by is not None and clock.now() > claim.answer_by:
        raise ClaimOverdue(
            "The time to answer has passed: a claim that was not answered counts as accepted, an offer as agreed to, a "
            "rejected claim as dropped.",
            answer_by=claim.answer_by,
        )
