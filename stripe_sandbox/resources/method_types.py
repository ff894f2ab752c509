"""The ways to pay that the local Stripe knows, and where each can be used.

Sources: docs.stripe.com/payments/alipay, /payments/wechat-pay, /payments/bank-transfers, /payments/sepa-debit.
"""

from functools import cache
from typing import Any, NamedTuple

from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.sdk import answers

Json = dict[str, Any]


class MethodType(NamedTuple):
    """One way to pay."""

    currencies: frozenset[str] | None = None
    """None: every currency."""
    needs_customer: bool = False
    leaves_page: bool = False
    """The customer goes to another page and comes back, so `allow_redirects=never` excludes it."""
    may_hold: bool = False
    """Money can be held now and taken later (manual capture)."""


BANK_TRANSFERS = {
    "eur": "eu_bank_transfer",
    "gbp": "gb_bank_transfer",
    "jpy": "jp_bank_transfer",
    "mxn": "mx_bank_transfer",
    "usd": "us_bank_transfer",
}
"""The kind of bank transfer of each currency."""
TYPES = {
    "card": MethodType(may_hold=True),
    "alipay": MethodType(
        frozenset({"aud", "cad", "chf", "cny", "eur", "gbp", "hkd", "jpy", "myr", "nzd", "sgd", "usd"}),
        leaves_page=True,
    ),
    "wechat_pay": MethodType(
        frozenset({"aud", "cad", "chf", "cny", "dkk", "eur", "gbp", "hkd", "jpy", "nok", "sek", "sgd", "usd"}),
        leaves_page=True,
    ),
    "customer_balance": MethodType(frozenset(BANK_TRANSFERS), needs_customer=True),
    "sepa_debit": MethodType(frozenset({"eur"})),
}


@cache
def usable(wanted: tuple[str, ...] | None, *, currency: str, has_customer: bool, redirects: bool) -> tuple[str, ...]:
    """The ways to pay in a currency, of those wanted; what does not fit is left out silently, as at Stripe."""
    return tuple(
        name
        for name, each in TYPES.items()
        if (wanted is None or name in wanted)
        and (each.currencies is None or currency in each.currencies)
        and (has_customer or not each.needs_customer)
        and (redirects or not each.leaves_page)
    )


def bank_transfer_type(currency: str) -> str:
    """The kind of bank transfer for a currency. Raises InvalidRequest where Stripe takes none."""
    if currency not in BANK_TRANSFERS:
        raise InvalidRequest(f"Bank transfers are not available in {currency}.", param="currency")
    return BANK_TRANSFERS[currency]


def refund_destination(type: str, currency: str) -> Json:
    """Where a refund goes: back to what was paid with."""
    if type == "card":
        return {"type": "card", "card": {"reference_status": "pending", "type": "refund"}}
    where = BANK_TRANSFERS[currency] if type == "customer_balance" else type
    known = answers.inner("refund", "destination_details")
    return {"type": where, **({where: {}} if where in known else {})}
