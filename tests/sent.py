"""The SQL that is sent inside a block, seen at the driver: whatever way it takes to get there, it passes here."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import psycopg


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collects it: `with statements() as sent: …; assert len(sent) == 2`."""
    sent: list[str] = []

    def watched(handed_over: Any) -> Any:
        def hand_over(cursor: Any, query: str | bytes, *args: Any, **kwargs: Any) -> Any:
            sent.append(query.decode() if isinstance(query, bytes) else query)
            return handed_over(cursor, query, *args, **kwargs)

        return hand_over

    ways = ("execute", "executemany")
    with mock.patch.multiple(psycopg.RawCursor, **{way: watched(getattr(psycopg.RawCursor, way)) for way in ways}):
        yield sent
