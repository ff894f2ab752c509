from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base, Identified, not_longer


class FeeRate(Identified, Base):
    """The platform's fee on top of a factory's price from a day on; of one organisation, or the usual one. Append-only.

    Where an organisation's rate is none, it pays the usual one again.
    """

    __tablename__ = "fee_rates"

    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """None: what everybody pays who has no rate of their own."""
    fee_bps: Mapped[int | None]
    valid_from: Mapped[date]
    reason: Mapped[str]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        Index(None, "organisation_id", "valid_from"),
        CheckConstraint("fee_bps between 0 and 5000", name="fee_sane"),
        CheckConstraint("fee_bps is not null or organisation_id is not null", name="usual_is_a_rate"),
        CheckConstraint("valid_from >= (created_at at time zone 'UTC')::date", name="not_of_the_past"),
        not_longer("reason", 4000, least=10),
    )
