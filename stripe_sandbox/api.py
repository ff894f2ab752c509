"""One request to the API from beginning to end: who, what, again or new, checked, carried out, shown."""

from collections import deque
from typing import Any

from stripe_sandbox import calls, faults, older, passing, routing, wire
from stripe_sandbox.calls import Call
from stripe_sandbox.deliveries import Deliveries
from stripe_sandbox.errors import NotPermitted, Refused
from stripe_sandbox.expansion import expand
from stripe_sandbox.faults import Faults
from stripe_sandbox.idempotency import Claim, IdempotencyKeys
from stripe_sandbox.resources import (  # noqa: F401  (imported to offer their operations)
    account_links,
    accounts,
    balance,
    bank_accounts,
    cash,
    charges,
    checkout_sessions,
    customers,
    disputes,
    events,
    files,
    invoice_items,
    invoice_payments,
    invoices,
    payment_intents,
    payment_methods,
    payment_pages,
    payouts,
    prices,
    products,
    refunds,
    setup_intents,
    test_helpers,
    transfer_reversals,
    transfers,
    webhook_endpoints,
)
from stripe_sandbox.routing import Operation
from stripe_sandbox.sdk import source
from stripe_sandbox.wire import Reply, Request
from stripe_sandbox.world import World

Json = dict[str, Any]
REMEMBERED = 2_000


class Api:
    """The world with its doors: API keys, idempotency keys, faults to order, and a record of the last requests."""

    def __init__(self, *, first_pause_s: float) -> None:
        self.world = World(Deliveries(first_pause_s=first_pause_s))
        self.keys = IdempotencyKeys()
        self.faults = Faults()
        self.requests: deque[Json] = deque(maxlen=REMEMBERED)

    def reset(self) -> None:
        """Begin again with an empty world."""
        with self.world.lock:
            for endpoint in self.world.kind("webhook_endpoint"):
                self.world.deliveries.retire(endpoint.id)
            self.world.clear()
            self.world.deliveries.clear()
        self.keys.clear()
        self.faults.clear()
        self.requests.clear()

    def answer(self, request: Request) -> Reply | None:
        """The answer to a request, None when its connection is to be lost. Raises Refused for callers without a key."""
        call = calls.identify(request, self.world)
        fault = self.faults.take(request.method, request.path, after=False)
        if fault and fault.kind == "drop_before":
            return None
        try:
            if fault:
                faults.strike(fault)
            reply = self._once(call, request)
        except Refused as refusal:
            reply = _refused(refusal)
        self._remember(call, request, reply)
        if self.faults.take(request.method, request.path, after=True):
            return None
        return _signed(call, reply)

    def _once(self, call: Call, request: Request) -> Reply:
        """Carry out the request, or give the answer that its idempotency key has already had."""
        operation, ids = routing.find(request.method, request.path)
        if request.method != "POST" or call.idempotency_key is None:
            return self._run(call, operation, self._read(call, operation, request), ids)
        claim = self._claim(call, call.idempotency_key, request)
        if claim.answer:
            replayed = {"Idempotent-Replayed": "true", "Original-Request": claim.request_id}
            return Reply(claim.answer.status, claim.answer.body, replayed)
        try:
            claim.answer = self._run(call, operation, self._read(call, operation, request), ids)
        finally:
            if claim.answer is None:  # refused before it began, or broken: the key is free again
                self.keys.release(call.account, call.idempotency_key)
        return claim.answer

    def _claim(self, call: Call, key: str, request: Request) -> Claim:
        mark = calls.fingerprint(request)
        return self.keys.claim(call.account, key, mark, request_id=call.request_id, now=self.world.now())

    def _read(self, call: Call, operation: Operation, request: Request) -> Json:
        if call.is_browser and not operation.is_open_to_browsers:
            message = "This API call cannot be made with a publishable API key. Please use a secret API key."
            raise NotPermitted(message, code="secret_key_required")
        given = wire.unbracketed(request.pairs())
        return operation.read(given if call.names_version else older.told_now(given), is_browser=call.is_browser)

    def _run(self, call: Call, operation: Operation, given: Json, ids: list[str]) -> Reply:
        """Change the world and show the result; from here on an error too is the answer of the idempotency key."""
        paths = given.pop("expand", [])
        with self.world.lock:
            passing.catch_up(self.world)
            try:
                return wire.as_json(200, expand(self.world, operation.run(call, given, ids), paths))
            except Refused as refusal:
                return _refused(refusal)

    def _remember(self, call: Call, request: Request, reply: Reply) -> None:
        self.requests.append(
            {
                "id": call.request_id,
                "method": request.method,
                "path": request.path,
                "account": call.account,
                "idempotency_key": call.idempotency_key,
                "status": reply.status,
                "is_replay": "Idempotent-Replayed" in reply.headers,
            }
        )


def _refused(refusal: Refused) -> Reply:
    retry = {"Stripe-Should-Retry": "false"} if refusal.status == 501 else {}
    return wire.as_json(refusal.status, {"error": refusal.error}, **retry)


def _signed(call: Call, reply: Reply) -> Reply:
    """The answer with the headers that Stripe adds to each."""
    headers = {"Request-Id": call.request_id, "Stripe-Version": source.api_version(), **reply.headers}
    if call.idempotency_key:
        headers["Idempotency-Key"] = call.idempotency_key
    return Reply(reply.status, reply.body, headers)
