"""The answer to a dispute: what of an order's record goes to the bank, how much of it, and in which words. Pure.

Chronological and grouped by kind, short enough to be read, as Stripe advises (docs.stripe.com/disputes/best-practices);
a document has at most 5 MB (docs.stripe.com/file-upload) and, as Mastercard takes no more, 19 pages; each field at most
20,000 characters (docs.stripe.com/api/disputes/update).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

TEMPLATE: Final = Path(__file__).with_name("evidence.typ")
MOST_BYTES: Final = 4_500_000
LONGEST_FACT: Final = 20_000
MOST_DRAFTS: Final = 20
"""Answers that are gathered for one dispute before one is sent."""


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of the record is shown: the newest messages, each cut, the first pictures, so many lines of the rest."""

    messages: int
    letters: int
    pictures: int
    rows: int


MOST_CLAIMS: Final = 10
DETAILS: Final = (Detail(45, 500, 12, 30), Detail(30, 300, 0, 25), Detail(15, 200, 0, 15))
"""From full to short; the first whose document is small enough is taken."""

Record = Mapping[str, Any]
"""What the customer may see of their order, as plain JSON values: see workflows.money.evidence_record."""


def figures(record: Record, detail: Detail) -> dict[str, Any]:
    """What the document shows of the record; what is left out is counted, so that nobody takes a part for the whole."""
    lines = [
        {**line, "picture": line["picture"] if number < detail.pictures else None}
        for number, line in enumerate(record["lines"][: detail.rows])
    ]
    said = record["messages"][-detail.messages :]
    return {
        **record,
        "lines": lines,
        "shipments": record["shipments"][: detail.rows],
        "inspections": record["inspections"][: detail.rows],
        "claims": [
            {**each, "text": cut(each["text"], detail.letters), "decision": cut(each["decision"], detail.letters)}
            for each in record["claims"][-MOST_CLAIMS:]
        ],
        "timeline": [
            {**each, "facts": cut(each["facts"], detail.letters)} for each in record["timeline"][-3 * detail.rows :]
        ],
        "messages": [{**each, "text": cut(each["text"], detail.letters)} for each in said],
        "left_out": {
            "lines": len(record["lines"]) - len(lines),
            "messages": len(record["messages"]) - len(said),
            "timeline": max(0, len(record["timeline"]) - 3 * detail.rows),
        },
    }


def facts(record: Record, statement: str) -> dict[str, str]:
    """The same in the bank's fields, those that have something to say."""
    lines: Sequence[Record] = record["lines"]
    shipments: Sequence[Record] = record["shipments"]
    sold = "\n".join(f"{each['quantity']} × {each['description']}: {each['making']}, {each['total']}" for each in lines)
    told = {
        "product_description": f"Parts made to the customer's own drawing, order {record['order']['number']}.\n{sold}",
        "customer_name": f"{record['customer']['person']}, {record['customer']['name']}",
        "customer_email": record["customer"]["email"],
        "shipping_address": record["order"]["address"],
        "shipping_carrier": _once(each["carrier"] for each in shipments),
        "shipping_tracking_number": _once(each["tracking_number"] for each in shipments),
        "shipping_date": _once(each["at"][:10] for each in shipments),
        "terms": record["terms"],
        "statement": statement or record["summary"],
    }
    return {name: cut(value, LONGEST_FACT) for name, value in told.items() if value}


def cut(text: str, most: int) -> str:
    """The beginning of a text that is too long, which says that it is only that."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _once(values: Any) -> str:
    """Each value once, in its order; several are separated by commas."""
    return ", ".join(dict.fromkeys(values))
