"""What a factory's past jobs say of its work centre: computed beside true, and the figures that would fit better.

Times first: one factor for machine time, one for set-up time. Where true prices are told, the margin follows from them,
at the times that were just fitted. A kind of truth that too few jobs tell is left alone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from marketplace.costing import calibrating, own_constants
from marketplace.costing.bounds import WHOLE_BPS
from marketplace.costing.calibrating import COMFORTABLE, FEWEST_JOBS, MOST_JOBS, Fitted
from marketplace.costing.errors import JobImpossible, JobsOutOfRange, TruthImpossible
from marketplace.costing.prices import price
from marketplace.costing.rates import LARGEST_MARGIN_BPS, Charges, RateCard
from marketplace.costing.routings import RUN_FACTOR, SETUP_FACTOR, route
from marketplace.costing.values import Making, MaterialFacts, PartFacts, Routing, Spread
from marketplace.kernel.errors import Refusal

FACTORS: Final = (RUN_FACTOR, SETUP_FACTOR)
MARGIN: Final = "margin"
TOLD_BY: Final[Mapping[str, str]] = {
    RUN_FACTOR: "machine_mmin",
    SETUP_FACTOR: "setup_mmin",
    MARGIN: "price_minor",
}
"""Which truth speaks of which figure."""


@dataclass(frozen=True, slots=True)
class PastJob:
    """A lot that was made: what it was, and what it truly took, each in whole numbers or None where it is not known.

    `machine_mmin` is the machine time of the whole lot without setting up, `setup_mmin` that of setting up (1/1000
    min); `price_minor` what the lot was sold for, without delivery and tax.
    """

    facts: PartFacts
    material: MaterialFacts
    making: Making
    machine_mmin: int | None = None
    setup_mmin: int | None = None
    price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Computed:
    """What is computed for the same lot: by the published constants, and by the work centre's but for its factors."""

    published_machine_mmin: int
    published_setup_mmin: int
    published_spread: Spread
    machine_mmin: int
    setup_mmin: int

    def of(self, kind: str) -> int:
        """The time that a factor multiplies."""
        return self.machine_mmin if kind == RUN_FACTOR else self.setup_mmin


@dataclass(frozen=True, slots=True)
class Told:
    """What one kind of truth says: the fit, and the numbers (from 1) of the jobs that told it."""

    fit: Fitted
    jobs: tuple[int, ...]

    @property
    def outliers(self) -> tuple[int, ...]:
        """The numbers of the jobs that no other bears out."""
        return tuple(self.jobs[at] for at in self.fit.outliers)


@dataclass(frozen=True, slots=True)
class Margin:
    """The margin that true prices show, in basis points of the price, and between which it lies nine times in ten."""

    bps: int
    low_bps: int
    high_bps: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a work centre would charge by its own jobs."""

    computed: tuple[Computed, ...]
    told: Mapping[str, Told]
    constants: Mapping[str, float]
    margin: Margin | None
    spread_bps: tuple[int, int] | None
    """Nine of ten jobs' machine times lie between, around the computed; None where no machine times were told."""
    warnings: tuple[Mapping[str, Any], ...]


def proposal(
    process_id: str, jobs: Sequence[PastJob], baseline: Mapping[str, float], card: RateCard | None
) -> Proposal:
    """What 5 to 50 past jobs say; `baseline` are the work centre's own constants without factors.

    Raises JobsOutOfRange, JobImpossible for a job that the process does not make, TruthImpossible.
    """
    check_number(len(jobs))
    computed = tuple(_computed(process_id, number, job, baseline) for number, job in enumerate(jobs, 1))
    told = {kind: each for kind in FACTORS if (each := _times(kind, jobs, computed))}
    constants = {kind: round(each.fit.factor, 4) for kind, each in told.items()}
    priced = None if card is None else _prices(process_id, jobs, {**baseline, **constants}, card)
    if priced is not None:
        told[MARGIN] = priced
    if not told:
        raise JobsOutOfRange(
            f"At least {FEWEST_JOBS} jobs have to tell the same: machine minutes, set-up minutes, or the price.",
            fewest=FEWEST_JOBS,
            largest=MOST_JOBS,
        )
    margin = None if priced is None or card is None else _margin(priced.fit, card.margin_bps)
    return Proposal(
        computed=computed,
        told=told,
        constants=constants,
        margin=margin,
        spread_bps=told[RUN_FACTOR].fit.spread_bps if RUN_FACTOR in told else None,
        warnings=tuple(_warnings(jobs, told, margin)),
    )


def check_number(jobs: int) -> None:
    """Raises JobsOutOfRange unless there are 5 to 50."""
    if not FEWEST_JOBS <= jobs <= MOST_JOBS:
        raise JobsOutOfRange(
            f"A calibration takes {FEWEST_JOBS} to {MOST_JOBS} past jobs.", fewest=FEWEST_JOBS, largest=MOST_JOBS
        )


def _computed(process_id: str, number: int, job: PastJob, baseline: Mapping[str, float]) -> Computed:
    published = _routed(process_id, number, job, {})
    own = _routed(process_id, number, job, baseline) if baseline else published
    return Computed(*_times_of(published), published.spread, *_times_of(own))


