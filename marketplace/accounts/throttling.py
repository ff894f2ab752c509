"""How often strangers may try: a generic cell rate algorithm (ITU-T I.371) in one statement for each limit.

Counted on a connection of its own that commits at once, so that a request that is refused or rolled back still counts.
"""

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, literal
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql import func

from marketplace.accounts import queries
from marketplace.accounts.errors import TooManyTries
from marketplace.accounts.models import throttles
from marketplace.kernel import clock
from marketplace.kernel.database import db


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries at once, and then one more each `every`."""

    name: str
    at_once: int
    every: timedelta


LOG_IN_OF_ADDRESS: Final = Limit("log-in:address", 10, timedelta(seconds=30))
LOG_IN_FROM_IP: Final = Limit("log-in:ip", 30, timedelta(seconds=2))
SIGN_UP_FROM_IP: Final = Limit("sign-up:ip", 60, timedelta(seconds=10))
PASSWORD_OF_USER: Final = Limit("password:user", 10, timedelta(seconds=30))
ESTIMATE_FROM_IP: Final = Limit("estimate:ip", 30, timedelta(seconds=2))
MESSAGES_OF_USER: Final = Limit("message:user", 60, timedelta(seconds=10))
VERIFY_FROM_IP: Final = Limit("verify:ip", 30, timedelta(seconds=2))
RETURN_FROM_IP: Final = Limit("return:ip", 30, timedelta(seconds=2))
CODES_OF_USER: Final = Limit("invitation:user", 10, timedelta(seconds=30))


def count(limit: Limit, whose: str, *, tries: int = 1) -> None:
    """Count a try of `whose` (an address, a client, a person), or as many as it is worth, at most those at once.

    Raises TooManyTries with `retry_after_s`.
    """
    cost = tries * limit.every
    now, key = clock.now(), f"{limit.name}:{hashlib.sha256(whose.encode()).hexdigest()[:32]}"
    due = func.greatest(throttles.c.next_at, now) + cost
    allowed: ColumnElement[bool] = due <= literal(now + limit.at_once * limit.every)
    taken = (
        insert(throttles)
        .values(key=key, next_at=now + cost)
        .on_conflict_do_update(index_elements=[throttles.c.key], set_={"next_at": due}, where=allowed)
        .returning(throttles.c.key)
    )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.scalar(taken) is not None:
            return
        next_at = connection.scalar(queries.throttled_until(key)) or now
    wait_s = max(1, math.ceil((next_at + cost - now - limit.at_once * limit.every).total_seconds()))
    unit = "second" if wait_s == 1 else "seconds"
    raise TooManyTries(f"Too many tries; wait {wait_s} {unit}.", retry_after_s=wait_s)


def client(ip: str | None) -> str:
    """Whom a network address stands for: an IPv4 address, or the /64 that one household or machine has in IPv6."""
    try:
        address = ipaddress.ip_address(ip or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def forget_passed() -> None:
    """Delete what no longer throttles anybody."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(throttles.delete().where(throttles.c.next_at < clock.now()))
