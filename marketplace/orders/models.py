from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.capacity.models import Hold
from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Stateful
from marketplace.orders.packing import HEAVIEST_G, HUNDREDTH_MG_PER_MM3, LONGEST_MM, MOST_PARCELS
from marketplace.orders.states import (
    CHANGE,
    CHANGEABLE,
    HELD,
    JOB,
    ORDER,
    TAKEN_ON,
    ChangeState,
    FirstArticleGate,
    JobState,
    OrderState,
)


class ShareKind(StrEnum):
    FACTORY = "factory"
    PLATFORM_FEE = "platform_fee"
    TAX = "tax"
    """Whoever has to pay it to their state: the factory's on the sale; the platform's, of nobody, on its fee."""
    ROYALTY = "royalty"
    """Of who drew the part."""
    SUPPLY = "supply"
    """Of who supplied material or bought parts for it."""
    DELIVERY = "delivery"
    """Of who carries it to the customer."""


class IfDeclined(StrEnum):
    """The customer's own rule for a job that its factory does not take."""

    REFUND = "refund"
    NEXT_BEST = "next_best"
    """The next offer of the same quote that costs no more takes its place; what it costs less goes back."""


class Incoterm(StrEnum):
    """Who carries the goods, and bears their risk, how far (Incoterms 2020, for any mode of transport)."""

    EXW = "EXW"
    FCA = "FCA"
    CPT = "CPT"
    CIP = "CIP"
    DAP = "DAP"
    DPU = "DPU"
    DDP = "DDP"


class Side(StrEnum):
    """Of a job: who proposes, and who is asked."""

    CUSTOMER = "customer"
    FACTORY = "factory"


class Order(Identified, Stateful, Base):
    """What a customer bought."""

    __tablename__ = "orders"
    lifecycle: ClassVar = ORDER

    number: Mapped[int] = mapped_column(Identity(start=1001), unique=True)
    """For people: on the invoice and the telephone."""
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    placed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    state: Mapped[OrderState] = mapped_column(default=OrderState.AWAITING_PAYMENT)
    currency: Mapped[str]
    total_minor: Mapped[int]
    pay_by: Mapped[datetime]
    purchase_order_number: Mapped[str]
    notes: Mapped[str] = mapped_column(default="")
    incoterm: Mapped[Incoterm] = mapped_column(default=Incoterm.EXW)
    address: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Where the goods go; None: the customer fetches them."""
    if_declined: Mapped[IfDeclined] = mapped_column(default=IfDeclined.REFUND)
    no_later_than: Mapped[date | None]
    """The latest ship date of a job that takes the place of a declined one."""

    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.number")
    jobs: Mapped[list["Job"]] = relationship(lazy="raise", back_populates="order", order_by="Job.line_number, Job.id")

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(None, "pay_by", postgresql_where="state = 'awaiting_payment'"),
        Index("ix_orders_unpaid", "organisation_id", postgresql_where="state = 'awaiting_payment'"),
        CheckConstraint("total_minor > 0", name="total_some"),
        not_longer("purchase_order_number", 60, least=0),
        not_longer("notes", 2000, least=0),
    )


class OrderLine(Base):
    """One position of an order: so many of a part, at the price of one frozen offer."""

    __tablename__ = "order_lines"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"), unique=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id"), unique=True)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revisions.id"))
    description: Mapped[str]
    quantity: Mapped[int]
    total_minor: Mapped[int]
    """Tax included."""
    tax_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    tax: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """How the offer that was ordered is taxed and why; None: its factory is not registered for tax."""
    address: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Where this line goes, where that is not the order's address."""

    __table_args__ = (
        CheckConstraint("quantity > 0 and total_minor > 0", name="something_bought"),
        CheckConstraint("tax_minor between 0 and total_minor", name="tax_sane"),
    )


