"""The factory's verbs: accept what the customer wants, offer something else, or say no."""

from marketplace.audit import service as audit
from marketplace.claims import ending, rules, terms
from marketplace.claims.errors import OffersTheWanted
from marketplace.claims.models import Claim, Remedy
from marketplace.claims.states import ClaimState
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind


def accept(claim: Claim, *, by: Actor) -> None:
    """The factory does what the customer wants; no answer in time counts as this.

    Raises IllegalMove: once it has answered otherwise, the customer is asked.
    """
    if claim.state is not ClaimState.RAISED:
        raise IllegalMove("This claim has been answered; it is the customer's turn, or decided.", state=claim.state)
    claim.remedy, claim.remedy_minor = claim.wanted, claim.wanted_minor
    claim.answered_by = by.user_id
    ending.end(claim, ClaimState.SETTLED, verb="claim.accepted", by=by)


def offer(claim: Claim, *, by: Actor, answer: str, remedy: Remedy, amount_minor: int | None = None) -> None:
    """The factory would do something else. Raises IllegalMove, ClaimOverdue, OffersTheWanted, RemedyAmountUnfit."""
    claim.move(ClaimState.OFFERED, by=by, reason=answer)
    _answer(claim, answer, by=by)
    terms.refuse_unless_fit(claim.job, remedy, amount_minor)
    if (remedy, amount_minor) == (claim.wanted, claim.wanted_minor):
        raise OffersTheWanted("This is what the customer wants: accept the claim.")
    claim.remedy, claim.remedy_minor = remedy, amount_minor
    audit.record(by, "claim.offer_made", claim, remedy=remedy, amount_minor=amount_minor)
    notifications.tell(claim.job.order.organisation_id, NoticeKind.CLAIM_OFFER_MADE, claim.job, text=answer)


def reject(claim: Claim, *, by: Actor, answer: str) -> None:
    """The factory says no, and why. Raises IllegalMove, ClaimOverdue."""
    claim.move(ClaimState.REJECTED, by=by, reason=answer)
    _answer(claim, answer, by=by)
    audit.record(by, "claim.rejected", claim)
    notifications.tell(claim.job.order.organisation_id, NoticeKind.CLAIM_REJECTED, claim.job, text=answer)


def _answer(claim: Claim, answer: str, *, by: Actor) -> None:
    ending.refuse_if_overdue(claim)
    claim.answer, claim.answered_by = answer, by.user_id
    claim.answer_by = clock.now() + rules.FURTHER_TIME
