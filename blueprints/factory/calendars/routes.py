from collections.abc import Sequence
from typing import Any
from uuid import UUID

from blueprints.factory.calendars.schemas import (
    ExceptDays,
    Excepted,
    ExceptionPage,
    ShowException,
    ShowOpenings,
    WithdrawException,
)
from blueprints.factory.door import door
from blueprints.factory.work_centres.schemas import CapacityWindow
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.calendars import queries as rows
from marketplace.calendars.models import CalendarException
from marketplace.capability import queries
from marketplace.capacity.rules import Window
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.workflows.shop_floor import calendars as workflow
from marketplace.workflows.shop_floor import replanning, showing_calendars
from marketplace.workflows.shop_floor.replanning import Resolution

calendars = door.room("calendars", "When your machines are open, and why.", path="/work-centres/<uuid:work_centre_id>")


@calendars.get("/calendar")
@calendars.arguments(CapacityWindow, location="query")
@calendars.response(200, ShowOpenings)
def explain(window: Window, work_centre_id: UUID) -> dict[str, Any]:
    """Show what the calendar opens day by day, by which rule, and what breakdowns take."""
    centre = queries.work_centre(actor(), work_centre_id)
    return {
        "time_zone": centre.time_zone,
        "days": showing_calendars.explained(centre, window.first, window.last),
    }


@calendars.post("/calendar-exceptions")
@calendars.arguments(ExceptDays)
@calendars.response(201, ShowException)
@idempotent
def except_days(wanted: Excepted, work_centre_id: UUID, once: Once) -> CalendarException:
    """Close days, or work longer on them; the days follow. Jobs that would lack minutes want a choice."""
    refused: list[UUID] = []

    def made() -> CalendarException:
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        row, jobs = workflow.except_days(centre, wanted.terms, resolution=wanted.resolution, by=actor())
        refused.extend(jobs)
        return row

    with transaction():
        row = once.row(made, find=lambda row_id: rows.own(CalendarException, actor(), work_centre_id, row_id))
    replanning.refuse(refused, reason=wanted.resolution.reason, by=actor())
    return row


@calendars.get("/calendar-exceptions")
@calendars.arguments(Query, location="query")
@calendars.response(200, ExceptionPage)
def browse_exceptions(page: PageRequest, work_centre_id: UUID) -> Page[CalendarException]:
    """List closures and overtime, newest first, with those that were withdrawn."""
    return rows.page_of(CalendarException, queries.work_centre(actor(), work_centre_id).id, page)


@calendars.post("/calendar-exceptions/<uuid:exception_id>/withdraw")
@calendars.arguments(WithdrawException)
@calendars.response(200, ShowException)
def withdraw_exception(told: dict[str, Resolution], work_centre_id: UUID, exception_id: UUID) -> CalendarException:
    """Let days be as their week has them again; the days follow. Jobs that would lack minutes want a choice."""
    resolution = told["resolution"]
    refused: Sequence[UUID]
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        row = rows.own(CalendarException, actor(), centre.id, exception_id)
        refused = workflow.withdraw(centre, row, resolution=resolution, by=actor())
    replanning.refuse(refused, reason=resolution.reason, by=actor())
    return row
