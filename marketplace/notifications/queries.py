"""Notices of a person's organisations, and the mails that are due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Update, and_, exists, func, literal, or_, select, true, update
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Member, Organisation, User
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, decode, encode
from marketplace.notifications.errors import NoticeNotFound
from marketplace.notifications.kinds import TO_OWNERS_ALWAYS
from marketplace.notifications.models import Notice, NoticeMail, NoticeRead, NoticeSettings
from marketplace.notifications.paging import NoticeRequest


@dataclass(slots=True)
class NoticeSeen:
    """A notice as one person has it."""

    id: UUID
    notice: Notice
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice that one person is to be mailed."""

    notice: Notice
    user_id: UUID
    email: str
    organisation: str


def page(who: Actor, request: NoticeRequest) -> Page[NoticeSeen]:
    """What a person's organisations were told, newest first.

    Of each organisation the newest so many are taken by the index, so that a page costs as much however much others are
    told.
    """
    own = _organisations(who).subquery()
    told = aliased(Notice)
    newest = _asked_for(who, told, request).where(told.organisation_id == own.c.organisation_id).lateral()
    query = (
        select(Notice, NoticeRead.read_at)
        .select_from(own)
        .join(newest, true())
        .join(Notice, Notice.id == newest.c.id)
        .outerjoin(NoticeRead, _read_by(who, Notice))
        .order_by(Notice.id.desc())
        .limit(request.size + 1)
    )
    rows = [NoticeSeen(notice.id, notice, read_at) for notice, read_at in session().execute(query)]
    items = rows[: request.size]
    return Page(items, encode(items[-1].id) if len(rows) > request.size else None)


def for_person(who: Actor, notice_id: UUID) -> NoticeSeen:
    """One notice of the person's organisations. Raises NoticeNotFound."""
    query = (
        select(Notice, NoticeRead.read_at)
        .outerjoin(NoticeRead, _read_by(who, Notice))
        .where(Notice.id == notice_id, Notice.organisation_id.in_(_organisations(who)))
    )
    found = session().execute(query).one_or_none()
    if found is None:
        raise NoticeNotFound("You were told no such thing.")
    return NoticeSeen(found[0].id, *found)


def unread_until(who: Actor, notice_id: UUID, *, now: datetime) -> Select[*tuple[Any, ...]]:
    """(person, notice, now) of what the person has not read, up to a notice."""
    unread = ~exists().where(_read_by(who, Notice))
    return select(literal(who.user_id), Notice.id, literal(now)).where(
        Notice.organisation_id.in_(_organisations(who)), Notice.id <= notice_id, unread
    )


def settings(who: Actor) -> NoticeSettings:
    """How the person wants to be told."""
    query = select(NoticeSettings).where(NoticeSettings.user_id == who.user_id)
    found = session().scalars(query.execution_options(populate_existing=True)).one_or_none()
    return found or NoticeSettings(wants_mail=True)


def claim_due(now: datetime, *, until: datetime, limit: int) -> Sequence[UUID]:
    """Take notices whose mails are due, the longest due first; nobody else takes them before `until`."""
    due = (
        select(Notice.id)
        .where(Notice.mail_due_at <= now)
        .order_by(Notice.mail_due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session().scalars(_put_off(until).where(Notice.id.in_(due)).returning(Notice.id)).all()


def finish(notice_ids: Sequence[UUID]) -> None:
    """No mail of these notices is to be sent any more."""
    session().execute(_put_off(None).where(Notice.id.in_(notice_ids)))


def letters(notice_ids: Sequence[UUID]) -> Sequence[Letter]:
    """Who is still to be mailed of these notices: members who want mails, or owners who must know, and got none."""
    query = (
        select(Notice, User.id, User.email, Organisation.name)
        .join(Organisation, Organisation.id == Notice.organisation_id)
        .join(Member, Member.organisation_id == Notice.organisation_id)
        .join(User, User.id == Member.user_id)
        .outerjoin(NoticeSettings, NoticeSettings.user_id == User.id)
        .outerjoin(NoticeMail, and_(NoticeMail.notice_id == Notice.id, NoticeMail.user_id == User.id))
        .where(
            Notice.id.in_(notice_ids),
            NoticeMail.notice_id.is_(None),
            or_(
                func.coalesce(NoticeSettings.wants_mail, true()),
                and_(Notice.kind.in_(TO_OWNERS_ALWAYS), Member.role == Role.OWNER),
            ),
        )
        .order_by(Notice.id, User.id)
    )
    return [Letter(*row) for row in session().execute(query)]


def _asked_for(who: Actor, told: type[Notice], request: NoticeRequest) -> Select[Any]:
    query = select(told.id).order_by(told.id.desc()).limit(request.size + 1)
    if request.cursor is not None:
        query = query.where(told.id < decode(request.cursor))
    if request.since is not None:
        query = query.where(told.created_at >= request.since)
    return query.where(~exists().where(_read_by(who, told))) if request.unread else query


def _read_by(who: Actor, notice: type[Notice]) -> ColumnElement[bool]:
    return and_(NoticeRead.notice_id == notice.id, NoticeRead.user_id == who.user_id)


def _organisations(who: Actor) -> Select[Any]:
    return select(Member.organisation_id).where(Member.user_id == who.user_id)


def _put_off(until: datetime | None) -> Update:
    return update(Notice).values(mail_due_at=until).execution_options(synchronize_session=False)
