from marketplace.kernel.errors import Conflict, Forbidden, NotFound, Rejected


class StaffRefundNotFound(NotFound):
    """There is no such refund."""

    code = "staff_refund_not_found"


class NeedsAnotherPerson(Forbidden):
    """A refund above the limit is approved by another person than the one who proposed it."""

    code = "needs_another_person"


class ClaimDecides(Conflict):
    """The goods of this job are claimed: what goes back is decided with the claim."""

    code = "claim_decides"


class NothingToRefund(Conflict):
    """All that was paid for these jobs is back with the customer, or on its way there."""

    code = "nothing_to_refund"


class RefundAmountUnfit(Rejected):
    """More than is left of what was paid for the job, not in the steps of its currency, or of a job named twice."""

    code = "refund_amount_unfit"
