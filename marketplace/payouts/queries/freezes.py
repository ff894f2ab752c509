"""Freezes and schedules, as the staff sees and sets them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from marketplace.accounts.models import Organisation
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.orders.models import Job, Order, Share
from marketplace.payments.models import (
    Freeze,
    FreezeWhy,
    PayoutSchedule,
)
from marketplace.payouts.errors import FreezeNotFound
from marketplace.payouts.queries.destinations import FRESH


def page_of_freezes(request: PageRequest) -> Page[Freeze]:
    """What is frozen, the newest first."""
    return newest_first(select(Freeze).where(Freeze.lifted_at.is_(None)), Freeze.id, request)


def page_of_schedules(request: PageRequest) -> Page[PayoutSchedule]:
    """How many days after acceptance who is paid, and what it was before: the last said first."""
    return newest_first(select(PayoutSchedule), PayoutSchedule.id, request)


def parties_of(order_id: UUID) -> Sequence[UUID]:
    """Everybody but the platform who gets a share of an order."""
    query = (
        select(Share.party_id)
        .join(Job, Job.id == Share.job_id)
        .where(Job.order_id == order_id, Share.party_id.is_not(None))
        .distinct()
    )
    return [each for each in session().scalars(query.order_by(Share.party_id)) if each is not None]


def order_exists(order_id: UUID) -> bool:
    return session().scalar(select(Order.id).where(Order.id == order_id)) is not None


def organisation_exists(organisation_id: UUID) -> bool:
    return session().scalar(select(Organisation.id).where(Organisation.id == organisation_id)) is not None


def staff_freeze(freeze_id: UUID) -> Freeze:
    """A freeze of the staff's that stands. Raises FreezeNotFound."""
    query = select(Freeze).where(Freeze.id == freeze_id, Freeze.lifted_at.is_(None), Freeze.why == FreezeWhy.STAFF)
    found = session().scalars(query.execution_options(**FRESH)).one_or_none()
    if found is None:
        raise FreezeNotFound(
            "No freeze of the staff's stands under this id; one with another cause, as a dispute, ends with that."
        )
    return found
