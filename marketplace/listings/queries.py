"""What listings there are, for whom, and which of them could make a part."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, cast, literal, select

from marketplace.capability.models import RateCard, WorkCentre
from marketplace.kernel.database import session
from marketplace.listings.models import Listing, ListingState


class Eligible(NamedTuple):
    """One live listing that could make the part, with the rates it would ask: a tuple, for there may be thousands."""

    listing_id: UUID
    factory_id: UUID
    work_centre_id: UUID
    rate_card_id: UUID
    handling_days: int
    machine_rate: int
    labour_rate: int
    minimum_order: int
    margin_bps: int
    material_price: int


def eligible(*, process: str, material: str, currency: str, box_mm: tuple[float, float, float]) -> Sequence[Eligible]:
    """Live listings whose work centre has the process, material, envelope and currency, by listing id.

    This is the closed list of what decides eligibility: no name, no place, no nationality (F1).
    """
    card = (
        select(RateCard)
        .where(RateCard.work_centre_id == Listing.work_centre_id)
        .order_by(RateCard.number.desc())
        .limit(1)
        .lateral("card")
    )
    price = cast(card.c.material_minor_per_kg[material].astext, BigInteger)
    smallest, middle, largest = sorted(box_mm)
    query = (
        select(
            Listing.id,
            Listing.organisation_id,
            Listing.work_centre_id,
            card.c.id,
            WorkCentre.handling_days,
            card.c.machine_rate_minor_per_h,
            card.c.labour_rate_minor_per_h,
            card.c.minimum_order_minor,
            card.c.margin_bps,
            price,
        )
        .join(WorkCentre, WorkCentre.id == Listing.work_centre_id)
        .join(card, literal(True))
        .where(
            Listing.process == process,
            Listing.state == ListingState.LIVE,
            WorkCentre.materials.contains([material]),
            WorkCentre.envelope_mm[1] >= smallest,
            WorkCentre.envelope_mm[2] >= middle,
            WorkCentre.envelope_mm[3] >= largest,
            card.c.currency == currency,
            price.is_not(None),
        )
        .order_by(Listing.id)
    )
    return [Eligible._make(row) for row in session().execute(query)]


def is_live(listing_id: UUID) -> bool:
    """Whether the listing may still be ordered from."""
    state = session().scalar(select(Listing.state).where(Listing.id == listing_id))
    return state is ListingState.LIVE
