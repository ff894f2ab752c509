"""Whether a value passes, and what the entries of an inspection say of the lot. Pure: entries in, verdict out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from marketplace.quality.values import Characteristic, EntryKind, Stage

Entries = Sequence[Mapping[str, Any]]
Spot = tuple[str, int]
"""A stage and a piece."""


class Outcome(StrEnum):
    """What an inspection comes to."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    INCOMPLETE = "incomplete"
    """Something that the plan asks for was not measured."""
    NOT_ASKED = "not_asked"
    """The plan asks for nothing."""


def passes(value: Decimal, lower: Decimal | None, upper: Decimal | None) -> bool:
    """Whether a value lies within its limits; the limits themselves pass (ISO 2768-1: permissible deviations)."""
    return (lower is None or lower <= value) and (upper is None or value <= upper)


@dataclass
class Findings:
    """What the entries of an inspection come to, entry after entry."""

    plan: Mapping[str, Any] = field(default_factory=dict)
    characteristics: dict[int, Characteristic] = field(default_factory=dict)
    required: set[int] = field(default_factory=set)
    instruments: dict[tuple[str, str, str], int] = field(default_factory=dict)
    values: dict[Spot, dict[int, Mapping[str, Any]]] = field(default_factory=dict)
    """What stands of each characteristic: of corrections and of measurements after rework the last."""
    failures: dict[int, Spot] = field(default_factory=dict)
    """By the number of the entry that found it: (stage, piece), reworked since or not; without those corrected."""
    corrected: set[int] = field(default_factory=set)
    """Numbers of the entries in whose place others stand."""
    scrapped: set[int] = field(default_factory=set)
    reworked: dict[int, int] = field(default_factory=dict)
    """Of a piece the number of the entry that says it was last worked on again."""
    minutes_lost: int = 0
    lots: list[Mapping[str, Any]] = field(default_factory=list)

    def pieces(self, stage: Stage) -> list[int]:
        """Pieces on which anything was measured at a stage."""
        return sorted(piece for at, piece in self.values if at == stage)

    def missing(self, stage: Stage, piece: int) -> list[int]:
        """Required characteristics that were not measured on a piece, or not since it was worked on again."""
        measured = self.values.get((stage, piece), {})
        return [each for each in sorted(self.required) if not self._stands(measured.get(each))]

    def failing(self, stage: Stage, piece: int) -> list[int]:
        """Characteristics that do not pass on a piece, as it is now."""
        measured = self.values.get((stage, piece), {})
        return sorted(number for number, said in measured.items() if not said["passes"])

    def nonconforming(self, stage: Stage) -> list[int]:
        """Pieces that were ever found nonconforming at a stage; a value that was corrected was never found."""
        return sorted({piece for at, piece in self.failures.values() if at == stage})

    def _stands(self, said: Mapping[str, Any] | None) -> bool:
        return said is not None and said["number"] > self.reworked.get(said["piece"], 0)


def findings(entries: Iterable[Mapping[str, Any]]) -> Findings:
    """Read the entries of an inspection from its plan on."""
    found = Findings()
    for entry in entries:
        READ[EntryKind(entry["kind"])](found, entry)
    return found


def verdict(found: Findings) -> dict[str, Any]:
    """What the lot comes to: first article and sample each, and both together."""
    first, final = _first_article(found), _final(found)
    outcomes = {Outcome(first["outcome"]), Outcome(final["outcome"])} - {Outcome.NOT_ASKED}
    order = (Outcome.REJECTED, Outcome.INCOMPLETE, Outcome.ACCEPTED)
    whole = next((each for each in order if each in outcomes), Outcome.NOT_ASKED)
    return {
        "outcome": whole.value,
        "first_article": first,
        "final": final,
        "scrapped": len(found.scrapped),
        "reworked": len(found.reworked),
        "corrected": len(found.corrected),
        "minutes_lost": found.minutes_lost,
    }


def outcome_of(kind: Stage, judged: Mapping[str, Any]) -> str:
    """What a record of a kind comes to by its verdict: of a first article, that one piece and not the lot behind it."""
    outcome: str = judged["first_article"]["outcome"] if kind is Stage.FIRST_ARTICLE else judged["outcome"]
    return outcome


