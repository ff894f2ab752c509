"""What listings there are, for whom, and which of them could make a part."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Double, Select, Text, Uuid, bindparam, cast, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import joinedload

from marketplace.capability import catalogue
from marketplace.capability.models import RateCard, Shift, WorkCentre
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, table_of
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.listings.errors import ListingNotFound, WorkCentreNotYours
from marketplace.listings.models import Listing, ListingState
from marketplace.listings.paging import ListingRequest

PUBLIC = (joinedload(Listing.work_centre), joinedload(Listing.organisation))
"""What a reader of a listing sees besides it, in the same query."""


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


def _eligible() -> Select[Any]:
    """Core columns, and built once: building it costs more than sending it."""
    listing, centre, rates = map(table_of, (Listing, WorkCentre, RateCard))
    card = (
        select(rates)
        .where(rates.c.work_centre_id == listing.c.work_centre_id)
        .order_by(rates.c.number.desc())
        .limit(1)
        .lateral("card")
    )
    price = cast(card.c.material_minor_per_kg[bindparam("material", type_=Text)].astext, BigInteger)
    return (
        select(
            listing.c.id,
            listing.c.organisation_id,
            listing.c.work_centre_id,
            card.c.id,
            centre.c.handling_days,
            card.c.machine_rate_minor_per_h,
            card.c.labour_rate_minor_per_h,
            card.c.minimum_order_minor,
            card.c.margin_bps,
            price,
        )
        .join(centre, centre.c.id == listing.c.work_centre_id)
        .join(card, literal(True))
        .where(
            listing.c.process == bindparam("process", type_=Text),
            listing.c.state == ListingState.LIVE,
            centre.c.materials.contains(bindparam("materials", type_=ARRAY(Text))),
            centre.c.envelope_mm[1] >= bindparam("smallest", type_=Double),
            centre.c.envelope_mm[2] >= bindparam("middle", type_=Double),
            centre.c.envelope_mm[3] >= bindparam("largest", type_=Double),
            card.c.currency == bindparam("currency", type_=Text),
            price.is_not(None),
        )
        .order_by(listing.c.id)
    )


ELIGIBLE: Final = _eligible()


def eligible(*, process: str, material: str, currency: str, box_mm: tuple[float, float, float]) -> Sequence[Eligible]:
    """Live listings whose work centre has the process, material, envelope and currency, by listing id.

    This is the closed list of what decides eligibility: no name, no place, no nationality (F1).
    """
    smallest, middle, largest = sorted(box_mm)
    wanted = {
        "process": process,
        "material": material,
        "materials": [material],
        "currency": currency,
        "smallest": smallest,
        "middle": middle,
        "largest": largest,
    }
    return [Eligible._make(row) for row in session().execute(ELIGIBLE, wanted)]


STATE_HELD: Final = (
    select(table_of(Listing).c.state)
    .where(table_of(Listing).c.id == bindparam("listing_id", type_=Uuid))
    .with_for_update(read=True)
    .execution_options(autoflush=False)  # nothing pending is a listing
)


def stays_live(listing_id: UUID) -> bool:
    """Whether the listing may be ordered from, now and until the transaction ends.

    Locked after the quote and before the work centre. FOR SHARE: orders do not keep each other waiting, but a takedown
    (`to_change`, which takes FOR NO KEY UPDATE) waits for them, and they for it; FOR KEY SHARE would let it pass.
    """
    state = session().scalar(STATE_HELD, {"listing_id": listing_id})
    return state is ListingState.LIVE


def for_factory(who: Actor, listing_id: UUID) -> Listing:
    """The factory's own listing. Raises ListingNotFound."""
    query = select(Listing).where(Listing.id == listing_id, Listing.organisation_id == who.organisation)
    return _found(session().scalars(query).one_or_none())


def for_factory_to_change(who: Actor, listing_id: UUID) -> Listing:
    """The factory's own listing with its work centre, locked. Raises ListingNotFound."""
    return to_change(for_factory(who, listing_id).id)


def page_for_factory(who: Actor, request: PageRequest) -> Page[Listing]:
    """The factory's listings, newest first."""
    return newest_first(select(Listing).where(Listing.organisation_id == who.organisation), Listing.id, request)


def to_change(listing_id: UUID) -> Listing:
    """Any listing with its work centre, locked until the transaction ends, as it is now. Raises ListingNotFound."""
    query = (
        select(Listing)
        .where(Listing.id == listing_id)
        .options(joinedload(Listing.work_centre))
        .with_for_update(of=Listing, key_share=True)
        .execution_options(populate_existing=True)
    )
    return _found(session().scalars(query).one_or_none())


def for_staff(listing_id: UUID) -> Listing:
    """Any listing with its work centre and organisation. Raises ListingNotFound."""
    return _found(session().scalars(select(Listing).where(Listing.id == listing_id).options(*PUBLIC)).one_or_none())


def for_anyone(listing_id: UUID) -> Listing:
    """A live listing with its work centre and organisation. Raises ListingNotFound."""
    query = select(Listing).where(Listing.id == listing_id, Listing.state == ListingState.LIVE).options(*PUBLIC)
    return _found(session().scalars(query).one_or_none())


def page_for_anyone(request: ListingRequest) -> Page[Listing]:
    """Live listings with their work centres and organisations, newest first. Raises ProcessUnknown."""
    query = select(Listing).where(Listing.state == ListingState.LIVE).options(*PUBLIC)
    if request.process is not None:
        query = query.where(Listing.process == catalogue.process(request.process).id)
    return newest_first(query, Listing.id, request)


def _found(listing: Listing | None) -> Listing:
    if listing is None:
        raise ListingNotFound("There is no such listing here.")
    return listing


def work_centre_to_list(who: Actor, work_centre_id: UUID) -> WorkCentre:
    """A work centre of the actor's organisation, locked. Raises WorkCentreNotYours."""
    query = select(WorkCentre).where(WorkCentre.id == work_centre_id, WorkCentre.organisation_id == who.organisation)
    centre = session().scalars(query.with_for_update(key_share=True)).one_or_none()
    if centre is None:
        raise WorkCentreNotYours("There is no such work centre among yours; describe it first.")
    return centre


def listing_of(work_centre_id: UUID) -> UUID | None:
    """The listing that offers this work centre, in whatever state."""
    return session().scalar(select(Listing.id).where(Listing.work_centre_id == work_centre_id))


def has_open_hours(work_centre_id: UUID) -> bool:
    return session().scalar(select(Shift.weekday).where(Shift.work_centre_id == work_centre_id).limit(1)) is not None


def current_card(work_centre_id: UUID) -> RateCard | None:
    """The rates that a quote would ask now."""
    query = select(RateCard).where(RateCard.work_centre_id == work_centre_id).order_by(RateCard.number.desc()).limit(1)
    return session().scalars(query).one_or_none()
