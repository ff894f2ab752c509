"""Writes what docs/quality.md shows of the code, and its example of a signed record: `python -m tools.quality_docs`.

The example is signed with a key that everybody knows (the bytes 0 to 31), so that it comes out the same every time.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from marketplace.geometry.values import FileKind, Hole, Measurement, Units
from marketplace.quality import chain, documents, judging, planning
from marketplace.quality.inspecting import MOST_ENTRIES
from marketplace.quality.invariants import INVARIANTS, PROOFS
from marketplace.quality.signing import SigningKey
from marketplace.quality.values import EntryKind, Side, Stage
from tools.papers import ROOT, table, written
from tools.verify_record import faults

PAPER: Final = ROOT / "docs" / "quality.md"
EXAMPLE: Final = ROOT / "docs" / "quality-record.json"
KEY: Final = SigningKey(bytes(range(32)))
BEGAN: Final = datetime(2027, 3, 1, 9, tzinfo=UTC)
PERSON: Final = "0195508f-7c00-7000-8000-000000000001"
BRACKET: Final = Measurement(
    kind=FileKind.STEP,
    declared_units=Units.MM,
    volume_mm3=60_000.0,
    area_mm2=20_000.0,
    box_mm=(100.0, 60.0, 20.0),
    is_closed=True,
    bodies=1,
    triangles=None,
    faces=14,
    holes=(Hole(8.0, 20.0, True, (0.0, 0.0, 1.0), (10.0, 10.0, 10.0)),),
    engine="example",
)
JOB: Final = {
    "id": "0195508f-7c00-7000-8000-000000000002",
    "order_number": 1001,
    "purchase_order_number": "PO-2027-18",
    "part": "支架 Bracket",
    "revision": 1,
    "file_name": "bracket.step",
    "file_sha256": "5f" * 32,
    "factory": {"name": "苏州精密机械有限公司", "country": "CN"},
    "process": {"id": "cnc_milling", "name_en": "CNC milling", "name_zh": "数控铣削"},
    "material": {
        "id": "aluminium_6061",
        "name_en": "Aluminium 6061",
        "name_zh": "6061 铝合金",
        "codes": {"EN": "EN AW-6061", "UNS": "A96061", "GB": "6061"},
    },
    "finishes": [],
    "certificates": [],
    "tolerance": {"id": "standard", "standard": "ISO 2768-1 m"},
    "quantity": 2,
}
CALIPER: Final = {"name": "Caliper 150 mm", "serial": "C-17", "calibrated_until": "2028-01-31"}
LOT: Final = {
    "material": "EN AW-6061 T6",
    "lot_number": "H-4711",
    "supplier": "Alu AG",
    "certificate": "3.1",
    "certificate_number": "31-0815",
    "certificate_sha256": None,
}
REWORK: Final = {"pieces": [2], "reason": "The hole was reamed once more.", "minutes": 12}
PIECES: Final = (("100.02", "59.98", "20.05", "8.07"), ("100.00", "60.01", "20.02", "7.79"))
INSTRUMENT: Final = 3
"""The number of the entry that names the caliper."""
HOLE: Final = 4


def said() -> list[tuple[EntryKind, Mapping[str, Any]]]:
    """A first article and a lot of two, of which the second piece is made good."""
    sizes = planning.characteristics(BRACKET, process="cnc_milling", tolerance_id="standard", thickness_mm=None)
    plan = {
        "job": JOB,
        "sampling": planning.sample("first_article", 2),
        "characteristics": [e.as_json() for e in sizes],
    }
    return [
        (EntryKind.PLAN, plan),
        (EntryKind.LOT, LOT),
        (EntryKind.INSTRUMENT, CALIPER),
        *_piece(Stage.FIRST_ARTICLE, 1, PIECES[0]),
        *_piece(Stage.FINAL, 1, PIECES[0]),
        *_piece(Stage.FINAL, 2, PIECES[1]),
        (EntryKind.REWORK, REWORK),
        *_piece(Stage.FINAL, 2, (*PIECES[1][:3], "8.11")),
    ]


def _piece(stage: Stage, piece: int, sizes: tuple[str, ...]) -> list[tuple[EntryKind, Mapping[str, Any]]]:
    measured = [_value(stage, piece, number, size) for number, size in enumerate(sizes, 1)]
    return [*measured, _value(stage, piece, len(sizes) + 1, None)]


def _value(stage: Stage, piece: int, number: int, size: str | None) -> tuple[EntryKind, Mapping[str, Any]]:
    return EntryKind.MEASUREMENT, {
        "stage": stage.value,
        "piece": piece,
        "characteristic": number,
        "value": size,
        "passes": not (number == HOLE and size == PIECES[1][3]),
        "instrument": None if size is None else INSTRUMENT,
        "corrects": None,
        "note": "",
    }


def example() -> dict[str, Any]:
    """A signed record as the API gives it away."""
    entries: list[dict[str, Any]] = []
    for number, (kind, what) in enumerate(said(), 1):
        side = Side.HOUSE if kind is EntryKind.PLAN else Side.FACTORY
        content = chain.linked(
            what,
            number=number,
            kind=kind.value,
            at=BEGAN + timedelta(minutes=number),
            by={"side": side.value, "user_id": None if side is Side.HOUSE else PERSON},
            previous=entries[-1]["hash"] if entries else chain.BEGINNING,
        )
        entries.append({**content, "hash": chain.hash_of(content)})
    record = {
        "id": "0195508f-7c00-7000-8000-000000000003",
        "number": 1,
        "kind": Stage.FINAL.value,
        "shipment": None,
        "ends_inspection": True,
        "closed_at": chain.instant(BEGAN + timedelta(hours=1)),
        "closed_by": {"user_id": PERSON, "name": "王小明"},
    }
    whole = documents.document({"record": record, "verdict": judging.verdict(judging.findings(entries))}, entries)
    seal = documents.seal(whole, KEY)
    return {"document": whole, "seal": seal, "signature": documents.signature(seal, KEY), "public_key": KEY.public_key}


def one_entry() -> str:
    measured = next(each for each in example()["document"]["entries"] if each["kind"] == EntryKind.MEASUREMENT)
    return f"```json\n{json.dumps(measured, indent=2, ensure_ascii=False)}\n```"


def what_is_found() -> str:
    """What the offline tool says of the example after one figure was changed."""
    changed = example()
    wrong = next(each for each in changed["document"]["entries"] if each.get("value") == PIECES[1][3])
    wrong["value"] = "7.80"
    return "\n".join(["```", *(f"DOES NOT MATCH  {fault}" for fault in faults(changed, None)), "```"])


def kinds() -> str:
    return ", ".join(f"`{kind.value}`" for kind in EntryKind)


def invariants() -> str:
    return table(("id", "always true"), [(each.id, each.says) for each in (*INVARIANTS, *PROOFS)])


def bounds() -> str:
    return (
        f"A plan begins with at most {planning.MOST_PLANNED} characteristics; a job's record has at most "
        f"{MOST_ENTRIES:,} entries."
    )


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "kinds of entries": kinds,
    "an entry": one_entry,
    "what is found": what_is_found,
    "bounds": bounds,
    "invariants": invariants,
}


def example_text() -> str:
    return json.dumps(example(), indent=1, ensure_ascii=False) + "\n"


def paper(text: str) -> str:
    """The paper with everything between its marks written anew."""
    return written(text, PARTS)


def main() -> None:
    EXAMPLE.write_text(example_text(), encoding="utf-8")
    PAPER.write_text(paper(PAPER.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
