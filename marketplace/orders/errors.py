from marketplace.kernel.errors import Conflict, NotFound, Rejected


class OrderNotFound(NotFound):
    """There is no such order, or it is another customer's."""

    code = "order_not_found"


class JobNotFound(NotFound):
    """There is no such job, it is another factory's, or its order is not paid yet."""

    code = "job_not_found"


class AnswerOverdue(Conflict):
    """The factory's time to answer the job has passed."""

    code = "answer_overdue"


class MorePiecesThanOrdered(Rejected):
    """More pieces were reported done than the job has."""

    code = "more_pieces_than_ordered"


class FewerPiecesThanBefore(Conflict):
    """Fewer pieces were reported done than an earlier report says."""

    code = "fewer_pieces_than_before"


class ListingNotLive(Conflict):
    """The listing behind the offer is not public any more; ask for a new quote."""

    code = "listing_not_live"


class NotCancellable(Conflict):
    """The order no longer awaits its payment, so its customer cannot give it up."""

    code = "not_cancellable"
