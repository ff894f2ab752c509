from marketplace.kernel.errors import Conflict, NotFound


class ReviewNotFound(NotFound):
    """There is no such review, or it is not public yet."""

    code = "review_not_found"


class NotReviewable(Conflict):
    """A job is reviewed once it is done: its goods accepted and paid."""

    code = "not_reviewable"


class ReviewedAlready(Conflict):
    """Each side reviews a job once."""

    code = "reviewed_already"


class ReviewsClosed(Conflict):
    """The other side's review is public: it can be answered, and no longer be matched by one's own."""

    code = "reviews_closed"


class AnsweredAlready(Conflict):
    """A review is answered once."""

    code = "answered_already"


class HiddenAlready(Conflict):
    """The review is hidden, with a reason."""

    code = "hidden_already"
