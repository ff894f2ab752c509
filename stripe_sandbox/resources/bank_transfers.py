"""Where a customer transfers money to: made-up accounts of no real bank, one for each customer and currency."""

import hashlib
from typing import Any

from stripe_sandbox.resources.method_types import bank_transfer_type

Json = dict[str, Any]
NOWHERE = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
COUNTRIES = {"eur": "DE", "gbp": "GB", "jpy": "JP", "mxn": "MX", "usd": "US"}


def instructions(customer: str, currency: str) -> Json:
    """What a customer has to know to transfer money. Raises InvalidRequest for other currencies."""
    return {
        "country": COUNTRIES[currency] if bank_transfer_type(currency) else "",
        "financial_addresses": [_address(_digits(customer), currency)],
        "type": bank_transfer_type(currency),
    }


def reference(intent: str) -> str:
    """What a customer writes on a transfer, so that it pays what it is meant for."""
    return hashlib.sha256(intent.encode()).hexdigest()[:12].upper()


def sender(currency: str) -> Json:
    """What is known of whoever sent money."""
    return {"type": bank_transfer_type(currency), "reference": None}


def _digits(customer: str) -> str:
    """Ten digits that belong to a customer."""
    return f"{int(hashlib.sha256(customer.encode()).hexdigest(), 16) % 10**10:010}"


def _address(digits: str, currency: str) -> Json:
    type, networks, told = {
        "eur": (
            "iban",
            ["sepa"],
            {"bic": "LOCADEFFXXX", "country": "DE", "iban": f"DE00LOCAL{digits}"},
        ),
        "gbp": ("sort_code", ["bacs", "fps"], {"account_number": digits[:8], "sort_code": "000000"}),
        "jpy": (
            "zengin",
            ["zengin"],
            {
                "account_number": digits[:7],
                "account_type": "futsu",
                "bank_code": "0000",
                "bank_name": "Local Stripe",
                "branch_code": "000",
                "branch_name": "Loopback",
            },
        ),
        "mxn": ("spei", ["spei"], {"bank_code": "000", "bank_name": "Local Stripe", "clabe": f"00000000{digits}"}),
        "usd": (
            "aba",
            ["ach", "domestic_wire_us"],
            {
                "account_number": digits,
                "account_type": "checking",
                "bank_name": "Local Stripe",
                "routing_number": "000000000",
            },
        ),
    }[currency]
    owner = {"account_holder_address": NOWHERE, "account_holder_name": "Local Stripe", "bank_address": NOWHERE}
    return {"type": type, "supported_networks": networks, type: {**owner, **told}}
