from marketplace.kernel.errors import Conflict, NotFound, Rejected


class OrderNotFound(NotFound):
    code = "order_not_found"


class JobNotFound(NotFound):
    code = "job_not_found"


class AnswerOverdue(Conflict):
    code = "answer_overdue"


class MorePiecesThanOrdered(Rejected):
    code = "more_pieces_than_ordered"


class FewerPiecesThanBefore(Conflict):
    code = "fewer_pieces_than_before"


class ListingNotLive(Conflict):
    code = "listing_not_live"
