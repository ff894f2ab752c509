"""Freezing offers as a quote, and taking one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marketplace.costing.tree import compact, figures
from marketplace.costing.values import Node, Price
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.quoting import queries
from marketplace.quoting.errors import QuoteExpired, QuoteSuperseded, QuoteTaken
from marketplace.quoting.models import Offer, Quote, QuoteState, RankBy


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a customer asks to be made, of which revision, and how the answers are ranked."""

    revision_id: UUID
    process: str
    material: str
    quantity: int
    currency: str
    rank_by: RankBy = RankBy.PRICE
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One listing's price and date, not yet frozen."""

    listing_id: UUID
    factory_id: UUID
    work_centre_id: UUID
    rate_card_id: UUID
    machine_min: int
    finish_by: date
    ships_on: date
    price: Price


def freeze(
    wanted: Requirement,
    answers: Sequence[Answer],
    *,
    eligible: int,
    findings: list[Any],
    explanation: dict[str, Any],
    valid_days: int,
    by: Actor,
) -> Quote:
    """Write the answers down, best first; from here on they do not change. Supersedes the quote it replaces.

    Raises QuoteNotFound, QuoteTaken, QuoteExpired, QuoteSuperseded for the quote to be replaced.
    """
    trees = [compact(answer.price.tree) for answer in answers]
    number = 1
    if wanted.supersedes is not None:
        earlier = queries.for_customer_to_take(by, wanted.supersedes)
        refuse_unless_open(earlier)
        earlier.move(QuoteState.SUPERSEDED, by=by)
        number = earlier.number + 1
    quote = Quote(
        id=new_id(),
        organisation_id=by.organisation,
        requested_by=by.user_id,
        revision_id=wanted.revision_id,
        process=wanted.process,
        material=wanted.material,
        quantity=wanted.quantity,
        currency=wanted.currency,
        rank_by=wanted.rank_by,
        number=number,
        supersedes_id=wanted.supersedes,
        expires_at=clock.now() + timedelta(days=valid_days),
        eligible=eligible,
        findings=findings,
        explanation={**explanation, "shape": trees[0] if trees else None},
    )
    transaction.note(quote)
    transaction.write_noted()  # its offers refer to it
    rows = [
        _row(quote, position, answer, tree)
        for position, (answer, tree) in enumerate(zip(answers, trees, strict=True), 1)
    ]
    if rows:
        session().execute(queries.WRITE_OFFERS, {"rows": [_plain(row) for row in rows]})
    offers = [Offer(**row) for row in rows]
    for offer, tree in zip(offers, trees, strict=True):
        offer.breakdown = tree  # as it would be put together from the figures
    return queries.with_offers(quote, offers)


def refuse_unless_open(quote: Quote) -> None:
    """Raises QuoteTaken, QuoteSuperseded, QuoteExpired."""
    if quote.state is QuoteState.TAKEN:
        raise QuoteTaken("Another offer of this quote was ordered already; ask for a new quote.")
    if quote.state is QuoteState.SUPERSEDED:
        raise QuoteSuperseded("A newer quote has taken the place of this one; order from that one.")
    if clock.now() > quote.expires_at:
        raise QuoteExpired("This quote has expired; ask again for today's prices.", expired_at=str(quote.expires_at))


def take(quote: Quote, *, by: Actor) -> None:
    """The customer orders from this quote. Raises QuoteTaken, QuoteSuperseded, QuoteExpired."""
    refuse_unless_open(quote)
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
        "machine_min": answer.machine_min,
        "finish_by": answer.finish_by,
        "ships_on": answer.ships_on,
        "figures": figures(tree),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """The row as JSON: ids and instants as text."""
    return {name: value if isinstance(value, int | list) else str(value) for name, value in row.items()}
