"""The one verb of attachments."""

from marketplace.attachments import queries, rules
from marketplace.attachments.errors import TooManyAttachments
from marketplace.attachments.kinds import AttachmentKind
from marketplace.attachments.models import Attachment, Place
from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.parts.ports import Kept
from marketplace.parts.rules import shown_name


def attach(place: Place, kept: Kept[AttachmentKind], *, file_name: str, by: Actor) -> Attachment:
    """Lay a stored file beside an order or a request, whose row comes locked.

    Raises RoleTooSmall below operator, TooManyAttachments.
    """
    by.needs(Role.OPERATOR)
    if queries.how_many(place) >= rules.MOST_BESIDE:
        raise TooManyAttachments(f"At most {rules.MOST_BESIDE} files lie here; put several into one ZIP file.")
    attachment = Attachment(
        id=new_id(),
        organisation_id=by.organisation,
        uploaded_by=by.user_id,
        side=place.side,
        order_id=place.order_id,
        job_id=place.job_id,
        rfq_id=place.rfq_id,
        invitation_id=place.invitation_id,
        seen_by=place.seen_by,
        name=shown_name(file_name, kept.kind, nameless="file"),
        kind=kept.kind,
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
    )
    session().add(attachment)
    audit.record(by, "attachment.added", attachment, order_id=place.order_id, job_id=place.job_id, rfq_id=place.rfq_id)
    notifications.tell_each(queries.concerned(place), NoticeKind.ATTACHMENT_ADDED, attachment, text=attachment.name)
    return attachment
