"""Passwords: what is fit to be one, and their slow hash, computed while no database transaction waits for it."""

from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final, NamedTuple
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from marketplace.accounts.errors import PasswordUnfit

SHORTEST: Final = 10
LONGEST: Final = 200

_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, two passes, one lane."""
_at_once: Final = BoundedSemaphore(4)
"""Hashes computed at the same time: each takes 19 MiB and a core, and strangers may ask for them."""


def hashed(password: str) -> str:
    """The Argon2id hash to keep."""
    with _at_once:
        return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password behind the hash kept; without one (nobody there) it takes as long and is not."""
    with _at_once:
        try:
            return _hasher.verify(kept or _nobodys(), password) and kept is not None
        except (Argon2Error, InvalidHashError, UnicodeError):
            return False


def must_be_fit(password: str, *, email: str) -> None:
    """Refuse what is guessed first. Raises PasswordUnfit."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordUnfit(f"A password has {SHORTEST} to {LONGEST} characters.")
    plain = password.casefold().strip()
    if plain in _common() or len(set(plain)) < 4:
        raise PasswordUnfit("This password is among the first that anybody would guess; choose another.")
    if plain in (email.casefold(), email.casefold().partition("@")[0]):
        raise PasswordUnfit("A password must not be the address itself.")


class Kept(NamedTuple):
    """What we keep of one person's password, as it was when it was read."""

    user_id: UUID
    email: str
    password_hash: str


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")


@cache
def _common() -> frozenset[str]:
    text = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def prepared(password: str, *, email: str) -> str:
    """The hash of a password that is fit to be one. Raises PasswordUnfit."""
    must_be_fit(password, email=email)
    return hashed(password)
