from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Stateful
from marketplace.refunds.states import STAFF_REFUND, StaffRefundState


class StaffRefund(Identified, Stateful, Base):
    """Money of an order that the staff gives back, for a reason that both sides read."""

    __tablename__ = "staff_refunds"
    lifecycle: ClassVar = STAFF_REFUND

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    reason: Mapped[str]
    currency: Mapped[str]
    amount_minor: Mapped[int]
    is_above_limit: Mapped[bool]
    """One person does not decide about so much."""
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    state: Mapped[StaffRefundState] = mapped_column(default=StaffRefundState.PROPOSED)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    refusal: Mapped[str | None]
    """Why the second person said no."""

    parts: Mapped[list["StaffRefundPart"]] = relationship(lazy="raise", order_by="StaffRefundPart.job_id")

    __table_args__ = (
        Index(None, "order_id"),
        Index(None, "id", postgresql_where="state = 'proposed'"),
        CheckConstraint("amount_minor > 0", name="amount_some"),
        CheckConstraint("(state = 'proposed') = (decided_by is null)", name="decided_by_somebody"),
        CheckConstraint("(state = 'refused') = (refusal is not null)", name="refused_with_reason"),
        CheckConstraint(
            "not is_above_limit or state <> 'carried_out' or decided_by <> proposed_by", name="agreed_by_another"
        ),
        not_longer("reason", 4000),
        not_longer("refusal", 4000),
    )


class StaffRefundPart(Base):
    """What of it is of one job."""

    __tablename__ = "staff_refund_parts"

    refund_id: Mapped[UUID] = mapped_column(ForeignKey("staff_refunds.id"), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    currency: Mapped[str]
    amount_minor: Mapped[int]

    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_some"),)
