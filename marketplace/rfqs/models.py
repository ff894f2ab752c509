from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.capability.models import WorkCentre
from marketplace.costing.values import Node
from marketplace.kernel import clock
from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Stateful
from marketplace.kernel.money import round_half_even
from marketplace.listings.models import Listing
from marketplace.parts.models import Revision
from marketplace.quoting.models import Offer
from marketplace.rfqs import rules
from marketplace.rfqs.rules import Phase
from marketplace.rfqs.states import (
    BID,
    INVITATION,
    QUESTION,
    RFQ,
    BidState,
    InvitationState,
    QuestionState,
    RfqState,
)


class Audience(StrEnum):
    """Who is invited."""

    CHOSEN = "chosen"
    """The factories that the customer names."""
    ELIGIBLE = "eligible"
    """Every factory with a live listing whose work centre fits."""


class Opening(StrEnum):
    """What of the part opens to a factory as soon as it has agreed to the terms; the rest, when the owner opens it."""

    NOTHING = "nothing"
    VIEW = "view"
    """Pictures and a model."""
    DOWNLOAD = "download"
    """These, and the file itself."""


class DeadlineMove(StrEnum):
    """Why bids are taken until then."""

    ASKED = "asked"
    QUESTION_CLOSED = "question_closed"
    EXTENDED = "extended"


