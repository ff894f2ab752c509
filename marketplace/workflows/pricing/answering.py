"""What live listings answer to a question: every eligible one priced, the best dated, ranked, explained. No writes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np

from marketplace.capability.usual_rates import indicative
from marketplace.capacity import outlook
from marketplace.capacity.queries import Slot
from marketplace.costing import books, tree
from marketplace.costing.prices import interval, longest, price, shortest
from marketplace.costing.rates import Rates
from marketplace.costing.values import Routing
from marketplace.listings import book, eligibility
from marketplace.listings.book import Listed, Shelf
from marketplace.quoting.rules import MOST_OFFERS, Candidate, ranked
from marketplace.quoting.service import Answer, Answers, Explained
from marketplace.workflows.pricing import dating, offering
from marketplace.workflows.pricing.charging import Charging, Taxed, tax_on_fee
from marketplace.workflows.pricing.offering import Eligible
from marketplace.workflows.pricing.questions import Question, listing_needs


def answers(question: Question, charging: Charging, *, seed: UUID, most: int = MOST_OFFERS) -> Answers:
    """The best answers of all live listings, at most so many; `seed` decides between equals (quoting.rules.lot)."""
    (only,) = dated([question], charging, most=most)
    return finished(only, charging, seed=seed, most=most)


@dataclass(frozen=True, slots=True)
class Dated:
    """A question with what every eligible listing would ask, and when each of the candidates would work."""

    question: Question
    asked: Eligible
    slots: Mapping[int, Slot]
    """By the candidate's place among the eligible."""
    left_out: Mapping[str, int]
    facets: Mapping[str, Any]


def dated(
    questions: Sequence[Question], charging: Charging, *, most: int, look_up: Callable[[str], Shelf] = book.shelf
) -> list[Dated]:
    """Price and date the candidates of several questions together: as many statements as one question takes.

    Each process's listings are looked up once, and all calendars are asked in rounds.
    """
    shelves = {process: look_up(process) for process in dict.fromkeys(each.wanted.process for each in questions)}
    found = [_eligible(each, shelves[each.wanted.process], charging) for each in questions]
    look_ahead = cache(outlook.of)
    slots = dating.in_rounds(
        [
            dating.dating(asked, each.wanted.process, each.wanted.rank_by, most, look_ahead)
            for each, (asked, *_) in zip(questions, found, strict=True)
        ]
    )
    return [
        Dated(question, asked, when, left_out | _unable_now(asked, when, most), facets)
        for question, (asked, left_out, facets), when in zip(questions, found, slots, strict=True)
    ]


def _eligible(question: Question, shelf: Shelf, charging: Charging) -> tuple[Eligible, dict[str, int], dict[str, Any]]:
    """Who could make it, and for how much before tax."""
    rows, left_out = eligibility.eligible(shelf, listing_needs(question))
    return (
        offering.priced(question, shelf, rows, charging.of_rows(shelf, rows)),
        left_out,
        eligibility.facets(shelf, rows),
    )


def _unable_now(asked: Eligible, slots: Mapping[int, Slot], most: int) -> dict[str, int]:
    """How many could make it, and yet answer nothing: by price (too much, none, what no card can pay) or by calendar.

    The last is counted where not enough answers were found, for then everyone was asked.
    """
    too_large = int(np.count_nonzero(asked.totals == books.NOT_OFFERED))
    free = int(np.count_nonzero(asked.totals == 0))
    unpaid = int(np.count_nonzero(asked.totals == offering.NOT_PAYABLE))
    full = len(asked.rows) - too_large - free - unpaid - len(slots) if len(slots) < most else 0
    reasons = (("lot_too_large", too_large), ("no_price", free), ("not_payable", unpaid), ("calendar", full))
    return {reason: count for reason, count in reasons if count}


