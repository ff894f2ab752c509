"""Identifiers: UUID version 7 (RFC 9562 §5.7), so that a key's order is the order of creation.

An id is no secret: who may look is decided by who asks. So its random bits come from Python's generator, which is
seeded anew in each process and after each fork, and not from a system call each.
"""

import random
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh time-ordered UUID: 48 bits of milliseconds, 12 + 62 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    noise = random.getrandbits(74)
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= (noise >> 62) << 64
    value |= 0b10 << 62
    value |= noise & ((1 << 62) - 1)
    return UUID(int=value)
