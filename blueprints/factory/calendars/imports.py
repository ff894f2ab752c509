"""Other calendars of the factory, by their address or as a file."""

from uuid import UUID

from blueprints.factory.calendars.routes import calendars
from blueprints.factory.calendars.schemas import ImportByAddress, ImportFile, ImportPage, ShowImport
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import ports
from blueprints.http.schemas import Query
from marketplace.calendars import queries as rows
from marketplace.calendars.models import ImportedCalendar
from marketplace.capability import queries
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.workflows.shop_floor import importing_calendars
from marketplace.workflows.shop_floor.importing_calendars import Sent


@calendars.post("/calendar-imports")
@calendars.arguments(ImportByAddress)
@calendars.response(202, ShowImport)
@idempotent
def subscribe(named: dict[str, str], work_centre_id: UUID, once: Once) -> ImportedCalendar:
    """Name the address of another calendar of yours; it is fetched shortly, and then every hour."""

    def made() -> ImportedCalendar:
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        return importing_calendars.subscribe(centre, named["name"], named["url"], by=actor())

    with transaction():
        return once.row(made, find=lambda row_id: rows.own(ImportedCalendar, actor(), work_centre_id, row_id))


@calendars.post("/calendar-imports/files")
@calendars.arguments(ImportFile)
@calendars.response(201, ShowImport)
@idempotent
def import_file(sent: Sent, work_centre_id: UUID, once: Once) -> ImportedCalendar:
    """Send another calendar of yours as text; what is busy in it is closed at once."""
    with transaction():
        days = importing_calendars.days_to_read(queries.work_centre(actor(), work_centre_id))
    spans = ports().calendars.read(sent.content, *days)

    def made() -> ImportedCalendar:
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        return importing_calendars.receive(centre, sent, spans, by=actor())

    with transaction():
        return once.row(made, find=lambda row_id: rows.own(ImportedCalendar, actor(), work_centre_id, row_id))


@calendars.get("/calendar-imports")
@calendars.arguments(Query, location="query")
@calendars.response(200, ImportPage)
def browse_imports(page: PageRequest, work_centre_id: UUID) -> Page[ImportedCalendar]:
    """List imported calendars, newest first, with those that were removed."""
    return rows.page_of(ImportedCalendar, queries.work_centre(actor(), work_centre_id).id, page)


@calendars.post("/calendar-imports/<uuid:calendar_import_id>/refresh")
@calendars.response(202, ShowImport)
def refresh_import(work_centre_id: UUID, calendar_import_id: UUID) -> ImportedCalendar:
    """Have a calendar fetched and read now rather than within the hour."""
    with transaction():
        row = rows.own(ImportedCalendar, actor(), work_centre_id, calendar_import_id)
        importing_calendars.ask(row)
    return row


@calendars.delete("/calendar-imports/<uuid:calendar_import_id>")
@calendars.response(204)
def remove_import(work_centre_id: UUID, calendar_import_id: UUID) -> None:
    """Import a calendar no more; what it took is open again."""
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        importing_calendars.remove(
            centre, rows.own(ImportedCalendar, actor(), centre.id, calendar_import_id), by=actor()
        )
