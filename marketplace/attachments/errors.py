"""Why files are not laid beside an order, or not shown."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected


class AttachmentNotFound(NotFound):
    """There is no such attachment, or it lies beside what is not the organisation's to see."""

    code = "attachment_not_found"


class AttachmentKindUnknown(Rejected):
    """The content is none of the kinds of files that are taken, whatever the name says."""

    code = "attachment_kind_unknown"


class AttachmentForNobody(Rejected):
    """A file beside one job is for its factory; one that only the staff is to see lies beside the whole order."""

    code = "attachment_for_nobody"


class TooManyAttachments(Conflict):
    """As many files lie beside this job, order or request as may."""

    code = "too_many_attachments"
