"""Giving the bytes of a part to someone who was found to be allowed them; that they got them is written down first."""

from typing import BinaryIO

from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.parts.models import FileAccess, Revision
from marketplace.parts.ports import FileStore


def hand_out(revision: Revision, *, store: FileStore, by: Actor) -> BinaryIO:
    """The file of a revision, open for reading. Raises FileMissing."""
    with transaction():
        session().add(FileAccess(revision_id=revision.id, user_id=by.user_id, organisation_id=by.organisation_id))
    return store.open(revision.sha256)
