"""Signatures of quality records: Ed25519 (RFC 8032), by a key of the platform's own."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES: Final = 32


@dataclass(frozen=True)
class SigningKey:
    """A key pair, from its secret seed of 32 bytes."""

    seed: bytes = field(repr=False)

    @cached_property
    def public_key(self) -> str:
        """In hexadecimal letters."""
        return self._private.public_key().public_bytes_raw().hex()

    @cached_property
    def id(self) -> str:
        """By which records name the key."""
        return key_id(self.public_key)

    def sign(self, message: bytes) -> str:
        """The signature, in hexadecimal letters."""
        return self._private.sign(message).hex()

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


class KeySource(Protocol):
    """Where the platform's own signing key is kept."""

    def key(self) -> SigningKey:
        """The key that records are signed with now."""
        ...


def key_id(public_key: str) -> str:
    """The first 32 hexadecimal letters of the SHA-256 of a public key. Raises ValueError unless it is hexadecimal."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]


def is_signed(message: bytes, signature: str, public_key: str) -> bool:
    """Whether the signature is of this message by this key, both in small hexadecimal letters."""
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(public_key)).verify(_bytes(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _bytes(letters: str) -> bytes:
    """Raises ValueError also for spellings that `fromhex` takes: capital letters, spaces."""
    found = bytes.fromhex(letters)
    if found.hex() != letters:
        raise ValueError("small hexadecimal letters are wanted")
    return found
