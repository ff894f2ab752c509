"""From a measured part and a requirement to a frozen quote: one routing, every eligible listing, the best offers."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Final

from marketplace.capability.catalogue import material_for
from marketplace.capacity import queries as capacity
from marketplace.costing import tree
from marketplace.costing.books import stacked, totals
from marketplace.costing.prices import price
from marketplace.costing.rates import Charges, RateCard, Rates
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts, Routing
from marketplace.geometry.values import Measurement
from marketplace.kernel.actor import Actor
from marketplace.kernel.money import Money
from marketplace.listings import queries as listings
from marketplace.listings.queries import Eligible
from marketplace.manufacturability import judging
from marketplace.parts import queries as revisions
from marketplace.parts import service as parts
from marketplace.quoting import service as quotes
from marketplace.quoting.errors import CannotBePriced
from marketplace.quoting.models import Quote, RankBy
from marketplace.quoting.rules import MOST_OFFERS, ranked
from marketplace.quoting.service import Answer, Requirement


def ask(wanted: Requirement, *, by: Actor, fee_bps: int, valid_days: int) -> Quote:
    """Price what is wanted by every eligible live listing and freeze the best answers.

    Raises CurrencyUnknown, ProcessUnknown, MaterialUnknown, MaterialNotForProcess, RevisionNotFound, StillMeasuring,
    FileWasRefused, UnitsUnconfirmed (Q3), CannotBePriced (Q6), what the routing refuses and what `freeze` does.
    """
    Money(0, wanted.currency)
    material = material_for(wanted.process, wanted.material)
    measured = parts.priceable(revisions.revision_to_quote(by, wanted.revision_id))
    findings = judging.findings(measured, wanted.process)
    if judging.is_blocked(findings):
        raise CannotBePriced(
            "This part cannot be priced automatically; see the findings that block it.",
            findings=[asdict(finding) for finding in findings],
        )
    routing = route(wanted.process, material.facts, facts_of(measured), Making(wanted.quantity))
    candidates = listings.eligible(
        process=wanted.process, material=wanted.material, currency=wanted.currency, box_mm=measured.box_mm
    )
    return quotes.freeze(
        wanted,
        best_answers(routing, candidates, wanted, fee_bps),
        eligible=len(candidates),
        findings=[asdict(finding) for finding in findings],
        explanation=tree.explanation(routing),
        valid_days=valid_days,
        by=by,
    )


def facts_of(measured: Measurement) -> PartFacts:
    """What costing needs of a measurement; a counterbore or countersink is bored like a hole of its own."""
    holes = [(hole.diameter_mm, hole.depth_mm) for hole in measured.holes]
    bores = [(bore.diameter_mm, bore.depth_mm) for hole in measured.holes for bore in hole.widenings]
    return PartFacts(
        volume_mm3=measured.volume_mm3,
        area_mm2=measured.area_mm2,
        box_mm=measured.box_mm,
        holes=(*holes, *bores),
        hull_mm3=measured.hull_mm3,
        oriented_box=measured.oriented_box,
        walls=measured.walls,
        builds=measured.builds,
        sections=measured.sections,
        draft=measured.draft,
        reach=measured.reach,
        turned=measured.turned,
        sheet=measured.sheet,
        drawing=measured.drawing,
    )


def best_answers(
    routing: Routing, candidates: Sequence[Eligible], wanted: Requirement, fee_bps: int
) -> Sequence[Answer]:
    """The candidates that have the minutes, priced, dated and ranked: at most MOST_OFFERS of them."""
    if not candidates:
        return ()
    minutes = max(1, routing.machine_minutes(wanted.quantity))
    book = stacked([rates_of(each, wanted) for each in candidates])
    prices = totals(routing, book, Charges(fee_bps=fee_bps), cards=len(candidates)).tolist()
    dates = ship_dates(candidates, prices, minutes, wanted.rank_by)
    order = ranked(wanted.rank_by, prices, {i: ships for i, (_, ships) in dates.items()})
    return [answer(routing, candidates[i], wanted, fee_bps, minutes, *dates[i]) for i in order[:MOST_OFFERS]]


def rates_of(candidate: Eligible, wanted: Requirement) -> Rates:
    """What the candidate's card asks for the lot."""
    card = RateCard(
        currency=wanted.currency,
        machine_rate_minor_per_h=candidate.machine_rate,
        labour_rate_minor_per_h=candidate.labour_rate,
        material_minor_per_kg={wanted.material: candidate.material_price},
        minimum_order_minor=candidate.minimum_order,
        margin_bps=candidate.margin_bps,
    )
    return card.rates(wanted.material, Making(wanted.quantity))


CHUNK: Final = MOST_OFFERS
"""Candidates whose calendar is asked at a time, cheapest first: a full one is replaced by the next."""


def ship_dates(
    candidates: Sequence[Eligible], prices: Sequence[int], minutes: int, rank_by: RankBy
) -> dict[int, tuple[date, date]]:
    """(last day of work, ship date) of each candidate that has the minutes open, the cheapest asked first.

    Ranked by date every calendar must be asked; ranked by price only as many as it takes to fill the quote.
    """
    cheapest_first = sorted(range(len(candidates)), key=prices.__getitem__)
    chunk = CHUNK if rank_by is RankBy.PRICE else len(candidates)
    dates: dict[int, tuple[date, date]] = {}
    for start in range(0, len(cheapest_first), chunk):
        asked = cheapest_first[start : start + chunk]
        finishing = capacity.finish_dates([candidates[i].work_centre_id for i in asked], minutes)
        for i in asked:
            if (finish := finishing.get(candidates[i].work_centre_id)) is not None:
                dates[i] = (finish, finish + timedelta(days=candidates[i].handling_days))
        if len(dates) >= MOST_OFFERS:
            break
    return dates


def answer(
    routing: Routing, candidate: Eligible, wanted: Requirement, fee_bps: int, minutes: int, finish: date, ships: date
) -> Answer:
    """One candidate's offer with its price tree."""
    return Answer(
        listing_id=candidate.listing_id,
        factory_id=candidate.factory_id,
        work_centre_id=candidate.work_centre_id,
        rate_card_id=candidate.rate_card_id,
        machine_min=minutes,
        finish_by=finish,
        ships_on=ships,
        price=price(routing, rates_of(candidate, wanted), Charges(fee_bps=fee_bps)),
    )
