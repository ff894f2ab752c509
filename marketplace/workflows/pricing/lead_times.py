"""When an offer's factory would ship by each of its lead times, for how much, and the cheapest that meets a due date.

Computed from the prices and the open minutes of now; the offer stays as it is frozen, and nothing is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import numpy as np

from marketplace.capacity import queries as capacity
from marketplace.capacity import scheduling
from marketplace.capacity.errors import NoRoom
from marketplace.capacity.queries import Asked, Slot
from marketplace.capacity.scheduling import Calendars, Step
from marketplace.costing.rates import Charges, LeadTime
from marketplace.kernel.actor import Actor
from marketplace.listings import book, eligibility
from marketplace.listings.book import Listed, Shelf
from marketplace.quoting import queries as quotes
from marketplace.quoting.errors import ListingGone, QuoteOfBid
from marketplace.workflows.pricing import charging, dating, offering, questions
from marketplace.workflows.pricing.questions import Question
from marketplace.workflows.pricing.saving import requirement_of


@dataclass(frozen=True, slots=True)
class Dated:
    """One lead time of a listing: what the lot costs by it, and when it ships at the earliest."""

    lead_time: LeadTime
    currency: str
    total_minor: int
    starts_after: date
    ships_on: date
    latest_start: date | None
    """Until when the work may begin for the due date; None where none was named, or it cannot be met."""
    meets: bool
    """Whether it ships by the due date; true where none was named."""


@dataclass(frozen=True, slots=True)
class LeadTimes:
    """The lead times by which the offer's factory could ship, the cheapest first."""

    due_by: date | None
    found: Sequence[Dated]

    @property
    def cheapest(self) -> LeadTime | None:
        """The cheapest that meets the due date; None if none does."""
        return next((each.lead_time for each in self.found if each.meets), None)

    @property
    def earliest(self) -> LeadTime | None:
        """The one that ships first; of those that ship on one day, the cheapest."""
        first = min(self.found, key=lambda each: each.ships_on, default=None)
        return None if first is None else first.lead_time


def of_offer(quote_id: UUID, offer_id: UUID, *, due_by: date | None, by: Actor, charges: Charges) -> LeadTimes:
    """Every lead time of the listing behind an offer. As many statements as for one, however many there are.

    Raises QuoteNotFound, OfferNotFound, QuoteOfBid, ListingGone, and what now stands against the requirement.
    """
    quote = quotes.for_customer(by, quote_id)
    offer = quotes.offer_of(quote, offer_id)
    if offer.bid_id is not None:
        raise QuoteOfBid("A factory bid this price and date itself; ask it for another lead time.")
    row = _row(quote.process, offer.work_centre_id)
    part = questions.subject(quote.revision_id, by=by)
    asked = [questions.of_part(replace(requirement_of(quote), lead_time=each), part) for each in LeadTime]
    able = [each for each in asked if not eligibility.lacking(row, questions.listing_needs(each))]
    with_tax, _ = charging.for_customer(by, charges).of(row, quote.deliver_to)
    totals = {each.wanted.lead_time: _asked(each, row, with_tax) for each in able}
    slots = capacity.slots([calendar for _, calendar in totals.values()])
    places = {step.place for _, calendar in totals.values() for step in calendar.chain} | {row.work_centre_id}
    known = {} if due_by is None else capacity.calendars(places).calendars
    dated = [
        _dated(each, row, *totals[each.wanted.lead_time], slots, known, due_by)
        for each in able
        if totals[each.wanted.lead_time][0] > 0 and totals[each.wanted.lead_time][1] in slots
    ]
    return LeadTimes(due_by, sorted(dated, key=lambda each: (each.total_minor, each.ships_on)))


def _row(process: str, work_centre_id: UUID) -> Listed:
    shelf = book.shelf(process)
    place = shelf.places.get(work_centre_id)
    row = None if place is None else shelf.rows[place]
    if row is None:
        raise ListingGone("This factory no longer offers that capacity; ask for a new quote.")
    return row


def _asked(question: Question, row: Listed, charges: Charges) -> tuple[int, Asked]:
    """The total, and what the calendar is asked."""
    alone = Shelf([row], {row.work_centre_id: 0})
    priced = offering.priced(question, alone, np.array([0]), charges)
    return int(priced.totals[0]), priced.calendar(0)


def _dated(
    question: Question,
    row: Listed,
    total: int,
    calendar: Asked,
    slots: Mapping[Asked, Slot],
    known: Calendars,
    due_by: date | None,
) -> Dated:
    slot = slots[calendar]
    ships_on = dating.ships_on(row, slot)
    return Dated(
        lead_time=question.wanted.lead_time,
        currency=question.wanted.currency,
        total_minor=total,
        starts_after=slot.after,
        ships_on=ships_on,
        latest_start=None if due_by is None else _latest_start(question, row, calendar, slot, known, due_by),
        meets=due_by is None or ships_on <= due_by,
    )


def _latest_start(
    question: Question, row: Listed, calendar: Asked, slot: Slot, known: Calendars, due_by: date
) -> date | None:
    setup = offering.setup_of(row, question, calendar.minutes)
    alone = Step(row.work_centre_id, setup, calendar.minutes - setup, question.wanted.quantity)
    steps = calendar.chain or (alone,)
    work_by = due_by - timedelta(days=row.handling_days)
    try:
        placed = scheduling.backward(steps, known, by=work_by, after=slot.after)
    except NoRoom:
        return None
    return placed[0].starts
