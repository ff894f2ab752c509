"""Idempotency keys: a request that is sent again with its key gets the first answer again, and nothing happens twice.

Source: https://docs.stripe.com/api/idempotent_requests. Answers are kept for a day, errors too once the request had
begun to run; a request that was refused before (wrong parameters, or a key in use) leaves nothing behind.
"""

import threading
from dataclasses import dataclass
from typing import Any

from stripe_sandbox.errors import InvalidRequest, KeyInUse, KeyReused
from stripe_sandbox.wire import Reply

KEPT_FOR_S = 24 * 60 * 60
LONGEST_KEY = 255


@dataclass(slots=True)
class Claim:
    """The first request that came with a key."""

    fingerprint: bytes
    at: int
    request_id: str
    answer: Reply | None = None


class IdempotencyKeys:
    """The keys of the last day, by account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: dict[tuple[str, str], Claim] = {}

    def clear(self) -> None:
        """Forget every key, as Stripe does after a day."""
        with self._lock:
            self._claims.clear()

    def __len__(self) -> int:
        """How many answers are kept."""
        with self._lock:
            return sum(claim.answer is not None for claim in self._claims.values())

    def written(self) -> list[list[Any]]:
        """Every key that has its answer, as JSON can hold it."""
        with self._lock:
            known = [(*whose, claim) for whose, claim in self._claims.items() if claim.answer]
        return [[account, key, *_written(claim)] for account, key, claim in known]

    def restore(self, rows: list[list[Any]]) -> None:
        """Know again what `written` gave."""
        claims = {(account, key): _read(*row) for account, key, *row in rows}
        with self._lock:
            self._claims = claims

    def claim(self, account: str, key: str, fingerprint: bytes, *, request_id: str, now: int) -> Claim:
        """Take a key for a request, or find the request that took it (its `answer` is set).

        Raises KeyReused when the key belongs to another request, KeyInUse while the first one runs.
        """
        if len(key) > LONGEST_KEY:
            raise InvalidRequest(f"An idempotency key has at most {LONGEST_KEY} characters.")
        with self._lock:
            self._forget_before(now - KEPT_FOR_S)
            known = self._claims.setdefault((account, key), mine := Claim(fingerprint, now, request_id))
        if known is mine:
            return mine
        if known.fingerprint != fingerprint:
            raise _reused(key)
        if known.answer is None:
            raise KeyInUse
        return known

    def release(self, account: str, key: str) -> None:
        """The request never began to run: its key is free again."""
        with self._lock:
            self._claims.pop((account, key), None)

    def _forget_before(self, then: int) -> None:
        while self._claims and next(iter(self._claims.values())).at < then:
            del self._claims[next(iter(self._claims))]


def _written(claim: Claim) -> list[Any]:
    assert claim.answer is not None
    answer = claim.answer
    return [claim.fingerprint.hex(), claim.at, claim.request_id, answer.status, answer.body.decode(), answer.headers]


def _read(fingerprint: str, at: int, request_id: str, status: int, body: str, headers: dict[str, str]) -> Claim:
    return Claim(bytes.fromhex(fingerprint), at, request_id, Reply(status, body.encode(), headers))


def _reused(key: str) -> KeyReused:
    return KeyReused(
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
