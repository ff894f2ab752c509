"""Which steps follow at other work centres of the house, when a listed work centre has done its part of a job."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from marketplace.audit import service as audit
from marketplace.capability import queries
from marketplace.capability.errors import OnwardImpossible
from marketplace.capability.finishes import finish
from marketplace.capability.models import OnwardStep, WorkCentre
from marketplace.kernel import transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session

MOST_STEPS: Final = 6
LONGEST_SETUP_MIN: Final = 10_000
LONGEST_RUN_MMIN: Final = 100_000_000
LONGEST_TRANSPORT_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class StepTerms:
    """A step that follows: where, how long (whole minutes to set up, thousandths of a minute a piece), and when."""

    work_centre_id: UUID
    setup_min: int = 0
    run_mmin_each: int = 0
    transport_days: int = 0
    finish: str | None = None
    """Only where this finish is asked for; None: always."""


def set_steps(centre: WorkCentre, steps: Sequence[StepTerms], *, by: Actor) -> None:
    """The factory states all that follows, in its order; what was stated before is gone. The row comes locked.

    Quotes from now on date the whole chain, and orders hold minutes at each of its work centres; orders that were
    placed before stay as they are. Raises RoleTooSmall below manager, OnwardImpossible, FinishUnknown,
    WorkCentreUnknown.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    _check(steps)
    for next_id in {step.work_centre_id for step in steps}:
        _check_place(centre, queries.work_centre(by, next_id))
    queries.forget_onward_steps(centre.id)
    session().add_all(
        OnwardStep(
            work_centre_id=centre.id,
            number=number,
            next_id=step.work_centre_id,
            setup_min=step.setup_min,
            run_mmin_each=step.run_mmin_each,
            transport_days=step.transport_days,
            finish=step.finish,
        )
        for number, step in enumerate(steps, 1)
    )
    flag_modified(centre, "name")  # the ETag names what follows too, and the book of listings reads it anew
    session().flush()
    audit.record(by, "work_centre.onward_set", centre, steps=[_words(step) for step in steps])


def _check(steps: Sequence[StepTerms]) -> None:
    if len(steps) > MOST_STEPS:
        raise OnwardImpossible(f"At most {MOST_STEPS} steps follow a work centre.", largest=MOST_STEPS)
    for step in steps:
        _within("setup_min", step.setup_min, LONGEST_SETUP_MIN)
        _within("run_mmin_each", step.run_mmin_each, LONGEST_RUN_MMIN)
        _within("transport_days", step.transport_days, LONGEST_TRANSPORT_DAYS)
        if step.setup_min + step.run_mmin_each == 0:
            raise OnwardImpossible("A step that takes no time holds no minutes; leave it out.")
        if step.finish is not None:
            finish(step.finish)


def _within(name: str, value: int, largest: int) -> None:
    if type(value) is not int or not 0 <= value <= largest:
        raise OnwardImpossible(f"{name} is a whole number from 0 to {largest:,}.", field=name, largest=largest)


def _check_place(centre: WorkCentre, place: WorkCentre) -> None:
    if place.id == centre.id:
        raise OnwardImpossible("What follows is done at another work centre; the listed one comes first anyway.")
    if place.time_zone != centre.time_zone:
        raise OnwardImpossible(
            f"{place.name} keeps the time of {place.time_zone}, this work centre that of {centre.time_zone}: steps "
            "that follow are in the same house.",
            time_zone=place.time_zone,
        )


def _words(step: StepTerms) -> dict[str, object]:
    return {**asdict(step), "work_centre_id": str(step.work_centre_id)}
