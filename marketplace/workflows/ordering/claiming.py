"""A claim from its raising to its remedy: what is agreed on or decided is carried out in the same transaction.

The caller has locked the order and loaded its jobs whole.
"""

from collections.abc import Sequence
from uuid import UUID

from marketplace.attachments import queries as attachments
from marketplace.attachments.errors import AttachmentNotFound
from marketplace.attachments.models import Attachment
from marketplace.claims import answering, claiming, deciding, queries, rules
from marketplace.claims.models import Claim, Remeasurement, Remedy
from marketplace.claims.states import ClaimState
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.transaction import each_alone, transaction
from marketplace.orders import queries as orders
from marketplace.orders import reopening, sharing
from marketplace.orders.models import Job
from marketplace.production import subcontracting
from marketplace.workflows.money import refunding
from marketplace.workflows.ordering import fulfilment

NOTHING_LEFT = "All the money of this job has gone back meanwhile."


def locked(claim_id: UUID) -> Claim:
    """Any claim, its order locked, for the staff and the platform's own work. Raises ClaimNotFound."""
    order_id, job_id, number = queries.place_of(claim_id)
    return queries.numbered(orders.job_of(orders.to_change(order_id), job_id), number)


def to_report(who: Actor, remeasurement_id: UUID) -> Remeasurement:
    """A re-measurement that this factory was named for, its claim's order locked. Raises RemeasurementNotFound."""
    found = locked(queries.claim_measured_by(who, remeasurement_id)).remeasurement
    assert found is not None, "a claim keeps its re-measurement"
    return found


def raise_claim(
    job: Job,
    *,
    by: Actor,
    text: str,
    pieces: int,
    remedy: Remedy,
    amount_minor: int | None = None,
    attachment_ids: Sequence[UUID] = (),
) -> Claim:
    """The customer complains. Raises as `claiming.raise_claim`."""
    return claiming.raise_claim(
        job,
        queries.of_job(job),
        by=by,
        text=text,
        pieces=pieces,
        remedy=remedy,
        amount_minor=amount_minor,
        attachment_ids=attachment_ids,
    )


def shown_file(claim_id: UUID, attachment_id: UUID) -> Attachment:
    """A file that a claim shows, for the staff that decides. Raises ClaimNotFound, AttachmentNotFound."""
    if attachment_id not in queries.for_staff(claim_id).attachment_ids:
        raise AttachmentNotFound("This claim does not show such a file.")
    return attachments.attachment(attachment_id)


def accept(claim: Claim, *, by: Actor) -> None:
    """The factory does what the customer wants. Raises IllegalMove."""
    answering.accept(claim, by=by)
    _carry_out(claim, by=by)


def agree(claim: Claim, *, by: Actor) -> None:
    """The customer takes what the factory offers. Raises IllegalMove."""
    claiming.agree(claim, by=by)
    _carry_out(claim, by=by)


def decide(
    claim: Claim, *, by: Actor, reason: str, remedy: Remedy | None = None, amount_minor: int | None = None
) -> None:
    """The staff says what is to be done, or that nothing is. Raises IllegalMove, RemedyAmountUnfit."""
    deciding.decide(claim, by=by, reason=reason, remedy=remedy, amount_minor=amount_minor)
    _carry_out(claim, by=by)


def withdraw(claim: Claim, *, by: Actor) -> None:
    """The customer lets the goods be as they are. Raises IllegalMove."""
    claiming.withdraw(claim, by=by)
    _carry_out(claim, by=by)


def let_lapse(claim: Claim, *, by: Actor) -> None:
    """The customer has not taken a rejected claim further in time: they keep the goods. Raises IllegalMove."""
    claiming.lapse(claim, by=by)
    _carry_out(claim, by=by)


def settle_unanswered() -> None:
    """Do what counts for every claim whose time to answer has passed, each in a transaction of its own."""
    with transaction():
        found = queries.overdue(clock.now())
    each_alone(found, _settle_if_unanswered)


def _settle_if_unanswered(claim_id: UUID) -> None:
    claim = locked(claim_id)
    if claim.answer_by is None or clock.now() <= claim.answer_by:
        return  # answered meanwhile
    if claim.state is ClaimState.RAISED:
        accept(claim, by=SYSTEM)
    elif claim.state is ClaimState.OFFERED:
        agree(claim, by=SYSTEM)
    else:
        let_lapse(claim, by=SYSTEM)


def _carry_out(claim: Claim, *, by: Actor) -> None:
    """What follows for the job from a claim that has ended."""
    job, reason = claim.job, f"claim_{claim.number}"
    if claim.remedy is Remedy.REMAKE:
        reopening.remake(job, pieces=claim.pieces, by=by)
        fulfilment.go_on_with_less(job, reason=NOTHING_LEFT, by=by)
    elif claim.remedy is Remedy.RETURN:
        refunding.refund_all(job, reason=reason, by=by)
        reopening.take_back(job, by=by)
        subcontracting.drop_open(job, by=by)
    else:
        refunding.refund(job, min(claim.remedy_minor or 0, sharing.total_minor(job)), reason=reason, by=by)
        until = rules.accept_by(look_until=claim.look_until, claimed_at=claim.created_at, now=clock.now())
        reopening.go_on(job, accept_by=until, by=by)
        fulfilment.go_on_with_less(job, reason=NOTHING_LEFT, by=by)
