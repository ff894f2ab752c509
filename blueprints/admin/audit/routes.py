"""The audit: every act, as it was written with the change itself."""

from blueprints.admin.audit.schemas import AuditPage, AuditQuery
from blueprints.admin.door import door
from marketplace.audit import queries
from marketplace.audit.models import AuditEvent
from marketplace.audit.paging import AuditRequest
from marketplace.kernel.paging import Page

audit = door.room("audit", "Who did what to what, and when; rows are only ever added.")


@audit.get("")
@audit.arguments(AuditQuery, location="query")
@audit.response(200, AuditPage)
def browse(wanted: AuditRequest) -> Page[AuditEvent]:
    """List acts, newest first; all of them, or those on one thing."""
    return queries.page(wanted)
