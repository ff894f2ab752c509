from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel import clock
from marketplace.kernel.database import Base, Identified
from marketplace.quality import judging
from marketplace.quality.values import EntryKind, Stage


class Inspection(Identified, Base):
    """What is measured on the pieces of one job. Its entries, and so its plan, begin with what is first written."""

    __tablename__ = "inspections"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), unique=True)


class Entry(Identified, Base):
    """One fact of an inspection, in its place in the chain. Append-only, and none after the inspection has ended."""

    __tablename__ = "inspection_entries"

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"))
    number: Mapped[int]
    kind: Mapped[EntryKind]
    content: Mapped[dict[str, Any]]
    """What it says, its place, and the hash of the entry before it (quality.chain)."""
    hash: Mapped[str]

    @property
    def shown(self) -> dict[str, Any]:
        """As it stands in a record."""
        return {**self.content, "hash": self.hash}

    __table_args__ = (
        UniqueConstraint("inspection_id", "number"),
        Index(None, "inspection_id", "id"),
        CheckConstraint("number > 0", name="number_from_one"),
        CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name="hash_form"),
    )


class RecordKey(Base):
    """A public key that records were signed with; it stays published when another has taken its place. Append-only."""

    __tablename__ = "record_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    """The first 32 hexadecimal letters of the SHA-256 of the key."""
    public_key: Mapped[str]
    """Ed25519, in hexadecimal letters."""
    first_used_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (CheckConstraint("public_key ~ '^[0-9a-f]{64}$'", name="public_key_form"),)


class Record(Identified, Base):
    """A signed quality record: all entries of an inspection until then, and the verdict.

    But for who may see it, append-only.
    """

    __tablename__ = "inspection_records"

    inspection_id: Mapped[UUID] = mapped_column(ForeignKey("inspections.id"))
    number: Mapped[int]
    kind: Mapped[Stage]
    shipment_id: Mapped[UUID | None] = mapped_column(ForeignKey("shipments.id"), unique=True)
    last_entry: Mapped[int]
    head: Mapped[dict[str, Any]]
    """The document without its entries (quality.documents)."""
    seal: Mapped[dict[str, Any]]
    """Digests of the document's sections; what is signed."""
    signature: Mapped[str]
    """Ed25519 over the seal, in hexadecimal letters."""
    key_id: Mapped[str] = mapped_column(ForeignKey("record_keys.id"))
    closed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    key: Mapped[RecordKey] = relationship(lazy="raise")

    @property
    def outcome(self) -> str:
        """What the inspection came to; of a first article, what that piece came to."""
        return judging.outcome_of(self.kind, self.head["verdict"])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def ends_inspection(self) -> bool:
        """Whether no entry may follow."""
        return self.kind is Stage.FINAL and self.shipment_id is None

    __table_args__ = (
        UniqueConstraint("inspection_id", "number"),
        Index(
            "uq_inspection_records_last",
            "inspection_id",
            unique=True,
            postgresql_where="kind = 'final' and shipment_id is null",
        ),
        CheckConstraint("number > 0 and last_entry > 0", name="numbers_from_one"),
        CheckConstraint("shipment_id is null or kind = 'final'", name="shipment_is_final"),
        CheckConstraint("signature ~ '^[0-9a-f]{128}$'", name="signature_form"),
        CheckConstraint("(published_at is null) = (published_by is null)", name="publication_signed"),
    )
