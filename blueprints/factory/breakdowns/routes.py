from collections.abc import Mapping
from typing import Any
from uuid import UUID

from blueprints.factory.breakdowns.schemas import (
    BreakdownPage,
    BreakdownReported,
    ReportBreakdown,
    SendSignal,
    ShowBreakdown,
    SignalHeard,
)
from blueprints.factory.door import door, machines_door
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.calendars import queries as rows
from marketplace.calendars.models import Breakdown
from marketplace.calendars.service import BreakdownTerms, Signal
from marketplace.capability import queries
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.workflows.shop_floor import breakdowns as workflow
from marketplace.workflows.shop_floor import replanning

breakdowns = door.room("breakdowns", "Machines that cannot run.", path="/work-centres/<uuid:work_centre_id>/breakdowns")
signals = machines_door.room(
    "signals", "What machines say of themselves, with a token of the scope machines.", path="/<uuid:work_centre_id>"
)


@breakdowns.post("")
@breakdowns.arguments(ReportBreakdown)
@breakdowns.response(201, BreakdownReported)
@idempotent
def report(terms: BreakdownTerms, work_centre_id: UUID, once: Once) -> Mapping[str, Any]:
    """Say that machines cannot run: their minutes cannot be booked any more, and jobs that lack them are shown."""

    def made() -> Breakdown:
        return workflow.report(queries.work_centre_to_change(actor(), work_centre_id), terms, by=actor())

    with transaction():
        row = once.row(made, find=lambda row_id: rows.own(Breakdown, actor(), work_centre_id, row_id))
        centre = queries.work_centre(actor(), work_centre_id)
    shown: dict[str, Any] = {name: getattr(row, name) for name in ShowBreakdown._declared_fields}
    return shown | {"conflicts": replanning.conflicts_of(centre)}


@breakdowns.get("")
@breakdowns.arguments(Query, location="query")
@breakdowns.response(200, BreakdownPage)
def browse(page: PageRequest, work_centre_id: UUID) -> Page[Breakdown]:
    """List breakdowns, newest first."""
    return rows.page_of(Breakdown, queries.work_centre(actor(), work_centre_id).id, page)


@breakdowns.post("/<uuid:breakdown_id>/end")
@breakdowns.response(200, ShowBreakdown)
def end(work_centre_id: UUID, breakdown_id: UUID) -> Breakdown:
    """Say that the machines run again: their minutes are open from now on."""
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        row = rows.own(Breakdown, actor(), centre.id, breakdown_id)
        workflow.end(centre, row, by=actor())
    return row


@signals.post("/signals")
@signals.arguments(SendSignal)
@signals.response(200, SignalHeard)
def hear(said: Signal, work_centre_id: UUID) -> workflow.Answer:
    """Say that a machine is down, or that it runs again; the same thing said twice has the effect of one."""
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        return workflow.hear(centre, said, by=actor())
