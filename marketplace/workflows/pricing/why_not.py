"""Why one listing does not answer a requirement, or what it would answer. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from marketplace.costing.rates import Charges
from marketplace.kernel.actor import Actor
from marketplace.listings import book
from marketplace.listings import queries as listings
from marketplace.listings.book import Listed, Shelf
from marketplace.listings.errors import ListingNotFound
from marketplace.listings.explaining import Lack, lacks
from marketplace.quoting.service import Answer, Requirement
from marketplace.workflows.pricing import answering, charging, questions
from marketplace.workflows.pricing.charging import Charging
from marketplace.workflows.pricing.questions import Question, listing_needs

UNABLE: Final = {
    "lot_too_large": "By its rates the lot costs more than an automatic price covers.",
    "no_price": "By its rates the lot costs nothing.",
    "not_payable": "By its rates the lot costs less or more than a card can pay; ask for another quantity.",
}
"""Why a listing that could make the lot answers nothing, but for its calendar."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a listing stands to a requirement: its answer, or every reason why there is none."""

    listing_id: UUID
    reasons: Sequence[Lack]
    answer: Answer | None


def of_listing(listing_id: UUID, wanted: Requirement, *, by: Actor, charges: Charges) -> Standing:
    """What a live listing answers to a requirement, or why it does not.

    Raises ListingNotFound, and what `questions.understood` does.
    """
    listing = listings.for_anyone(listing_id)
    question = questions.understood(wanted, by=by)
    if listing.process != wanted.process:
        says = f"It offers {listing.process}, not {wanted.process}."
        return Standing(listing_id, [Lack("process", says, wanted.process, listing.process)], None)
    row = _row(wanted.process, listing.work_centre_id)
    reasons = lacks(row, listing_needs(question))
    if reasons:
        return Standing(listing_id, reasons, None)
    return _answered(question, row, charging.for_customer(by, charges))


def _row(process: str, work_centre_id: UUID) -> Listed:
    shelf = book.shelf(process)
    place = shelf.places.get(work_centre_id)
    row = None if place is None else shelf.rows[place]
    if row is None:
        raise ListingNotFound("There is no such listing here.")
    return row


def _answered(question: Question, row: Listed, today: Charging) -> Standing:
    (found,) = answering.dated([question], today, most=1, look_up=lambda _: Shelf([row]))
    answers = answering.finished(found, today, seed=question.wanted.revision_id, most=1)
    if answers.best:
        return Standing(row.listing_id, (), answers.best[0])
    return Standing(row.listing_id, [_unable(reason, question) for reason in answers.left_out], None)


def _unable(reason: str, question: Question) -> Lack:
    if reason == "calendar":
        minutes = question.routing.machine_minutes(question.wanted.quantity)
        return Lack(reason, "No day that it keeps has the minutes free; ask for fewer pieces.", minutes, None)
    return Lack(reason, UNABLE[reason], None, None)
