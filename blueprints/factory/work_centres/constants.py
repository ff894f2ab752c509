"""A work centre's own constants: what its routings take in place of the published figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from blueprints.factory.work_centres.constant_schemas import SetConstants, ShowConstants
from blueprints.factory.work_centres.routes import UnlessEdited, work_centres
from blueprints.http.identity import actor
from blueprints.http.once import etagged, if_match
from marketplace.capability import queries, service
from marketplace.capability.models import WorkCentre
from marketplace.costing.constants import constants, sources
from marketplace.costing.own_constants import replaceable
from marketplace.kernel.transaction import transaction


@dataclass(frozen=True, slots=True)
class Constants:
    """A work centre's constants beside the published ones."""

    version: int
    process: str
    constants: list[dict[str, Any]]
    spread: Mapping[str, int] | None
    sources: Mapping[str, str]


@work_centres.get("/<uuid:work_centre_id>/constants")
@work_centres.response(200, ShowConstants)
@etagged
def show_constants(work_centre_id: UUID) -> Constants:
    """Show every constant of the process: the published figure, your own, and between which numbers yours may lie."""
    return _constants_of(queries.work_centre(actor(), work_centre_id))


@work_centres.put("/<uuid:work_centre_id>/constants")
@work_centres.arguments(SetConstants)
@work_centres.response(200, ShowConstants)
@etagged
@if_match
def set_constants(own: dict[str, Any], work_centre_id: UUID, unless_edited: UnlessEdited) -> Constants:
    """Put your own figures in place of the published ones; those left out are as published again.

    The next quote uses them. An interval that a calibration measured with other figures is gone.
    """
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        unless_edited(centre)
        service.set_constants(centre, own["constants"], by=actor())
    return _constants_of(centre)


def _constants_of(centre: WorkCentre) -> Constants:
    ranges, published = replaceable(centre.process), constants(centre.process)
    shown = []
    for name, usual in published.items():
        own, range_ = centre.constants.get(name), ranges.get(name)
        shown.append(
            {
                "name": name,
                "published": usual.value,
                "own": own,
                "unit": usual.unit,
                "source": usual.source,
                "smallest": None if range_ is None else range_.smallest,
                "largest": None if range_ is None else range_.largest,
            }
        )
    cited = {each.source for each in published.values()}
    legend = {key: text for key, text in sources().items() if key in cited}
    return Constants(centre.version, centre.process, shown, centre.spread, legend)
