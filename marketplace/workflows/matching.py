"""Who has asked to be told of capacity is told, when a slot is published or a listing goes live; once of each."""

from typing import Final
from uuid import UUID

from marketplace.kernel.transaction import transaction
from marketplace.spare import queries, subscribing

BATCH: Final = 500
"""Subscribers who are told in one transaction."""


def match_slot(slot_id: str) -> None:
    """Tell every subscriber whom a slot concerns, batch by batch; who was told already is not told again."""
    while True:
        with transaction():
            slot = queries.slot(UUID(slot_id))
            found = queries.concerned_by_slot(slot, limit=BATCH)
            subscribing.tell_of_slot(slot, found)
        if len(found) < BATCH:
            return


def match_listing(listing_id: str) -> None:
    """The same for a listing that went live."""
    while True:
        with transaction():
            listing = queries.listing(UUID(listing_id))
            found = queries.concerned_by_listing(listing, limit=BATCH)
            subscribing.tell_of_listing(listing, found)
        if len(found) < BATCH:
            return
