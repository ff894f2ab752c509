"""Re-measurements of other factories' work that the staff has named you for."""

from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.remeasurements.schemas import (
    NeutralRemeasurementPage,
    ReportRemeasurement,
    ShowNeutralRemeasurement,
)
from blueprints.http.identity import actor
from blueprints.http.schemas import Query
from marketplace.claims import queries, remeasuring
from marketplace.claims.models import Remeasurement
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.workflows.ordering import claiming

remeasurements = door.room("remeasurements", "Claimed pieces that you measure because you are neither party.")


@remeasurements.get("")
@remeasurements.arguments(Query, location="query")
@remeasurements.response(200, NeutralRemeasurementPage)
def browse(page: PageRequest) -> Page[Remeasurement]:
    """List what you are named for, newest first."""
    return queries.remeasurements_for(actor(), page)


@remeasurements.get("/<uuid:remeasurement_id>")
@remeasurements.response(200, ShowNeutralRemeasurement)
def show(remeasurement_id: UUID) -> Remeasurement:
    """Show what is to be measured; the drawing comes with the goods."""
    return queries.remeasurement_for(actor(), remeasurement_id)


@remeasurements.post("/<uuid:remeasurement_id>/report")
@remeasurements.arguments(ReportRemeasurement)
@remeasurements.response(200, ShowNeutralRemeasurement)
def report(told: dict[str, Any], remeasurement_id: UUID) -> Remeasurement:
    """Say how many pieces you have measured and how many conform, once; both sides read it."""
    with transaction():
        remeasurement = claiming.to_report(actor(), remeasurement_id)
        remeasuring.report(remeasurement, by=actor(), **told)
    return remeasurement
