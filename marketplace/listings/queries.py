"""What listings there are, for whom, and which of them could make a part."""

from collections.abc import Callable, Collection, Sequence
from itertools import chain
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Organisation
from marketplace.capability import cards, catalogue
from marketplace.capability.models import OnwardStep, RateCard, Shift, WorkCentre
from marketplace.fees.models import FeeRate
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, straight, table_of
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.listings.errors import ListingNotFound, WorkCentreNotYours
from marketplace.listings.models import Listing, ListingChange, ListingState
from marketplace.listings.paging import ListingRequest
from marketplace.taxes.models import TaxRegistration

PUBLIC = (joinedload(Listing.work_centre), joinedload(Listing.organisation))
"""What a reader of a listing sees besides it, in the same query."""


SINCE: Final = bindparam("since", type_=BigInteger)


def _snapshot(end: Callable[..., ColumnElement[Any]]) -> ColumnElement[int]:
    """An end of the transactions that this statement sees, as a number."""
    return cast(cast(end(func.pg_current_snapshot()), Text), BigInteger)


FOLLOWING: Final = ("next_id", "setup_min", "run_mmin_each", "transport_days", "finish")
"""What quoting reads of a step that follows."""
REGISTERED: Final = ("country", "number", "valid_from", "valid_until", "seen_in_vies_on")
"""What is read of a registration for tax."""


FEE: Final = ("fee_bps", "valid_from")
"""What is read of a fee."""


def _as_json(table: Table, names: Sequence[str]) -> ColumnElement[Any]:
    return func.jsonb_build_object(*chain.from_iterable((name, table.c[name]) for name in names))


def _changes() -> Select[Any]:
    """Core columns, and built once: building it costs more than sending it."""
    listing, centre, rates, change, step = map(table_of, (Listing, WorkCentre, RateCard, ListingChange, OnwardStep))
    seller, registered, fee = map(table_of, (Organisation, TaxRegistration, FeeRate))
    follows = _as_json(step, FOLLOWING)
    onward = (
        select(func.jsonb_agg(aggregate_order_by(follows, step.c.number)))
        .where(step.c.work_centre_id == centre.c.id)
        .correlate(centre)
        .scalar_subquery()
    )
    numbers = (
        select(func.jsonb_agg(_as_json(registered, REGISTERED)))
        .where(registered.c.organisation_id == listing.c.organisation_id)
        .correlate(listing)
        .scalar_subquery()
    )
    fees = (
        select(func.jsonb_agg(aggregate_order_by(_as_json(fee, FEE), fee.c.valid_from, fee.c.created_at, fee.c.id)))
        .where(fee.c.organisation_id == listing.c.organisation_id)
        .correlate(listing)
        .scalar_subquery()
    )
    card = (
        select(rates)
        .where(rates.c.work_centre_id == listing.c.work_centre_id)
        .order_by(rates.c.number.desc())
        .limit(1)
        .lateral("card")
    )
    return (
        select(
            listing.c.id.label("listing_id"),
            listing.c.organisation_id.label("factory_id"),
            centre.c.id.label("work_centre_id"),
            card.c.id.label("rate_card_id"),
            centre.c.handling_days,
            centre.c.envelope_mm,
            centre.c.materials,
            centre.c.tolerance,
            centre.c.thickness_um,
            centre.c.certificates,
            centre.c.takes_controlled,
            centre.c.constants,
            centre.c.spread,
            *(card.c[name] for name in cards.COLUMNS),
            onward.label("onward"),
            seller.c.country,
            numbers.label("tax_numbers"),
            fees.label("own_fees"),
            and_(listing.c.state == ListingState.LIVE, card.c.id.is_not(None)).label("is_live"),
            _snapshot(func.pg_snapshot_xmin).label("mark"),
        )
        .select_from(change)
        .join(listing, listing.c.work_centre_id == change.c.work_centre_id)
        .join(centre, centre.c.id == change.c.work_centre_id)
        .join(seller, seller.c.id == listing.c.organisation_id)
        .outerjoin(card, literal(True))
        .where(
            change.c.changed_in >= SINCE,
            or_(SINCE == 0, change.c.changed_in < _snapshot(func.pg_snapshot_xmax)),
            listing.c.process == bindparam("process", type_=Text),
        )
    )


def _newest() -> Select[Any]:
    """The last change there is, whatever its process, and the next mark: one step in the index, one plan for all."""
    changed_in = table_of(ListingChange).c.changed_in
    seen = select(changed_in).where(changed_in < _snapshot(func.pg_snapshot_xmax))
    return select(
        seen.order_by(changed_in.desc()).limit(1).scalar_subquery(), _snapshot(func.pg_snapshot_xmin).label("mark")
    )


CHANGES: Final = _changes()
NEWEST: Final = _newest()


def changes(process: str, *, since: int) -> tuple[Sequence[Row[Any]], int]:
    """Listings of a process with what quoting reads of them, changed in a transaction from this mark on; the next mark.

    The mark is the oldest transaction that is still running: what it and later ones change is not seen yet, or again.
    From the mark 0 on, everything; else nothing that claims to be of the future, as rows of a restored backup do, whose
    server had counted further. Mostly nothing has changed: that is asked first, by a statement that is planned once.
    """
    newest, mark = straight(NEWEST, {}).one()
    if since and (newest is None or newest < since):
        return [], mark
    found = straight(CHANGES, {"process": process, "since": since}).all()
    return found, found[0].mark if found else mark


STATE_HELD: Final = (
    select(table_of(Listing).c.state)
    .where(table_of(Listing).c.id == bindparam("listing_id", type_=Uuid))
    .with_for_update(read=True)
)


def stays_live(listing_id: UUID) -> bool:
    """Whether the listing may be ordered from, now and until the transaction ends.

    Locked after the quote and before the work centre. FOR SHARE: orders do not keep each other waiting, but a takedown
    (`to_change`, which takes FOR NO KEY UPDATE) waits for them, and they for it; FOR KEY SHARE would let it pass.
    """
    state = straight(STATE_HELD, {"listing_id": listing_id}).scalar()
    return state is ListingState.LIVE


def stay_live(listing_ids: Collection[UUID]) -> set[UUID]:
    """Those of these listings that may be ordered from until the transaction ends; locked as one, by their ids."""
    query = select(Listing.id, Listing.state).where(Listing.id.in_(listing_ids)).order_by(Listing.id)
    held = session().execute(query.with_for_update(read=True))
    return {listing_id for listing_id, state in held if state is ListingState.LIVE}


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
