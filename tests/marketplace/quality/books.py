"""Inspections without a database: chains of entries as the house would write them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marketplace.quality import chain, planning
from marketplace.quality.values import Characteristic, CharacteristicKind, EntryKind, SourceOfTruth, figure

THEN = datetime(2027, 3, 1, 9, tzinfo=UTC)
BY = {"side": "factory", "user_id": "0190a000-0000-7000-8000-000000000001"}


def size(nominal: str, lower: str | None, upper: str | None, **more: Any) -> Characteristic:
    told = {"kind": CharacteristicKind.DIAMETER, "source": SourceOfTruth.MODEL, **more}
    return Characteristic(
        designation=f"⌀{nominal}", nominal=figure(nominal), lower=figure(lower), upper=figure(upper), **told
    )


def chained(*said: tuple[EntryKind, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Entries in their chain, as they stand in a record."""
    entries: list[dict[str, Any]] = []
    for number, (kind, what) in enumerate(said, 1):
        previous = entries[-1]["hash"] if entries else chain.BEGINNING
        content = chain.linked(what, number=number, kind=kind.value, at=THEN, by=BY, previous=previous)
        entries.append({**content, "hash": chain.hash_of(content)})
    return entries


def plan(
    level: str = "standard", quantity: int = 5, *characteristics: Characteristic
) -> tuple[EntryKind, dict[str, Any]]:
    told = characteristics or (size("8", "7.8", "8.2"), planning.VISUAL)
    job = {"id": "x", "order_number": 1001, "part": "支架 Bracket", "quantity": quantity}
    sampling = planning.sample(level, quantity)
    return EntryKind.PLAN, {"job": job, "sampling": sampling, "characteristics": [each.as_json() for each in told]}


def value(
    piece: int, characteristic: int = 1, *, passes: bool = True, stage: str = "final", corrects: int | None = None
) -> tuple[EntryKind, dict[str, Any]]:
    return EntryKind.MEASUREMENT, {
        "stage": stage,
        "piece": piece,
        "characteristic": characteristic,
        "value": "8.00" if passes else "9.00",
        "passes": passes,
        "instrument": None,
        "corrects": corrects,
        "note": "",
    }


def whole(piece: int, **how: Any) -> list[tuple[EntryKind, dict[str, Any]]]:
    """Both characteristics of the usual plan."""
    return [value(piece, 1, **how), value(piece, 2, **how)]


def lost(kind: EntryKind, *pieces: int, minutes: int = 10) -> tuple[EntryKind, dict[str, Any]]:
    return kind, {"pieces": list(pieces), "reason": "The drill broke.", "minutes": minutes}
