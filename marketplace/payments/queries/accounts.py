"""Sellers' accounts at the provider, and what it paid from there to their banks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Select,
    or_,
    select,
)

from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.payments.errors import (
    PayoutAccountMissing,
)
from marketplace.payments.models import (
    BankPayout,
    BankPayoutState,
    PayoutAccount,
)
from marketplace.payments.queries.expected import FRESH


def payout_account(who: Actor) -> PayoutAccount:
    """The organisation's account at the provider. Raises PayoutAccountMissing."""
    return _payout_account(select(PayoutAccount).where(PayoutAccount.organisation_id == who.organisation))


def payout_account_to_change(who: Actor) -> PayoutAccount:
    """The same, locked: what an event has told meanwhile is not overwritten. Raises PayoutAccountMissing."""
    query = select(PayoutAccount).where(PayoutAccount.organisation_id == who.organisation)
    return _payout_account(query.with_for_update())


def _payout_account(query: Select[PayoutAccount]) -> PayoutAccount:
    found = session().scalars(query.execution_options(**FRESH)).one_or_none()
    if found is None:
        raise PayoutAccountMissing("Open a payout account first: POST /v1/factory/payout-account.")
    return found


def bank_payout(payout_id: str) -> BankPayout | None:
    """A payout of the provider to a seller's bank, to be changed, if it was seen before."""
    query = select(BankPayout).where(BankPayout.id == payout_id)
    return session().scalars(query.with_for_update().execution_options(**FRESH)).one_or_none()


def last_bank_payout(organisation_id: UUID) -> BankPayout | None:
    """The newest payout of the provider to a seller's bank that has come to an end."""
    query = select(BankPayout).where(
        BankPayout.organisation_id == organisation_id,
        BankPayout.state.in_((BankPayoutState.PAID, BankPayoutState.FAILED)),
    )
    return session().scalars(query.order_by(BankPayout.sent_at.desc(), BankPayout.id.desc()).limit(1)).one_or_none()


def account_known_as(provider_id: str) -> PayoutAccount | None:
    """The seller's account with this name at the provider, to be changed."""
    query = select(PayoutAccount).where(PayoutAccount.provider_id == provider_id)
    return session().scalars(query.with_for_update().execution_options(**FRESH)).one_or_none()


def accounts_to_look_at(before: datetime, *, limit: int = 20) -> Sequence[str]:
    """Accounts that could not receive money when last looked at, longest ago first."""
    query = (
        select(PayoutAccount.provider_id)
        .where(
            or_(PayoutAccount.may_receive.is_(False), PayoutAccount.trouble.is_not(None)),
            PayoutAccount.provider_id.is_not(None),
            or_(PayoutAccount.checked_at.is_(None), PayoutAccount.checked_at < before),
        )
        .order_by(PayoutAccount.checked_at.asc().nulls_first())
        .limit(limit)
    )
    return [each for each in session().scalars(query) if each is not None]
