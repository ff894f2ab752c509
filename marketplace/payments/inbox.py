"""The inbox: every event the provider delivers, stored once, before anybody looks at what it says (C2)."""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.jobs.queue import Task, later
from marketplace.kernel import clock, transaction
from marketplace.kernel.database import straight, table_of
from marketplace.payments.models import EventState, ProviderEvent
from marketplace.payments.ports import EventSeen


class Delivery(StrEnum):
    """Whether an event came for the first time."""

    FIRST = "first"
    REPEATED = "repeated"


class Outcome(StrEnum):
    """What became of an event, or of the evidence it led to."""

    APPLIED = "applied"
    REPEATED = "repeated"
    """Its effect was there already."""
    STALE = "stale"
    """The thing it speaks of is not, or no longer, so."""
    IGNORED = "ignored"
    """Of a kind that changes nothing here."""
    UNKNOWN = "unknown"
    """About nothing of ours."""
    DIFFERENT = "different"
    """About something of ours, with another amount or currency than ours, or done a second time."""
    OTHER_VERSION = "other_version"
    FOR_A_PERSON = "for_a_person"


HANDLED: Final = frozenset(
    {
        "payment_intent.succeeded",
        "payment_intent.processing",
        "payment_intent.partially_funded",
        "payment_intent.payment_failed",
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "invoice.paid",
        "invoice.voided",
        "cash_balance.funds_available",
        "transfer.created",
        "transfer.reversed",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "account.updated",
        "account.external_account.created",
        "account.external_account.updated",
        "payout.paid",
        "payout.failed",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    }
)
"""Kinds that make a job, and what the webhook endpoint at the provider should send; others are stored and ignored."""

QUARANTINED: Final = frozenset({Outcome.UNKNOWN, Outcome.DIFFERENT, Outcome.OTHER_VERSION, Outcome.FOR_A_PERSON})


def receive(event: EventSeen) -> Delivery:
    """Store an event whose signature is good, and have it handled later if there is anything to handle."""
    transaction.inside()
    outcome = _at_once(event)
    if straight(STORE, _row(event, outcome)).scalar() is None:
        return Delivery.REPEATED
    if outcome is None:
        later(Task.HANDLE_EVENT, event_id=event.id)
    return Delivery.FIRST


def _at_once(event: EventSeen) -> Outcome | None:
    """The end of events that need no look at the provider."""
    if not event.is_of_our_version:
        return Outcome.OTHER_VERSION
    return None if event.kind in HANDLED else Outcome.IGNORED


def _row(event: EventSeen, outcome: Outcome | None) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": event.id,
        "kind": event.kind,
        "api_version": event.api_version,
        "payload": event.payload,
        "state": state_after(outcome) if outcome else EventState.RECEIVED,
        "received_at": now,
        "handled_at": now if outcome else None,
        "outcome": outcome,
    }


def state_after(outcome: Outcome) -> EventState:
    return EventState.QUARANTINED if outcome in QUARANTINED else EventState.HANDLED


EVENTS: Final = table_of(ProviderEvent)
STORE: Final = insert(EVENTS).on_conflict_do_nothing().returning(EVENTS.c.id)
FINISH: Final = (
    update(EVENTS)
    .where(EVENTS.c.id == bindparam("event_id"), EVENTS.c.state == EventState.RECEIVED)
    .values(state=bindparam("ending"), outcome=bindparam("became"), handled_at=bindparam("at"))
)
"""Built once: statements of the hot path are values."""


def finish(event_id: str, outcome: Outcome) -> None:
    """Write down what became of an event; who comes second changes nothing."""
    transaction.inside()
    straight(FINISH, {"event_id": event_id, "ending": state_after(outcome), "became": outcome, "at": clock.now()})