def _first_article(found: Findings) -> dict[str, Any]:
    """One whole piece on which every required characteristic passes (AS9102: full FAI); of several the best."""
    stage = Stage.FIRST_ARTICLE
    asked = bool(found.plan["sampling"]["has_first_article"])
    tried: list[dict[str, Any]] = [
        {"piece": piece, "missing": found.missing(stage, piece), "failing": found.failing(stage, piece)}
        for piece in found.pieces(stage)
        if piece not in found.scrapped
    ]
    best = min(tried, key=lambda each: (len(each["failing"]), len(each["missing"]), each["piece"]), default=None)
    if best is None:
        outcome = Outcome.INCOMPLETE if asked else Outcome.NOT_ASKED
        return {"outcome": outcome.value, "piece": None, "missing": [], "failing": []}
    outcome = Outcome.REJECTED if best["failing"] else Outcome.INCOMPLETE if best["missing"] else Outcome.ACCEPTED
    return {"outcome": outcome.value, **best}


def _final(found: Findings) -> dict[str, Any]:
    """The sample against its plan (ISO 2859-1): at most `accept` nonconforming pieces, and none of them left as it is.

    A lot of which every piece was inspected and the bad ones made good or taken out is accepted too: it was screened.
    """
    plan, stage = found.plan["sampling"], Stage.FINAL
    looked = [piece for piece in found.pieces(stage) if not found.missing(stage, piece)]
    failed = found.nonconforming(stage)
    left = [piece for piece in failed if piece not in found.scrapped and not _made_good(found, piece)]
    is_screened = len([piece for piece in looked if piece not in found.scrapped]) >= plan["lot"]
    if plan["sample"] == 0 and not found.pieces(stage):
        outcome = Outcome.NOT_ASKED
    elif left or (len(failed) > plan["accept"] and not is_screened):
        outcome = Outcome.REJECTED
    elif len(looked) < plan["sample"]:
        outcome = Outcome.INCOMPLETE
    else:
        outcome = Outcome.ACCEPTED
    return {
        "outcome": outcome.value,
        "sample": plan["sample"],
        "accept": plan["accept"],
        "inspected": len(looked),
        "nonconforming": failed,
        "nonconforming_left": left,
    }


def _made_good(found: Findings, piece: int) -> bool:
    return not found.failing(Stage.FINAL, piece) and not found.missing(Stage.FINAL, piece)


def _plan(found: Findings, entry: Mapping[str, Any]) -> None:
    found.plan = entry
    for at, row in enumerate(entry["characteristics"], 1):
        _add(found, at, row)


def _characteristic(found: Findings, entry: Mapping[str, Any]) -> None:
    _add(found, entry["characteristic"], entry["says_what"])


def _add(found: Findings, number: int, row: Mapping[str, Any]) -> None:
    found.characteristics[number] = Characteristic.from_json(dict(row))
    if row["is_required"]:
        found.required.add(number)


def _required(found: Findings, entry: Mapping[str, Any]) -> None:
    found.required.update(found.characteristics.keys() & set(entry["characteristics"]))


def _instrument(found: Findings, entry: Mapping[str, Any]) -> None:
    found.instruments[entry["name"], entry["serial"], entry["calibrated_until"]] = entry["number"]


def _measurement(found: Findings, entry: Mapping[str, Any]) -> None:
    found.values.setdefault((entry["stage"], entry["piece"]), {})[entry["characteristic"]] = entry
    if entry["corrects"] is not None:
        found.corrected.add(entry["corrects"])
        found.failures.pop(entry["corrects"], None)
    if not entry["passes"]:
        found.failures[entry["number"]] = (entry["stage"], entry["piece"])


def _lot(found: Findings, entry: Mapping[str, Any]) -> None:
    found.lots.append(entry)


def _scrap(found: Findings, entry: Mapping[str, Any]) -> None:
    found.scrapped.update(entry["pieces"])
    found.minutes_lost += entry["minutes"]


def _rework(found: Findings, entry: Mapping[str, Any]) -> None:
    found.reworked.update(dict.fromkeys(entry["pieces"], entry["number"]))
    found.minutes_lost += entry["minutes"]


READ = {
    EntryKind.PLAN: _plan,
    EntryKind.CHARACTERISTIC: _characteristic,
    EntryKind.REQUIRED: _required,
    EntryKind.INSTRUMENT: _instrument,
    EntryKind.MEASUREMENT: _measurement,
    EntryKind.LOT: _lot,
    EntryKind.SCRAP: _scrap,
    EntryKind.REWORK: _rework,
}
"""How each kind of entry is read."""
