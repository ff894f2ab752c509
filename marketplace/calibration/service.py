"""Proposing a calibration, taking it, refusing it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any, Final

from marketplace.audit import service as audit
from marketplace.calibration.errors import CalibrationOutdated, PricesNotComparable
from marketplace.calibration.models import Calibration
from marketplace.calibration.states import CalibrationState
from marketplace.capability import cards
from marketplace.capability import queries as capability
from marketplace.capability import service as work_centres
from marketplace.capability.models import RateCard, WorkCentre
from marketplace.costing import past_jobs
from marketplace.costing.calibrating import VERSION
from marketplace.costing.constants import fingerprint
from marketplace.costing.past_jobs import FACTORS, PastJob, Proposal
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id


def propose(
    centre: WorkCentre, jobs: Sequence[PastJob], told: Sequence[Mapping[str, Any]], currency: str | None, *, by: Actor
) -> Calibration:
    """What past jobs say of a work centre, written down for its factory to take or refuse.

    `told` is what was told of each job, as JSON. Raises RoleTooSmall below manager, PricesNotComparable,
    JobsOutOfRange, JobImpossible, TruthImpossible.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    past_jobs.check_number(len(jobs))
    card = comparable_card(centre, jobs, currency)
    baseline = without_factors(centre)
    found = past_jobs.proposal(centre.process, jobs, baseline, None if card is None else cards.card(card))
    calibration = Calibration(
        id=new_id(),
        organisation_id=centre.organisation_id,
        work_centre_id=centre.id,
        process=centre.process,
        state=CalibrationState.PROPOSED,
        method=VERSION,
        constants_sha256=fingerprint(),
        baseline=baseline,
        rate_card_id=None if card is None else card.id,
        jobs=[{**each, **_computed(found, at)} for at, each in enumerate(told)],
        fits=_fits(found),
        constants=dict(found.constants),
        margin_bps=None if found.margin is None else found.margin.bps,
        spread=_spread(found),
        warnings=[dict(each) for each in found.warnings],
        proposed_by=by.user_id,
    )
    session().add(calibration)
    audit.record(by, "calibration.proposed", calibration, work_centre_id=centre.id, jobs=len(jobs))
    return calibration


def accept(calibration: Calibration, centre: WorkCentre, *, by: Actor) -> None:
    """The factory takes the proposed figures: from the next quote on they are the work centre's. Both come locked.

    Raises RoleTooSmall below manager, IllegalMove, CalibrationOutdated, and what the figures' own verbs raise.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    card = capability.current_card(centre.id)
    calibration.move(CalibrationState.ACCEPTED, by=by)
    calibration.decided_by, calibration.decided_at = by.user_id, clock.now()
    if calibration.baseline != without_factors(centre) or (
        calibration.margin_bps is not None and (card is None or card.id != calibration.rate_card_id)
    ):
        raise CalibrationOutdated(
            "The work centre's constants or prices have changed since; send the jobs again for a new proposal."
        )
    kept = {name: value for name, value in centre.constants.items() if name not in calibration.constants}
    spread = calibration.spread if calibration.spread is not None else centre.spread
    work_centres.set_constants(centre, {**kept, **calibration.constants}, by=by, spread=spread)
    if calibration.margin_bps is not None and card is not None:
        work_centres.set_rate_card(centre, replace(cards.card(card), margin_bps=calibration.margin_bps), by=by)
    audit.record(by, "calibration.accepted", calibration, constants=calibration.constants)


def refuse(calibration: Calibration, reason: str, *, by: Actor) -> None:
    """The factory keeps its figures, and says why. The row comes locked.

    Raises RoleTooSmall below manager, IllegalMove.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    calibration.move(CalibrationState.REFUSED, by=by, reason=reason)
    calibration.decided_by, calibration.decided_at, calibration.reason = by.user_id, clock.now(), reason
    audit.record(by, "calibration.refused", calibration)


def without_factors(centre: WorkCentre) -> dict[str, Any]:
    """The work centre's own constants but for those that a calibration fits."""
    return {name: value for name, value in centre.constants.items() if name not in FACTORS}


def comparable_card(centre: WorkCentre, jobs: Sequence[PastJob], currency: str | None) -> RateCard | None:
    """The card that true prices are compared with; None where no prices were told. Raises PricesNotComparable."""
    if all(job.price_minor is None for job in jobs):
        return None
    card = capability.current_card(centre.id)
    if card is None or card.currency != currency:
        raise PricesNotComparable(
            "Set a rate card first, and tell prices in its currency.",
            currency=None if card is None else card.currency,
        )
    return card


def _computed(found: Proposal, at: int) -> dict[str, Any]:
    each = found.computed[at]
    return {
        "published_machine_mmin": each.published_machine_mmin,
        "published_setup_mmin": each.published_setup_mmin,
        "time_low_bps": each.published_spread.time_low_bps,
        "time_high_bps": each.published_spread.time_high_bps,
        "computed_machine_mmin": each.machine_mmin,
        "computed_setup_mmin": each.setup_mmin,
    }


def _fits(found: Proposal) -> dict[str, Any]:
    fits = {
        kind: {
            **{
                name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(told.fit).items()
            },
            "outliers": list(told.outliers),
            "jobs": list(told.jobs),
            **dict.fromkeys(MARGIN_FIGURES),
        }
        for kind, told in found.told.items()
    }
    if found.margin is not None:
        fits[past_jobs.MARGIN] |= asdict(found.margin)
    return fits


MARGIN_FIGURES: Final = tuple(field.name for field in fields(past_jobs.Margin))
"""What the fit of the margin has besides those of times."""


def _spread(found: Proposal) -> dict[str, int] | None:
    if found.spread_bps is None:
        return None
    low, high = found.spread_bps
    return {"time_low_bps": low, "time_high_bps": high}
