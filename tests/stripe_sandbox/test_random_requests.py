"""Requests at random, as the SDK's types allow: each is carried out or refused, and none breaks the local Stripe."""

import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import pytest

from stripe_sandbox import passing, verbs
from stripe_sandbox.api import Api
from stripe_sandbox.errors import Refused
from stripe_sandbox.resources.cards import CARDS
from stripe_sandbox.routing import OFFERED
from stripe_sandbox.sdk.operations import Parameters, operations
from stripe_sandbox.sdk.parameters import Expected, expectations
from stripe_sandbox.wire import Request
from tests.stripe_sandbox.shapes import faults

HEADERS = {"HTTP_AUTHORIZATION": "Bearer sk_test_1"}
DEEPEST = 3
USUAL = {"card", "alipay", "customer_balance", "sepa_debit", "send_invoice", "manual", "include", "bank_transfer"}
NAMED = {
    "currency": ["eur", "eur", "usd", "jpy"],
    "payment_method": list(CARDS),
    "number": [card.number for card in CARDS.values()],
    "country": ["DE", "US"],
    "success_url": ["http://127.0.0.1:1/"],
    "return_url": ["http://127.0.0.1:1/"],
}


class Monkey:
    """Asks for anything, in a world of its own."""

    def __init__(self, seed: int) -> None:
        self.api, self.chance = Api(first_pause_s=1), random.Random(seed)

    def act(self) -> None:
        """One request, one hand of somebody else, or some time that passes."""
        what = self.chance.random()
        if what < 0.05:
            self.api.world.seconds_ahead += self.chance.choice([60, 4_000, 200_000])
            passing.catch_up(self.api.world)
        elif what < 0.2:
            self.play(self.chance.choice(list(verbs.VERBS.values())))
        elif what < 0.35:
            given = {
                "amount": 5_000,
                "currency": "eur",
                "confirm": "true",
                "payment_method": self.of(NAMED["payment_method"]),
            }
            self.ask("POST", "/v1/payment_intents", given)
        else:
            (method, shape), operation = self.chance.choice(list(OFFERED.items()))
            described = operations().get((method, shape))
            given = self.made(described, 0, operation.takes) if described else {}
            self.ask(method, "/".join(self.id() if part == "{}" else part for part in shape.split("/")), given)

    def ask(self, method: str, path: str, given: Any) -> None:
        text = urlencode(list(flat(given)))
        query, body = (text, b"") if method == "GET" else ("", text.encode())
        self.api.answer(Request(method, path, query, body, HEADERS, "http://127.0.0.1:1"))

    def play(self, verb: verbs.Verb) -> None:
        found = self.api.world.kind(verb.kind)
        if found:
            with suppress(Refused):
                verbs.carry_out(self.api.world, verb, self.chance.choice(found).id, {})

    def made(self, described: Parameters, depth: int, takes: Any = None) -> dict[str, Any]:
        """Parameters as a class of the SDK describes them, those that are required and some of the others."""
        wanted = {
            name: each
            for name, each in expectations(described).items()
            if name != "expand" and (takes is None or name in takes)
            if each.is_required or self.chance.random() < 0.3 / (depth + 1)
        }
        return {name: self.value(name, each, depth) for name, each in wanted.items()}

    def value(self, name: str, expected: Expected, depth: int) -> Any:
        if self.chance.random() < 0.05:
            return ""
        if expected.nested and depth < DEEPEST:
            return self.made(Parameters(expected.module, expected.nested), depth + 1)
        if expected.items:
            return [self.value(name, expected.items, depth + 1) for _ in range(self.chance.randint(0, 2))]
        if expected.values:
            return {"a": self.of(["x", ""])}
        if expected.literals:
            return self.of([each for each in expected.literals if each in USUAL] or expected.literals)
        if "bool" in expected.names:
            return self.of(["true", "false"])
        if "int" in expected.names:
            return self.of([0, 1, 5, 900, 5_000, -3, self.api.world.now() + 4_000])
        return self.of(NAMED[name]) if name in NAMED else self.of([self.id(), "text", ""])

    def id(self) -> str:
        """The id of something that was made lately."""
        return self.of([*list(self.api.world.records)[-30:], "nobody"])

    def of(self, choices: Any) -> Any:
        return self.chance.choice(choices)


def flat(given: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Nested parameters as the SDK writes them on the wire."""
    if not isinstance(given, dict | list):
        yield name, str(given)
        return
    for key, value in given.items() if isinstance(given, dict) else enumerate(given):
        yield from flat(value, f"{name}[{key}]" if name else str(key))


@pytest.mark.parametrize("seed", range(3))
def test_every_request_is_carried_out_or_refused(seed):
    monkey = Monkey(seed)
    for _ in range(2_000):
        monkey.act()

    world = monkey.api.world
    answered = {each["status"] for each in monkey.api.requests}
    assert {200, 400} <= answered
    assert max(answered) in (402, 403, 404, 501)
    alive = [record for record in world.records.values() if not record.is_deleted]
    assert [fault for record in alive for fault in faults(record.shown)] == []
    for account in {record.account for record in world.kind("balance_transaction")}:
        for currency in world.balances.currencies(account):
            entries = world.shelf("balance_transaction", account, "currency", currency)
            total = sum(each.shown["net"] for each in entries)
            assert world.balances.available(account, currency) + world.balances.pending(account, currency) == total
