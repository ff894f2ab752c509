"""A customer says what capacity they want to be told of, and is told once of each slot and each listing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import insert

from marketplace.audit import service as audit
from marketplace.capability import catalogue
from marketplace.capacity.rules import Window
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.listings.models import Listing
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.spare import queries
from marketplace.spare.errors import SubscriptionsTooMany
from marketplace.spare.models import SpareSlot, Subscription, SubscriptionMatch
from marketplace.spare.queries import Found

MOST_SUBSCRIPTIONS: Final = 20


@dataclass(frozen=True, slots=True)
class SubscriptionTerms:
    """What capacity is wanted."""

    process: str
    material: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    least_min: int = 1


def subscribe(wanted: SubscriptionTerms, *, by: Actor) -> Subscription:
    """Be told of slots and listings from now on.

    Raises ProcessUnknown, MaterialUnknown, MaterialNotForProcess, WindowImpossible, SubscriptionsTooMany.
    """
    transaction.inside()
    catalogue.process(wanted.process)
    if wanted.material is not None:
        catalogue.material_for(wanted.process, wanted.material)
    if wanted.first_day is not None and wanted.last_day is not None:
        Window(wanted.first_day, wanted.last_day)
    if queries.lock_subscriber(by.organisation) >= MOST_SUBSCRIPTIONS:
        raise SubscriptionsTooMany(
            f"An organisation has {MOST_SUBSCRIPTIONS} subscriptions at most; end one first.", most=MOST_SUBSCRIPTIONS
        )
    made = Subscription(
        organisation_id=by.organisation,
        process=wanted.process,
        material=wanted.material,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        least_min=wanted.least_min,
    )
    session().add(made)
    session().flush()
    audit.record(by, "subscription.made", made, process=made.process)
    return made


def end(subscription: Subscription, *, by: Actor) -> None:
    """Be told no more."""
    subscription.ended_at = clock.now()
    audit.record(by, "subscription.ended", subscription)


def tell_of_slot(slot: SpareSlot, found: Sequence[Found]) -> None:
    """Note that these subscriptions have found the slot, and tell each of their organisations once."""
    _note(found, slot.listing_id, slot.id)
    notifications.tell_each(_organisations(found), NoticeKind.SLOT_APPEARED, slot)


def tell_of_listing(listing: Listing, found: Sequence[Found]) -> None:
    """The same of a listing that went live."""
    _note(found, listing.id, None)
    notifications.tell_each(_organisations(found), NoticeKind.CAPACITY_LISTED, listing)


def _organisations(found: Sequence[Found]) -> list[UUID]:
    return list(dict.fromkeys(each.organisation_id for each in found))


def _note(found: Sequence[Found], listing_id: UUID, slot_id: UUID | None) -> None:
    transaction.inside()
    rows = [
        {
            "id": new_id(),
            "created_at": clock.now(),
            "subscription_id": each.subscription_id,
            "listing_id": listing_id,
            "slot_id": slot_id,
        }
        for each in found
    ]
    if rows:
        session().execute(insert(SubscriptionMatch), rows)
