"""The people of the story as they are once they are there: logged in, with what belongs to them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tools.client import Client

CALENDAR_DAYS: Final = 399
"""As many days as one look at a calendar may span; the story is over sooner."""


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in, and the organisation they act for."""

    name: str
    owner: str
    email: str
    client: Client
    organisation_id: str = ""


@dataclass(frozen=True)
class Listed:
    """A listing and what was decided about it."""

    id: str
    title: str
    work_centre_id: str
    process: str
    materials: tuple[str, ...]
    is_live: bool


@dataclass(frozen=True)
class Factory(Person):
    """A factory's owner, and what it lists."""

    zone: str = ""
    listings: tuple[Listed, ...] = ()
    account_id: str = ""
    """At Stripe, where its money goes."""
    rejected_because: str = ""

    def held_minutes(self, work_centre_id: str) -> dict[str, int]:
        """Minutes held on each local day that has some, as the factory itself sees its calendar."""
        today = datetime.now(ZoneInfo(self.zone)).date()
        span = {"from": today, "to": today + timedelta(days=CALENDAR_DAYS)}
        seen = self.client.get(f"/v1/factory/work-centres/{work_centre_id}/capacity", **span)
        return {day["day"]: day["held_min"] for day in seen["days"] if day["held_min"]}

    def listed(self, listing_id: str) -> Listed:
        """One of its listings. Raises StopIteration for another's."""
        return next(each for each in self.listings if each.id == listing_id)


@dataclass(frozen=True)
class People:
    """Everybody in the story."""

    factories: tuple[Factory, ...]
    customer: Person
    second_customer: Person
    admin: Person

    def factory_of(self, organisation_id: str) -> Factory:
        """The factory behind an offer. Raises StopIteration for one that is not of the story."""
        return next(each for each in self.factories if each.organisation_id == organisation_id)

    def listings(self, process: str, material: str) -> list[Listed]:
        """Every listing of the story, live or rejected, that could make something of this material."""
        return [
            listed
            for factory in self.factories
            for listed in factory.listings
            if listed.process == process and material in listed.materials
        ]
