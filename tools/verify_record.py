"""Verify a signed quality record offline: `python3 tools/verify_record.py record.json [--keys record-keys.json]`.

Needs Python's standard library and nothing of ours, and no network. It spells the JSON in the one way of RFC 8785,
hashes every entry and section again (SHA-256), follows the chain from entry to entry, reckons whether each measured
value lies within its limits, and checks the Ed25519 signature (RFC 8032). What does not match is named with its place.

A record carries its own public key. That shows that nothing was changed since somebody signed; that it was the
marketplace shows only a key that you have from the marketplace itself: save what /v1/record-keys answers and name it
with --keys. `-` reads the record from standard input. Exit status 0: it is what was signed; 1: something does not
match; 2: it is no record.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

FORMAT = "commonforge.quality-record/1"
SECTIONS = ("record", "verdict", "entries")
SHAPE = {
    "": {"document", "seal", "signature", "public_key"},
    "document": {"format", *SECTIONS},
    "seal": {"format", "record_id", "algorithm", "key_id", "sections"},
    "seal.sections": set(SECTIONS),
}
Faults = Iterator[str]


class NoRecord(Exception):
    """What was given is no signed record."""


MALFORMED = (NoRecord, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading something else than a record comes to."""


def main(arguments: list[str]) -> int:
    """Tell what matches and what does not; the exit status."""
    try:
        name, keys_name = asked(arguments)
        signed = read(name)
        known = None if keys_name is None else {key["id"]: key["public_key"] for key in read(keys_name)["keys"]}
        found = list(faults(signed, known))
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        NoRecord,
    ) as flaw:
        print(f"This is no signed quality record: {flaw}", file=sys.stderr)
        return 2
    for fault in found:
        print(f"DOES NOT MATCH  {fault}")
    if not found:
        tell(signed, known)
    return 1 if found else 0


def asked(arguments: list[str]) -> tuple[str, str | None]:
    """The file of the record, and that of the keys."""
    if len(arguments) == 1 and arguments[0] not in ("-h", "--help"):
        return arguments[0], None
    if len(arguments) == 3 and "--keys" in arguments[:2]:
        at = arguments.index("--keys")
        return arguments[2 if at == 0 else 0], arguments[at + 1]
    raise NoRecord(f"name one file.\n\n{__doc__}")


def read(name: str) -> Any:
    """JSON that every reader reads alike: no name twice, no fractions."""
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    return json.loads(text, object_pairs_hook=once_each, parse_float=no_number, parse_constant=no_number)


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NoRecord("a name stands twice in one object")
    return found


def no_number(text: str) -> Any:
    raise NoRecord(f"{text} is no whole number; figures are text")


def tell(signed: dict[str, Any], known: dict[str, str] | None) -> None:
    document = signed["document"]
    record, job = document["record"], document["entries"][0]["job"]
    print(f"Record {record['id']}, number {record['number']} ({record['kind']}), signed {record['closed_at']}")
    print(f"by {record['closed_by']['name']} of {job['factory']['name']}: {job['part']}, {job['quantity']} pieces.")
    verdict = verdict_of(record["kind"], document["verdict"])
    print(f"Verdict{verdict}, from {len(document['entries'])} entries in one unbroken chain.")
    print(f"Everything is as it was signed with the key {signed['seal']['key_id']}.")
    if known is None:
        print("Whose key that is, this file cannot show: compare it with /v1/record-keys of the marketplace (--keys).")


def verdict_of(kind: str, verdict: dict[str, Any]) -> str:
    """What the record comes to: of a first article, that one piece and not the lot behind it."""
    if kind == "first_article":
        return f" on the first article: {verdict['first_article']['outcome']}"
    return f": {verdict['outcome']}"


def faults(signed: Any, known: dict[str, str] | None) -> Faults:
    """Everything that does not match, each with its place."""
    for place, names in SHAPE.items():
        found = signed
        for step in filter(None, place.split(".")):
            found = found[step]
        for name in sorted(names ^ set(found)):
            raise NoRecord(f"{place or 'it'} {'lacks' if name in names else 'has besides'} “{name}”")
    document, seal = signed["document"], signed["seal"]
    if document["format"] != FORMAT or seal["format"] != FORMAT:
        raise NoRecord(f"its format is {document['format']!r}, and this reads {FORMAT!r}")
    yield from of_chain(document["entries"])
    yield from of_values(document["entries"])
    yield from of_seal(document, seal)
    yield from of_key(signed, known)


