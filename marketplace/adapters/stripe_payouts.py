"""Payouts of connected accounts to their banks. Source: docs.stripe.com/api/payouts/object, /payouts."""

from datetime import UTC, datetime
from typing import Final

import stripe

from marketplace.adapters.stripe_client import Connection, in_our_words, money
from marketplace.kernel import transaction
from marketplace.payments.models import BankPayoutState
from marketplace.payments.ports import PayoutSeen

STATES: Final = {
    "paid": BankPayoutState.PAID,
    "failed": BankPayoutState.FAILED,
    "canceled": BankPayoutState.CANCELLED,
}
"""`pending` and `in_transit` are on their way."""


class StripePayouts:
    """What becomes of sellers' money at Stripe, as a payments.ports.SellersPayouts."""

    def __init__(self, connection: Connection) -> None:
        self._v1 = connection.v1

    @in_our_words
    def payout(self, payout_id: str, *, account_id: str) -> PayoutSeen:
        """Asked in the name of the seller's account: a payout is not seen from ours."""
        transaction.outside()
        return _payout(self._v1.payouts.retrieve(payout_id, options={"stripe_account": account_id}))


def _payout(payout: stripe.Payout) -> PayoutSeen:
    state = STATES.get(payout.status, BankPayoutState.ON_ITS_WAY)
    bank = payout.destination
    said = payout.failure_message or payout.failure_code or "The bank gave no reason."
    return PayoutSeen(
        id=payout.id,
        amount=money(payout.amount, payout.currency),
        state=state,
        bank_id=bank if isinstance(bank, str) else getattr(bank, "id", ""),
        sent_at=datetime.fromtimestamp(payout.created, UTC),
        arrives_on=datetime.fromtimestamp(payout.arrival_date, UTC).date(),
        failure=said if state is BankPayoutState.FAILED else None,
    )


def usual_banks(account: stripe.Account) -> frozenset[str] | None:
    """The bank accounts to which a connected account is paid out; None where Stripe does not show them."""
    shown = getattr(account, "external_accounts", None)
    if shown is None:
        return None
    return frozenset(each.id for each in shown.data if getattr(each, "default_for_currency", False))