class Share(Base):
    """Who gets how much of a job out of which payment; the platform's own share names nobody. Append-only.

    Frozen when the job is placed. What is given back to the customer, or changed by agreement, is further rows that
    are less than nothing or more: the rows of a payment and what is refunded of it always add up to it (M1).
    """

    __tablename__ = "job_shares"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    kind: Mapped[ShareKind]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    amount_minor: Mapped[int]
    why: Mapped[str] = mapped_column(default="ordered")

    __table_args__ = (
        CheckConstraint(
            "(kind in ('factory', 'royalty', 'supply', 'delivery') and party_id is not null)"
            " or (kind = 'platform_fee' and party_id is null) or kind = 'tax'",
            name="platform_is_nobody",
        ),
    )


class Job(Identified, Stateful, Base):
    """One factory's work on one line."""

    __tablename__ = "jobs"
    lifecycle: ClassVar = JOB

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    line_number: Mapped[int]
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id"))
    factory_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id"), unique=True)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revisions.id"))
    process: Mapped[str]
    material: Mapped[str]
    quantity: Mapped[int]
    total_minor: Mapped[int]
    """What the customer pays for it, changes that are in effect included."""
    price_minor: Mapped[int]
    """What the factory gets of that."""
    currency: Mapped[str]
    pieces_remade: Mapped[int] = mapped_column(default=0)
    """How many pieces are made and shipped once more: claimed ones, and first articles rejected after they left."""
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    ships_on: Mapped[date]
    answer_by: Mapped[datetime | None]
    """Set when the order is paid; the factory accepts until then."""
    accept_by: Mapped[datetime | None]
    """Set when everything has left; then the goods count as accepted unless the customer complains.

    Stands still while they do, and stays when pieces are made again: until those have left, nothing counts by itself.
    """
    clock_stopped_at: Mapped[datetime | None] = mapped_column(default=None)
    """Since when its clock stands, because the factory waits for an answer of the customer; empty while it runs."""
    first_article: Mapped[FirstArticleGate | None] = mapped_column(default=None)
    """How far its first article is; None: nobody asked for one (production.first_articles)."""
    is_subcontracted: Mapped[bool] = mapped_column(default=False)
    """Whether an operation of it was ever proposed to be done elsewhere; spares all others the look for that."""

    order: Mapped[Order] = relationship(lazy="raise", back_populates="jobs")
    hold: Mapped[Hold] = relationship(lazy="raise")
    reports: Mapped[list["ProductionReport"]] = relationship(lazy="raise", order_by="ProductionReport.id")
    shipments: Mapped[list["Shipment"]] = relationship(lazy="raise", order_by="Shipment.id")
    changes: Mapped[list["Change"]] = relationship(lazy="raise", order_by="Change.number")
    shares: Mapped[list[Share]] = relationship(lazy="raise", order_by="Share.number")

    @property
    def address(self) -> dict[str, Any] | None:
        """Where its goods go: known to its factory once that has taken it. None before, and where they are fetched."""
        return self.goes_to if self.state in TAKEN_ON else None

    @property
    def goes_to(self) -> dict[str, Any] | None:
        """Where its goods go, whoever may know it; None: they are fetched."""
        line = next(each for each in self.order.lines if each.number == self.line_number)
        return line.address or self.order.address

    @property
    def pieces_done(self) -> int:
        """As its factory last reported."""
        return max((each.pieces_done for each in self.reports), default=0)

    def opposite(self, side: Side) -> UUID:
        """The organisation on the other side of the job; its order is loaded."""
        return self.factory_id if side is Side.CUSTOMER else self.order.organisation_id

    @property
    def is_held(self) -> bool:
        """Whether it stops after its first article, which the customer has not released."""
        return self.first_article in HELD and self.state in CHANGEABLE

    @property
    def pieces_shipped(self) -> int:
        return sum(each.pieces for each in self.shipments)

    @property
    def pieces_wanted(self) -> int:
        """All that leave the factory in the end: what was ordered, and what is made again (`pieces_remade`)."""
        return self.quantity + self.pieces_remade

    @property
    def pieces_left(self) -> int:
        """Still to be shipped."""
        return self.pieces_wanted - self.pieces_shipped

    @property
    def is_remade(self) -> bool:
        """Everything had left, and claimed pieces are being made again."""
        return self.state is JobState.IN_PRODUCTION and self.accept_by is not None

    __table_args__ = (
        UniqueConstraint("order_id", "line_number", "factory_id"),
        ForeignKeyConstraint(["order_id", "line_number"], ["order_lines.order_id", "order_lines.number"]),
        Index(None, "factory_id", "id"),
        Index(None, "answer_by", postgresql_where="state in ('offered', 'countered')"),
        Index(None, "accept_by", postgresql_where="state = 'shipped'"),
        CheckConstraint("quantity > 0 and price_minor between 0 and total_minor", name="something_made"),
        CheckConstraint("pieces_remade >= 0", name="pieces_remade_not_negative"),
    )


