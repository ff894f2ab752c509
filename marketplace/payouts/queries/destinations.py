"""Where sellers want their money sent."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.payouts.errors import DestinationNotFound
from marketplace.payouts.models import (
    Destination,
)

FRESH: Final[dict[str, Any]] = {"populate_existing": True}


def destination_in_force(organisation_id: UUID) -> Destination | None:
    """Where an organisation's money goes; None where nobody ever said."""
    query = select(Destination).where(
        Destination.organisation_id == organisation_id, Destination.called_off_at.is_(None)
    )
    newest = query.order_by(Destination.id.desc()).limit(1).execution_options(**FRESH)
    return session().scalars(newest).one_or_none()


def own_destination(who: Actor, destination_id: UUID) -> Destination:
    """One that the organisation has set. Raises DestinationNotFound."""
    query = select(Destination).where(Destination.id == destination_id, Destination.organisation_id == who.organisation)
    found = session().scalars(query.execution_options(**FRESH)).one_or_none()
    if found is None:
        raise DestinationNotFound("Your organisation has set no such destination.")
    return found


def destination_to_change(destination_id: UUID) -> Destination:
    query = select(Destination).where(Destination.id == destination_id)
    return session().scalars(query.with_for_update().execution_options(**FRESH)).one()


def page_of_destinations(who: Actor, request: PageRequest) -> Page[Destination]:
    """Where the organisation has said its money goes, the last first."""
    query = select(Destination).where(Destination.organisation_id == who.organisation)
    return newest_first(query, Destination.id, request)
