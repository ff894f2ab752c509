"""What live listings answer to a question: every eligible one priced, the best dated, ranked, explained. No writes."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np

from marketplace.capability.usual_rates import indicative
from marketplace.capacity import queries as capacity
from marketplace.capacity.queries import Asked, Slot
from marketplace.costing import books, own_constants, tree
from marketplace.costing.constants import constants
from marketplace.costing.errors import ConstantsImpossible, LotTooLarge
from marketplace.costing.prices import interval, longest, price, shortest
from marketplace.costing.rates import Charges, Rates
from marketplace.costing.routings import route
from marketplace.costing.values import Figure, Routing, Spread
from marketplace.kernel.money import CHARGE_LIMITS
from marketplace.listings import book, eligibility
from marketplace.listings.book import Listed, Shelf
from marketplace.listings.eligibility import Rows
from marketplace.quoting.models import RankBy
from marketplace.quoting.rules import MOST_OFFERS, Candidate, ranked
from marketplace.quoting.service import Answer, Answers, Explained
from marketplace.workflows.questions import Question, listing_needs


def answers(question: Question, charges: Charges, *, seed: UUID, most: int = MOST_OFFERS) -> Answers:
    """The best answers of all live listings, at most so many; `seed` decides between equals (quoting.rules.lot)."""
    (only,) = dated([question], charges, most=most)
    return finished(only, charges, seed=seed, most=most)


NOT_PAYABLE: Final = -2
"""The total of a listing by which the lot would cost what no card can pay."""


@dataclass(frozen=True, slots=True)
class Priced:
    """Eligible listings with what each would ask: totals in minor units, machine minutes, days of waiting."""

    listed: Sequence[Listed | None]
    rows: Rows
    rates: Rates
    totals: books.Column
    """Or NOT_OFFERED, or NOT_PAYABLE."""
    minutes: books.Column
    waits: books.Column

    def row(self, at: int) -> Listed:
        """The listing at a place among the eligible."""
        listed: Listed | None = self.listed[int(self.rows[at])]
        assert listed is not None, "an eligible row is a live listing"
        return listed

    def calendar(self, at: int) -> Asked:
        """What the calendar of the listing at a place is asked."""
        return Asked(self.row(at).work_centre_id, int(self.minutes[at]), int(self.waits[at]))


@dataclass(frozen=True, slots=True)
class Dated:
    """A question with what every eligible listing would ask, and when each of the candidates would work."""

    question: Question
    asked: Priced
    slots: Mapping[int, Slot]
    """By the candidate's place among the eligible."""
    left_out: Mapping[str, int]
    facets: Mapping[str, Any]


def dated(
    questions: Sequence[Question], charges: Charges, *, most: int, look_up: Callable[[str], Shelf] = book.shelf
) -> list[Dated]:
    """Price and date the candidates of several questions together: as many statements as one question takes.

    Each process's listings are looked up once, and all calendars are asked in rounds.
    """
    shelves = {process: look_up(process) for process in dict.fromkeys(each.wanted.process for each in questions)}
    found = [_eligible(each, shelves[each.wanted.process], charges) for each in questions]
    rankings = [each.wanted.rank_by for each in questions]
    slots = _in_rounds([_dating(asked, by, most) for (asked, *_), by in zip(found, rankings, strict=True)])
    return [
        Dated(question, asked, when, left_out | _unable_now(asked, when, most), facets)
        for question, (asked, left_out, facets), when in zip(questions, found, slots, strict=True)
    ]


def _eligible(question: Question, shelf: Shelf, charges: Charges) -> tuple[Priced, dict[str, int], dict[str, Any]]:
    rows, left_out = eligibility.eligible(shelf, listing_needs(question))
    return priced(question, shelf, rows, charges), left_out, eligibility.facets(shelf, rows)


def _unable_now(asked: Priced, slots: Mapping[int, Slot], most: int) -> dict[str, int]:
    """How many could make it, and yet answer nothing: by price (too much, none, what no card can pay) or by calendar.

    The last is counted where not enough answers were found, for then everyone was asked.
    """
    too_large = int(np.count_nonzero(asked.totals == books.NOT_OFFERED))
    free = int(np.count_nonzero(asked.totals == 0))
    unpaid = int(np.count_nonzero(asked.totals == NOT_PAYABLE))
    full = len(asked.rows) - too_large - free - unpaid - len(slots) if len(slots) < most else 0
    reasons = (("lot_too_large", too_large), ("no_price", free), ("not_payable", unpaid), ("calendar", full))
    return {reason: count for reason, count in reasons if count}


def finished(found: Dated, charges: Charges, *, seed: UUID, most: int) -> Answers:
    """The best of the dated candidates, ranked, each with its price tree; what the lot usually costs if there is none.

    Raises LotTooLarge.
    """
    question = found.question
    best, explained = _best(found, charges, seed=seed, most=most)
    return Answers(
        best=best,
        eligible=len(found.asked.rows),
        left_out=found.left_out,
        facets=found.facets,
        explained=explained,
        routing=question.routing,
        findings=question.findings,
        indicative=None if best else indicative(question.routing, question.material, charges),
    )


