"""A neutral re-measurement: one side asks, the staff names a factory, and that says what it has found."""

from uuid import UUID

from marketplace.audit import service as audit
from marketplace.claims import queries
from marketplace.claims.errors import MorePiecesThanShipped, NotNeutral, RemeasuredAlready, RemeasurementNotFound
from marketplace.claims.models import Claim, Remeasurement
from marketplace.claims.states import ClaimState, RemeasurementState
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders.models import Side


def ask(claim: Claim, *, side: Side, by: Actor, why: str) -> Remeasurement:
    """One side wants a third factory to look, before a claim is decided. Raises RemeasuredAlready, IllegalMove."""
    if claim.remeasurement is not None:
        raise RemeasuredAlready("This claim has its re-measurement; there is one for both sides.")
    if claim.state is not ClaimState.IN_DECISION:
        raise IllegalMove("Goods are measured again when a decision is asked for, and before it.", state=claim.state)
    made = Remeasurement(id=new_id(), claim=claim, claim_id=claim.id, side=side, asked_by=by.user_id, why=why)
    session().add(made)
    audit.record(by, "claim.remeasurement_asked", claim, side=side)
    notifications.tell(claim.job.opposite(side), NoticeKind.REMEASUREMENT_ASKED, claim.job, text=why)
    return made


def name(claim: Claim, factory_id: UUID, *, by: Actor) -> None:
    """The staff names a factory that has a live listing of the process and is no party.

    Raises RemeasurementNotFound, IllegalMove, NotNeutral.
    """
    remeasurement = claim.remeasurement
    if remeasurement is None:
        raise RemeasurementNotFound("No side has asked that the pieces of this claim are measured again.")
    remeasurement.move(RemeasurementState.NAMED, by=by)
    job = claim.job
    if factory_id in (job.factory_id, job.order.organisation_id):
        raise NotNeutral("The factory is one of the parties of this job.", factory_id=factory_id)
    if not queries.offers(factory_id, job.process):
        raise NotNeutral("The factory has no live listing of this process.", factory_id=factory_id, process=job.process)
    remeasurement.factory_id, remeasurement.named_by = factory_id, by.user_id
    audit.record(by, "claim.remeasurement_named", claim, factory_id=factory_id)
    notifications.tell(factory_id, NoticeKind.REMEASUREMENT_NAMED, remeasurement, text=claim.text)


def report(remeasurement: Remeasurement, *, by: Actor, pieces: int, conforming: int, result: str) -> None:
    """The third factory says how many pieces it has measured and how many conform. Both sides read it.

    Raises IllegalMove, MorePiecesThanShipped.
    """
    remeasurement.move(RemeasurementState.REPORTED, by=by)
    claim = remeasurement.claim
    if pieces > claim.job.quantity or conforming > pieces:
        raise MorePiecesThanShipped(
            "No more pieces conform than were measured, and none were measured that were not shipped.",
            pieces=claim.job.quantity,
        )
    remeasurement.pieces, remeasurement.conforming = pieces, conforming
    remeasurement.result, remeasurement.reported_by = result, by.user_id
    audit.record(by, "claim.remeasured", claim, pieces=pieces, conforming=conforming)
    for side in Side:
        notifications.tell(claim.job.opposite(side), NoticeKind.REMEASUREMENT_REPORTED, claim.job, text=result)
