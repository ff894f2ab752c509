"""From notices to mails: what is due is taken, each mail handed over outside any transaction, and then written down."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.lifecycle import one_of
from marketplace.kernel.transaction import transaction
from marketplace.notifications import queries
from marketplace.notifications.errors import MailRefused, MailUnavailable
from marketplace.notifications.models import NoticeMail
from marketplace.notifications.ports import Mail, Post
from marketplace.notifications.queries import Letter

log: Final = logging.getLogger("commonforge.notices")

AT_ONCE: Final = 50
TRIED_AGAIN_AFTER: Final = timedelta(minutes=5)
"""By then whoever took a notice has sent its mails, or died over it."""
GIVEN_UP_AFTER: Final = timedelta(days=2)
"""A mail that comes later helps nobody; the notice itself stays."""


def send_mails(*, post: Post, public_url: str) -> None:
    """Mail every notice that is due to each member who wants mails, once. Safe to be cut off and to run twice.

    A mail whose sender died before writing it down is sent again under the same id.
    """
    is_there = True
    while is_there and (taken := _taken()):
        is_there = _deliver(taken, post, public_url)


def _taken() -> Sequence[UUID]:
    now = clock.now()
    with transaction():
        return queries.claim_due(now, until=now + TRIED_AGAIN_AFTER, limit=AT_ONCE)


def _deliver(notice_ids: Sequence[UUID], post: Post, public_url: str) -> bool:
    """Send what there is to send of some notices; whether the mail server was there for all of it."""
    with transaction():
        letters = queries.letters(notice_ids)
    waiting: set[UUID] = set()
    for letter in letters:
        try:
            problem = _sent(letter, post, public_url)
        except MailUnavailable as failure:
            log.warning("mails wait: %s", failure.message)
            waiting = {each.notice.id for each in letters if clock.now() - each.notice.created_at < GIVEN_UP_AFTER}
            break
        with transaction():
            session().add(NoticeMail(notice_id=letter.notice.id, user_id=letter.user_id, problem=problem))
    with transaction():
        queries.finish([each for each in notice_ids if each not in waiting])
    return not waiting


def _sent(letter: Letter, post: Post, public_url: str) -> str | None:
    """Hand one mail over; why the mail server will never have it, if so."""
    try:
        post.send(written(letter, public_url))
    except MailRefused as refusal:
        log.warning("a mail of notice %s was refused: %s", letter.notice.id, refusal.message)
        return refusal.message
    return None


def written(letter: Letter, public_url: str) -> Mail:
    """The mail of a notice: what happened, to which organisation, and how to get no more of them."""
    notice = letter.notice
    said = f"\n{notice.text}\n" if notice.text else ""
    about = f"{one_of(notice.subject_kind)} {notice.subject_id}"
    return Mail(
        id=f"{notice.id}.{letter.user_id}",
        to=letter.email,
        subject=notice.title,
        text=(
            f"{notice.title}.\n{said}\nFor {letter.organisation}, about {about}.\n"
            f"Read it at {public_url}/v1/account/notices; choose at\n{public_url}/v1/account/notice-settings"
            " whether you get mails.\n"
        ),
    )
