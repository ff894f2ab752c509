from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.orders.models import Job, Side


class Review(Identified, Base):
    """What one side of a job says of the other."""

    __tablename__ = "reviews"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    side: Mapped[Side]
    """Who has written it."""
    of_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    """Whom it is about."""
    written_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    quality: Mapped[int]
    """Of the goods; of a customer: of the drawings and terms. 1 to 5, 5 is best."""
    communication: Mapped[int]
    text: Mapped[str]
    public_from: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    hidden_reason: Mapped[str | None]
    """Why the staff has hidden it."""
    hidden_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    job: Mapped[Job] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("job_id", "side"),
        Index(None, "of_id", "id"),
        CheckConstraint("quality between 1 and 5 and communication between 1 and 5", name="marks_1_to_5"),
        CheckConstraint("(answer is null) = (answered_by is null)", name="answered_by_somebody"),
        CheckConstraint("(hidden_reason is null) = (hidden_by is null)", name="hidden_with_reason"),
        not_longer("text", 4000, least=0),
        not_longer("answer", 4000),
        not_longer("hidden_reason", 4000, least=10),
    )
