"""What follows elsewhere in the house when a work centre has done its part of a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from blueprints.factory.work_centres.onward_schemas import SetOnwardSteps, ShowOnwardSteps
from blueprints.factory.work_centres.routes import UnlessEdited, work_centres
from blueprints.http.identity import actor
from blueprints.http.once import etagged, if_match
from marketplace.capability import onward, queries
from marketplace.capability.models import OnwardStep, WorkCentre
from marketplace.capability.onward import StepTerms
from marketplace.kernel.transaction import transaction


@dataclass(frozen=True, slots=True)
class Onward:
    """A work centre's version, and what follows it."""

    version: int
    steps: Sequence[OnwardStep]


@work_centres.get("/<uuid:work_centre_id>/onward")
@work_centres.response(200, ShowOnwardSteps)
@etagged
def show_onward(work_centre_id: UUID) -> Onward:
    """Show which steps follow at other work centres of yours."""
    return _onward_of(queries.work_centre(actor(), work_centre_id))


@work_centres.put("/<uuid:work_centre_id>/onward")
@work_centres.arguments(SetOnwardSteps)
@work_centres.response(200, ShowOnwardSteps)
@etagged
@if_match
def set_onward(stated: dict[str, Sequence[StepTerms]], work_centre_id: UUID, unless_edited: UnlessEdited) -> Onward:
    """State which steps follow at other work centres of yours: bending after cutting, a finish after both.

    Quotes from now on date the whole chain, and their orders hold minutes at each of its work centres.
    """
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        unless_edited(centre)
        onward.set_steps(centre, stated["steps"], by=actor())
        return _onward_of(centre)


def _onward_of(centre: WorkCentre) -> Onward:
    return Onward(centre.version, queries.onward_steps(centre.id))
