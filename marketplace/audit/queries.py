from sqlalchemy import select

from marketplace.audit.models import AuditEvent
from marketplace.audit.paging import AuditRequest
from marketplace.kernel.paging import Page, newest_first


def page(request: AuditRequest) -> Page[AuditEvent]:
    """Acts, newest first; of one thing, or of all."""
    query = select(AuditEvent)
    if request.subject_id is not None:
        query = query.where(AuditEvent.subject_id == request.subject_id)
    return newest_first(query, AuditEvent.id, request)
