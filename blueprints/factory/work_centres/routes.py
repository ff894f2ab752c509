"""Work centres: describe them, open their week, see their days."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.work_centres.schemas import (
    CalendarSet,
    CapacityWindow,
    Described,
    DescribeWorkCentre,
    OpenWorkCentre,
    SetCalendar,
    ShowCapacity,
    ShowWorkCentre,
    WorkCentrePage,
)
from blueprints.http.identity import actor
from blueprints.http.once import Once, etagged, idempotent, if_match
from blueprints.http.schemas import Query
from marketplace.capability import queries
from marketplace.capability.models import WorkCentre
from marketplace.capability.service import WorkCentreTerms
from marketplace.capacity import queries as capacity
from marketplace.capacity.rules import Window
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.workflows.shop_floor import calendars, replanning

UnlessEdited = Callable[[WorkCentre], None]

work_centres = door.room("work_centres", "Your machines, their week and their prices.", path="/work-centres")


@work_centres.post("")
@work_centres.arguments(OpenWorkCentre)
@work_centres.response(201, ShowWorkCentre)
@etagged
@idempotent
def open_one(terms: WorkCentreTerms, once: Once) -> WorkCentre:
    """Add a group of like machines; with shifts, its days are open at once."""
    with transaction():
        centre_id = once(lambda: calendars.open_work_centre(terms, by=actor()).id)
        return queries.work_centre(actor(), centre_id)


@work_centres.get("")
@work_centres.arguments(Query, location="query")
@work_centres.response(200, WorkCentrePage)
def browse(page: PageRequest) -> Page[WorkCentre]:
    """List your work centres, newest first."""
    return queries.page_of_work_centres(actor(), page)


@work_centres.get("/<uuid:work_centre_id>")
@work_centres.response(200, ShowWorkCentre)
@etagged
def show(work_centre_id: UUID) -> WorkCentre:
    """Show a work centre with its weekly shifts."""
    return queries.work_centre(actor(), work_centre_id)


@work_centres.patch("/<uuid:work_centre_id>")
@work_centres.arguments(DescribeWorkCentre)
@work_centres.response(200, ShowWorkCentre)
@etagged
@if_match
def describe(changes: Described, work_centre_id: UUID, unless_edited: UnlessEdited) -> WorkCentre:
    """Correct what the work centre is; its days follow. Jobs that would lack minutes want a choice."""
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        unless_edited(centre)
        refused = calendars.describe(centre, changes.terms, resolution=changes.resolution, by=actor())
    replanning.refuse(refused, reason=changes.resolution.reason, by=actor())
    return centre


@work_centres.put("/<uuid:work_centre_id>/calendar")
@work_centres.arguments(SetCalendar)
@work_centres.response(200, ShowWorkCentre)
@etagged
@if_match
def set_calendar(told: CalendarSet, work_centre_id: UUID, unless_edited: UnlessEdited) -> WorkCentre:
    """Replace the weekly shifts and holidays; the days follow. Jobs that would lack minutes want a choice."""
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        unless_edited(centre)
        refused = calendars.set_calendar(centre, told.week, resolution=told.resolution, by=actor())
    replanning.refuse(refused, reason=told.resolution.reason, by=actor())
    return centre


@work_centres.get("/<uuid:work_centre_id>/capacity")
@work_centres.arguments(CapacityWindow, location="query")
@work_centres.response(200, ShowCapacity)
def show_capacity(window: Window, work_centre_id: UUID) -> dict[str, Any]:
    """Show open, held and free machine minutes, day by day."""
    centre = queries.work_centre(actor(), work_centre_id)
    return {"time_zone": centre.time_zone, "days": capacity.days(centre.id, window.first, window.last)}
