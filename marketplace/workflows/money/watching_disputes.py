"""Disputes, watched by the hour: what the provider may not have told us, and what is to be answered soon."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from marketplace.disputes import queries
from marketplace.disputes.models import Dispute
from marketplace.disputes.ports import DisputeDesk
from marketplace.kernel import clock
from marketplace.kernel.money import written
from marketplace.kernel.transaction import transaction
from marketplace.notifications.errors import MailRefused, MailUnavailable
from marketplace.notifications.ports import Mail, Post
from marketplace.payments.ports import Gateway
from marketplace.workflows import queries as rows
from marketplace.workflows.money import disputing

log: Final = logging.getLogger("commonforge.money")

REMINDED_BEFORE: Final = timedelta(days=3)
"""Before the bank's time for an answer is over."""

Recipients = Sequence[tuple[UUID, str]]


def watch(desk: DisputeDesk, gateway: Gateway, *, post: Post, public_url: str) -> None:
    """Look at open disputes, and remind the staff of those that are due soon. Safe to be cut off and to run twice."""
    disputing.look(desk, gateway)
    remind(post=post, public_url=public_url)


def remind(*, post: Post, public_url: str) -> None:
    """Mail everybody of the staff, once, of each dispute that waits for an answer for three more days at most.

    One that could not be mailed because the mail server is away comes again, under the same ids.
    """
    now = clock.now()
    with transaction():
        due = queries.to_remind_of(now, due_before=now + REMINDED_BEFORE)
        staff = rows.staff_addresses()
    for dispute in due:
        try:
            _mail(dispute, staff, post, public_url)
        except MailUnavailable as failure:
            log.warning("reminders of disputes wait: %s", failure.message)
            return
        with transaction():
            queries.locked(dispute.id).reminded_at = clock.now()


def _mail(dispute: Dispute, staff: Recipients, post: Post, public_url: str) -> None:
    for user_id, email in staff:
        try:
            post.send(_reminder(dispute, user_id, email, public_url))
        except MailRefused as refusal:
            log.warning("a reminder of dispute %s was refused: %s", dispute.provider_id, refusal.message)


def _reminder(dispute: Dispute, user_id: UUID, email: str, public_url: str) -> Mail:
    due = f"{dispute.answer_by:%Y-%m-%d %H:%M} UTC"
    amount = written(dispute.amount_minor, dispute.currency)
    return Mail(
        id=f"dispute-due.{dispute.id}.{dispute.state}.{user_id}",
        to=email,
        subject=f"A dispute is to be answered by {due}",
        text=(
            f"{amount}: {dispute.reason.replace('_', ' ')} ({dispute.provider_id}).\n\nThe bank hears us until {due}; "
            f"without an answer it is lost.\nGather evidence and send it, or leave the money, at\n"
            f"{public_url}/v1/admin/disputes/{dispute.id}\n"
        ),
    )
