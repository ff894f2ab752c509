"""Showing a part to a factory that was invited to bid: only while its owner lets it, and every look is written down.

The look is written under a lock that whoever closes the file must wait for: so each look lies before the closing in the
log, or is refused.
"""

from contextlib import ExitStack
from typing import BinaryIO
from uuid import UUID

from marketplace.kernel.actor import Actor
from marketplace.kernel.transaction import transaction
from marketplace.parts import queries as revisions
from marketplace.parts.models import Revision, Seen
from marketplace.parts.ports import FileStore
from marketplace.rfqs import granting
from marketplace.rfqs.queries import factories


def thumbnail(rfq_id: UUID, *, by: Actor) -> bytes:
    """The small picture of the part, as PNG. Raises RfqNotFound, FileNotOpen, PictureNotFound."""
    invitation = factories.for_factory_to_look(by, rfq_id)
    granting.look(invitation, Seen.THUMBNAIL, by=by)
    return revisions.thumbnail(invitation.rfq.revision)


def model(rfq_id: UUID, *, by: Actor) -> bytes:
    """The model of the part for a viewer, as binary glTF. Raises RfqNotFound, FileNotOpen, PictureNotFound."""
    invitation = factories.for_factory_to_look(by, rfq_id)
    granting.look(invitation, Seen.MODEL, by=by)
    return revisions.model(invitation.rfq.revision)


def file(rfq_id: UUID, *, store: FileStore, by: Actor) -> tuple[BinaryIO, Revision]:
    """The file itself, open for reading, once it is written down who reads it.

    Asked for twice: before the file is touched, and with the look. Raises RfqNotFound, FileNotOpen, FileMissing.
    """
    with transaction():
        invitation = factories.for_factory_to_look(by, rfq_id)
        granting.refuse_unless_open(invitation, Seen.FILE)
        revision = invitation.rfq.revision
    with ExitStack() as unless_given:
        opened = unless_given.enter_context(store.open(revision.sha256))
        with transaction():
            granting.look(factories.for_factory_to_look(by, rfq_id), Seen.FILE, by=by)
        unless_given.pop_all()
    return opened, revision