def priced(question: Question, shelf: Shelf, rows: Rows, charges: Charges) -> Priced:
    """What each of these listings would ask; those with constants of their own by a routing of their own."""
    wanted = listing_needs(question)
    rates = eligibility.rates(shelf, rows, wanted)
    totals = books.totals(question.routing, rates, charges, cards=len(rows))
    minutes = np.full(len(rows), question.routing.machine_minutes(question.wanted.quantity), dtype=np.int64)
    own = np.flatnonzero(shelf.column("has_own_constants")[rows])
    if len(own):
        totals[own], minutes[own] = _by_own_constants(question, [shelf.rows[i] for i in rows[own]], rates, own, charges)
    payable = CHARGE_LIMITS[question.wanted.currency].allow(totals)
    totals[(totals > 0) & ~payable] = NOT_PAYABLE
    waits = shelf.column("tier", wanted.lead_time, "wait_days")[rows]
    return Priced(shelf.rows, rows, rates, totals, np.maximum(minutes, 1), waits)


def _by_own_constants(
    question: Question, listed: Sequence[Listed | None], rates: Rates, own: Rows, charges: Charges
) -> tuple[Any, Any]:
    """Totals and minutes by one routing whose constants are columns.

    Where somebody's constants make the lot too large, or no sense, halves are tried: no other factory is worse off.
    """
    try:
        routing = rerouted(question, own_columns(question.wanted.process, listed))
    except (LotTooLarge, ConstantsImpossible):
        if len(own) == 1:
            return np.array([books.NOT_OFFERED]), np.array([1])
        half = len(own) // 2
        pairs = [
            _by_own_constants(question, listed[at], rates, own[at], charges) for at in (slice(half), slice(half, None))
        ]
        return tuple(np.concatenate(column) for column in zip(*pairs, strict=True))  # type: ignore[return-value]
    totals = books.totals(routing, books.taken(rates, own), charges, cards=len(own))
    return totals, np.broadcast_to(routing.machine_minutes(question.wanted.quantity), len(own))


def own_columns(process: str, listed: Sequence[Listed | None]) -> dict[str, Figure]:
    """The constants of these work centres as columns: each one's own, or the published one."""
    named = [row.constants if row else {} for row in listed]
    return {
        name: Figure(np.array([each.get(name, usual.value) for each in named], dtype=float), usual.unit, "work_centre")
        for name, usual in constants(process).items()
        if any(name in each for each in named)
    }


def differs(row: Listed) -> bool:
    """Whether a work centre makes it by constants of its own, or is surer of its times than its process."""
    return bool(row.constants) or row.spread is not None


def own_routing(question: Question, row: Listed) -> Routing:
    """How this listing makes it: by its own constants, as sure as its own jobs have shown."""
    own = own_constants.figures(question.wanted.process, row.constants)
    routing = rerouted(question, own) if own else question.routing
    return routing if row.spread is None else replace(routing, spread=measured_spread(routing.spread, row.spread))


def measured_spread(usual: Spread, own: Mapping[str, int]) -> Spread:
    """The routing's spread with times as a work centre's calibration measured them; mass stays as published."""
    return replace(usual, time_low_bps=own["time_low_bps"], time_high_bps=own["time_high_bps"], source="work_centre")


def rerouted(question: Question, own: Mapping[str, Figure]) -> Routing:
    """The same part and requirement, made with other constants."""
    return route(question.wanted.process, question.material.facts, question.facts, question.routing.making, own)


CHUNK: Final = 8
"""Candidates whose calendar is asked at a time, at least, cheapest first: a full one is replaced by the next."""
Dating = Generator[Sequence[Asked], Mapping[Asked, Slot], dict[int, Slot]]
"""Names calendars to be asked, takes the answers, until it knows enough."""


def _best(found: Dated, charges: Charges, *, seed: UUID, most: int) -> tuple[list[Answer], Explained | None]:
    """The candidates that have the minutes, ranked, and what explains those by the published constants."""
    question, asked, slots = found.question, found.asked, found.slots
    places = list(slots)
    candidates = [
        Candidate(asked.row(at).listing_id, int(asked.totals[at]), ships_on(asked.row(at), slots[at])) for at in places
    ]
    order = [places[i] for i in ranked(question.wanted.rank_by, candidates, seed=seed)[:most]]
    alike = [at for at in order if not differs(asked.row(at))]
    answers, explained = _by_one_routing(question, asked, alike, slots, charges)
    for at in order:
        if at not in answers:
            answers[at] = _by_own_routing(question, asked, at, slots[at], charges)
    return [answers[at] for at in order], explained


