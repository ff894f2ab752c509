"""Giving the bytes of a part to someone who was found to be allowed them; that they get them is written down."""

from contextlib import ExitStack
from typing import BinaryIO

from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.parts.models import FileAccess, Revision
from marketplace.parts.ports import FileStore


def hand_out(revision: Revision, *, store: FileStore, by: Actor) -> BinaryIO:
    """The file of a revision, open for reading, once it is written down who reads it. Raises FileMissing."""
    with ExitStack() as unless_given:
        file = unless_given.enter_context(store.open(revision.sha256))
        with transaction():
            session().add(FileAccess(revision_id=revision.id, user_id=by.user_id, organisation_id=by.organisation_id))
        unless_given.pop_all()
    return file
