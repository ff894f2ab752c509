"""What keeps money from its sellers: freezes, releases that wait for their day, and no way to send it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Uuid,
    and_,
    bindparam,
    exists,
    or_,
    select,
    text,
)

from marketplace.kernel.database import session, straight
from marketplace.payments.models import (
    Freeze,
    FreezeWhy,
    PayoutAccount,
    Rail,
    Release,
    ReleaseState,
)
from marketplace.payments.queries.expected import FRESH

IS_ABLE: Final = and_(PayoutAccount.may_receive.is_(True), PayoutAccount.trouble.is_(None))


@dataclass(frozen=True, slots=True)
class Way:
    """How money gets to a seller now: the account at the provider, if it can receive, and what stands against it."""

    account_id: str | None
    rail: Rail | None
    frozen: FreezeWhy | None


def way_to(party_id: UUID, *, order_id: UUID) -> Way:
    """Where a seller's money of an order goes, as it is now."""
    account = select(PayoutAccount.provider_id).where(PayoutAccount.organisation_id == party_id, IS_ABLE)
    rail = select(PayoutAccount.rail).where(PayoutAccount.organisation_id == party_id)
    standing = select(Freeze.why).where(stands_against(order_id, party_id)).order_by(Freeze.id).limit(1)
    return Way(*session().execute(select(*(each.scalar_subquery() for each in (account, rail, standing)))).one())


OF_EVERYTHING: Final = and_(Freeze.order_id.is_(None), Freeze.organisation_id.is_(None))


def stands_against(order_id: Any, party_id: Any) -> ColumnElement[bool]:
    """An open freeze of an order, of a party, or of everything."""
    of_one = or_(Freeze.order_id == order_id, Freeze.organisation_id == party_id)
    return and_(Freeze.lifted_at.is_(None), or_(of_one, OF_EVERYTHING))


def freezes_on(order_id: UUID, party_ids: Collection[UUID]) -> Sequence[Freeze]:
    """What is frozen of an order or its parties, or altogether, the oldest first."""
    concerns = or_(Freeze.order_id == order_id, Freeze.organisation_id.in_(party_ids), OF_EVERYTHING)
    return session().scalars(select(Freeze).where(Freeze.lifted_at.is_(None), concerns).order_by(Freeze.id)).all()


def open_freezes(why: FreezeWhy, cause: str) -> Sequence[Freeze]:
    """What a cause has frozen and is not lifted, to be changed."""
    query = select(Freeze).where(Freeze.lifted_at.is_(None), Freeze.why == why, Freeze.cause == cause)
    return session().scalars(query.order_by(Freeze.id).with_for_update().execution_options(**FRESH)).all()


def freezes_at_their_end(now: datetime, *, limit: int = 100) -> Sequence[tuple[FreezeWhy, str]]:
    """(why, cause) of freezes that are lifted by themselves, and whose time has come."""
    query = select(Freeze.why, Freeze.cause).where(Freeze.lifted_at.is_(None), Freeze.ends_at <= now)
    return [(why, cause) for why, cause in session().execute(query.order_by(Freeze.id).limit(limit))]


@dataclass(frozen=True, slots=True)
class AgainstRelease:
    """Why the money of accepted goods is not owed to its sellers at once."""

    is_frozen: bool
    days: int
    """After acceptance: the longest that any of its parties is to wait."""


AGAINST_RELEASE: Final = text("""
    select exists (
        select from freezes where lifted_at is null and why <> 'destination_changed' and (
            order_id = :order_id or organisation_id = any(cast(:parties as uuid[]))
            or num_nonnulls(order_id, organisation_id) = 0)
    ), coalesce((
        select max(coalesce(
            (select days from payout_schedules s where s.organisation_id = party order by s.id desc limit 1),
            (select days from payout_schedules s where s.organisation_id is null order by s.id desc limit 1), 0))
        from unnest(cast(:parties as uuid[])) as party
    ), 0)
""").bindparams(bindparam("order_id", type_=Uuid))
"""After the payment's lock, so that it sees every freeze that was committed before."""


def against_release(order_id: UUID, party_ids: Collection[UUID]) -> AgainstRelease:
    """Whether the money of a job of these parties is to wait."""
    return AgainstRelease(*straight(AGAINST_RELEASE, {"order_id": order_id, "parties": list(party_ids)}).one())


def waiting_release(job_id: UUID) -> Release | None:
    """A job's release that waits, to be changed."""
    query = select(Release).where(Release.job_id == job_id, Release.state == ReleaseState.WAITING)
    return session().scalars(query.with_for_update().execution_options(**FRESH)).one_or_none()


def due_releases(now: datetime, *, limit: int | None = None) -> Sequence[tuple[UUID, UUID]]:
    """(order, job) of releases whose day has come and against which no freeze of the order or of everything stands."""
    frozen = exists().where(Freeze.lifted_at.is_(None), or_(Freeze.order_id == Release.order_id, OF_EVERYTHING))
    query = (
        select(Release.order_id, Release.job_id)
        .where(Release.state == ReleaseState.WAITING, Release.due_at <= now, ~frozen)
        .order_by(Release.due_at, Release.job_id)
        .limit(limit)
    )
    return [(order_id, job_id) for order_id, job_id in session().execute(query)]
