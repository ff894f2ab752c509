"""Telling what a payment is for how it went: a Checkout Session or an invoice waits for its payment intent."""

from collections.abc import Callable

from stripe_sandbox.calls import Call
from stripe_sandbox.world import Record

Listener = Callable[[Call, Record, Record, str], None]
"""Called with what waits, its payment intent, and how that went: `succeeded`, `processing`, `held`, `failed`."""
LISTENERS: dict[str, Listener] = {}


def waits(kind: str) -> Callable[[Listener], Listener]:
    """The function that hears of the payments for objects of a kind."""

    def register(listener: Listener) -> Listener:
        LISTENERS[kind] = listener
        return listener

    return register


def is_for(intent: Record, waiting: Record) -> None:
    """Remember what an intent pays."""
    intent.kept["for"] = waiting.id


def tell(call: Call, intent: Record, how: str) -> None:
    """The payment of an intent has come so far; whoever waits for it hears of it."""
    if "for" in intent.kept:
        waiting = call.world.records[intent.kept["for"]]
        LISTENERS[waiting.kind](call, waiting, intent, how)
