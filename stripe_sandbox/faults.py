"""Faults to order: the failures that a client of Stripe has to survive, made to happen the next n times."""

import threading
import time
from dataclasses import dataclass
from fnmatch import fnmatchcase

from stripe_sandbox.errors import InvalidRequest, Refused

KINDS = ("500", "429", "409", "drop_before", "drop_after", "slow")
LONGEST_S = 60.0


@dataclass(slots=True)
class Fault:
    """What shall go wrong: for a method, a path (`*` stands for any id), so many times."""

    kind: str
    method: str
    path: str
    times: int = 1
    seconds: float = 1.0
    """How long a slow request waits before it runs."""


class OutOfOrder(Refused):
    """Something broke at Stripe; the request had not begun to run."""

    status = 500
    type = "api_error"


class TooManyRequests(Refused):
    """Requests came too fast."""

    status = 429


class ObjectLocked(Refused):
    """Another request holds the lock of the object."""

    status = 409


class Faults:
    """The faults that wait for their request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Let a fault happen. Raises InvalidRequest for a kind that does not exist."""
        if fault.kind not in KINDS or fault.times < 1:
            raise InvalidRequest(f"A fault is one of {', '.join(KINDS)}, at least once.", param="kind")
        if not 0 < fault.seconds <= LONGEST_S:
            raise InvalidRequest(f"A slow request waits up to {LONGEST_S:.0f} seconds.", param="seconds")
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Call off every fault."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str, *, after: bool) -> Fault | None:
        """The fault that hits this request, before it runs or after; it counts as happened."""
        if not self._waiting:
            return None
        with self._lock:
            for fault in self._waiting:
                if fault.method == method and fnmatchcase(path, fault.path) and (fault.kind == "drop_after") is after:
                    fault.times -= 1
                    if not fault.times:
                        self._waiting.remove(fault)
                    return fault
        return None


def strike(fault: Fault) -> None:
    """Let a fault happen to a request that has not begun to run. Raises Refused, or waits when it is slow."""
    if fault.kind == "slow":
        time.sleep(fault.seconds)
    elif fault.kind == "429":
        raise TooManyRequests("Request rate limit exceeded.", code="rate_limit")
    elif fault.kind == "409":
        message = "This object cannot be accessed right now because another request is using it."
        raise ObjectLocked(message, code="lock_timeout")
    else:
        raise OutOfOrder("An unknown error occurred.")
