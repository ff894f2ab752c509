"""Which pieces and which amounts a claim can be about."""

from marketplace.claims.errors import MorePiecesThanShipped, RemedyAmountUnfit
from marketplace.claims.models import Remedy
from marketplace.kernel.money import CHARGE_LIMITS
from marketplace.orders.models import Job


def refuse_unless_there(job: Job, pieces: int) -> None:
    """The customer has as many pieces as were ordered: what is made again takes the place of what was claimed.

    Raises MorePiecesThanShipped.
    """
    if pieces > job.quantity:
        raise MorePiecesThanShipped("The claim is about more pieces than you got.", pieces=job.quantity)


def refuse_unless_fit(job: Job, remedy: Remedy | None, amount_minor: int | None) -> None:
    """A part refund is less than the job costs; nothing else has an amount. Raises RemedyAmountUnfit."""
    if remedy is not Remedy.PART_REFUND:
        if amount_minor is not None:
            raise RemedyAmountUnfit("Only a part refund has an amount; leave it out.", remedy=remedy)
        return
    step = CHARGE_LIMITS[job.currency].step
    if amount_minor is None or amount_minor >= job.total_minor or amount_minor % step:
        raise RemedyAmountUnfit(
            "A part refund has an amount: less than the job costs (all of it is the remedy return), in steps that can "
            "be paid.",
            remedy=remedy,
            less_than_minor=job.total_minor,
            step_minor=step,
        )
