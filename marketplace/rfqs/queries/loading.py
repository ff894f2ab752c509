"""How rows are locked and found, and what is loaded with them, whoever asks."""

from typing import Final, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import defer, joinedload

from marketplace.kernel.database import session
from marketplace.kernel.errors import NotFound
from marketplace.parts.models import Revision
from marketplace.rfqs.errors import RfqNotFound
from marketplace.rfqs.models import Bid, Rfq, RfqInvitation

Row = TypeVar("Row")

WITH_BIDDER: Final = joinedload(RfqInvitation.factory)
WITH_REVISION: Final = joinedload(Rfq.revision).options(joinedload(Revision.file))
LIGHT: Final = defer(Bid.breakdown, raiseload=True)
"""A bid without its tree."""


def lock(*conditions: ColumnElement[bool], shared: bool = False) -> None:
    """Lock a request before anything of it is read: what a lock was waited for is in no older snapshot.

    FOR NO KEY UPDATE, or FOR SHARE: rows that merely refer to the request may still be written.
    """
    query = select(Rfq.id).where(*conditions).with_for_update(read=shared, key_share=not shared)
    if session().scalar(query) is None:
        raise RfqNotFound("There is no such request for quotation here.")


def found(row: Row | None, otherwise: NotFound) -> Row:
    if row is None:
        raise otherwise
    return row
