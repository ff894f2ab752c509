"""What nobody will ask for any more is forgotten, in small transactions: tables do not grow with what is over."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from marketplace.accounts import log_ins
from marketplace.idempotency import service as idempotency
from marketplace.kernel import clock
from marketplace.kernel.transaction import transaction

KEYS_LAST: Final = timedelta(days=30)
"""Far longer than any client repeats a request."""
LOG_INS_LAST: Final = timedelta(days=30)
"""After their end: the audit keeps who did what with which of them, and needs no row of theirs."""
AT_ONCE: Final = 1000


def forget_outlived() -> None:
    """Forget old idempotency keys, and sessions that ended long ago. Safe to be cut off and to run twice."""
    now = clock.now()
    _until_done(partial(idempotency.forget, made_before=now - KEYS_LAST, most=AT_ONCE))
    _until_done(partial(log_ins.forget, ended_before=now - LOG_INS_LAST, most=AT_ONCE))


def _until_done(forget: Callable[[], bool]) -> None:
    were_some = True
    while were_some:
        with transaction():
            were_some = forget()
