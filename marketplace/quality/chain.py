"""The chain of an inspection's entries: each carries the hash of the one before it, so that none changes alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from marketplace.quality.canonical import sha256

BEGINNING: Final = "0" * 64
"""What the first entry names as the hash before it."""
OWN: Final = ("number", "kind", "at", "by", "previous")
"""Fields that every entry has; the others are its kind's."""


def linked(
    said: Mapping[str, Any], *, number: int, kind: str, at: datetime, by: Mapping[str, Any], previous: str
) -> dict[str, Any]:
    """An entry's content: what it says, in its place in the chain."""
    return {"number": number, "kind": kind, "at": instant(at), "by": dict(by), "previous": previous, **said}


def hash_of(content: Mapping[str, Any]) -> str:
    """The hash that the next entry names."""
    return sha256(content)


def instant(at: datetime) -> str:
    """An instant in UTC to the millisecond (RFC 3339)."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def faults(entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(place, what is wrong) of a chain whose entries carry their own `hash`; empty: it is whole."""
    found, before = [], BEGINNING
    for at, entry in enumerate(entries):
        place = f"entries[{at}]"
        if entry.get("number") != at + 1:
            found.append((f"{place}.number", f"is {entry.get('number')}, and its place is {at + 1}"))
        if entry.get("previous") != before:
            found.append((f"{place}.previous", "is not the hash of the entry before it"))
        if hash_of({name: value for name, value in entry.items() if name != "hash"}) != entry.get("hash"):
            found.append((f"{place}.hash", "is not the hash of what the entry says"))
        before = str(entry.get("hash"))
    return found