def of_chain(entries: list[dict[str, Any]]) -> Faults:
    before = "0" * 64
    for at, entry in enumerate(entries, 1):
        if entry["number"] != at:
            yield f"entry {at}: its number is {entry['number']}"
        if entry["previous"] != before:
            yield f"entry {at}: it does not follow the entry before it, whose hash is {before[:16]}…"
        if sha256({name: told for name, told in entry.items() if name != "hash"}) != entry["hash"]:
            yield f"entry {at} ({about(entry)}): what it says is not what was hashed"
        before = entry["hash"]


def about(entry: dict[str, Any]) -> str:
    if entry["kind"] != "measurement":
        return str(entry["kind"])
    return f"{entry['stage']} measurement of characteristic {entry['characteristic']} on piece {entry['piece']}"


def of_values(entries: list[dict[str, Any]]) -> Faults:
    """Whether what is said to pass lies within its limits; the limits themselves pass."""
    limits: dict[int, dict[str, Any]] = {}
    for at, entry in enumerate(entries, 1):
        if entry["kind"] == "plan":
            limits |= dict(enumerate(entry["characteristics"], 1))
        elif entry["kind"] == "characteristic":
            limits[entry["characteristic"]] = entry["says_what"]
        elif entry["kind"] == "measurement":
            wanted = limits[entry["characteristic"]]
            lower, upper = wanted["lower"], wanted["upper"]
            if (lower, upper) == (None, None):
                continue
            value = Decimal(entry["value"])
            passes = (lower is None or Decimal(lower) <= value) and (upper is None or value <= Decimal(upper))
            if passes is not entry["passes"]:
                yield f"entry {at} ({about(entry)}): {value} is said to {'pass' if entry['passes'] else 'fail'}"


def of_seal(document: dict[str, Any], seal: dict[str, Any]) -> Faults:
    for name in SECTIONS:
        if sha256(document[name]) != seal["sections"][name]:
            yield f"section “{name}”: it is not what was sealed"
    if seal["record_id"] != document["record"]["id"]:
        yield "seal: it is another record's"


def of_key(signed: dict[str, Any], known: dict[str, str] | None) -> Faults:
    seal, public_key = signed["seal"], bytes_of(signed["public_key"])
    if hashlib.sha256(public_key).hexdigest()[:32] != seal["key_id"]:
        yield "public key: it is not the one that the seal names"
    if known is not None and known.get(seal["key_id"]) != signed["public_key"]:
        yield "public key: it is none of the marketplace's"
    if seal["algorithm"] != "Ed25519":
        yield f"seal: it is signed by {seal['algorithm']}, not by Ed25519"
    if not is_signed(spelled(seal).encode(), bytes_of(signed["signature"]), public_key):
        yield "signature: it is not of this seal by this key"


def bytes_of(letters: str) -> bytes:
    found = bytes.fromhex(letters)
    if found.hex() != letters:
        raise NoRecord("keys and signatures are small hexadecimal letters")
    return found


def sha256(value: Any) -> str:
    return hashlib.sha256(spelled(value).encode()).hexdigest()


def spelled(value: Any) -> str:
    """JSON in the one spelling of RFC 8785, for values without fractions."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{spelled(name)}:{spelled(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(spelled, value)) + "]"
    if isinstance(value, int) and abs(value) > 2**53 - 1:
        raise NoRecord("a number is too large")
    return json.dumps(value, ensure_ascii=False)


# Ed25519, verifying alone (RFC 8032 §5.1.7). Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z (§5.1.4).

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def is_signed(message: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the signature is of the message by the key."""
    if len(signature) != 64 or len(public_key) != 32:
        return False
    key, nonce = point(public_key), point(signature[:32])
    factor = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or factor >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    return are_same(times(factor, BASE), add(nonce, times(challenge, key)))


def point(code: bytes) -> Point | None:
    """The point that 32 bytes stand for (§5.1.3); None if none."""
    y = int.from_bytes(code, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, base: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = add(found, base)
        base = add(base, base)
        factor >>= 1
    return found


def are_same(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


_base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
assert _base is not None
BASE = _base

if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