class Change(Identified, Stateful, Base):
    """Other terms for a job: the factory's counter-offer before it takes the job, a change order after.

    Proposed by one side, agreed to by the other, and in effect once the difference is settled. The terms are whole:
    what the customer then pays, what the factory then gets, when it then ships.
    """

    __tablename__ = "job_changes"
    lifecycle: ClassVar = CHANGE

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    number: Mapped[int]
    side: Mapped[Side]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    what: Mapped[str]
    total_minor: Mapped[int]
    price_minor: Mapped[int]
    ships_on: Mapped[date]
    before_total_minor: Mapped[int]
    before_price_minor: Mapped[int]
    before_ships_on: Mapped[date]
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.PROPOSED)
    answer: Mapped[str | None]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), unique=True)
    """Of the difference, where it is the customer's to pay."""

    __table_args__ = (
        UniqueConstraint("job_id", "number"),
        Index(None, "job_id", unique=True, postgresql_where="state in ('proposed', 'agreed')"),
        CheckConstraint("price_minor between 0 and total_minor and total_minor > 0", name="terms_sane"),
        not_longer("what", 2000),
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
    """Goods left the factory: all pieces of a job, or some of them. Append-only."""

    __tablename__ = "shipments"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), index=True)
    shipped_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    pieces: Mapped[int]
    carrier: Mapped[str]
    tracking_number: Mapped[str]
    """As the shipment was consigned; a parcel may travel by another."""

    parcels: Mapped[list["Parcel"]] = relationship(lazy="raise", order_by="Parcel.number")

    __table_args__ = (
        CheckConstraint("pieces > 0", name="pieces_some"),
        not_longer("carrier", 80),
        not_longer("tracking_number", 80),
    )


class Parcel(Identified, Base):
    """One of the parcels that a shipment goes in. Append-only; together they hold all its pieces."""

    __tablename__ = "parcels"

    shipment_id: Mapped[UUID] = mapped_column(ForeignKey("shipments.id"))
    number: Mapped[int]
    pieces: Mapped[int]
    weight_g: Mapped[int | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    carrier: Mapped[str]
    tracking_number: Mapped[str]

    __table_args__ = (
        UniqueConstraint("shipment_id", "number"),
        CheckConstraint(f"number between 1 and {MOST_PARCELS}", name="number_sane"),
        CheckConstraint("pieces > 0", name="pieces_some"),
        CheckConstraint(f"weight_g between 1 and {HEAVIEST_G}", name="weight_sane"),
        CheckConstraint(
            " and ".join(f"{side} between 1 and {LONGEST_MM}" for side in ("length_mm", "width_mm", "height_mm")),
            name="size_sane",
        ),
        CheckConstraint("num_nulls(length_mm, width_mm, height_mm) in (0, 3)", name="size_whole"),
        CheckConstraint(
            f"weight_g * 100000 <= length_mm * width_mm * height_mm * {HUNDREDTH_MG_PER_MM3}", name="weight_possible"
        ),
        not_longer("carrier", 80),
        not_longer("tracking_number", 80),
    )
