"""The printed report: the figures that were signed stand on the page, in their fields."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from marketplace.adapters.documents.typesetting import TypstTypesetter
from marketplace.quality import documents, judging, planning, reporting
from marketplace.quality.values import EntryKind, Stage
from tests.inspections import CALIPER, KEY
from tests.marketplace.quality.books import chained, lost, plan, size, value, whole

THEN = datetime(2027, 3, 1, tzinfo=UTC)
JOB = {
    "id": "0190a000-0000-7000-8000-000000000002",
    "order_number": 1001,
    "purchase_order_number": "PO-2027-18",
    "part": "支架 Bracket",
    "revision": 2,
    "file_name": "支架_v2.step",
    "file_sha256": "ab" * 32,
    "factory": {"name": "苏州精密机械有限公司", "country": "CN"},
    "process": {"id": "cnc_milling", "name_en": "CNC milling", "name_zh": "数控铣削"},
    "material": {
        "id": "aluminium_6061",
        "name_en": "Aluminium 6061",
        "name_zh": "6061 铝合金",
        "codes": {"EN": "EN AW-6061", "UNS": "A96061", "GB": "6061"},
    },
    "finishes": [{"id": "x", "name_en": "Anodised", "name_zh": "阳极氧化", "standard": "ISO 7599"}],
    "certificates": ["en10204_3_1"],
    "tolerance": {"id": "standard", "standard": "ISO 2768-1 m"},
    "quantity": 5,
}
LOT = {
    "material": "EN AW-6061 T6",
    "lot_number": "H-4711",
    "supplier": "西南铝业",
    "certificate": "3.1",
    "certificate_number": "31-0815",
    "certificate_sha256": "cd" * 32,
}


RESULT = re.compile(r"Result 结论 (\w+)")
"""What the report says of the whole record."""


def signed(*said, level="first_article", quantity=5, kind=Stage.FIRST_ARTICLE, job=None):
    begun = plan(level, quantity)
    begun[1]["job"] = {**JOB, **(job or {})}
    entries = chained(begun, *said)
    record = {
        "id": "0190a000-0000-7000-8000-00000000abcd",
        "number": 1,
        "kind": kind.value,
        "shipment": None,
        "ends_inspection": False,
        "closed_at": "2027-03-01T09:00:00.000Z",
        "closed_by": {"user_id": JOB["id"], "name": "王小明"},
    }
    head = {"record": record, "verdict": judging.verdict(judging.findings(entries))}
    document = documents.document(head, entries)
    seal = documents.seal(document, KEY)
    return {
        "document": document,
        "seal": seal,
        "signature": documents.signature(seal, KEY),
        "public_key": KEY.public_key,
    }


def printed(record):
    shown = reporting.figures(record, verify_at="https://forge.example/records/verify")
    pages = PdfReader(BytesIO(TypstTypesetter().pdf(reporting.TEMPLATE, shown, made_at=THEN))).pages
    return re.sub(r"[\s\u200b]+", " ", " ".join(page.extract_text() for page in pages)), len(pages)


def test_every_figure_that_was_signed_is_printed():
    record = signed(
        (EntryKind.LOT, LOT),
        (EntryKind.INSTRUMENT, CALIPER),
        *whole(1, stage="first_article"),
        *whole(1),
        *whole(2, passes=False),
        lost(EntryKind.SCRAP, 2, minutes=25),
    )
    text, pages = printed(record)

    for told in (
        "First article inspection report", "首件检验报告", "Form 1", "Form 2", "Form 3", "支架_v2.step", "支架 Bracket",
        "苏州精密机械有限公司", "PO-2027-18", "数控铣削", "王小明", "2027-03-01", "EN AW-6061 T6", "H-4711", "西南铝业",
        "EN 10204 3.1 31-0815", "阳极氧化", "ISO 7599", "C-17", "2099-12-31", "8 (7.8 … 8.2) mm", "8.00", "9.00 (fails",
        "The drill broke.", "ISO 2768-1 m", "code letter", record["document"]["record"]["id"], record["seal"]["key_id"],
        record["document"]["entries"][-1]["hash"], record["signature"], "https://forge.example/records/verify",
    ):  # fmt: skip
        assert told in text, told
    assert pages >= 2


def test_the_result_of_a_first_article_is_its_own_and_not_the_lots():
    said = [(EntryKind.INSTRUMENT, CALIPER), *whole(1, stage="first_article")]

    of_piece, _ = printed(signed(*said))
    of_lot, _ = printed(signed(*said, kind=Stage.IN_PROCESS))

    assert RESULT.search(of_piece)[1] == "accepted"
    assert RESULT.search(of_lot)[1] == "incomplete"


@pytest.mark.parametrize("kind", Stage)
def test_a_record_of_nothing_is_printed_too(kind):
    text, _ = printed(signed(level="none", kind=kind, job={"finishes": [], "certificates": []}))

    assert "not asked" in text


def test_a_correction_is_printed_beside_what_it_corrects():
    text, _ = printed(signed(value(1, passes=False), value(1, corrects=2)))

    assert "Annex C" in text
    assert "corrected values 更正 1" in text


def test_names_without_end_stay_on_the_page():
    endless = {"part": "x" * 200, "file_name": "长" * 100 + "y" * 150 + ".step", "purchase_order_number": "P" * 60}
    text, pages = printed(signed(job={**endless, "factory": {"name": "Z" * 200, "country": "DE"}}))

    assert pages <= 3
    assert "Z" * 200 in text.replace(" ", "")


def test_a_large_record_is_printed_on_many_pages():
    said = [each for piece in range(1, 401) for each in whole(piece)]
    text, pages = printed(signed(*said, level="full", quantity=400))

    assert pages > 10
    assert "Final 终检 400" in text


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (size("8", "7.8", "8.2"), "8 (7.8 … 8.2) mm"),
        (size("8", "7.9925", "8.0075"), "8 (7.9925 … 8.0075) mm"),
        (size("8", None, "8.2"), "≤ 8.2 mm"),
        (size("8", "7.8", None), "≥ 7.8 mm"),
        (size("8", None, None, says="by eye"), "8 mm"),
        (planning.VISUAL, planning.VISUAL.says),
    ],
)
def test_a_requirement_is_one_line(wanted, told):
    assert reporting.requirement(wanted) == told


def test_of_a_sample_the_report_tells_between_what_it_lay():
    far = (EntryKind.MEASUREMENT, {**value(2)[1], "value": "10.0"})
    near = (EntryKind.MEASUREMENT, {**value(3)[1], "value": "9.99"})
    rows = reporting.figures(signed(value(1), near, far, level="standard"), verify_at="x")["characteristics"]

    assert rows[0]["result"] == "8.00 … 10.0 (3 pieces)", "as numbers, not as words"
    assert Decimal("10.0") > Decimal("9.99")
