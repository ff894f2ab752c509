"""What goes to the bank: bounded in every direction, and true about what it leaves out."""

import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from marketplace.adapters.documents.typesetting import TypstTypesetter
from marketplace.disputes import answering
from marketplace.disputes.answering import DETAILS, LONGEST_FACT, MOST_BYTES, cut, facts, figures

THEN = datetime(2027, 3, 1, tzinfo=UTC)
LONG = "The bores of the third piece are not where the drawing has them, 孔位不对. " * 60
MOST_PAGES = 19


def picture(side: int) -> list[int]:
    """A grey PNG of that many points a side, whose points no compression makes fewer."""
    noise = bytearray()
    seed = 1
    for _ in range(side):
        noise.append(0)
        for _ in range(side):
            seed = seed * 1_103_515_245 + 12_345 & 0x7FFFFFFF
            noise.append(seed >> 16 & 0xFF)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(noise))), (b"IEND", b"")]
    told = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return list(b"\x89PNG\r\n\x1a\n" + told)


def record(lines: int = 1, said: int = 1, acts: int = 1, side: int = 16) -> dict[str, Any]:
    """A record as workflows.money.evidence_record makes it, as long as told."""
    at = "2027-03-01T09:00:00+00:00"
    drawn = picture(side)
    line = {
        "description": "支架 Bracket",
        "file_name": f"{'bracket_' * 12}.step",
        "revision": 2,
        "sha256": "ab" * 32,
        "making": "cnc milling, aluminium 6061",
        "factory": "苏州精密机械有限公司",
        "ships_on": "2027-03-20",
        "quantity": 25,
        "total": "1,413.62 EUR",
        "picture": drawn,
    }
    shipment = {"line": 1, "at": at, "pieces": 25, "carrier": "DHL", "tracking_number": "JD0146"}
    sealed = {"line": 1, "at": at, "number": 1, "id": "0190a000-0000-7000-8000-00000000abcd", "seal": "cd" * 16}
    return {
        "made_at": at,
        "marketplace": "https://forge.example",
        "statement": LONG[:4000],
        "summary": "Order 1004 was placed.",
        "dispute": {"id": "du_1", "reason": "product not received", "amount": "9.00 EUR", "answer_by": at},
        "order": {
            "number": 1004,
            "placed_at": at,
            "reference": "PO-7",
            "address": "Werkstraße 7, München",
            "paid": "9.00 EUR",
            "refunded": "",
        },
        "customer": {"name": "Example Robotics", "country": "DE", "person": "Ada", "email": "ada@example.test"},
        "terms": "Made to order.",
        "lines": [line] * lines,
        "inspections": [{**sealed, "stage": "final", "outcome": "accepted"}] * lines,
        "shipments": [shipment] * lines,
        "acceptances": [{"line": 1, "says": "the customer took the goods on", "at": at}],
        "claims": [{"line": 1, "at": at, "text": LONG, "state": "settled", "decision": LONG}] * min(lines, 10),
        "timeline": [{"at": at, "who": "factory", "what": "job shipped", "facts": "carrier DHL, pieces 25"}] * acts,
        "messages": [{"at": at, "who": "customer: Ada", "text": f"{number}: {LONG}"} for number in range(said)],
    }


def pdf(told: dict[str, Any]) -> PdfReader:
    content = TypstTypesetter().pdf(answering.TEMPLATE, told, made_at=THEN)
    assert len(content) <= MOST_BYTES
    return PdfReader(BytesIO(content))


def words(document: PdfReader) -> str:
    return " ".join(page.extract_text() for page in document.pages).replace("\u200b", "").replace("\n", " ")


@pytest.mark.parametrize("detail", DETAILS)
def test_the_longest_record_is_a_document_that_banks_take(detail: answering.Detail) -> None:
    document = pdf(figures(record(lines=60, said=500, acts=2_000, side=330), detail))

    assert len(document.pages) <= MOST_PAGES
    told = words(document)
    assert f"{500 - detail.messages} more earlier messages" in told
    assert f"{60 - detail.rows} more lines" in told
    assert "499:" in told, "the newest are kept"


def test_a_short_record_is_shown_whole() -> None:
    told = words(pdf(figures(record(), DETAILS[0])))

    for said in ("Evidence", "支架 Bracket", "JD0146", "Example Robotics, DE", "PO-7", "Werkstraße 7", "accepted"):
        assert said in told, said
    assert "left out" not in told


def test_a_record_of_nothing_says_so() -> None:
    empty = {**record(), "inspections": [], "shipments": [], "acceptances": [], "claims": [], "messages": []}
    told = words(pdf(figures({**empty, "statement": ""}, DETAILS[0])))

    for said in (
        "Nothing has been shipped yet",
        "not accepted yet",
        "No complaint",
        "Nobody wrote",
        "No quality record",
    ):
        assert said in told, said


def test_the_banks_fields_are_short_and_hold_nothing_empty() -> None:
    told = facts(record(lines=900), "")

    assert all(0 < len(value) <= LONGEST_FACT for value in told.values())
    assert sum(map(len, told.values())) <= 150_000
    assert told["product_description"].endswith("…")
    assert (told["shipping_carrier"], told["shipping_date"]) == ("DHL", "2027-03-01")
    assert told["statement"] == "Order 1004 was placed."
    assert "shipping_carrier" not in facts({**record(), "shipments": []}, "It is being made.")


def test_a_text_that_is_too_long_says_that_it_is_only_the_beginning() -> None:
    assert (cut("abc", 3), cut("abcd", 3), cut("", 3)) == ("abc", "ab…", "")
