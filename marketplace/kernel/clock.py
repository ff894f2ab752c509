"""The present, in one place, so that tests can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import Final

LATEST_ZONE: Final = timedelta(hours=12)
"""How far behind UTC the day begins last (Etc/GMT+12)."""

_offset: ContextVar[timedelta] = ContextVar("clock_offset", default=timedelta())


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) + _offset.get()


def earliest_today() -> date:
    """The day that it still is somewhere: one before it is over for everybody."""
    return (now() - LATEST_ZONE).date()


def written(instant: datetime) -> str:
    """An instant in UTC to the millisecond, with a Z (RFC 3339)."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def moved_by(offset: timedelta) -> Iterator[None]:
    """Let time be `offset` later (or earlier) for whatever runs inside; for tests."""
    token = _offset.set(_offset.get() + offset)
    try:
        yield
    finally:
        _offset.reset(token)
