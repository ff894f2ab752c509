"""What an archive is made of, and how rows become JSON: the same content gives the same bytes."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from marketplace.attachments.models import Side
from marketplace.kernel.database import Base
from marketplace.orders.models import Job, Order


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose archive of what: a customer's of an order, or a factory's of its one job."""

    side: Side
    order: Order
    jobs: Sequence[Job]
    """With their order, its lines, their shipments and those's parcels."""
    verify_at: str
    """Where a signed record is verified."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the archive that is made of rows."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the archive that lies in the file store."""

    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is made of rows when its turn comes, so that one such file at a time is in memory."""

    path: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper that is set when its turn comes."""

    path: str
    template: Path
    figures: Callable[[], Mapping[str, Any]]
    made_at: datetime


File = Written | Stored | Made | Printed
Chapter = Callable[[Scope], Iterable[File]]


def as_json(path: str, content: Any) -> Written:
    """A file of JSON (RFC 8259) for people and programs: names in the order of the alphabet, ids and times as text."""
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, default=_plain)
    return Written(path, f"{text}\n".encode())


def columns(row: Base, *, but: Collection[str] = ()) -> dict[str, Any]:
    """What a row holds, by the names of its columns."""
    return {each.key: getattr(row, each.key) for each in row.__mapper__.column_attrs if each.key not in but}


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def side_of(organisation_id: UUID | None, scope: Scope) -> str | None:
    """Who acted: the customer, a factory, whoever does an operation for one, or (None) the house."""
    if organisation_id is None:
        return None
    if organisation_id == scope.order.organisation_id:
        return "customer"
    return "factory" if organisation_id in {job.factory_id for job in scope.jobs} else "subcontractor"
