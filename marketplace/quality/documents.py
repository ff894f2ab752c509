"""The document of a quality record and its seal: what is signed, and how anybody finds what was changed. Pure.

The seal holds a digest of each section of the document; the signature is over the seal. So a changed byte is found in
its section, and within the entries in its entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

from marketplace.quality import chain, judging
from marketplace.quality.canonical import NotCanonical, sha256, spelled
from marketplace.quality.signing import SigningKey, is_signed, key_id
from marketplace.quality.values import EntryKind

FORMAT: Final = "commonforge.quality-record/1"
ALGORITHM: Final = "Ed25519"
SECTIONS: Final = ("record", "verdict", "entries")
DOCUMENT: Final = frozenset({"format", *SECTIONS})
SEAL: Final = frozenset({"format", "record_id", "algorithm", "key_id", "sections"})
SIGNED: Final = frozenset({"document", "seal", "signature", "public_key"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a signed record that does not match, and where."""

    place: str
    says: str


def document(head: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The document of a record: what stands over its entries, and the entries."""
    return {"format": FORMAT, **head, "entries": list(entries)}


def seal(whole: Mapping[str, Any], key: SigningKey) -> dict[str, Any]:
    """Digests of the document's sections, and by which key they are signed."""
    return {
        "format": FORMAT,
        "record_id": whole["record"]["id"],
        "algorithm": ALGORITHM,
        "key_id": key.id,
        "sections": {name: sha256(whole[name]) for name in SECTIONS},
    }


def signature(sealed: Mapping[str, Any], key: SigningKey) -> str:
    """The signature over the seal's one spelling, in hexadecimal letters."""
    return key.sign(spelled(sealed))


class SignedRecord(Protocol):
    """A record as it is stored."""

    head: Any
    seal: Any
    signature: Any
    key: Any


def signed(record: SignedRecord, entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The whole of a record as it is given away: document, seal, signature and public key."""
    return {
        "document": document(record.head, entries),
        "seal": record.seal,
        "signature": record.signature,
        "public_key": record.key.public_key,
    }


def faults(signed: Any, known_keys: Mapping[str, str] | None = None) -> list[Fault]:
    """What does not match in a signed record; nothing: it is what was signed.

    `known_keys` are the platform's public keys by their ids. Without them only the record's own key is tried, which
    shows that nothing was changed since, but not who signed.
    """
    try:
        return _faults(signed, known_keys)
    except (AttributeError, ArithmeticError, KeyError, RecursionError, TypeError, ValueError):
        return [Fault("document", "is not of the format " + FORMAT)]


def _faults(signed: Any, known_keys: Mapping[str, str] | None) -> list[Fault]:
    shape = [
        *_names(signed, SIGNED, ""),
        *_names(signed["document"], DOCUMENT, "document"),
        *_names(signed["seal"], SEAL, "seal"),
        *_names(signed["seal"]["sections"], frozenset(SECTIONS), "seal.sections"),
    ]
    return shape or [*_of_document(signed["document"]), *_of_seal(signed), *_of_key(signed, known_keys)]


def _names(found: Mapping[str, Any], wanted: frozenset[str], place: str) -> list[Fault]:
    missing, more = sorted(wanted - set(found)), sorted(set(found) - wanted)
    where = f"{place}." if place else ""
    return [Fault(where + name, "is missing") for name in missing] + [
        Fault(where + name, "does not belong here") for name in more
    ]


def _of_document(whole: Mapping[str, Any]) -> list[Fault]:
    """Of what the document says by itself: its chain, and whether what passes does pass."""
    found = [Fault(f"document.{place}", says) for place, says in chain.faults(whole["entries"])]
    if whole["format"] != FORMAT:
        found.append(Fault("document.format", f"is not {FORMAT}"))
    if found:
        return found
    read = judging.findings(whole["entries"])
    for at, entry in enumerate(whole["entries"]):
        if entry["kind"] == EntryKind.MEASUREMENT and not _passes_rightly(entry, read):
            found.append(Fault(f"document.entries[{at}].passes", "is not what the value and its limits say"))
    if judging.verdict(read) != whole["verdict"]:
        found.append(Fault("document.verdict", "is not what the entries say"))
    return found


def _passes_rightly(entry: Mapping[str, Any], read: judging.Findings) -> bool:
    looked_at = read.characteristics[entry["characteristic"]]
    if not looked_at.has_limits:
        return True
    return entry["passes"] is judging.passes(Decimal(entry["value"]), looked_at.lower, looked_at.upper)


def _of_seal(signed: Mapping[str, Any]) -> list[Fault]:
    whole, sealed = signed["document"], signed["seal"]
    found = []
    for name in SECTIONS:
        try:
            is_sealed = sealed["sections"][name] == sha256(whole[name])
        except NotCanonical:
            is_sealed = False
        if not is_sealed:
            found.append(Fault(f"document.{name}", "is not what was sealed"))
    if sealed["record_id"] != whole["record"]["id"]:
        found.append(Fault("seal.record_id", "is not the record's"))
    if sealed["format"] != FORMAT:
        found.append(Fault("seal.format", f"is not {FORMAT}"))
    if sealed["algorithm"] != ALGORITHM:
        found.append(Fault("seal.algorithm", f"is not {ALGORITHM}"))
    return found


def _of_key(signed: Mapping[str, Any], known_keys: Mapping[str, str] | None) -> list[Fault]:
    sealed, public_key = signed["seal"], signed["public_key"]
    found = []
    if key_id(public_key) != sealed["key_id"]:
        found.append(Fault("public_key", "is not the key that the seal names"))
    if known_keys is not None and known_keys.get(sealed["key_id"]) != public_key:
        found.append(Fault("public_key", "is no key of this marketplace"))
    if not is_signed(spelled(sealed), signed["signature"], public_key):
        found.append(Fault("signature", "is not of this seal by this key"))
    return found
