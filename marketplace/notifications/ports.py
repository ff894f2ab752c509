"""What notices need of the world outside: somebody who carries mails."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, in plain text."""

    id: str
    """Globally unique and the same whenever it is tried, so that whoever gets it twice can tell (RFC 5322 §3.6.4)."""
    to: str
    subject: str
    text: str


class Post(Protocol):
    """Carries mails."""

    def send(self, mail: Mail) -> None:
        """Hand one mail over. Raises MailUnavailable, MailRefused."""
        ...
