"""What a document says, as plain values that never change once they are stored. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from marketplace.accounts.models import Organisation
from marketplace.invoicing.models import CREDITS, Document
from marketplace.invoicing.rules import Due
from marketplace.kernel.money import EXPONENTS
from marketplace.orders.models import Job, Order, OrderLine
from marketplace.taxes.rules import UNTAXED
from marketplace.taxes.values import Supply, Treatment

CATEGORIES: Final = {
    Treatment.NOT_REGISTERED: "O",
    Treatment.DOMESTIC: "S",
    Treatment.DESTINATION: "S",
    Treatment.INTRA_COMMUNITY: "K",
    Treatment.REVERSE_CHARGE: "AE",
    Treatment.EXPORT: "G",
    Treatment.OUTSIDE_SCOPE: "O",
}
"""Codes of duty, tax and fee categories (UNTDID 5305) as EN 16931-1 uses them."""


@dataclass(frozen=True, slots=True)
class Platform:
    """Who runs this marketplace, as its invoices name it."""

    name: str
    country: str | None
    """ISO 3166-1 alpha-2; None where the settings do not say."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """All around one document: the job, what was decided of its tax, who sells and buys, when it was supplied."""

    job: Job
    order: Order
    line: OrderLine
    part: str
    """As its owner called it on the day."""
    taxed: Mapping[str, Any] | None
    """As the offer keeps it; None: neither party is registered for tax."""
    factory: Organisation
    customer: Organisation
    platform: Platform
    issued_on: date
    supplied_on: date


def facts(due: Due, at: Occasion, *, number: str, corrects: Document | None) -> dict[str, Any]:
    """All that the document prints. Amounts are in minor units of its currency, of a credit note what is taken back."""
    goods = due.supply is Supply.GOODS
    decision = _decision(at.taxed, due.supply)
    factory = {"name": at.factory.name, "country": at.factory.country}
    customer = {"name": at.customer.name, "country": at.customer.country}
    platform = {"name": at.platform.name, "country": at.platform.country or _country(decision)}
    seller, buyer = (factory, customer) if goods else (platform, factory)
    return {
        "kind": due.kind.value,
        "number": number,
        "issued_on": at.issued_on.isoformat(),
        "supplied_on": at.supplied_on.isoformat(),
        "currency": at.job.currency,
        "exponent": EXPONENTS[at.job.currency],
        "seller": {**seller, "tax_number": decision["seller_number"]},
        "buyer": {**buyer, "tax_number": decision["buyer_number"]},
        "deliver_to": at.job.goes_to if goods else None,
        "order": {
            "number": at.order.number,
            "purchase_order_number": at.order.purchase_order_number if goods else "",
            "incoterm": at.order.incoterm.value if goods else None,
            "line": at.job.line_number,
        },
        "item": {
            "name": f"{at.part}: {at.line.description}" if goods else f"Marketplace fee, order {at.order.number}",
            "quantity": at.job.quantity if goods else 1,
            "is_goods": goods,
        },
        "net_minor": due.net_minor,
        "tax_minor": due.tax_minor,
        "total_minor": due.total_minor,
        "tax": {
            "category": CATEGORIES[Treatment(decision["treatment"])],
            "treatment": decision["treatment"],
            "rate_bps": decision["rate_bps"],
            "note": decision["note"] or ("" if decision["rate_bps"] else decision["reason"]),
        },
        "corrects": None if corrects is None else _reference(corrects),
        "why": _in_words(due.why) if due.kind in CREDITS else None,
    }


def _decision(taxed: Mapping[str, Any] | None, supply: Supply) -> Mapping[str, Any]:
    if taxed is None:
        return UNTAXED.as_json()
    decision: Mapping[str, Any] = taxed if supply is Supply.GOODS else taxed["fee"]
    return decision


def _country(decision: Mapping[str, Any]) -> str | None:
    """Of the number under which the platform charged its fee."""
    number = decision["seller_number"] or ""
    return number[:2] if number[:2].isalpha() else None


def _in_words(why: str) -> str:
    """The reason of a share without the ids that make it one of a kind: `staff_01…` is told as `staff`."""
    words = re.split(r"[_:][0-9a-f]{8}-|:", why)[0]
    return words.replace("_", " ") or why


def _reference(document: Document) -> dict[str, str]:
    return {"number": document.written_number, "issued_on": document.facts["issued_on"]}


def party_ids(job: Job) -> tuple[UUID, UUID]:
    """The factory and the customer of a job that is loaded with its order."""
    return job.factory_id, job.order.organisation_id
