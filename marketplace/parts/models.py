from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, and_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, column_property, foreign, mapped_column, relationship

from marketplace.accounts.models import Organisation, User
from marketplace.geometry.values import FileKind, Measurement, Units
from marketplace.kernel import clock
from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Lifecycle, Stateful
from marketplace.manufacturability.judging import by_process
from marketplace.manufacturability.values import Finding
from marketplace.parts.rules import UnitQuestion, unit_question


class RevisionState(StrEnum):
    MEASURING = "measuring"
    MEASURED = "measured"
    REFUSED = "refused"
    """The kernel could not or would not read the file; `refusal` says why."""


class StoredFile(Base):
    """A file under its hash; the bytes lie in the file store."""

    __tablename__ = "files"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int]
    kind: Mapped[FileKind]
    stored_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        CheckConstraint("size_bytes > 0", name="size_some"),
    )


class FileMeasurement(Base):
    """What one kernel version measured in one file, once, whoever uploaded it."""

    __tablename__ = "file_measurements"

    sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"), primary_key=True)
    engine: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[dict[str, Any]] = mapped_column(JSONB)
    measured_at: Mapped[datetime] = mapped_column(default=clock.now)


class Preview(Base):
    """What a file looks like, drawn in the same pass in which it was measured; committed with the measurement."""

    __tablename__ = "previews"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    engine: Mapped[str] = mapped_column(primary_key=True)
    thumbnail: Mapped[bytes] = mapped_column(deferred=True, deferred_raiseload=True)
    """PNG."""
    model: Mapped[bytes | None] = mapped_column(deferred=True, deferred_raiseload=True)
    """Binary glTF; a flat drawing has none."""
    has_model: Mapped[bool] = column_property(model.is_not(None))

    __table_args__ = (
        ForeignKeyConstraint([sha256, engine], [FileMeasurement.sha256, FileMeasurement.engine]),
        CheckConstraint("length(thumbnail) > 0", name="thumbnail_some"),
        CheckConstraint("length(model) > 0", name="model_some"),
    )


class Part(Identified, Base):
    """What a customer wants made."""

    __tablename__ = "parts"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))

    revisions: Mapped[list["Revision"]] = relationship(lazy="raise", order_by="Revision.number", back_populates="part")

    __table_args__ = (not_longer("name", 200), Index(None, "organisation_id", "id"))


class Revision(Identified, Stateful, Base):
    """One immutable file of a part, with its units and what was measured in it."""

    __tablename__ = "revisions"
    lifecycle: ClassVar = Lifecycle(
        RevisionState.MEASURING,
        {RevisionState.MEASURING: frozenset({RevisionState.MEASURED, RevisionState.REFUSED})},
    )

    part_id: Mapped[UUID] = mapped_column(ForeignKey("parts.id"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"))
    file_name: Mapped[str]
    """As the customer called it; shown, never used as a path."""
    state: Mapped[RevisionState] = mapped_column(default=RevisionState.MEASURING)
    units: Mapped[Units | None]
    """As the customer confirmed them; empty until then."""
    measurement: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """In millimetres under the confirmed units; until then under the declared ones, or as if one were a millimetre."""
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    part: Mapped[Part] = relationship(lazy="raise", back_populates="revisions")
    file: Mapped[StoredFile] = relationship(lazy="raise")
    preview: Mapped[Preview | None] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin=lambda: and_(
            foreign(Revision.sha256) == Preview.sha256,
            foreign(Revision.measurement["engine"].astext) == Preview.engine,
        ),
    )
    """By the engine that measured the revision."""

    @property
    def facts(self) -> Measurement | None:
        """The measurement as a value."""
        return None if self.measurement is None else Measurement.from_json(self.measurement)

    @property
    def unit_question(self) -> UnitQuestion | None:
        """In which units it was drawn, as long as nobody has said so."""
        facts = self.facts
        return None if facts is None or self.units is not None else unit_question(facts)

    @property
    def findings(self) -> Mapping[str, tuple[Finding, ...]]:
        """What stands against making the part, by process; nothing while it is not measured."""
        facts = self.facts
        return {} if facts is None else by_process(facts)

    __table_args__ = (
        UniqueConstraint("part_id", "number"),
        not_longer("file_name", 255),
        CheckConstraint("(state = 'measured') = (measurement is not null)", name="measured_has_measurement"),
        CheckConstraint("(state = 'refused') = (refusal is not null)", name="refused_has_reason"),
        CheckConstraint("units is null or state = 'measured'", name="units_after_measurement"),
    )


class Seen(StrEnum):
    """What of a revision someone was given."""

    FILE = "file"
    THUMBNAIL = "thumbnail"
    MODEL = "model"


class FileAccess(Identified, Base):
    """Someone was given the bytes of a revision, or a picture of it on request; the owner may see the list.

    Append-only.
    """

    __tablename__ = "file_accesses"

    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revisions.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    what: Mapped[Seen] = mapped_column(default=Seen.FILE)
    rfq_id: Mapped[UUID | None] = mapped_column(ForeignKey("rfqs.id"), default=None)
    """The request for quotation for which the owner had opened it."""

    user: Mapped[User | None] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")

    __table_args__ = (
        Index(None, "revision_id", "id"),
        Index(None, "rfq_id", "id", postgresql_where="rfq_id is not null"),
    )
