"""A quality record as a printed report: its figures in the order of AS9102's forms 1, 2 and 3, and annexes. Pure.

What is printed is what was signed, and nothing else; the number of each field is that of the standard (AS9102 rev. B).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from marketplace.quality import judging
from marketplace.quality.judging import Findings
from marketplace.quality.values import Characteristic, EntryKind, SourceOfTruth, Stage, written

TEMPLATE: Final = Path(__file__).with_name("inspection_report.typ")
CODES: Final = ("EN", "UNS", "GB", "ISO")


def figures(signed: Mapping[str, Any], *, verify_at: str) -> dict[str, Any]:
    """All that the report shows of a signed record; `verify_at` is the address of the page that verifies it."""
    document = signed["document"]
    found = judging.findings(document["entries"])
    entries = document["entries"]
    return {
        "record": document["record"],
        "job": {**found.plan["job"], "codes": _codes(found.plan["job"]["material"]["codes"])},
        "sampling": found.plan["sampling"],
        "verdict": document["verdict"],
        "outcome": judging.outcome_of(Stage(document["record"]["kind"]), document["verdict"]),
        "pieces": _pieces(found),
        "is_full": not document["verdict"]["first_article"]["missing"]
        and document["verdict"]["first_article"]["piece"] is not None,
        "lots": [_lot(entry) for entry in found.lots],
        "finishes": found.plan["job"]["finishes"],
        "instruments": [entry for entry in entries if entry["kind"] == EntryKind.INSTRUMENT],
        "characteristics": [_row(found, number, each) for number, each in sorted(found.characteristics.items())],
        "values": list(_values(found)),
        "losses": [entry for entry in entries if entry["kind"] in (EntryKind.SCRAP, EntryKind.REWORK)],
        "corrections": [entry for entry in entries if entry.get("corrects") is not None],
        "notes": [entry for entry in entries if entry.get("note")],
        "seal": {
            "entries": len(entries),
            "head": entries[-1]["hash"],
            "key_id": signed["seal"]["key_id"],
            "signature": signed["signature"],
            "verify_at": verify_at,
        },
    }


def requirement(wanted: Characteristic) -> str:
    """A characteristic's requirement in one line: `8 (7.8 … 8.2) mm`, `≤ 3.2 µm`, or in words."""
    low, high, size = written(wanted.lower), written(wanted.upper), written(wanted.nominal)
    if low is not None and high is not None:
        told = f"{size} ({low} … {high})" if size is not None else f"{low} … {high}"
    elif low is not None or high is not None:
        told = f"≥ {low}" if high is None else f"≤ {high}"
    else:
        told = size or wanted.says
    return f"{told} {wanted.unit}".strip()


def _row(found: Findings, number: int, wanted: Characteristic) -> dict[str, Any]:
    """A line of form 3: the first article's value, or of the sample how many and between what."""
    piece = found_piece(found)
    stage = Stage.FIRST_ARTICLE if piece is not None else Stage.FINAL
    values = [
        measured[number]
        for (at, which), measured in sorted(found.values.items())
        if at == stage and number in measured and (piece is None or which == piece)
    ]
    return {
        "number": number,
        "designation": wanted.designation,
        "places": wanted.places,
        "source": wanted.source.value,
        "is_required": number in found.required,
        "requirement": requirement(wanted),
        "says": wanted.says if wanted.source is SourceOfTruth.MODEL or wanted.has_limits else "",
        "result": _result(values),
        "fails": [entry["number"] for entry in values if not entry["passes"]],
        "instruments": sorted({entry["instrument"] for entry in values if entry["instrument"] is not None}),
    }


def found_piece(found: Findings) -> int | None:
    """The first article that the report is about; None where none was measured."""
    piece: int | None = judging.verdict(found)["first_article"]["piece"]
    return piece


def _result(values: Sequence[Mapping[str, Any]]) -> str:
    if not values:
        return ""
    told = [entry["value"] for entry in values if entry["value"] is not None]
    if not told:
        bad = sum(not entry["passes"] for entry in values)
        return f"{len(values) - bad} pass" + (f", {bad} fail" if bad else "")
    if len(told) == 1:
        return str(told[0])
    return f"{min(told, key=Decimal)} … {max(told, key=Decimal)} ({len(told)} pieces)"


def _values(found: Findings) -> Iterator[dict[str, Any]]:
    """Of each stage and piece what stands, one line."""
    for (stage, piece), measured in sorted(
        found.values.items(), key=lambda each: (tuple(Stage).index(each[0][0]), each[0][1])
    ):
        yield {
            "stage": stage,
            "piece": piece,
            "is_scrapped": piece in found.scrapped,
            "told": [
                {"number": number, "value": entry["value"], "passes": entry["passes"]}
                for number, entry in sorted(measured.items())
            ],
        }


def _pieces(found: Findings) -> str:
    """Pieces that the report is about: the first article, else how many of the sample."""
    if (piece := found_piece(found)) is not None:
        return str(piece)
    looked = found.pieces(Stage.FINAL)
    return f"{len(looked)} of {found.plan['sampling']['lot']}" if looked else ""


def _lot(entry: Mapping[str, Any]) -> dict[str, Any]:
    certificate = entry["certificate"]
    told = "" if certificate is None else f"EN 10204 {certificate} {entry['certificate_number']}".strip()
    return {**entry, "certificate": told}


def _codes(codes: Mapping[str, str]) -> str:
    """A material's numbers, without those that say the same twice."""
    return ", ".join(codes[name] for name in CODES if name in codes)
