"""What each eligible listing would ask: by published constants all at once, by a work centre's own one routing each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import numpy as np

from marketplace.capacity.queries import Asked
from marketplace.capacity.scheduling import Step
from marketplace.costing import books, own_constants
from marketplace.costing.constants import constants
from marketplace.costing.errors import ConstantsImpossible, LotTooLarge
from marketplace.costing.rates import Charges, Rates
from marketplace.costing.routings import route
from marketplace.costing.values import Figure, Routing, Spread
from marketplace.kernel.money import CHARGE_LIMITS
from marketplace.listings import eligibility
from marketplace.listings.book import Listed, Shelf
from marketplace.listings.eligibility import Rows
from marketplace.workflows.pricing.questions import Question, listing_needs

NOT_PAYABLE: Final = -2
"""The total of a listing by which the lot would cost what no card can pay."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """Eligible listings with what each would ask: totals in minor units, machine minutes, days of waiting."""

    listed: Sequence[Listed | None]
    rows: Rows
    rates: Rates
    totals: books.Column
    """Or NOT_OFFERED, or NOT_PAYABLE."""
    minutes: books.Column
    waits: books.Column
    handling_days: books.Column
    centre_keys: books.Column
    """Of every row of the shelf, as capacity.outlook names work centres."""
    question: Question

    def row(self, at: int) -> Listed:
        """The listing at a place among the eligible."""
        listed: Listed | None = self.listed[int(self.rows[at])]
        assert listed is not None, "an eligible row is a live listing"
        return listed

    def calendar(self, at: int) -> Asked:
        """What the calendar of the listing at a place is asked, or those of its chain."""
        row, minutes = self.row(at), int(self.minutes[at])
        return Asked(row.work_centre_id, minutes, int(self.waits[at]), chain_of(row, self.question, minutes))


def priced(question: Question, shelf: Shelf, rows: Rows, charges: Charges) -> Eligible:
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
    handling = shelf.column("handling_days")[rows]
    return Eligible(
        shelf.rows, rows, rates, totals, np.maximum(minutes, 1), waits, handling, shelf.column("centre_key"), question
    )


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
    totals = books.totals(routing, books.taken(rates, own), books.charged(charges, own), cards=len(own))
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


def setup_of(row: Listed, question: Question, minutes: int) -> int:
    """The minutes of the lot in which this listing's machine is set up."""
    own = own_constants.figures(question.wanted.process, row.constants)
    routing = rerouted(question, own) if own else question.routing
    return min(int(routing.setup_minutes()), minutes)


def chain_of(row: Listed, question: Question, minutes: int) -> tuple[Step, ...]:
    """The listing's own operation and those that follow elsewhere in its house; nothing where none do."""
    if not row.onward:
        return ()
    quantity, finishes = question.wanted.quantity, question.wanted.finishes
    following = [each for each in row.onward if each["finish"] is None or each["finish"] in finishes]
    if not following:
        return ()
    setup = setup_of(row, question, minutes)
    own = Step(row.work_centre_id, setup, minutes - setup, quantity)
    return own, *(_following(each, quantity) for each in following)


def _following(step: Mapping[str, Any], quantity: int) -> Step:
    run = -(-step["run_mmin_each"] * quantity // 1000)
    return Step(UUID(step["next_id"]), step["setup_min"], run, quantity, step["transport_days"])


def rates_of(row: Listed, question: Question) -> Rates:
    """What one listing's card asks for the lot."""
    wanted = question.wanted
    return row.card.rates(
        wanted.material, question.routing.making, lead_time=wanted.lead_time, deliver_to=wanted.deliver_to
    )
