from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class NoticeRequest(PageRequest):
    """Which notices, and from where."""

    unread: bool = False
    """Only those that the person has not read."""
    since: datetime | None = None
