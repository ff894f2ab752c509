"""Stripe, real or local, as a payments.cashier.Cashier: each way to pay has its adapter, and this one knows which."""

from collections.abc import Mapping

import stripe

from marketplace.adapters import stripe_wallets
from marketplace.adapters.stripe_checkouts import Checkouts
from marketplace.adapters.stripe_client import REFUND_STATES, Connection, in_our_words, money, written
from marketplace.adapters.stripe_invoices import Invoices
from marketplace.adapters.stripe_standing import Intents
from marketplace.adapters.stripe_wallets import Wallets
from marketplace.kernel import transaction
from marketplace.payments.cashier import FundsAsked, WayAsked, WaySeen
from marketplace.payments.models import Method
from marketplace.payments.ports import RefundSeen, RefundState


class StripeWays:
    """Sessions, invoices and wallets; and cards whose intent was put aside for another way."""

    def __init__(self, connection: Connection) -> None:
        self._v1 = connection.v1
        self._intents = Intents(connection)
        self._checkouts = Checkouts(connection, self._intents)
        self._invoices = Invoices(connection, self._intents)
        self._wallets = Wallets(self._intents)

    @in_our_words
    def open(self, asked: WayAsked) -> WaySeen:
        transaction.outside()
        return self._opener(asked.method).open(asked)

    @in_our_words
    def look(self, asked: WayAsked) -> WaySeen:
        transaction.outside()
        assert asked.provider_id is not None, "what was never opened cannot be looked at"
        if asked.method is Method.CHECKOUT:
            return self._checkouts.look(asked.provider_id)
        if asked.method is Method.INVOICE:
            return self._invoices.look(asked.provider_id)
        return self._wallets.look(asked.method, asked.provider_id)

    @in_our_words
    def end(self, asked: WayAsked) -> WaySeen:
        transaction.outside()
        return self._opener(asked.method).end(asked)

    @in_our_words
    def of_intent(self, intent_id: str) -> WaySeen:
        transaction.outside()
        standing = self._intents.standing(intent_id)
        if "way" not in standing.metadata:
            return stripe_wallets.seen(Method.CARD, standing)
        if "method" in standing.metadata:
            return stripe_wallets.seen(_method(standing.metadata["method"]), standing)
        found = self._checkouts.of_intent(intent_id) or self._invoices.of_intent(intent_id)
        return found or stripe_wallets.seen(Method.CARD, standing)

    @in_our_words
    def of_session(self, session_id: str) -> WaySeen:
        transaction.outside()
        return self._checkouts.look(session_id)

    @in_our_words
    def of_invoice(self, invoice_id: str) -> WaySeen:
        transaction.outside()
        return self._invoices.look(invoice_id)

    @in_our_words
    def funds(self, customer_id: str) -> Mapping[str, int]:
        transaction.outside()
        held = self._v1.customers.cash_balance.retrieve(customer_id).available
        return {} if held is None else {name.upper(): int(held[name]) for name in held.to_dict() if held[name]}

    @in_our_words
    def return_funds(self, asked: FundsAsked) -> RefundSeen:
        """A replayed answer may be older than the truth, so an unfinished one is looked at once more."""
        transaction.outside()
        refund = self._v1.refunds.create(
            {
                "origin": "customer_balance",
                "customer": asked.customer_id,
                "amount": asked.amount.minor,
                "currency": asked.amount.currency.lower(),
                "metadata": {"order": str(asked.order_id), "operation": str(asked.operation_id)},
            },
            {"idempotency_key": str(asked.key)},
        )
        if refund.status != "succeeded":
            refund = self._v1.refunds.retrieve(refund.id)
        return _refund(refund)

    @in_our_words
    def find_returned(self, asked: FundsAsked) -> RefundSeen | None:
        """Stripe lists no refunds by customer, so all are looked through, the newest first."""
        transaction.outside()
        for each in self._v1.refunds.list({"limit": 100}).auto_paging_iter():
            if written(each, "operation") == asked.operation_id and each.status != "failed":
                return _refund(each)
        return None

    def _opener(self, method: Method) -> Checkouts | Invoices | Wallets:
        if method is Method.CHECKOUT:
            return self._checkouts
        return self._invoices if method is Method.INVOICE else self._wallets


def _method(name: str) -> Method:
    """What we wrote; of a word that is none of ours, the plainest."""
    return Method(name) if name in set(Method) else Method.CARD


def _refund(refund: stripe.Refund) -> RefundSeen:
    return RefundSeen(
        id=refund.id,
        amount=money(refund.amount, refund.currency),
        state=REFUND_STATES.get(refund.status or "", RefundState.PENDING),
        movement=None,
        operation_id=written(refund, "operation"),
    )
