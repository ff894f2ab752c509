"""What the provider told us."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base


class EventState(StrEnum):
    RECEIVED = "received"
    HANDLED = "handled"
    QUARANTINED = "quarantined"
    """Of another API version, or about nothing of ours: kept for a person to look at."""


class ProviderEvent(Base):
    """An event as the provider delivered it, stored once."""

    __tablename__ = "provider_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    api_version: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[EventState] = mapped_column(default=EventState.RECEIVED)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """What became of it, in a word: applied, repeated, stale, unknown."""

    __table_args__ = (
        Index(None, "received_at", postgresql_where="state = 'received'"),
        Index(None, "received_at", "id", postgresql_where="state = 'quarantined'"),
    )
