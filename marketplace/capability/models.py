"""Work centres and their rate cards: changed by the month, searched by every quote."""

from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Base, Identified, Versioned, not_longer

STANDARD: Final = "standard"
"""The tolerance and the lead time of whoever asks for nothing else."""


class WorkCentre(Identified, Versioned, Base):
    """A group of like machines in one factory."""

    __tablename__ = "work_centres"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str]
    process: Mapped[str]
    machines: Mapped[int]
    envelope_mm: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    """Three extents, ascending, so that a part fits if its ascending box does."""
    materials: Mapped[list[str]] = mapped_column(ARRAY(Text))
    time_zone: Mapped[str]
    handling_days: Mapped[int] = mapped_column(default=1)
    """Local days from the last minute of work to the hand-over to the carrier."""
    tolerance: Mapped[str] = mapped_column(default=STANDARD)
    """The tightest class of tolerance that it holds."""
    thickness_um: Mapped[list[int] | None] = mapped_column(ARRAY(Integer))
    """The thinnest and the thickest sheet that it works; None where sheet is not worked, or any is."""
    certificates: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """What the factory says that it holds: claimed, not verified."""
    takes_controlled: Mapped[bool] = mapped_column(default=False)
    """Whether the factory says that it may see files under export control."""
    constants: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Constants of its routings in place of the published ones, by name."""
    spread: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Between which factors of a computed time nine of ten of its own jobs lay (`time_low_bps`, `time_high_bps`), as
    long as it has the constants with which they were compared; None: as its process publishes."""
    holidays: Mapped[str | None]
    """Whose public holidays are free: a country (`CN`) or a part of one (`DE-BY`); None: nobody's."""
    runs_unattended: Mapped[bool] = mapped_column(default=False)
    """Whether its jobs may run without people; if not, unattended shifts open nothing."""

    shifts: Mapped[list["Shift"]] = relationship(
        lazy="raise", order_by="Shift.weekday, Shift.starts", cascade="all, delete-orphan"
    )

    __table_args__ = (
        not_longer("name", 120),
        CheckConstraint("machines between 1 and 1000", name="machines_sane"),
        CheckConstraint("cardinality(materials) > 0", name="materials_some"),
        CheckConstraint("handling_days between 0 and 30", name="handling_days_sane"),
        CheckConstraint(
            "cardinality(thickness_um) = 2 and thickness_um[1] between 1 and thickness_um[2]", name="thickness_sane"
        ),
        CheckConstraint(
            "(spread ->> 'time_low_bps')::bigint between 1 and 10000"
            " and (spread ->> 'time_high_bps')::bigint between 10000 and 1000000",
            name="spread_sane",
        ),
        UniqueConstraint("organisation_id", "name"),
    )


class Shift(Base):
    """Open hours of a work centre on one day of every week, in its own time zone."""

    __tablename__ = "shifts"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id", ondelete="CASCADE"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    """0 is Monday (ISO 8601 weekday less one)."""
    starts: Mapped[time] = mapped_column(primary_key=True)
    ends: Mapped[time]
    """Midnight at the end of the day is written 00:00."""
    attended: Mapped[bool] = mapped_column(default=True)
    """Whether people are there; else machines run alone ("lights out")."""

    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday_known"),
        CheckConstraint("ends > starts or ends = '00:00'", name="ends_after_start"),
    )


class OnwardStep(Base):
    """What follows elsewhere in the house when a work centre has done its part of a job: bending after cutting, say.

    The factory states them for the work centre that is listed, in their order.
    """

    __tablename__ = "onward_steps"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    next_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"), index=True)
    """The work centre at which it is done."""
    setup_min: Mapped[int]
    run_mmin_each: Mapped[int]
    """Thousandths of a minute that each piece takes of a machine."""
    transport_days: Mapped[int]
    """Whole days between the step before and this one: the way, and the queue."""
    finish: Mapped[str | None]
    """Done only where this finish is asked for; None: always."""

    __table_args__ = (
        CheckConstraint("number between 1 and 6", name="number_sane"),
        CheckConstraint("work_centre_id <> next_id", name="elsewhere"),
        CheckConstraint("setup_min between 0 and 10000", name="setup_sane"),
        CheckConstraint("run_mmin_each between 0 and 100000000", name="run_sane"),
        CheckConstraint("setup_min > 0 or run_mmin_each > 0", name="takes_time"),
        CheckConstraint("transport_days between 0 and 60", name="transport_sane"),
    )


class RateCard(Identified, Base):
    """A work centre's prices from one instant on. Append-only: a change is a new card, so a quote can name its own."""

    __tablename__ = "rate_cards"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    number: Mapped[int]
    currency: Mapped[str]
    machine_rate_minor_per_h: Mapped[int]
    labour_rate_minor_per_h: Mapped[int]
    material_minor_per_kg: Mapped[dict[str, Any]] = mapped_column(JSONB)
    minimum_order_minor: Mapped[int]
    margin_bps: Mapped[int]
    setup_rate_minor_per_h: Mapped[int | None]
    """None: the labour rate; so is that of tooling."""
    tooling_rate_minor_per_h: Mapped[int | None]
    finishes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    breaks: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    tiers: Mapped[dict[str, Any]] = mapped_column(JSONB, default=lambda: {STANDARD: {"wait_days": 0, "change_bps": 0}})
    delivery: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What bringing a lot to a country costs, by its code; under `*` to any other. None: the customer fetches it."""
    limits: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What it will not make (costing.rates.Limits)."""
    effective_at: Mapped[datetime]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))

    @property
    def setup_rate(self) -> int:
        """What an hour of setting up costs."""
        return self.labour_rate_minor_per_h if self.setup_rate_minor_per_h is None else self.setup_rate_minor_per_h

    @property
    def tooling_rate(self) -> int:
        """What an hour of making moulds and fixtures costs."""
        return self.labour_rate_minor_per_h if self.tooling_rate_minor_per_h is None else self.tooling_rate_minor_per_h

    __table_args__ = (
        UniqueConstraint("work_centre_id", "number"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_form"),
        CheckConstraint("machine_rate_minor_per_h between 0 and 1000000000", name="machine_rate_sane"),
        CheckConstraint("labour_rate_minor_per_h between 0 and 1000000000", name="labour_rate_sane"),
        CheckConstraint("setup_rate_minor_per_h between 0 and 1000000000", name="setup_rate_sane"),
        CheckConstraint("tooling_rate_minor_per_h between 0 and 1000000000", name="tooling_rate_sane"),
        CheckConstraint("tiers ? 'standard'", name="standard_offered"),
        CheckConstraint("minimum_order_minor between 0 and 1000000000000", name="minimum_order_sane"),
        CheckConstraint("margin_bps between 0 and 9000", name="margin_sane"),
    )
