"""Mails by SMTP (RFC 5321): encrypted from the start (smtps), or as soon as the server can (STARTTLS, RFC 3207)."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from marketplace.adapters.mail_letters import letter
from marketplace.kernel import transaction
from marketplace.notifications.errors import MailRefused, MailUnavailable
from marketplace.notifications.ports import Mail

TIMEOUT_S: Final = 20
PORTS: Final = {"smtp": 587, "smtps": 465}
REFUSED_FOR_GOOD: Final = range(500, 600)


@dataclass(frozen=True, slots=True)
class MailBySmtp:
    """A mail server at `url` (smtp://name:password@host:587, smtps://…); a password never goes unencrypted."""

    url: str
    sender: str

    def send(self, mail: Mail) -> None:
        """Hand one mail over, by a connection of its own. Raises MailUnavailable, MailRefused."""
        transaction.outside()
        try:
            server = self._connected()
            try:
                server.send_message(letter(mail, sender=self.sender))
            finally:
                _hang_up(server)
        except smtplib.SMTPRecipientsRefused as refusal:
            code, _ = next(iter(refusal.recipients.values()))
            raise _told(code) from refusal
        except smtplib.SMTPResponseException as refusal:
            raise _told(refusal.smtp_code) from refusal
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable("The mail server does not answer.") from error

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        port, context = parts.port or PORTS[parts.scheme], ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(parts.hostname, port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(parts.hostname, port, timeout=TIMEOUT_S)
        try:
            self._secured(server, context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _secured(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        if server.has_extn("starttls") and not isinstance(server.sock, ssl.SSLSocket):
            server.starttls(context=context)
            server.ehlo()
        if urlsplit(self.url).username and not isinstance(server.sock, ssl.SSLSocket):
            raise MailUnavailable("The mail server wants a password and encrypts nothing; use smtps://.")


def _hang_up(server: smtplib.SMTP) -> None:
    """Whatever the server says to it: the mail is handed over, or is not."""
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    server.close()


def _told(code: int) -> MailUnavailable | MailRefused:
    """4xx may pass, 5xx will not (RFC 5321 §4.2.1)."""
    if code in REFUSED_FOR_GOOD:
        return MailRefused(f"The mail server does not take this mail ({code}).", smtp_code=code)
    return MailUnavailable(f"The mail server takes no mail at the moment ({code}).", smtp_code=code)