class Rfq(Identified, Stateful, Base):
    """What a customer wants made, for factories to price themselves."""

    __tablename__ = "rfqs"
    called: ClassVar = "request for quotation"
    lifecycle: ClassVar = RFQ

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revisions.id"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]
    processes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Of the catalogue; none means that the bidder chooses."""
    material: Mapped[str]
    quantities: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Each is bid for by itself; one is bought."""
    tolerance: Mapped[str]
    """A class of the catalogue, and so is the level of inspection."""
    inspection: Mapped[str]
    thickness_um: Mapped[int | None]
    """Of the sheet, where the file cannot say it."""
    finish: Mapped[str]
    """In words: a person bids."""
    certificates: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Which every eligible factory claims to have."""
    is_controlled: Mapped[bool]
    """The file is under export control: it is shown only to factories with a work centre that may see it."""
    notes: Mapped[str]
    currency: Mapped[str]
    wanted_on: Mapped[date | None]
    delivery_country: Mapped[str]
    audience: Mapped[Audience]
    hides_customer: Mapped[bool]
    """Factories do not learn who asks until one of them is chosen."""
    hides_factories: Mapped[bool]
    """The customer does not learn whose a bid is until it is chosen."""
    nda_text: Mapped[str | None]
    nda_sha256: Mapped[str | None]
    opens: Mapped[Opening]
    state: Mapped[RfqState] = mapped_column(default=RfqState.OPEN)
    closes_at: Mapped[datetime]
    """Bids are taken until then; while the clock stands still it is later by as long as that lasts."""
    stopped_at: Mapped[datetime | None] = mapped_column(default=None)
    """Since when a question has been open; empty while the clock runs."""
    invited: Mapped[int] = mapped_column(default=0)
    quote_id: Mapped[UUID | None] = mapped_column(ForeignKey("quotes.id"), unique=True)
    """What the accepted bid was frozen as."""

    revision: Mapped[Revision] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    deadlines: Mapped[list["Deadline"]] = relationship(lazy="raise", order_by="Deadline.closes_at")
    offer: Mapped[Offer | None] = relationship(
        lazy="raise", viewonly=True, primaryjoin=lambda: foreign(Rfq.quote_id) == Offer.quote_id
    )

    @property
    def thickness_mm(self) -> float | None:
        """What sheet is asked for, as the routing reckons."""
        return None if self.thickness_um is None else self.thickness_um / 1000

    @property
    def offer_id(self) -> UUID | None:
        """The one offer of the quote that the accepted bid was frozen as."""
        return self.offer.id if self.offer else None

    @property
    def phase(self) -> Phase:
        return rules.phase(self.state, closes_at=self.closes_at, stopped_at=self.stopped_at, now=clock.now())

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        not_longer("title", 120),
        not_longer("finish", 200, least=0),
        not_longer("notes", 4000, least=0),
        not_longer("nda_text", 20_000),
        CheckConstraint("cardinality(quantities) between 1 and 5", name="quantities_some"),
        CheckConstraint("1 <= all (quantities) and 1000000 >= all (quantities)", name="quantities_sane"),
        CheckConstraint("thickness_um between 1 and 1000000", name="thickness_sane"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_form"),
        CheckConstraint("delivery_country ~ '^[A-Z]{2}$'", name="delivery_country_form"),
        CheckConstraint("(nda_text is null) = (nda_sha256 is null)", name="nda_has_hash"),
        CheckConstraint("(state = 'decided') = (quote_id is not null)", name="decided_has_quote"),
    )


class Deadline(Identified, Base):
    """Until when bids are taken, and why: the latest counts. Append-only."""

    __tablename__ = "rfq_deadlines"

    rfq_id: Mapped[UUID] = mapped_column(ForeignKey("rfqs.id"))
    why: Mapped[DeadlineMove]
    stopped_at: Mapped[datetime | None]
    """Since when the clock had stood still."""
    closes_at: Mapped[datetime]
    moved_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        Index(None, "rfq_id", "id"),
        CheckConstraint("(why = 'question_closed') = (stopped_at is not null)", name="stops_have_a_beginning"),
    )


@dataclass(frozen=True, slots=True)
class Bidder:
    """Whose a bid or a question is, as far as the customer may know."""

    label: str
    factory_id: UUID | None
    name: str | None


class RfqInvitation(Identified, Stateful, Base):
    """One factory's place in a request: what it agreed to, and how far the file is open to it."""

    __tablename__ = "rfq_invitations"
    called: ClassVar = "invitation"
    lifecycle: ClassVar = INVITATION

    rfq_id: Mapped[UUID] = mapped_column(ForeignKey("rfqs.id"))
    factory_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.INVITED)
    alias: Mapped[int | None] = mapped_column(default=None)
    """In which order it first asked or bid: 1 is Factory A. Says nothing about the order of invitations."""
    agreed_at: Mapped[datetime | None] = mapped_column(default=None)
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), default=None)
    nda_sha256: Mapped[str | None] = mapped_column(default=None)
    """Of the text that was agreed to."""
    declined_because: Mapped[str | None] = mapped_column(default=None)
    view_asked_at: Mapped[datetime | None] = mapped_column(default=None)
    view_from: Mapped[datetime | None] = mapped_column(default=None)
    download_asked_at: Mapped[datetime | None] = mapped_column(default=None)
    download_from: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    rfq: Mapped[Rfq] = relationship(lazy="raise")
    factory: Mapped[Organisation] = relationship(lazy="raise")

    @property
    def may_view(self) -> bool:
        """Whether the pictures of the part are open to the factory now."""
        return self.view_from is not None and self._is_in_reach

    @property
    def may_download(self) -> bool:
        """Whether the file itself is open to the factory now."""
        return self.download_from is not None and self._is_in_reach

    @property
    def _is_in_reach(self) -> bool:
        return rules.is_in_reach(self.rfq.state, self.state)

    @property
    def customer(self) -> Organisation | None:
        """Who asks, as far as the factory may know."""
        hidden = self.rfq.hides_customer and self.state is not InvitationState.CHOSEN
        return None if hidden else self.rfq.organisation

    @property
    def bidder(self) -> Bidder:
        """Who this is, as far as the customer may know of bids and questions."""
        label = rules.label(self.alias)
        if self.rfq.hides_factories and self.state is not InvitationState.CHOSEN:
            return Bidder(label, None, None)
        return Bidder(label, self.factory_id, self.factory.name)

    __table_args__ = (
        UniqueConstraint("rfq_id", "factory_id"),
        UniqueConstraint("rfq_id", "alias"),
        UniqueConstraint("id", "rfq_id"),
        Index(None, "factory_id", "id"),
        CheckConstraint("(agreed_at is null) = (agreed_by is null)", name="somebody_agreed"),
        CheckConstraint(
            "state not in ('accepted', 'chosen', 'not_chosen') or agreed_at is not null", name="agreed_before_bidding"
        ),
        CheckConstraint("agreed_at is not null or (view_from is null and download_from is null)", name="agreed_first"),
        CheckConstraint(
            "revoked_at is null or (view_from is null and download_from is null)", name="revoked_is_closed"
        ),
        CheckConstraint("(state = 'declined') = (declined_because is not null)", name="declined_has_reason"),
        not_longer("declined_because", 1000),
    )


