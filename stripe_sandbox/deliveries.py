"""Webhook deliveries: signed, at least once, sent again with growing pauses until the receiver answers 2xx.

A few couriers (threads) carry them, each over kept-alive connections. What belongs to one story goes with one courier,
so it arrives in its natural order unless a delivery fails; between stories there is no order, as at Stripe.
"""

import hashlib
import heapq
import hmac
import http.client
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
COURIERS = 4
ANSWER_WITHIN_S = 10.0
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 60.0
REMEMBERED = 5_000
MODES = ("normal", "duplicated", "shuffled")
SHUFFLED_WITHIN_S = 0.3
CHANCE = secrets.SystemRandom()


@dataclass(slots=True)
class Delivery:
    """One event on its way to one endpoint."""

    url: str
    endpoint: str
    secret: str
    event: Json
    story: str
    attempt: int = 0


def signature(secret: str, payload: bytes, at: int) -> str:
    """The value of `Stripe-Signature` (https://docs.stripe.com/webhooks#verify-manually)."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


class Deliveries:
    """Every delivery under way, and a record of the last ones tried."""

    def __init__(self, *, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self.first_pause_s = first_pause_s
        self.mode = "normal"
        """Each event once and in its order, twice, or some moments late so that others overtake it."""
        self.tried: deque[Json] = deque(maxlen=REMEMBERED)
        self._couriers = [Courier(self) for _ in range(COURIERS)]
        self._held: list[Delivery] = []
        self._is_paused = False
        self._retired: set[str] = set()
        self._lock = threading.Lock()

    def post(self, delivery: Delivery) -> None:
        """Send as soon as possible, or hold while deliveries are paused."""
        for _ in range(2 if self.mode == "duplicated" else 1):
            with self._lock:
                delivery.event["pending_webhooks"] += 1
            self._send(replace(delivery))

    def pause(self) -> None:
        """Hold every delivery that is not yet on its way until `resume`."""
        with self._lock:
            self._is_paused = True

    def resume(self) -> int:
        """Send what was held, in its order unless deliveries are shuffled; the number of deliveries."""
        with self._lock:
            held, self._held, self._is_paused = self._held, [], False
        if self.mode == "shuffled":
            CHANCE.shuffle(held)
        for delivery in held:
            self._send(delivery)
        return len(held)

    def held(self) -> list[str]:
        """The endpoints of the deliveries that are held, in their order."""
        return [delivery.endpoint for delivery in self._held]

    def retire(self, endpoint: str) -> None:
        """Send nothing again to an endpoint that was deleted."""
        self._retired.add(endpoint)

    def clear(self) -> None:
        """Forget every delivery that is held or waits for its turn."""
        with self._lock:
            self._held, self._is_paused, self.mode = [], False, "normal"
        self.tried.clear()
        for courier in self._couriers:
            courier.drop_all()

    def close(self) -> None:
        """Stop the couriers."""
        for courier in self._couriers:
            courier.close()

    def report(self, delivery: Delivery, status: int) -> None:
        """A courier has tried: done with 2xx, otherwise again after a pause that doubles each time."""
        self.tried.append(
            {
                "event": delivery.event["id"],
                "type": delivery.event["type"],
                "endpoint": delivery.endpoint,
                "attempt": delivery.attempt,
                "status": status,
            }
        )
        if 200 <= status < 300:
            with self._lock:
                delivery.event["pending_webhooks"] -= 1
            return
        if delivery.endpoint in self._retired:
            return
        pause = min(self.first_pause_s * 2 ** min(delivery.attempt, 20), LONGEST_PAUSE_S)
        delivery.attempt += 1
        self._send(delivery, after_s=pause)

    def _send(self, delivery: Delivery, *, after_s: float = 0.0) -> None:
        with self._lock:
            if self._is_paused:
                self._held.append(delivery)
                return
        courier = self._couriers[hash(delivery.story) % COURIERS]
        if self.mode == "shuffled":
            courier, after_s = CHANCE.choice(self._couriers), after_s + CHANCE.uniform(0, SHUFFLED_WITHIN_S)
        courier.take(delivery, at=time.monotonic() + after_s)


class Courier:
    """A thread that delivers what is due, in the order in which it became due."""

    def __init__(self, office: Deliveries) -> None:
        self._office = office
        self._due: list[tuple[float, int, Delivery]] = []
        self._taken = 0
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread: threading.Thread | None = None
        self._lines = Lines()

    def take(self, delivery: Delivery, *, at: float) -> None:
        """Deliver at a moment of the monotonic clock. The thread starts with the first delivery."""
        with self._changed:
            self._taken += 1
            heapq.heappush(self._due, (at, self._taken, delivery))
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._work, name="stripe-courier", daemon=True)
                self._thread.start()
            self._changed.notify()

    def drop_all(self) -> None:
        """Forget what waits."""
        with self._changed:
            self._due.clear()

    def close(self) -> None:
        """End the thread once its present delivery is over."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._thread:
            self._thread.join()

    def _work(self) -> None:
        while delivery := self._next():
            self._office.report(delivery, self._lines.send(delivery))
        self._lines.close()

    def _next(self) -> Delivery | None:
        with self._changed:
            while not self._is_closed:
                if not self._due:
                    self._changed.wait()
                elif (pause := self._due[0][0] - time.monotonic()) > 0:
                    self._changed.wait(pause)
                else:
                    return heapq.heappop(self._due)[2]
        return None


class Lines:
    """Kept-alive connections to receivers."""

    def __init__(self) -> None:
        self._open: dict[str, http.client.HTTPConnection] = {}

    def send(self, delivery: Delivery) -> int:
        """The status that the receiver answers, 0 when it cannot be reached."""
        to = urlsplit(delivery.url)
        payload = json.dumps(delivery.event, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(delivery.secret, payload, int(time.time())),
            "User-Agent": "Stripe/1.0 (local)",
        }
        path = to.path + (f"?{to.query}" if to.query else "")
        return self._first_that_answers(to.netloc, lambda line: _post(line, path or "/", payload, headers))

    def close(self) -> None:
        """Close every connection."""
        for line in self._open.values():
            line.close()

    def _first_that_answers(self, to: str, post: Callable[[http.client.HTTPConnection], int]) -> int:
        """Try the kept connection, then a new one: the receiver may have closed the old one meanwhile."""
        for line in (self._open.pop(to, None), http.client.HTTPConnection(to, timeout=ANSWER_WITHIN_S)):
            if line is None:
                continue
            try:
                status = post(line)
            except (OSError, http.client.HTTPException):
                line.close()
                continue
            self._open[to] = line
            return status
        return 0


def _post(line: http.client.HTTPConnection, path: str, payload: bytes, headers: dict[str, str]) -> int:
    line.request("POST", path, payload, headers)
    answer = line.getresponse()
    answer.read()
    return answer.status
