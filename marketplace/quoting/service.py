"""Freezing offers as a quote, and taking one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from marketplace.capability.catalogue import materials
from marketplace.capability.usual_rates import Indicative
from marketplace.costing.carbon import Footprint, footprint
from marketplace.costing.rates import LeadTime
from marketplace.costing.tree import explain, explanation, filled
from marketplace.costing.values import Node, Routing
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import round_half_even
from marketplace.quoting import queries
from marketplace.quoting.errors import QuoteExpired, QuoteIndicative, QuoteSuperseded, QuoteTaken
from marketplace.quoting.frozen import UNTAXED
from marketplace.quoting.models import Offer, Quote, QuoteState, RankBy


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a customer asks to be made, of which revision, and how the answers are ranked. Ids are the catalogue's."""

    revision_id: UUID
    process: str
    material: str
    quantity: int
    currency: str
    tolerance: str = "standard"
    finishes: tuple[str, ...] = ()
    inspection: str = "standard"
    thickness_um: int | None = None
    """Of the sheet, where the file cannot say it."""
    lead_time: LeadTime = LeadTime.STANDARD
    deliver_to: str | None = None
    """A country; None: the customer fetches the goods."""
    certificates: tuple[str, ...] = ()
    is_controlled: bool = False
    """Whether the file is under export control, so that only factories that may see it are asked."""
    rank_by: RankBy = RankBy.PRICE
    supersedes: UUID | None = None


ASKED: Final = tuple(field.name for field in fields(Requirement) if field.name != "supersedes")
"""What a quote remembers of its requirement, under the same names."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One listing's price and date, not yet frozen; the amounts are minor units, what the factory gets is the rest."""

    listing_id: UUID
    factory_id: UUID
    work_centre_id: UUID
    rate_card_id: UUID
    machine_min: int
    setup_min: int
    chain: list[Any] | None
    """All operations as JSON, where some follow elsewhere in the house."""
    starts_after: date
    finish_by: date
    ships_on: date
    currency: str
    quantity: int
    total_minor: int
    fee_minor: int
    royalty_minor: int
    tax_minor: int
    delivery_minor: int
    """Of what the factory gets."""
    tax: Mapping[str, Any] | None
    """What was decided of the tax, of the sale and of the platform's fee; None: neither is registered for it."""
    fee_tax_minor: int
    """What the platform's invoice to the factory adds to its fee; the factory pays it out of its part."""
    low_minor: int
    high_minor: int
    figures: Sequence[int]
    """The numbers of its price tree."""
    own: "Explained | None" = None
    """In place of everyone's, where the work centre has constants of its own, or the price is a slot's."""
    slot_id: UUID | None = None
    """Of spare capacity, whose minutes the order will take."""

    @property
    def net_minor(self) -> int:
        """Before tax: what it is ranked by."""
        return self.total_minor - self.tax_minor

    @property
    def taxed(self) -> Mapping[str, Any]:
        """How it is taxed, and why."""
        return UNTAXED if self.tax is None else self.tax

    @property
    def unit_minor(self) -> int:
        """The total per piece, rounded for display."""
        return round_half_even(self.total_minor, self.quantity)


@dataclass(frozen=True, slots=True)
class Explained:
    """What explains the times in some breakdowns, and the form of their trees (`costing.tree`)."""

    routing: Routing
    shape: Node

    def as_json(self) -> dict[str, Any]:
        """As a quote or an offer keeps it."""
        return {**explanation(self.routing), "shape": self.shape}

    def tree(self, figures: Sequence[int]) -> Node:
        """The price tree in full that has these figures."""
        return explain(filled(self.shape, figures), explanation(self.routing))


