from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.attachments.kinds import MEDIA_TYPES, AttachmentKind
from marketplace.kernel.database import Base, Identified, not_longer


class Side(StrEnum):
    """On which side of an order or a request somebody stands."""

    CUSTOMER = "customer"
    FACTORY = "factory"
    STAFF = "staff"


class SeenBy(StrEnum):
    """For whom a customer lays a file beside an order."""

    PARTIES = "parties"
    """The factories that it concerns."""
    STAFF = "staff"
    """Only those who run the marketplace."""


@dataclass(frozen=True, slots=True)
class Place:
    """Beside what a file lies, and on whose side whoever lays it there stands."""

    side: Side
    order_id: UUID | None = None
    job_id: UUID | None = None
    """Empty: it concerns the whole order."""
    rfq_id: UUID | None = None
    invitation_id: UUID | None = None
    """Empty: it is for every factory that has agreed to the terms of the request."""
    seen_by: SeenBy = SeenBy.PARTIES


class Attachment(Identified, Base):
    """A file beside an order or a request; its bytes lie in the file store under their hash. Append-only."""

    __tablename__ = "attachments"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    side: Mapped[Side]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"))
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id"))
    rfq_id: Mapped[UUID | None] = mapped_column(ForeignKey("rfqs.id"))
    invitation_id: Mapped[UUID | None]
    seen_by: Mapped[SeenBy]
    name: Mapped[str]
    """As its sender called it; shown, never used as a path."""
    kind: Mapped[AttachmentKind]
    size_bytes: Mapped[int]
    sha256: Mapped[str]

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]

    __table_args__ = (
        ForeignKeyConstraint(["invitation_id", "rfq_id"], ["rfq_invitations.id", "rfq_invitations.rfq_id"]),
        Index(None, "order_id", "id", postgresql_where="order_id is not null"),
        Index(None, "rfq_id", "id", postgresql_where="rfq_id is not null"),
        Index(None, "sha256"),
        not_longer("name", 200),
        CheckConstraint("(order_id is null) <> (rfq_id is null)", name="beside_one_thing"),
        CheckConstraint("job_id is null or order_id is not null", name="job_of_an_order"),
        CheckConstraint("invitation_id is null or rfq_id is not null", name="invitation_of_a_request"),
        CheckConstraint(
            "side = 'customer' or job_id is not null or invitation_id is not null", name="factories_at_their_place"
        ),
        CheckConstraint(
            "seen_by = 'parties' or (order_id is not null and job_id is null)", name="staff_sees_whole_orders"
        ),
        CheckConstraint("side <> 'staff'", name="of_a_party"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        CheckConstraint("size_bytes > 0", name="size_some"),
    )
