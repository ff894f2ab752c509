from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.capacity.models import Hold
from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Stateful
from marketplace.orders.states import JOB, ORDER, JobState, OrderState


class ShareKind(StrEnum):
    FACTORY = "factory"
    PLATFORM_FEE = "platform_fee"


class Order(Identified, Stateful, Base):
    """What a customer bought."""

    __tablename__ = "orders"
    lifecycle: ClassVar = ORDER

    number: Mapped[int] = mapped_column(Identity(start=1001), unique=True)
    """For people: on the invoice and the telephone."""
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    placed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"), unique=True)
    state: Mapped[OrderState] = mapped_column(default=OrderState.AWAITING_PAYMENT)
    currency: Mapped[str]
    total_minor: Mapped[int]
    pay_by: Mapped[datetime]
    purchase_order_number: Mapped[str]

    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.number")
    jobs: Mapped[list["Job"]] = relationship(lazy="raise", back_populates="order", order_by="Job.id")
    shares: Mapped[list["Share"]] = relationship(lazy="raise")

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(None, "pay_by", postgresql_where="state = 'awaiting_payment'"),
        CheckConstraint("total_minor > 0", name="total_some"),
        not_longer("purchase_order_number", 60, least=0),
    )


class OrderLine(Base):
    """One position of an order: so many of a part, at the price of one frozen offer."""

    __tablename__ = "order_lines"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id"), unique=True)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revisions.id"))
    description: Mapped[str]
    quantity: Mapped[int]
    total_minor: Mapped[int]

    __table_args__ = (CheckConstraint("quantity > 0 and total_minor > 0", name="something_bought"),)


class Share(Base):
    """Who gets how much of an order, frozen when it was placed; the platform's own share names nobody."""

    __tablename__ = "order_shares"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ShareKind]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    amount_minor: Mapped[int]

    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("(kind = 'platform_fee') = (party_id is null)", name="platform_is_nobody"),
    )


class Job(Identified, Stateful, Base):
    """One factory's work on one line."""

    __tablename__ = "jobs"
    lifecycle: ClassVar = JOB

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    line_number: Mapped[int]
    factory_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id"), unique=True)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revisions.id"))
    process: Mapped[str]
    material: Mapped[str]
    quantity: Mapped[int]
    price_minor: Mapped[int]
    """What the factory gets."""
    currency: Mapped[str]
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    ships_on: Mapped[date]
    answer_by: Mapped[datetime | None]
    """Set when the order is paid; the factory accepts until then."""

    order: Mapped[Order] = relationship(lazy="raise", back_populates="jobs")
    hold: Mapped[Hold] = relationship(lazy="raise")
    reports: Mapped[list["ProductionReport"]] = relationship(lazy="raise", order_by="ProductionReport.id")
    shipment: Mapped["Shipment | None"] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("order_id", "line_number", "factory_id"),
        Index(None, "factory_id", "id"),
        Index(None, "answer_by", postgresql_where="state = 'offered'"),
        CheckConstraint("quantity > 0 and price_minor >= 0", name="something_made"),
    )


class ProductionReport(Identified, Base):
    """The factory says how far it is. Append-only."""

    __tablename__ = "production_reports"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), index=True)
    reported_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    pieces_done: Mapped[int]
    note: Mapped[str]

    __table_args__ = (
        CheckConstraint("pieces_done >= 0", name="pieces_not_negative"),
        not_longer("note", 2000, least=0),
    )


class Shipment(Identified, Base):
    """The goods left the factory."""

    __tablename__ = "shipments"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), unique=True)
    shipped_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    carrier: Mapped[str]
    tracking_number: Mapped[str]

    __table_args__ = (not_longer("carrier", 80), not_longer("tracking_number", 80))
