"""Secrets that we hand out once and keep only as a hash."""

import hashlib
import re
import secrets
import zlib
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
TOKEN_FORM: Final = re.compile(r"cf_([0-9A-Za-z]{30})([0-9A-Za-z]{6})", re.ASCII)
SHOWN_AGAIN: Final = 9
"""Characters of a token that lists may show: `cf_` and 6 of the 30."""
CODE_FORM: Final = re.compile(r"[0-9A-Za-z_-]{43}", re.ASCII)


def fresh_code() -> str:
    """256 random bits for a session cookie or an invitation."""
    return secrets.token_urlsafe(32)


def fresh_token() -> str:
    """An API token: `cf_`, 30 random characters (178 bits), and a checksum by which leaked ones are found offline."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(30))
    return f"cf_{body}{_checksum(body)}"


def is_code(text: object) -> bool:
    """Whether this could be a code of ours; asked before the database is."""
    return isinstance(text, str) and CODE_FORM.fullmatch(text) is not None


def is_token(text: object) -> bool:
    """Whether this has the form and the checksum of a token; asked before the database is."""
    if not isinstance(text, str):
        return False
    found = TOKEN_FORM.fullmatch(text)
    return found is not None and found[2] == _checksum(found[1])


def digest(secret: str) -> str:
    """What the database keeps. SHA-256 is enough: these secrets are random and long, unlike passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(body: str) -> str:
    """CRC-32 in six base-62 digits."""
    number, text = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        text = ALPHABET[digit] + text
    return text
