from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.capability.models import WorkCentre
from marketplace.kernel.database import Base, Identified, Versioned, not_longer
from marketplace.kernel.lifecycle import Lifecycle, Stateful


class ListingState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    LIVE = "live"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class Listing(Identified, Versioned, Stateful, Base):
    """A work centre's capacity, offered to everyone under stated terms."""

    __tablename__ = "listings"
    lifecycle: ClassVar = Lifecycle(
        ListingState.DRAFT,
        {
            ListingState.DRAFT: frozenset({ListingState.SUBMITTED, ListingState.WITHDRAWN}),
            ListingState.SUBMITTED: frozenset({ListingState.LIVE, ListingState.REJECTED, ListingState.WITHDRAWN}),
            ListingState.REJECTED: frozenset({ListingState.SUBMITTED, ListingState.LIVE, ListingState.WITHDRAWN}),
            ListingState.LIVE: frozenset({ListingState.SUSPENDED, ListingState.WITHDRAWN}),
            ListingState.SUSPENDED: frozenset({ListingState.LIVE, ListingState.WITHDRAWN}),
            ListingState.WITHDRAWN: frozenset({ListingState.SUBMITTED}),
        },
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    process: Mapped[str]
    """Its work centre's process, which never changes: repeated here so that a quote searches one index."""
    title: Mapped[str]
    terms: Mapped[str]
    state: Mapped[ListingState] = mapped_column(default=ListingState.DRAFT)

    work_centre: Mapped[WorkCentre] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    __table_args__ = (
        UniqueConstraint("work_centre_id"),
        UniqueConstraint("id", "work_centre_id", "organisation_id"),  # what an offer refers to, in one look
        not_longer("title", 120),
        not_longer("terms", 4000, least=0),
        Index(None, "organisation_id", "id"),
        Index(None, "process", "state"),
    )


class ListingChange(Base):
    """In which transaction something last changed of what a quote reads of a work centre's listing.

    Written by triggers of the database, whoever makes the change; see `book`.
    """

    __tablename__ = "listing_changes"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"), primary_key=True)
    changed_in: Mapped[int] = mapped_column(index=True)
    """The transaction's 64-bit id (`xid8`)."""
