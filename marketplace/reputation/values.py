"""What is stored of a factory's jobs, and what is made of it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo


class Cause(StrEnum):
    """Who else has made goods leave late."""

    CARRIER = "carrier"
    """Did not fetch what was ready."""
    PLATFORM = "platform"


class FigureName(StrEnum):
    ON_TIME = "on_time"
    RIGHT_FIRST_TIME = "right_first_time"
    ANSWER_TIME = "answer_time"


@dataclass(frozen=True, slots=True)
class Facts:
    """The stored events of one job."""

    job_id: UUID
    zone: ZoneInfo
    """The factory's own days."""
    ships_on: date
    """As promised when they left; agreed changes, and days in which the clock stood, included."""
    offered_at: datetime | None
    answered_at: datetime | None
    """When its factory first accepted, countered, declined, or let the time pass."""
    shipped_at: datetime | None
    """When the last of the ordered pieces left; what is made again later does not count."""
    given_up_at: datetime | None
    """When its factory gave a job up that it had taken, before all had left."""
    is_awaited: bool
    """It was taken, and its pieces are still to leave."""
    ended_at: datetime | None
    """When its goods were accepted or went back."""
    put_right_at: datetime | None
    """When the first claim of its goods was settled by a remedy."""
    excuse: Cause | None = None
    stood: tuple[tuple[datetime, datetime | None], ...] = ()
    """From when until when its clock stood, because the factory waited for an answer of the customer."""

    def stood_at(self, at: datetime) -> bool:
        return any(since <= at and (until is None or at < until) for since, until in self.stood)

    def stood_between(self, first: datetime, last: datetime) -> timedelta:
        """How long the clock stood between two instants."""
        spans = ((max(since, first), last if until is None else min(until, last)) for since, until in self.stood)
        return sum((max(until - since, timedelta()) for since, until in spans), timedelta())


@dataclass(frozen=True, slots=True)
class Event:
    """What one job adds to a figure."""

    job_id: UUID
    at: datetime
    points: int
    says: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a factory: points in the unit of its name, and how it came about."""

    name: FigureName
    value: int | None
    """None while nothing at all is known."""
    events: int
    own_points: int
    """The sum of the points of its events."""
    mean: int | None
    """The marketplace's own, as last measured."""
