"""Telling organisations, and what a person does with what they were told."""

from collections.abc import Collection
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import queries
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.models import Notice, NoticeRead, NoticeSettings

MOST_TEXT = 2000


class Subject(Protocol):
    """Any row with an id."""

    __tablename__: Any
    id: Any


def tell(organisation_id: UUID, kind: NoticeKind, subject: Subject, *, text: str = "") -> None:
    """Tell an organisation's members what was done to `subject`, in the transaction of the act itself.

    It is written with whatever else the transaction notes: no statement of its own, nothing loaded. The text is a
    person's words (a reason, a report), cut to 2000 characters.
    """
    transaction.note(_notice(organisation_id, kind, subject, text))


def tell_each(organisations: Collection[UUID], kind: NoticeKind, subject: Subject, *, text: str = "") -> None:
    """The same to many organisations, in one statement however many."""
    transaction.inside()
    if organisations:
        told = [_notice(each, kind, subject, text) for each in organisations]
        session().execute(insert(Notice), [_values(each) for each in told])


def mark_read(who: Actor, notice_id: UUID) -> None:
    """The person has read a notice; a second time changes nothing. Raises NoticeNotFound."""
    notice = queries.for_person(who, notice_id).notice
    row = upsert(NoticeRead).values(user_id=who.user_id, notice_id=notice.id, read_at=clock.now())
    session().execute(row.on_conflict_do_nothing())


def mark_all_read(who: Actor, until: UUID) -> None:
    """The person has read a notice, and whatever they were told before it. Raises NoticeNotFound."""
    notice = queries.for_person(who, until).notice
    unread = queries.unread_until(who, notice.id, now=clock.now())
    row = upsert(NoticeRead).from_select(["user_id", "notice_id", "read_at"], unread)
    session().execute(row.on_conflict_do_nothing())


def settle(who: Actor, *, wants_mail: bool) -> None:
    """The person says how they want to be told."""
    chosen = {"wants_mail": wants_mail, "changed_at": clock.now()}
    row = upsert(NoticeSettings).values(user_id=who.user_id, **chosen)
    session().execute(row.on_conflict_do_update(index_elements=[NoticeSettings.user_id], set_=chosen))


def _notice(organisation_id: UUID, kind: NoticeKind, subject: Subject, text: str) -> Notice:
    now = clock.now()
    return Notice(
        id=new_id(),
        created_at=now,
        organisation_id=organisation_id,
        kind=kind.value,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        text=text[:MOST_TEXT],
        mail_due_at=now,
    )


def _values(notice: Notice) -> dict[str, Any]:
    return {each.key: getattr(notice, each.key) for each in Notice.__mapper__.column_attrs}
