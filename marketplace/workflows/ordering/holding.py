"""The minutes that an offer promised, held: at its work centre, or at every work centre of its chain."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from marketplace.capacity import queries
from marketplace.capacity import service as capacity
from marketplace.capacity.models import Hold
from marketplace.capacity.scheduling import Step
from marketplace.quoting.models import Offer
from marketplace.spare import service as spare


def lock_chains(offers: Sequence[Offer]) -> None:
    """Where several offers are held and one has a chain, lock all their work centres first, in the order of their ids.

    One after another would lock some of them out of that order. Raises WorkCentreGone.
    """
    if len(offers) > 1 and any(offer.chain for offer in offers):
        queries.locked_places(places(offers))


def places(offers: Collection[Offer]) -> set[UUID]:
    """All work centres whose minutes some offers need."""
    chained = (Step.of(each).place for offer in offers for each in offer.chain or ())
    return {offer.work_centre_id for offer in offers}.union(chained)


def hold(offer: Offer, *, pieces: int, expires_at: datetime) -> Hold:
    """Hold what the offer needs for its ship date, and take it of its slot if it is of one.

    Raises CapacityTaken, SlotSold, WorkCentreGone.
    """
    made = _held(offer, pieces=pieces, expires_at=expires_at)
    if offer.slot_id is not None:
        spare.sell(offer.slot_id, made)
    return made


def _held(offer: Offer, *, pieces: int, expires_at: datetime) -> Hold:
    if offer.chain is not None:
        steps = [Step.of(each) for each in offer.chain]
        return capacity.hold_chain(steps, after=offer.starts_after, by=offer.finish_by, expires_at=expires_at)
    step = Step(offer.work_centre_id, offer.setup_min, offer.machine_min - offer.setup_min, pieces)
    return capacity.hold(
        offer.work_centre_id,
        offer.machine_min,
        after=offer.starts_after,
        by=offer.finish_by,
        expires_at=expires_at,
        step=step,
    )
