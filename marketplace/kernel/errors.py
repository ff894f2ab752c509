"""Refusals: the ways in which the business says no.

A refusal is a class named as a fact (`CapacityTaken`). It belongs to one of seven kinds, which HTTP maps to a status in
one place. Its message is for a person and names the way out; its details are facts a program may read.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """The business does not do what was asked; nothing has changed."""

    code: ClassVar[str] = "refused"

    def __init__(self, message: str, /, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(Refusal):
    """There is no such thing, or the actor may not know that there is."""

    code = "not_found"


class Unauthenticated(Refusal):
    """We do not know who is asking."""

    code = "unauthenticated"


class Forbidden(Refusal):
    """We know who is asking, and they may not."""

    code = "forbidden"


class Conflict(Refusal):
    """The state of the world stands against it; another state would not."""

    code = "conflict"


class Rejected(Refusal):
    """What was sent is wrong in itself, whatever the state of the world."""

    code = "rejected"


class Throttled(Refusal):
    """Too often; `retry_after_s` in the details says when again."""

    code = "too_many_requests"


class Unavailable(Refusal):
    """Something we stand on does not answer; the same request may succeed later."""

    code = "unavailable"
