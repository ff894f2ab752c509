"""Freezing offers as a quote, and taking one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from marketplace.costing.rates import LeadTime
from marketplace.costing.tree import compact, explanation, figures
from marketplace.costing.values import Node, Price, Routing
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.quoting import queries
from marketplace.quoting.errors import QuoteExpired, QuoteIndicative, QuoteSuperseded, QuoteTaken
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
    """One listing's price and date, not yet frozen; `own` explains its times where they are not everyone's."""

    listing_id: UUID
    factory_id: UUID
    work_centre_id: UUID
    rate_card_id: UUID
    machine_min: int
    starts_after: date
    finish_by: date
    ships_on: date
    price: Price
    delivery_minor: int
    low_minor: int
    high_minor: int
    own: Routing | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """The best answers to a requirement, and what is known of the listings behind them."""

    best: Sequence[Answer]
    eligible: int
    left_out: Mapping[str, int]
    facets: Mapping[str, Any]
    routing: Routing
    findings: Sequence[Mapping[str, Any]]


def freeze(wanted: Requirement, answers: Answers, *, quote_id: UUID, valid_days: int, by: Actor) -> Quote:
    """Write the answers down, best first; from here on they do not change. Supersedes the quote it replaces.

    Raises QuoteNotFound, QuoteTaken, QuoteExpired, QuoteSuperseded for the quote to be replaced.
    """
    trees = [compact(answer.price.tree) for answer in answers.best]
    number = 1
    if wanted.supersedes is not None:
        earlier = queries.for_customer_to_take(by, wanted.supersedes)
        refuse_unless_open(earlier)
        earlier.move(QuoteState.SUPERSEDED, by=by)
        number = earlier.number + 1
    asked: dict[str, Any] = {name: getattr(wanted, name) for name in ASKED}
    asked |= {"finishes": list(wanted.finishes), "certificates": list(wanted.certificates)}
    shared = next((i for i, answer in enumerate(answers.best) if answer.own is None), None)
    quote = Quote(
        **asked,
        id=quote_id,
        organisation_id=by.organisation,
        requested_by=by.user_id,
        number=number,
        supersedes_id=wanted.supersedes,
        expires_at=clock.now() + timedelta(days=valid_days),
        eligible=answers.eligible,
        left_out=dict(answers.left_out),
        facets=dict(answers.facets),
        doubts=list(answers.routing.doubts),
        findings=list(answers.findings),
        explanation=_explained(answers.routing, None if shared is None else trees[shared]),
    )
    transaction.note(quote)
    transaction.write_noted()  # its offers refer to it
    rows = [
        _row(quote, position, answer, tree)
        for position, (answer, tree) in enumerate(zip(answers.best, trees, strict=True), 1)
    ]
    if rows:
        session().execute(queries.WRITE_OFFERS, {"rows": [_plain(row) for row in rows]})
    offers = [Offer(**row) for row in rows]
    for offer, tree in zip(offers, trees, strict=True):
        offer.breakdown = tree  # as it would be put together from the figures
    return queries.with_offers(quote, offers)


def _explained(routing: Routing, tree: Node | None) -> dict[str, Any]:
    """What explains the times in a breakdown, and the form of its tree."""
    return {**explanation(routing), "shape": tree}


def refuse_unless_open(quote: Quote) -> None:
    """Raises QuoteTaken, QuoteSuperseded, QuoteExpired."""
    if quote.state is QuoteState.TAKEN:
        raise QuoteTaken("Another offer of this quote was ordered already; ask for a new quote.")
    if quote.state is QuoteState.SUPERSEDED:
        raise QuoteSuperseded("A newer quote has taken the place of this one; order from that one.")
    if clock.now() > quote.expires_at:
        raise QuoteExpired("This quote has expired; ask again for today's prices.", expired_at=str(quote.expires_at))


def take(quote: Quote, *, by: Actor) -> None:
    """The customer orders from this quote. Raises QuoteTaken, QuoteSuperseded, QuoteExpired, QuoteIndicative."""
    refuse_unless_open(quote)
    if not quote.is_firm:
        raise QuoteIndicative(
            "These prices are indicative: a person has to look first. Ask the factories for bids.", doubts=quote.doubts
        )
    quote.move(QuoteState.TAKEN, by=by)


def _row(quote: Quote, position: int, answer: Answer, tree: Node) -> dict[str, Any]:
    price = answer.price
    return {
        "id": new_id(),
        "created_at": clock.now(),
        "quote_id": quote.id,
        "position": position,
        "listing_id": answer.listing_id,
        "work_centre_id": answer.work_centre_id,
        "factory_id": answer.factory_id,
        "rate_card_id": answer.rate_card_id,
        "total_minor": price.total_minor,
        "factory_minor": price.factory_minor,
        "fee_minor": price.fee_minor,
        "royalty_minor": price.royalty_minor,
        "tax_minor": price.tax_minor,
        "delivery_minor": answer.delivery_minor,
        "low_minor": answer.low_minor,
        "high_minor": answer.high_minor,
        "machine_min": answer.machine_min,
        "starts_after": answer.starts_after,
        "finish_by": answer.finish_by,
        "ships_on": answer.ships_on,
        "figures": figures(tree),
        "explanation": None if answer.own is None else _explained(answer.own, tree),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """The row as JSON: ids and instants as text."""
    kept = (int, list, dict, type(None))
    return {name: value if isinstance(value, kept) else str(value) for name, value in row.items()}
