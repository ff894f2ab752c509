from marketplace.kernel.errors import Conflict, NotFound, Rejected


class ClaimNotFound(NotFound):
    """There is no such claim, or it is of somebody else's job."""

    code = "claim_not_found"


class RemeasurementNotFound(NotFound):
    """There is no such re-measurement, or another factory was named for it."""

    code = "remeasurement_not_found"


class NotClaimable(Conflict):
    """Goods are claimed after all of them have left and before they count as accepted."""

    code = "not_claimable"


class ClaimOpen(Conflict):
    """A job has one open claim at a time."""

    code = "claim_open"


class ClaimOverdue(Conflict):
    """The time to answer this claim has passed; what counts instead is published."""

    code = "claim_overdue"


class MorePiecesThanShipped(Rejected):
    """The claim, or the re-measurement, is of more pieces than there are."""

    code = "more_pieces_than_shipped"


class RemedyAmountUnfit(Rejected):
    """A part refund has an amount, less than the job costs and payable in its currency; other remedies have none."""

    code = "remedy_amount_unfit"


class OffersTheWanted(Rejected):
    """An offer of exactly what the customer wants; accept the claim instead."""

    code = "offers_the_wanted"


class RemeasuredAlready(Conflict):
    """A claim is re-measured once, whoever asks."""

    code = "remeasured_already"


class NotNeutral(Conflict):
    """The factory is one of the parties, or has no live listing of the process."""

    code = "not_neutral"
