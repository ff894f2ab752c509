"""The staff's verb: decide, with a reason that both sides read."""

from marketplace.claims import ending, terms
from marketplace.claims.models import Claim, Remedy
from marketplace.claims.states import ClaimState
from marketplace.kernel.actor import Actor
from marketplace.kernel.lifecycle import IllegalMove


def decide(
    claim: Claim, *, by: Actor, reason: str, remedy: Remedy | None = None, amount_minor: int | None = None
) -> None:
    """Say what is to be done, or that nothing is. Raises IllegalMove, RemedyAmountUnfit."""
    if claim.state is not ClaimState.IN_DECISION:
        raise IllegalMove("Only a claim that a customer has asked a decision of is decided.", state=claim.state)
    terms.refuse_unless_fit(claim.job, remedy, amount_minor)
    claim.decision, claim.decided_by = reason, by.user_id
    claim.remedy, claim.remedy_minor = remedy, amount_minor
    to = ClaimState.DISMISSED if remedy is None else ClaimState.SETTLED
    ending.end(claim, to, verb="claim.decided", by=by, reason=reason)
