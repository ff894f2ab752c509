"""Stripe, real or local, as a payments.ports.Gateway: what each paid order needs.

Sources: docs.stripe.com/api/idempotent_requests, /connect/separate-charges-and-transfers, /webhooks.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

import stripe

from marketplace.adapters import stripe_events, stripe_intents
from marketplace.adapters.stripe_client import REFUND_STATES, Connection, in_our_words, money, written
from marketplace.adapters.stripe_payouts import StripePayouts, usual_banks
from marketplace.adapters.stripe_ways import StripeWays
from marketplace.kernel import transaction
from marketplace.payments.errors import ProviderUnavailable
from marketplace.payments.ports import (
    AccountAsked,
    AccountSeen,
    EventSeen,
    IntentAsked,
    IntentSeen,
    Movement,
    OnboardingLink,
    RefundAsked,
    RefundSeen,
    RefundState,
    ReversalAsked,
    ReversalSeen,
    TransferAsked,
    TransferSeen,
)

REFUND: Final[list[str]] = ["balance_transaction", "failure_balance_transaction"]


class StripeGateway(StripePayouts):
    """Payments, transfers, refunds and accounts; `secrets` are those that deliveries of events are signed with."""

    def __init__(self, connection: Connection, *, secrets: tuple[str, ...]) -> None:
        super().__init__(connection)
        self._client = connection.client
        self._secrets = secrets
        self.ways = StripeWays(connection)

    @in_our_words
    def open_intent(self, asked: IntentAsked) -> IntentSeen:
        """Captured at once, so that the charge is in the books when the intent has succeeded."""
        transaction.outside()
        return self._intent(
            "post",
            "",
            amount=asked.amount.minor,
            currency=asked.amount.currency.lower(),
            automatic_payment_methods={"enabled": True, "allow_redirects": "never"},
            capture_method="automatic",
            transfer_group=str(asked.order_id),
            metadata={"order": str(asked.order_id), "payment": str(asked.payment_id)},
            idempotency_key=str(asked.key),
        )

    @in_our_words
    def intent(self, intent_id: str) -> IntentSeen:
        transaction.outside()
        return self._intent("get", f"/{quote(intent_id, safe='')}")

    @in_our_words
    def cancel_intent(self, intent_id: str, *, key: UUID) -> IntentSeen:
        transaction.outside()
        where = f"/{quote(intent_id, safe='')}"
        try:
            return self._intent("post", f"{where}/cancel", idempotency_key=str(key))
        except stripe.InvalidRequestError as error:
            if error.code != "payment_intent_unexpected_state":
                raise
            return self._intent("get", where)

    def _intent(self, method: str, where: str, **asked: Any) -> IntentSeen:
        """One call about an intent, its answer as it came: the hot path of payments."""
        answer = self._client.raw_request(
            method, f"/v1/payment_intents{where}", expand=stripe_intents.EXPANDED, **asked
        )
        return stripe_intents.seen(answer.data)

    @in_our_words
    def transfer(self, asked: TransferAsked) -> TransferSeen:
        """Out of the order's own charge, so that it works before the money has settled and never exceeds it."""
        transaction.outside()
        transfer = self._v1.transfers.create(
            {
                "amount": asked.amount.minor,
                "currency": asked.amount.currency.lower(),
                "destination": asked.account_id,
                "source_transaction": asked.charge_id,
                "transfer_group": str(asked.order_id),
                "metadata": {"order": str(asked.order_id), "operation": str(asked.operation_id)},
            },
            {"idempotency_key": str(asked.key)},
        )
        return _transfer(transfer)

    @in_our_words
    def find_transfer(self, asked: TransferAsked) -> TransferSeen | None:
        transaction.outside()
        listed = self._v1.transfers.list({"transfer_group": str(asked.order_id), "limit": 100})
        ours = (_transfer(each) for each in listed.auto_paging_iter())
        return next((seen for seen in ours if seen.operation_id == asked.operation_id), None)

    @in_our_words
    def seen_transfer(self, transfer_id: str) -> TransferSeen:
        transaction.outside()
        return _transfer(self._v1.transfers.retrieve(transfer_id))

    @in_our_words
    def reverse(self, asked: ReversalAsked) -> ReversalSeen:
        transaction.outside()
        reversal = self._v1.transfers.reversals.create(
            asked.transfer_id,
            {
                "amount": asked.amount.minor,
                "metadata": {"order": str(asked.order_id), "operation": str(asked.operation_id)},
            },
            {"idempotency_key": str(asked.key)},
        )
        return _reversal(reversal)

    @in_our_words
    def find_reversal(self, asked: ReversalAsked) -> ReversalSeen | None:
        transaction.outside()
        found = self._reversals(asked.transfer_id)
        return next((seen for seen in found if seen.operation_id == asked.operation_id), None)

    @in_our_words
    def seen_reversals(self, transfer_id: str) -> Sequence[ReversalSeen]:
        transaction.outside()
        return list(self._reversals(transfer_id))

    def _reversals(self, transfer_id: str) -> Iterator[ReversalSeen]:
        listed = self._v1.transfers.reversals.list(transfer_id, {"limit": 100})
        return (_reversal(each) for each in listed.auto_paging_iter())

    @in_our_words
    def refund(self, asked: RefundAsked) -> RefundSeen:
        """A replayed answer may be older than the truth, so an unfinished refund is looked at once more."""
        transaction.outside()
        refund = self._v1.refunds.create(
            {
                "payment_intent": asked.intent_id,
                "amount": asked.amount.minor,
                "metadata": {"order": str(asked.order_id), "operation": str(asked.operation_id)},
                "expand": REFUND,
            },
            {"idempotency_key": str(asked.key)},
        )
        if refund.status != "succeeded" or refund.balance_transaction is None:
            refund = self._v1.refunds.retrieve(refund.id, {"expand": REFUND})
        return _refund(refund)

    @in_our_words
    def find_refund(self, asked: RefundAsked) -> RefundSeen | None:
        transaction.outside()
        listed = self._v1.refunds.list(
            {"payment_intent": asked.intent_id, "limit": 100, "expand": [f"data.{each}" for each in REFUND]}
        )
        ours = (_refund(each) for each in listed.auto_paging_iter() if written(each, "operation") == asked.operation_id)
        return next((seen for seen in ours if seen.state is not RefundState.FAILED), None)

    @in_our_words
    def seen_refund(self, refund_id: str) -> RefundSeen:
        transaction.outside()
        return _refund(self._v1.refunds.retrieve(refund_id, {"expand": REFUND}))

    @in_our_words
    def open_account(self, asked: AccountAsked) -> AccountSeen:
        """An account whose owner tells Stripe everything on Stripe's own pages; the platform bears fees and losses."""
        transaction.outside()
        account = self._v1.accounts.create(
            {
                "country": asked.country,
                "email": asked.email,
                "controller": {
                    "fees": {"payer": "application"},
                    "losses": {"payments": "application"},
                    "stripe_dashboard": {"type": "express"},
                },
                "capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}},
                "metadata": {"organisation": str(asked.organisation_id)},
            },
            {"idempotency_key": str(asked.key)},
        )
        return _account(account)

    @in_our_words
    def account(self, account_id: str) -> AccountSeen:
        transaction.outside()
        return _account(self._v1.accounts.retrieve(account_id))

    @in_our_words
    def onboarding_link(self, account_id: str, *, return_url: str, refresh_url: str) -> OnboardingLink:
        transaction.outside()
        link = self._v1.account_links.create(
            {
                "account": account_id,
                "type": "account_onboarding",
                "return_url": return_url,
                "refresh_url": refresh_url,
            }
        )
        return OnboardingLink(link.url, datetime.fromtimestamp(link.expires_at, UTC))

    def verify(self, payload: bytes, signature: str | None) -> EventSeen:
        return stripe_events.verify(payload, signature, secrets=self._secrets)


