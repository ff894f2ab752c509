from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.actor import Credential
from marketplace.kernel.database import Base, Identified


class AuditEvent(Identified, Base):
    """One act: `job.accepted` by this member, with this credential, on that job."""

    __tablename__ = "audit_events"

    verb: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    credential: Mapped[Credential]
    credential_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]

    __table_args__ = (Index(None, "subject_id"),)
