"""Why notices are not shown, and mails not sent."""

from marketplace.kernel.errors import NotFound, Rejected, Unavailable


class NoticeNotFound(NotFound):
    """There is no such notice for any of the person's organisations."""

    code = "notice_not_found"


class MailUnavailable(Unavailable):
    """The mail server does not answer, or takes no mail at the moment."""

    code = "mail_unavailable"


class MailRefused(Rejected):
    """The mail server will not have this mail, whenever it is sent."""

    code = "mail_refused"