def _routed(process_id: str, number: int, job: PastJob, own: Mapping[str, float]) -> Routing:
    try:
        return route(process_id, job.material, job.facts, job.making, own_constants.figures(process_id, own))
    except Refusal as refusal:
        raise JobImpossible(f"Job {number}: {refusal.message}", job=number, because=refusal.code) from refusal


def _times_of(routing: Routing) -> tuple[int, int]:
    machine = sum(step.machine_mmin_each for step in routing.operations) * routing.quantity
    return machine, sum(step.setup_mmin for step in routing.operations)


def _times(kind: str, jobs: Sequence[PastJob], computed: Sequence[Computed]) -> Told | None:
    """What true times say of a factor."""
    truths = {
        number: (truth, each.of(kind))
        for number, (job, each) in enumerate(zip(jobs, computed, strict=True), 1)
        if (truth := getattr(job, TOLD_BY[kind])) is not None and each.of(kind) > 0
    }
    width = max(calibrating.prior_width(each.published_spread) for each in computed)
    return _told(kind, truths, width if kind == RUN_FACTOR else calibrating.LEAST_PRIOR)


def _prices(process_id: str, jobs: Sequence[PastJob], own: Mapping[str, float], card: RateCard) -> Told | None:
    """What true prices say of the margin; a price at the minimum order says nothing."""
    free = replace(card, minimum_order_minor=0)
    truths = {}
    for number, job in enumerate(jobs, 1):
        if job.price_minor is None or job.price_minor <= card.minimum_order_minor:
            continue
        routing = _routed(process_id, number, job, own)
        try:
            asked = price(routing, free.rates(job.material.id, job.making), Charges()).total_minor
        except Refusal as refusal:
            raise JobImpossible(f"Job {number}: {refusal.message}", job=number, because=refusal.code) from refusal
        if asked > 0:
            truths[number] = (job.price_minor, asked)
    return _told(MARGIN, truths, calibrating.LEAST_PRIOR)


def _told(kind: str, truths: Mapping[int, tuple[int, int]], width: float) -> Told | None:
    """The fit of (true, computed) by the numbers of their jobs; None where they are too few. Raises TruthImpossible."""
    for number, (truth, computed) in truths.items():
        if not 1 / calibrating.BELIEVABLE <= truth / computed <= calibrating.BELIEVABLE:
            raise TruthImpossible(
                f"Job {number} differs from what is computed by more than a factor {calibrating.BELIEVABLE:,}; check "
                "its units, its quantity and whether the time is that of a piece or of the lot.",
                job=number,
                of=TOLD_BY[kind],
                computed=computed,
            )
    if len(truths) < FEWEST_JOBS:
        return None
    ratios = [truth / computed for truth, computed in truths.values()]
    return Told(calibrating.fit(ratios, width=width), tuple(truths))


def _margin(fit: Fitted, now_bps: int) -> Margin:
    """1 − (1 − margin now) ÷ factor, between nothing and the largest that a card may have."""

    def bps(factor: float) -> int:
        exact = WHOLE_BPS - (WHOLE_BPS - now_bps) / factor
        return min(max(math.floor(exact + 0.5), 0), LARGEST_MARGIN_BPS)

    return Margin(bps(fit.factor), bps(fit.low), bps(fit.high))


def _warnings(jobs: Sequence[PastJob], told: Mapping[str, Told], margin: Margin | None) -> list[dict[str, Any]]:
    """What a factory should know before it accepts."""
    found = []
    for kind, field in TOLD_BY.items():
        telling = [number for number, job in enumerate(jobs, 1) if getattr(job, field) is not None]
        if kind not in told:
            if telling:
                text = f"Only {len(telling)} jobs tell the {field}, so nothing was fitted to it."
                found.append(_warning("not_fitted", kind, text, telling))
            continue
        fit = told[kind].fit
        if len(told[kind].jobs) < COMFORTABLE:
            found.append(_warning("few_jobs", kind, f"Fewer than {COMFORTABLE} jobs: add more when you have them."))
        if told[kind].outliers:
            text = "No other job bears these out; they count next to nothing. Check them."
            found.append(_warning("outliers", kind, text, told[kind].outliers))
        if fit.is_contradictory:
            text = "The jobs differ among each other by more than one figure can explain."
            found.append(_warning("contradictory", kind, text))
        if fit.is_at_bound:
            text = "The jobs ask for more than a figure of your own may be; are minutes and pieces right?"
            found.append(_warning("at_bound", kind, text))
        if fit.error_after >= fit.error_before:
            found.append(_warning("no_better", kind, "The published figure was as close; there is little to gain."))
    if margin is not None and margin.bps == 0:
        found.append(_warning("no_margin", MARGIN, "You sold for no more than your rates say that it costs you."))
    return found


def _warning(code: str, of: str, text: str, jobs: Sequence[int] = ()) -> dict[str, Any]:
    return {"code": code, "of": of, "text": text, "jobs": list(jobs)}