def finished(found: Dated, charging: Charging, *, seed: UUID, most: int) -> Answers:
    """The best of the dated candidates, ranked, each with its price tree; what the lot usually costs if there is none.

    Raises LotTooLarge.
    """
    question = found.question
    best, explained = _best(found, charging, seed=seed, most=most)
    return Answers(
        best=best,
        eligible=len(found.asked.rows),
        left_out=found.left_out,
        facets=found.facets,
        explained=explained,
        routing=question.routing,
        findings=question.findings,
        indicative=None if best else indicative(question.routing, question.material, charging.usual),
    )


def _best(found: Dated, charging: Charging, *, seed: UUID, most: int) -> tuple[list[Answer], Explained | None]:
    """The candidates that have the minutes, ranked, and what explains those by the published constants."""
    question, asked, slots = found.question, found.asked, found.slots
    places = list(slots)
    candidates = [
        Candidate(asked.row(at).listing_id, int(asked.totals[at]), dating.ships_on(asked.row(at), slots[at]))
        for at in places
    ]
    order = [places[i] for i in ranked(question.wanted.rank_by, candidates, seed=seed)[:most]]
    alike = [at for at in order if not offering.differs(asked.row(at))]
    answers, explained = _by_one_routing(question, asked, alike, slots, charging)
    for at in order:
        if at not in answers:
            row = asked.row(at)
            answers[at] = of_one_card(
                question,
                row,
                offering.own_routing(question, row),
                offering.rates_of(row, question),
                slots[at],
                charging,
                machine_min=int(asked.minutes[at]),
            )
    return [answers[at] for at in order], explained


def _by_one_routing(
    question: Question, asked: Eligible, alike: Sequence[int], slots: Mapping[int, Slot], charging: Charging
) -> tuple[dict[int, Answer], Explained | None]:
    """The answers of those who make it by the published constants, priced together; and what explains them."""
    if not alike:
        return {}, None
    routing, rates, cards = question.routing, books.taken(asked.rates, np.array(alike)), len(alike)
    listed, goes_to = [asked.row(at) for at in alike], question.wanted.deliver_to
    charges, taxed = charging.of_several(listed, goes_to)
    made = books.prices(routing, rates, charges, cards=cards)
    low, high = (
        books.totals(end, rates, charges, cards=cards).tolist() for end in (shortest(routing), longest(routing))
    )
    answers = {
        at: answer(
            question,
            listed[i],
            slots[at],
            taxed[i],
            machine_min=int(asked.minutes[at]),
            setup_min=routing.setup_minutes(),
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
    one = price(routing, offering.rates_of(listed[0], question), charging.usual)
    return answers, Explained(routing, tree.compact(one.tree))


def of_one_card(
    question: Question, row: Listed, routing: Routing, rates: Rates, slot: Slot, charging: Charging, *, machine_min: int
) -> Answer:
    """The answer of one listing by a routing of its own, or at rates of its own, with what explains it.

    Raises LotTooLarge.
    """
    charges, taxed = charging.of(row, question.wanted.deliver_to)
    made, (low, high) = price(routing, rates, charges), interval(routing, rates, charges)
    shape = tree.compact(made.tree)
    return answer(
        question,
        row,
        slot,
        taxed,
        machine_min=machine_min,
        setup_min=routing.setup_minutes(),
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


def answer(
    question: Question, row: Listed, slot: Slot, taxed: Taxed, *, machine_min: int, setup_min: int, **amounts: Any
) -> Answer:
    """One listing's answer: who, when, how it is taxed, and these amounts."""
    chain = offering.chain_of(row, question, machine_min)
    return Answer(
        listing_id=row.listing_id,
        factory_id=row.factory_id,
        work_centre_id=row.work_centre_id,
        rate_card_id=row.rate_card_id,
        machine_min=machine_min,
        setup_min=min(int(setup_min), machine_min),
        chain=[step.as_json() for step in chain] or None,
        starts_after=slot.after,
        finish_by=slot.finish,
        ships_on=dating.ships_on(row, slot),
        currency=question.wanted.currency,
        quantity=question.wanted.quantity,
        tax=taxed.as_json(),
        fee_tax_minor=tax_on_fee(taxed, amounts["fee_minor"], question.wanted.currency),
        **amounts,
    )
