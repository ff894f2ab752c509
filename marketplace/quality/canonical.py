"""JSON in exactly one spelling (RFC 8785, the JSON Canonicalization Scheme), so that its hash means its content.

Of numbers only whole ones that every JSON reader keeps exactly: figures are decimals and travel as text.
"""

import hashlib
import json
from typing import Any, Final

LARGEST: Final = 2**53 - 1
"""Beyond it a reader of IEEE 754 doubles is no longer exact (RFC 8785 §3.2.2.3 names I-JSON, RFC 7493 §2.2)."""


class NotCanonical(ValueError):
    """The value has no canonical spelling here: a fraction, a number too large, half of a surrogate pair."""


def spelled(value: Any) -> bytes:
    """The one spelling of a JSON value, in UTF-8. Raises NotCanonical."""
    try:
        return _text(value).encode()
    except UnicodeEncodeError:
        raise NotCanonical("half of a surrogate pair is no text") from None


def sha256(value: Any) -> str:
    """The SHA-256 of the one spelling, in small hexadecimal letters. Raises NotCanonical."""
    return hashlib.sha256(spelled(value)).hexdigest()


def _text(value: Any) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int() if abs(value) <= LARGEST:
            return str(value)
        case list() | tuple():
            return f"[{','.join(_text(each) for each in value)}]"
        case dict() if all(isinstance(name, str) for name in value):
            named = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))
            return f"{{{','.join(f'{_text(name)}:{_text(each)}' for name, each in named)}}}"
    raise NotCanonical(f"{str(value)[:40]!r} has no canonical spelling here")
