"""Secret addresses under which calendar programs read a work centre's calendar."""

from typing import Any
from uuid import UUID

from blueprints.factory.calendars.routes import calendars
from blueprints.factory.calendars.schemas import LinkMade, LinkPage, MakeLink
from blueprints.http.identity import actor
from blueprints.http.ports import settings
from blueprints.http.schemas import Query
from marketplace.calendars import queries as rows
from marketplace.calendars import service
from marketplace.calendars.models import CalendarLink
from marketplace.capability import queries
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction


@calendars.post("/calendar-links")
@calendars.arguments(MakeLink)
@calendars.response(201, LinkMade)
def make_link(named: dict[str, str], work_centre_id: UUID) -> dict[str, Any]:
    """Make an address for calendar programs. It is shown this once; whoever has it can read the calendar."""
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        link, secret = service.link(centre, named["name"], by=actor())
    return {"url": f"{settings().public_url}/v1/calendars/{secret}.ics", "link": link}


@calendars.get("/calendar-links")
@calendars.arguments(Query, location="query")
@calendars.response(200, LinkPage)
def browse_links(page: PageRequest, work_centre_id: UUID) -> Page[CalendarLink]:
    """List links to the calendar, newest first, with those that were revoked."""
    return rows.page_of(CalendarLink, queries.work_centre(actor(), work_centre_id).id, page)


@calendars.delete("/calendar-links/<uuid:link_id>")
@calendars.response(204)
def revoke_link(work_centre_id: UUID, link_id: UUID) -> None:
    """Let an address show nothing any more, at once."""
    with transaction():
        service.revoke(rows.own(CalendarLink, actor(), work_centre_id, link_id), by=actor())
