"""Identifiers: UUID version 7 (RFC 9562 §5.7), so that a key's order is the order of creation."""

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh time-ordered UUID: 48 bits of milliseconds, 12 + 62 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= (random >> 62) << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return UUID(int=value)