@dataclass(frozen=True, slots=True)
class Answers:
    """The best answers to a requirement, and what is known of the listings behind them."""

    best: Sequence[Answer]
    eligible: int
    left_out: Mapping[str, int]
    facets: Mapping[str, Any]
    explained: Explained | None
    """None where nobody answers by the published constants."""
    routing: Routing
    findings: Sequence[Mapping[str, Any]]
    indicative: Indicative | None = None
    """What the lot usually costs, where nobody answered."""

    def tree_of(self, answer: Answer) -> Node:
        """The price tree in full of one of the best."""
        explained = answer.own or self.explained
        assert explained is not None, "what was answered by the published constants is explained by them"
        return explained.tree(answer.figures)

    @property
    def doubts(self) -> Sequence[str]:
        """Why a person should look before the prices are firm."""
        return self.routing.doubts

    @property
    def carbon(self) -> Footprint:
        """What the lot stands for in kg CO₂e, whoever makes it."""
        return footprint(self.routing, family=materials()[self.routing.material].family)


def freeze(
    wanted: Requirement,
    answers: Answers,
    *,
    quote_id: UUID,
    valid_days: int,
    by: Actor,
    until: datetime | None = None,
) -> Quote:
    """Write the answers down, best first; from here on they do not change. Supersedes the quote it replaces.

    They are good for so many days, and no longer than `until`.

    Raises QuoteNotFound, QuoteTaken, QuoteExpired, QuoteSuperseded for the quote to be replaced.
    """
    number = 1
    if wanted.supersedes is not None:
        earlier = queries.for_customer_to_take(by, wanted.supersedes)
        refuse_unless_open(earlier)
        earlier.move(QuoteState.SUPERSEDED, by=by)
        number = earlier.number + 1
    expires_at = clock.now() + timedelta(days=valid_days)
    asked: dict[str, Any] = {name: getattr(wanted, name) for name in ASKED}
    asked |= {"finishes": list(wanted.finishes), "certificates": list(wanted.certificates)}
    quote = Quote(
        **asked,
        id=quote_id,
        organisation_id=by.organisation,
        requested_by=by.user_id,
        number=number,
        supersedes_id=wanted.supersedes,
        expires_at=expires_at if until is None else min(expires_at, until),
        eligible=answers.eligible,
        left_out=dict(answers.left_out),
        facets=dict(answers.facets),
        doubts=list(answers.doubts),
        findings=list(answers.findings),
        carbon=answers.carbon.as_json(),
        indicative=None if answers.indicative is None else answers.indicative.as_json(),
        explanation=answers.explained.as_json() if answers.explained else {},
    )
    rows = [_row(quote, position, answer) for position, answer in enumerate(answers.best, 1)]
    transaction.note(quote)
    transaction.note_many(Offer, rows)
    return queries.with_offers(quote, rows)


def refuse_unless_open(quote: Quote) -> None:
    """Raises QuoteTaken, QuoteSuperseded, QuoteExpired."""
    if quote.state is QuoteState.TAKEN:
        raise QuoteTaken("Another offer of this quote was ordered already; ask for a new quote.")
    if quote.state is QuoteState.SUPERSEDED:
        raise QuoteSuperseded("A newer quote has taken the place of this one; order from that one.")
    if quote.is_expired:
        raise QuoteExpired("This quote has expired; ask again for today's prices.", expired_at=quote.expires_at)


def take(quote: Quote, *, by: Actor) -> None:
    """The customer orders from this quote. Raises QuoteTaken, QuoteSuperseded, QuoteExpired, QuoteIndicative."""
    refuse_unless_open(quote)
    if not quote.is_firm:
        raise QuoteIndicative(
            "These prices are indicative: a person has to look first. Ask the factories for bids.", doubts=quote.doubts
        )
    quote.move(QuoteState.TAKEN, by=by)


def _row(quote: Quote, position: int, answer: Answer) -> dict[str, Any]:
    return {
        "id": new_id(),
        "created_at": clock.now(),
        "quote_id": quote.id,
        "position": position,
        **dict(zip(FROZEN, _frozen(answer), strict=True)),
        "factory_minor": answer.total_minor - answer.fee_minor - answer.royalty_minor - answer.tax_minor,
        "explanation": answer.own.as_json() if answer.own else None,
        "bid_id": None,
    }


FROZEN: Final = tuple(field.name for field in fields(Answer) if field.name not in ("own", "currency", "quantity"))
"""What an offer keeps of an answer, under the same names; the quote knows the rest."""
_frozen: Final = attrgetter(*FROZEN)