def _in_rounds(datings: Sequence[Dating]) -> list[dict[int, Slot]]:
    """Run them all to their end; in each round, what all of them ask is asked at once."""
    ended: dict[int, dict[int, Slot]] = {}
    told: Mapping[Asked, Slot] | None = None
    wanted: dict[int, Sequence[Asked]] = dict.fromkeys(range(len(datings)), ())
    while wanted:
        for at in list(wanted):
            try:
                wanted[at] = next(datings[at]) if told is None else datings[at].send(told)
            except StopIteration as end:
                ended[at] = end.value
                del wanted[at]
        told = capacity.slots([each for some in wanted.values() for each in some])
    return [ended[at] for at in range(len(datings))]


def _dating(asked: Priced, rank_by: RankBy, most: int) -> Dating:
    """When each candidate that has the minutes open would work, by its place; the cheapest are asked first.

    Ranked by date every calendar must be asked; ranked by price only until the best are full and nobody who was not
    asked is as cheap as the last of them.
    """
    offering = np.flatnonzero(asked.totals > 0)
    cheapest = offering[np.argsort(asked.totals[offering], kind="stable")]
    found: dict[int, Slot] = {}
    start, size = 0, len(cheapest) if rank_by is RankBy.DATE else max(CHUNK, most)
    while start < len(cheapest) and len(found) < most:
        end = _whole_group(asked.totals[cheapest], start + size)
        chunk = {at: asked.calendar(at) for at in cheapest[start:end].tolist()}
        slots = yield list(chunk.values())
        found |= {at: slots[each] for at, each in chunk.items() if each in slots}
        start = end
    return found


def _whole_group(rising: books.Column, end: int) -> int:
    """Where those end who ask as much as the last of the first so many: equals are dated together, for a draw."""
    if end >= len(rising):
        return len(rising)
    return int(np.searchsorted(rising, rising[end - 1], side="right"))


def ships_on(row: Listed, slot: Slot) -> date:
    """The local day on which the goods go to the carrier."""
    return slot.finish + timedelta(days=row.handling_days)


def _by_one_routing(
    question: Question, asked: Priced, alike: Sequence[int], slots: Mapping[int, Slot], charges: Charges
) -> tuple[dict[int, Answer], Explained | None]:
    """The answers of those who make it by the published constants, priced together; and what explains them."""
    if not alike:
        return {}, None
    routing, rates, cards = question.routing, books.taken(asked.rates, np.array(alike)), len(alike)
    made = books.prices(routing, rates, charges, cards=cards)
    low, high = (
        books.totals(end, rates, charges, cards=cards).tolist() for end in (shortest(routing), longest(routing))
    )
    answers = {
        at: answer(
            question,
            asked,
            at,
            slots[at],
            total_minor=made.totals[i],
            fee_minor=made.fees[i],
            royalty_minor=made.royalties[i],
            tax_minor=made.taxes[i],
            delivery_minor=made.deliveries[i],
            low_minor=min(low[i], made.totals[i]),
            high_minor=max(high[i], made.totals[i]),
            figures=made.figures[i],
        )
        for i, at in enumerate(alike)
    }
    one = price(routing, rates_of(asked.row(alike[0]), question), charges)
    return answers, Explained(routing, tree.compact(one.tree))


def _by_own_routing(question: Question, asked: Priced, at: int, slot: Slot, charges: Charges) -> Answer:
    """The answer of a work centre with constants of its own."""
    row = asked.row(at)
    routing, rates = own_routing(question, row), rates_of(row, question)
    made, (low, high) = price(routing, rates, charges), interval(routing, rates, charges)
    shape = tree.compact(made.tree)
    return answer(
        question,
        asked,
        at,
        slot,
        total_minor=made.total_minor,
        fee_minor=made.fee_minor,
        royalty_minor=made.royalty_minor,
        tax_minor=made.tax_minor,
        delivery_minor=made.delivery_minor,
        low_minor=min(low, made.total_minor),
        high_minor=max(high, made.total_minor),
        figures=tree.figures(shape),
        own=Explained(routing, shape),
    )


def rates_of(row: Listed, question: Question) -> Rates:
    """What one listing's card asks for the lot."""
    wanted = question.wanted
    return row.card.rates(
        wanted.material, question.routing.making, lead_time=wanted.lead_time, deliver_to=wanted.deliver_to
    )


def answer(question: Question, asked: Priced, at: int, slot: Slot, **amounts: Any) -> Answer:
    """One listing's answer: who, when, and these amounts."""
    row = asked.row(at)
    return Answer(
        listing_id=row.listing_id,
        factory_id=row.factory_id,
        work_centre_id=row.work_centre_id,
        rate_card_id=row.rate_card_id,
        machine_min=int(asked.minutes[at]),
        starts_after=slot.after,
        finish_by=slot.finish,
        ships_on=ships_on(row, slot),
        currency=question.wanted.currency,
        quantity=question.wanted.quantity,
        **amounts,
    )
