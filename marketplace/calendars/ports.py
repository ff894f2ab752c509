"""What calendars need of the world outside: somebody else's iCalendar, fetched and read."""

from datetime import date
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from marketplace.calendars.rules import Span

MOST_BYTES: Final = 2**20
"""Of a calendar: ten thousand plain events."""
MOST_SPANS: Final = 5_000
"""Busy times of one calendar in all the days that are kept: twelve on each."""


class CalendarSource(Protocol):
    """Fetches other calendars and reads them; both outside of any transaction, bounded in time and size."""

    def fetch(self, url: str) -> str:
        """The text at an address. Raises AddressRefused, CalendarAway, CalendarUnreadable beyond MOST_BYTES."""
        ...

    def read(self, content: str, zone: ZoneInfo, first: date, last: date) -> list[Span]:
        """The busy times of a calendar from one local day to another, apart from one another, in order.

        A day without a time is the zone's. Raises CalendarUnreadable.
        """
        ...