class Question(Identified, Stateful, Base):
    """What a factory asks before it bids; every factory that has agreed to the terms reads the answer."""

    __tablename__ = "rfq_questions"
    called: ClassVar = "question"
    lifecycle: ClassVar = QUESTION

    rfq_id: Mapped[UUID] = mapped_column(ForeignKey("rfqs.id"))
    invitation_id: Mapped[UUID]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
    state: Mapped[QuestionState] = mapped_column(default=QuestionState.OPEN)
    answer: Mapped[str | None] = mapped_column(default=None)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    invitation: Mapped[RfqInvitation] = relationship(lazy="raise")

    __table_args__ = (
        ForeignKeyConstraint(["invitation_id", "rfq_id"], ["rfq_invitations.id", "rfq_invitations.rfq_id"]),
        Index(None, "rfq_id", "id"),
        not_longer("text", 2000),
        not_longer("answer", 4000),
        CheckConstraint("(state = 'answered') = (answer is not null)", name="answered_has_answer"),
        CheckConstraint("(state = 'answered') = (answered_by is not null)", name="answered_by_somebody"),
        CheckConstraint("(state = 'open') = (closed_at is null)", name="closed_has_time"),
    )


class Bid(Identified, Stateful, Base):
    """One version of a factory's price and date for one of the quantities. Only its state ever changes."""

    __tablename__ = "bids"
    lifecycle: ClassVar = BID

    rfq_id: Mapped[UUID] = mapped_column(ForeignKey("rfqs.id"))
    invitation_id: Mapped[UUID]
    number: Mapped[int]
    """The version: 1, and one more each time it is revised."""
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"))
    bid_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    quantity: Mapped[int]
    currency: Mapped[str]
    total_minor: Mapped[int]
    factory_minor: Mapped[int]
    fee_minor: Mapped[int]
    breakdown: Mapped[Node] = mapped_column(JSONB)
    """The whole price tree (costing.bids)."""
    machine_min: Mapped[int]
    finish_by: Mapped[date]
    ships_on: Mapped[date]
    valid_until: Mapped[datetime]
    tolerance_deviation: Mapped[str]
    finish_deviation: Mapped[str]
    note: Mapped[str]
    state: Mapped[BidState] = mapped_column(default=BidState.OPEN)

    rfq: Mapped[Rfq] = relationship(lazy="raise", viewonly=True)
    invitation: Mapped[RfqInvitation] = relationship(lazy="raise")
    work_centre: Mapped[WorkCentre] = relationship(lazy="raise")
    listing: Mapped[Listing] = relationship(lazy="raise")

    @property
    def unit_minor(self) -> int:
        """The total per piece, rounded for display."""
        return round_half_even(self.total_minor, self.quantity)

    @property
    def is_expired(self) -> bool:
        """Whether its own time has passed while it could have been accepted."""
        return self.state is BidState.OPEN and clock.now() > self.valid_until

    __table_args__ = (
        ForeignKeyConstraint(["invitation_id", "rfq_id"], ["rfq_invitations.id", "rfq_invitations.rfq_id"]),
        UniqueConstraint("invitation_id", "quantity", "number"),
        Index("uq_bids_one_open", "invitation_id", "quantity", unique=True, postgresql_where="state = 'open'"),
        Index("uq_bids_one_accepted", "rfq_id", unique=True, postgresql_where="state = 'accepted'"),
        Index(None, "rfq_id", "id"),
        CheckConstraint("number > 0", name="number_some"),
        CheckConstraint("quantity between 1 and 1000000", name="quantity_sane"),
        CheckConstraint("total_minor > 0 and total_minor = factory_minor + fee_minor", name="parts_add_up"),
        CheckConstraint("machine_min > 0", name="minutes_some"),
        CheckConstraint("ships_on >= finish_by", name="ships_after_finish"),
        CheckConstraint("valid_until > created_at", name="valid_for_a_while"),
        not_longer("tolerance_deviation", 500, least=0),
        not_longer("finish_deviation", 500, least=0),
        not_longer("note", 2000, least=0),
    )
