"""Ways to pay beside the card, and the net terms of businesses."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import (
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import selectinload

from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.payments.errors import (
    TermsNotFound,
)
from marketplace.payments.models import (
    LIVING_WAYS,
    Method,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    Terms,
    WayToPay,
)
from marketplace.payments.queries.expected import FRESH


def ways_so_far(payment_id: UUID) -> int:
    """How many ways to pay a payment has had."""
    return session().scalar(select(func.count()).where(WayToPay.payment_id == payment_id)) or 0


def ways_of(payment_ids: Sequence[UUID], *, only_living: bool = False) -> Sequence[WayToPay]:
    """The ways to pay some payments, in the order in which they were chosen, to be changed."""
    query = (
        select(WayToPay)
        .where(WayToPay.payment_id.in_(payment_ids))
        .order_by(WayToPay.payment_id, WayToPay.number)
        .with_for_update()
    )
    if only_living:
        query = query.where(IS_LIVING)
    return session().scalars(query.execution_options(**FRESH)).all()


IS_LIVING: Final = and_(WayToPay.method != Method.CARD, or_(*(WayToPay.state == each for each in sorted(LIVING_WAYS))))
"""Of the one way, if any, that a payment waits for instead of a card."""


def way(way_id: UUID) -> WayToPay:
    """A way to pay, as it is now."""
    return session().get_one(WayToPay, way_id, populate_existing=True)


def living_way(payment_id: UUID) -> WayToPay | None:
    """The way that a payment waits for, to be changed; None: it is a card's."""
    query = select(WayToPay).where(WayToPay.payment_id == payment_id, IS_LIVING).with_for_update()
    return session().scalars(query.execution_options(**FRESH)).one_or_none()


def card_way(payment_id: UUID, intent_id: str) -> WayToPay | None:
    """What was told of a card's intent, to be changed."""
    query = select(WayToPay).where(WayToPay.payment_id == payment_id, WayToPay.intent_id == intent_id).with_for_update()
    return session().scalars(query.execution_options(**FRESH)).one_or_none()


def funds_on_their_way(way_id: UUID) -> bool:
    """Whether money that was transferred beyond what was due is being sent back now."""
    query = select(Operation.id).where(
        Operation.way_id == way_id,
        Operation.kind == OperationKind.RETURN_FUNDS,
        Operation.state.in_((OperationState.READY, OperationState.FAILED)),
    )
    return session().scalar(query.limit(1)) is not None


def funds_returned(way_id: UUID) -> int:
    """How many times money was sent back of a way, or is."""
    query = select(func.count()).where(Operation.way_id == way_id, Operation.kind == OperationKind.RETURN_FUNDS)
    return session().scalar(query) or 0


def terms_in_force(organisation_id: UUID, *, lock: bool = False) -> Terms | None:
    """The net terms of an organisation, with their limits."""
    query = select(Terms).where(Terms.organisation_id == organisation_id, Terms.ended_at.is_(None))
    query = query.options(selectinload(Terms.limits)).execution_options(**FRESH)
    return session().scalars(query.with_for_update() if lock else query).one_or_none()


def terms_to_end(organisation_id: UUID) -> Terms:
    """The net terms of an organisation, to be ended. Raises TermsNotFound."""
    found = terms_in_force(organisation_id, lock=True)
    if found is None:
        raise TermsNotFound("This organisation has no net terms.")
    return found


def terms_history(organisation_id: UUID, request: PageRequest) -> Page[Terms]:
    """All net terms that an organisation has or had, the newest first."""
    granted = select(Terms).where(Terms.organisation_id == organisation_id).options(selectinload(Terms.limits))
    return newest_first(granted, Terms.id, request)


def terms(terms_id: UUID) -> Terms:
    """Net terms, with their limits."""
    return session().scalars(select(Terms).where(Terms.id == terms_id).options(selectinload(Terms.limits))).one()


def open_on_terms(organisation_id: UUID, currency: str) -> int:
    """What an organisation owes in a currency on its net terms, whichever gave the time: minor units."""
    query = (
        select(func.coalesce(func.sum(Payment.amount_minor), 0))
        .join(WayToPay, WayToPay.payment_id == Payment.id)
        .join(Terms, Terms.id == WayToPay.terms_id)
        .where(IS_LIVING, Terms.organisation_id == organisation_id, Payment.currency == currency)
    )
    return int(session().execute(query).scalar_one())
