"""Paging by key: a cursor names the last row seen, so that a page costs the same however deep it lies."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Select

from marketplace.kernel.database import session
from marketplace.kernel.errors import Rejected

LARGEST_PAGE: Final = 100


class HasId(Protocol):
    id: Any


Row = TypeVar("Row", bound=HasId)


class CursorUnknown(Rejected):
    """The cursor is not one that a page of this list gave; start again without it."""

    code = "cursor_unknown"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How many rows, after which one."""

    limit: int = 24
    cursor: str | None = None

    @property
    def size(self) -> int:
        """How many rows a page has, whatever was asked for."""
        return min(max(self.limit, 1), LARGEST_PAGE)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, newest first, and the cursor of the next page if there is one."""

    items: Sequence[Row]
    next_cursor: str | None


def encode(row_id: UUID) -> str:
    return base64.urlsafe_b64encode(row_id.bytes).decode().rstrip("=")


def decode(cursor: str) -> UUID:
    """The row id inside a cursor. Raises CursorUnknown for anything we did not make."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error):
        raise CursorUnknown("This cursor is not one of ours; start again without it.") from None


def newest_first(query: Select[Row], key: Any, request: PageRequest) -> Page[Row]:
    """One page of a query, ordered by a time-ordered id, newest first; `key` is that id's column."""
    if request.cursor is not None:
        query = query.where(key < decode(request.cursor))
    rows = session().scalars(query.order_by(key.desc()).limit(request.size + 1)).all()
    more = len(rows) > request.size
    items = rows[: request.size]
    return Page(items, encode(items[-1].id) if more else None)
