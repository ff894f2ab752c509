"""Saying something, and having read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from marketplace.attachments.errors import AttachmentNotFound
from marketplace.attachments.models import Side
from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.messages import queries, rules
from marketplace.messages.errors import ThreadClosed
from marketplace.messages.models import Message, MessageAttachment, MessageMark
from marketplace.messages.threads import Thread, ThreadKind
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.rfqs import answering
from marketplace.rfqs.models import RfqInvitation
from marketplace.rfqs.states import InvitationState

TALKING = frozenset({InvitationState.ACCEPTED, InvitationState.CHOSEN})


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody wants to say."""

    text: str
    attachment_ids: Sequence[UUID] = ()
    """Files that lie already where the other side sees them."""


def say(thread: Thread, saying: Saying, *, by: Actor) -> Message:
    """Say something; the other side is told. Whoever writes has read what was there. Raises AttachmentNotFound."""
    files = list(dict.fromkeys(saying.attachment_ids))
    if files and len(queries.files_of(thread, files)) < len(files):
        raise AttachmentNotFound("One of these files does not lie where both of you see it; lay it there first.")
    message = Message(
        id=new_id(),
        created_at=clock.now(),
        job_id=thread.id if thread.kind is ThreadKind.JOB else None,
        order_id=thread.id if thread.kind is ThreadKind.ORDER else None,
        invitation_id=thread.id if thread.kind is ThreadKind.REQUEST else None,
        side=thread.side,
        organisation_id=None if thread.side is Side.STAFF else by.organisation,
        written_by=by.user_id,
        text=saying.text,
    )
    session().add(message)
    session().flush()
    session().add_all(MessageAttachment(message_id=message.id, attachment_id=each) for each in files)
    audit.record(by, "message.written", message, thread=thread.kind, thread_id=thread.id)
    mark_read(thread, by=by)
    if thread.other is not None:
        notifications.tell(thread.other, NoticeKind.MESSAGE_RECEIVED, thread.subject, text=saying.text[: rules.TOLD])
    return message


def say_in_request(thread: Thread, invitation: RfqInvitation, saying: Saying, *, by: Actor) -> Message:
    """The same in a request for quotation; a factory that had said nothing there gets its letter. Raises ThreadClosed.

    For a factory the request comes locked.
    """
    if invitation.state not in TALKING:
        raise ThreadClosed(f"The factory's place in this request is {invitation.state}.", state=invitation.state)
    answering.speak(invitation)
    return say(thread, saying, by=by)


def mark_read(thread: Thread, *, by: Actor) -> None:
    """The person has read all that is there."""
    mark = {"side": thread.side, "read_until": clock.now()}
    row = insert(MessageMark).values(thread_id=thread.id, user_id=by.user_id, **mark)
    keys = [MessageMark.thread_id, MessageMark.user_id]
    session().execute(row.on_conflict_do_update(index_elements=keys, set_=mark))
