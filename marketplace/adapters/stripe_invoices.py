"""Invoices that are paid by bank transfer: to a virtual account that Stripe makes for each payment alone.

Whatever arrives there is of this payment, with or without its reference: no other invoice has the same account.
Sources: docs.stripe.com/invoicing/bank-transfer, docs.stripe.com/payments/customer-balance.
"""

from typing import Any, Final

import stripe

from marketplace.adapters.stripe_client import Connection, written
from marketplace.adapters.stripe_standing import Intents, Standing
from marketplace.payments.cashier import WayAsked, WaySeen
from marketplace.payments.errors import ProviderUnavailable
from marketplace.payments.models import Method, WayState

TRANSFERS: Final = {
    "EUR": "eu_bank_transfer",
    "GBP": "gb_bank_transfer",
    "JPY": "jp_bank_transfer",
    "MXN": "mx_bank_transfer",
    "USD": "us_bank_transfer",
}
"""The kind of bank transfer in each currency; `payments.methods` offers these currencies and no other."""
STATES: Final = {
    "draft": WayState.OPENING,
    "void": WayState.ENDED,
    "uncollectible": WayState.ENDED,
}


class Invoices:
    """Opens, shows and voids invoices."""

    def __init__(self, connection: Connection, intents: Intents) -> None:
        self._v1 = connection.v1
        self._intents = intents

    def open(self, asked: WayAsked) -> WaySeen:
        """A customer of its own, an invoice of one line, and the account to transfer to; each step under its own key.

        We hand the bank details out ourselves, so nothing is sent by mail.
        """
        marks = {"order": str(asked.order_id), "payment": str(asked.payment_id), "way": str(asked.way_id)}
        customer = self._v1.customers.create(
            {"name": asked.customer, "description": f"Order {asked.order_number}", "metadata": marks},
            _key(asked, "customer"),
        )
        invoice = self._v1.invoices.create(
            {
                "customer": customer.id,
                "currency": asked.amount.currency.lower(),
                "collection_method": "send_invoice",
                "due_date": int(asked.due_by.timestamp()),
                "auto_advance": False,
                "pending_invoice_items_behavior": "exclude",
                "metadata": marks,
                "payment_settings": {
                    "payment_method_types": ["customer_balance"],
                    "payment_method_options": {
                        "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": _transfer(asked)}
                    },
                },
            },
            _key(asked, "invoice"),
        )
        self._v1.invoice_items.create(
            {
                "customer": customer.id,
                "invoice": invoice.id,
                "amount": asked.amount.minor,
                "currency": asked.amount.currency.lower(),
                "description": f"Order {asked.order_number}",
            },
            _key(asked, "item"),
        )
        invoice = self._v1.invoices.finalize_invoice(invoice.id, {"auto_advance": False}, _key(asked, "finalize"))
        intent_id = self._intent_of(invoice.id)
        if intent_id is None:
            raise ProviderUnavailable("The provider has not yet made the payment of the invoice.")
        self._v1.payment_intents.update(
            intent_id, {"metadata": marks, "transfer_group": str(asked.order_id)}, _key(asked, "marks")
        )
        return self._seen(self._v1.invoices.retrieve(invoice.id))

    def look(self, invoice_id: str) -> WaySeen:
        """An invoice as it is now."""
        return self._seen(self._v1.invoices.retrieve(invoice_id))

    def of_intent(self, intent_id: str) -> WaySeen | None:
        """The invoice that an intent pays."""
        found = self._v1.invoice_payments.list(
            {"payment": {"type": "payment_intent", "payment_intent": intent_id}, "limit": 1}
        ).data
        return self.look(_id(found[0].invoice)) if found else None

    def end(self, asked: WayAsked) -> WaySeen:
        """Void it; what was transferred in part stays the customer's, until it is sent back to them."""
        seen = self.look(asked.provider_id) if asked.provider_id else self.open(asked)
        if seen.state in (WayState.PAID, WayState.ENDED):
            return seen
        try:
            return self._seen(self._v1.invoices.void_invoice(seen.id, {}, _key(asked, "void")))
        except stripe.InvalidRequestError:
            return self.look(seen.id)

    def _intent_of(self, invoice_id: str) -> str | None:
        found = self._v1.invoice_payments.list({"invoice": invoice_id, "limit": 1}).data
        intent = found[0].payment.payment_intent if found else None
        return None if intent is None else _id(intent)

    def _seen(self, invoice: stripe.Invoice) -> WaySeen:
        customer_id = _id(invoice.customer)
        intent_id = self._intent_of(invoice.id)
        standing = self._intents.standing(intent_id) if intent_id else None
        funded = _funded(standing)
        return WaySeen(
            id=invoice.id,
            method=Method.INVOICE,
            state=_state(invoice, standing, funded),
            way_id=written(invoice, "way"),
            intent=standing.seen if standing else None,
            customer_id=customer_id,
            url=invoice.hosted_invoice_url,
            instructions=_instructions(standing),
            funded_minor=funded,
        )


def _state(invoice: stripe.Invoice, standing: Standing | None, funded: int) -> WayState:
    if invoice.status in STATES or standing is None:
        return STATES.get(invoice.status or "", WayState.REQUIRES_ACTION)
    if standing.state is WayState.REQUIRES_ACTION and funded:
        return WayState.PARTIALLY_FUNDED
    return standing.state


def _funded(standing: Standing | None) -> int:
    """What has been counted for it: all of it once it is paid."""
    if standing is None or standing.state is WayState.ENDED:
        return 0
    if standing.left_minor is None:
        return standing.seen.amount.minor if standing.state is WayState.PAID else 0
    return standing.seen.amount.minor - standing.left_minor


def _instructions(standing: Standing | None) -> dict[str, Any] | None:
    """Where to transfer the money to, in Stripe's own words for each country; None once nothing is awaited."""
    told = standing.next_action.get("display_bank_transfer_instructions") if standing else None
    if not told:
        return None
    accounts = [{"type": each["type"], **each[each["type"]]} for each in told["financial_addresses"]]
    return {"reference": told["reference"], "accounts": accounts}


def _transfer(asked: WayAsked) -> Any:
    kind = TRANSFERS[asked.amount.currency]
    return {"type": kind, **({kind: {"country": "DE"}} if kind == "eu_bank_transfer" else {})}


def _key(asked: WayAsked, step: str) -> Any:
    return {"idempotency_key": f"{asked.key}:{step}"}


def _id(thing: Any) -> str:
    return thing if isinstance(thing, str) else str(thing.id)