def _movement(entry: stripe.BalanceTransaction) -> Movement:
    return Movement(entry.id, gross=money(entry.amount, entry.currency), fee=money(entry.fee, entry.currency))


def _transfer(transfer: stripe.Transfer) -> TransferSeen:
    entry = transfer.balance_transaction
    if not isinstance(entry, str):
        raise ProviderUnavailable("The transfer is not in the provider's books yet.")
    amount = money(transfer.amount, transfer.currency)
    return TransferSeen(transfer.id, amount, movement_id=entry, operation_id=written(transfer, "operation"))


def _reversal(reversal: stripe.TransferReversal) -> ReversalSeen:
    entry = reversal.balance_transaction
    if not isinstance(entry, str):
        raise ProviderUnavailable("The reversal is not in the provider's books yet.")
    amount = money(reversal.amount, reversal.currency)
    return ReversalSeen(reversal.id, amount, movement_id=entry, operation_id=written(reversal, "operation"))


def _refund(refund: stripe.Refund) -> RefundSeen:
    entry, returned = refund.balance_transaction, getattr(refund, "failure_balance_transaction", None)
    return RefundSeen(
        id=refund.id,
        amount=money(refund.amount, refund.currency),
        state=REFUND_STATES.get(refund.status or "", RefundState.PENDING),
        movement=_movement(entry) if isinstance(entry, stripe.BalanceTransaction) else None,
        operation_id=written(refund, "operation"),
        return_movement=_movement(returned) if isinstance(returned, stripe.BalanceTransaction) else None,
        intent_id=_id(refund.payment_intent),
    )


def _account(account: stripe.Account) -> AccountSeen:
    """Money may be sent when transfers are active and the bank account can be paid."""
    capability = getattr(account.capabilities, "transfers", None)
    may_receive = capability == "active" and bool(account.payouts_enabled)
    return AccountSeen(account.id, may_receive=may_receive, usual_banks=usual_banks(account))


def _id(thing: Any) -> str | None:
    """Of what is shown whole, or by its id alone."""
    return thing if thing is None or isinstance(thing, str) else str(thing.id)
