"""Why nothing is said, or nobody is heard."""

from marketplace.kernel.errors import Conflict, NotFound


class ThreadNotFound(NotFound):
    """There is no such conversation: in a request, one begins when a factory asks, bids or writes."""

    code = "thread_not_found"


class ThreadClosed(Conflict):
    """One of the two has left the request, or was not chosen: nothing more is said there."""

    code = "thread_closed"
