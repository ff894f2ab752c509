"""Which work centres and rate cards there are, for the factory that owns them."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, text
from sqlalchemy.orm import selectinload

from marketplace.capability.errors import RateCardUnknown, WorkCentreUnknown
from marketplace.capability.models import OnwardStep, RateCard, WorkCentre
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first

Row = TypeVar("Row")


def work_centre(who: Actor, work_centre_id: UUID) -> WorkCentre:
    """The factory's own work centre with its shifts. Raises WorkCentreUnknown."""
    return _found(session().scalars(_own(who).where(WorkCentre.id == work_centre_id)).one_or_none())


def work_centre_to_change(who: Actor, work_centre_id: UUID) -> WorkCentre:
    """The same, locked until the transaction ends, as it is now. Raises WorkCentreUnknown."""
    query = (
        _own(who)
        .where(WorkCentre.id == work_centre_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return _found(session().scalars(query).one_or_none())


def any_work_centre(work_centre_id: UUID) -> WorkCentre:
    """Anybody's work centre, for the platform's own work. Raises WorkCentreUnknown."""
    return _found(session().scalars(select(WorkCentre).where(WorkCentre.id == work_centre_id)).one_or_none())


def page_of_work_centres(who: Actor, request: PageRequest) -> Page[WorkCentre]:
    """The factory's work centres with their shifts, newest first."""
    return newest_first(_own(who), WorkCentre.id, request)


def work_centres(work_centre_ids: Collection[UUID]) -> Mapping[UUID, WorkCentre]:
    """Some work centres by their ids, without their shifts."""
    query = select(WorkCentre).where(WorkCentre.id.in_(work_centre_ids))
    return {centre.id: centre for centre in session().scalars(query)}


def time_zone(work_centre_id: UUID) -> str:
    """Where the work centre's days begin and end. Raises WorkCentreUnknown."""
    return _found(session().scalar(select(WorkCentre.time_zone).where(WorkCentre.id == work_centre_id)))


def onward_steps(work_centre_id: UUID) -> Sequence[OnwardStep]:
    """What follows elsewhere in the house, in its order."""
    query = select(OnwardStep).where(OnwardStep.work_centre_id == work_centre_id).order_by(OnwardStep.number)
    return session().scalars(query).all()


def forget_onward_steps(work_centre_id: UUID) -> None:
    """Take back whatever was stated to follow."""
    session().execute(delete(OnwardStep).where(OnwardStep.work_centre_id == work_centre_id))


def is_in_a_chain(work_centre_id: UUID) -> bool:
    """Whether steps lead from this work centre to others, or from others to it."""
    of_it = or_(OnwardStep.work_centre_id == work_centre_id, OnwardStep.next_id == work_centre_id)
    return session().scalar(select(OnwardStep.number).where(of_it).limit(1)) is not None


def rate_card(who: Actor, rate_card_id: UUID) -> RateCard:
    """One version of a rate card of the factory's own. Raises RateCardUnknown."""
    query = (
        select(RateCard)
        .join(WorkCentre, WorkCentre.id == RateCard.work_centre_id)
        .where(RateCard.id == rate_card_id, WorkCentre.organisation_id == who.organisation)
    )
    card = session().scalars(query).one_or_none()
    if card is None:
        raise RateCardUnknown("There is no such rate card here.")
    return card


def page_of_rate_cards(centre: WorkCentre, request: PageRequest) -> Page[RateCard]:
    """Every version of a work centre's rate card, newest first."""
    return newest_first(select(RateCard).where(RateCard.work_centre_id == centre.id), RateCard.id, request)


def current_card(work_centre_id: UUID) -> RateCard | None:
    """The rates that a quote would ask now."""
    query = select(RateCard).where(RateCard.work_centre_id == work_centre_id).order_by(RateCard.number.desc()).limit(1)
    return session().scalars(query).one_or_none()


def latest_card_number(work_centre_id: UUID) -> int:
    """The number of the newest rate card; 0 before the first."""
    highest = func.coalesce(func.max(RateCard.number), 0)
    return session().scalars(select(highest).where(RateCard.work_centre_id == work_centre_id)).one()


def database_knows_zone(name: str) -> bool:
    """Whether PostgreSQL, whose zone files are its own, knows a time zone: one it does not would fail every quote."""
    return session().scalar(text("select true from pg_timezone_names where name = :name"), {"name": name}) is True


def _own(who: Actor) -> Select[WorkCentre]:
    return (
        select(WorkCentre)
        .where(WorkCentre.organisation_id == who.organisation)
        .options(selectinload(WorkCentre.shifts))
    )


def _found(row: Row | None) -> Row:
    if row is None:
        raise WorkCentreUnknown("There is no such work centre here.")
    return row
