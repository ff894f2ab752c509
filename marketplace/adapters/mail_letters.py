"""A mail as it is on the wire and on the disk (RFC 5322), whichever way it goes."""

from email.message import EmailMessage
from email.utils import format_datetime

from marketplace.kernel import clock
from marketplace.notifications.ports import Mail


def letter(mail: Mail, *, sender: str) -> EmailMessage:
    """The message, in plain text; it asks machines not to answer (RFC 3834 §5)."""
    message = EmailMessage()
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Date"] = format_datetime(clock.now())
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
