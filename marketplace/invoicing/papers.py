"""Documents and statements as pages: typeset from what was frozen, with the invoice for programs in it."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from marketplace.invoicing import electronic
from marketplace.invoicing.models import Document
from marketplace.invoicing.ports import ElectronicInvoices
from marketplace.kernel.documents import Typesetter
from marketplace.kernel.money import written
from marketplace.ledger.values import OfCurrency, Statement

INVOICE: Final = Path(__file__).with_name("invoice.typ")
STATEMENT: Final = Path(__file__).with_name("statement.typ")
INSIDE: Final = "with an electronic invoice (Factur-X, EN 16931) in this file 内含电子发票"
BESIDE: Final = "the electronic invoice (EN 16931) lies beside this file 电子发票随附"
AMOUNTS: Final = ("net_minor", "tax_minor", "total_minor")


def pdf(document: Document, typesetter: Typesetter, electronic_invoices: ElectronicInvoices) -> bytes:
    """A document to be read by people, with what programs read in it."""
    told = document.facts
    page = typesetter.pdf(INVOICE, figures(told), made_at=document.created_at)
    return electronic_invoices.embed(
        page, electronic.xml(told), title=document.written_number, author=told["seller"]["name"]
    )


def figures(told: Mapping[str, Any], *, electronic_invoice: str = INSIDE) -> dict[str, Any]:
    """The facts of a document as its page shows them: amounts in words, and where the invoice for programs is."""
    shown = {each.removesuffix("_minor"): written(told[each], told["currency"]) for each in AMOUNTS}
    shown["due"] = written(0, told["currency"])  # nothing is issued before the money was there
    return {
        **told,
        "amounts": shown,
        "electronic_invoice": electronic_invoice,
        "rate": f"{electronic.decimal(told['tax']['rate_bps'], 2)} %",
    }


def statement(of: Mapping[str, Any], shown: Statement, typesetter: Typesetter, *, made_at: datetime) -> bytes:
    """What a seller had with the marketplace in a period; `of` is its name and country."""
    told = {
        "of": dict(of),
        "first_day": shown.period.first_day.isoformat(),
        "last_day": shown.period.last_day.isoformat(),
        "made_at": made_at.date().isoformat(),
        "currencies": [_currency(each) for each in shown.currencies],
    }
    return typesetter.pdf(STATEMENT, told, made_at=made_at)


def _currency(of: OfCurrency) -> dict[str, Any]:
    return {
        "currency": of.currency,
        "opening": written(of.opening_minor, of.currency),
        "closing": written(of.closing_minor, of.currency),
        "movements": [
            {
                "at": each.at.date().isoformat(),
                "kind": each.kind.replace("_", " "),
                "order": str(each.order_number or ""),
                "amount": written(each.amount_minor, of.currency),
            }
            for each in of.movements
        ],
    }
