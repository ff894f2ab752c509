"""Telling the world what happened: each event is kept, and sent to the webhook endpoints that asked for it."""

from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.deliveries import Delivery
from stripe_sandbox.sdk import source
from stripe_sandbox.world import PLATFORM, Record, World

Json = dict[str, Any]


def emit(call: Call, type: str, about: Record, *, account: str | None = None, before: Json | None = None) -> Record:
    """An event of this type about an object as it is now; `before` holds the earlier values of what changed.

    It belongs to the account that owns the object, unless `account` says otherwise.
    """
    return tell(call, type, about.shown, account or about.account, before=before)


def tell(call: Call, type: str, shown: Json, account: str, *, before: Json | None = None) -> Record:
    """An event of an account about something that Stripe shows; what has no id of its own too, such as a balance."""
    changed = {"previous_attributes": before} if before else {}
    told: Json = {} if account == PLATFORM else {"account": account}
    event = call.world.add(
        "event",
        account,
        type=type,
        api_version=source.api_version(),
        data={"object": dict(shown), **changed},
        pending_webhooks=0,
        request={"id": call.request_id or None, "idempotency_key": call.idempotency_key},
        **told,
    )
    send(call.world, event)
    return event


def send(world: World, event: Record) -> int:
    """Send an event, for the first time or again, to every endpoint that listens; the number of deliveries."""
    listening = listeners(world, event)
    for endpoint in listening:
        delivery = Delivery(endpoint.shown["url"], endpoint.id, endpoint.kept["secret"], event.shown, story(event))
        world.deliveries.post(delivery)
    return len(listening)


def listeners(world: World, event: Record) -> list[Record]:
    """The endpoints for an event: those of the platform for its own events, its Connect endpoints for its accounts'."""
    return [
        endpoint
        for endpoint in world.shelf("webhook_endpoint", PLATFORM)
        if endpoint.shown["status"] == "enabled"
        and endpoint.kept["is_connect"] == (event.account != PLATFORM)
        and ("*" in endpoint.kept["types"] or event.shown["type"] in endpoint.kept["types"])
    ]


def story(event: Record) -> str:
    """Events of one story arrive in their order: a payment with its charges and refunds, else the object itself."""
    about = event.shown["data"]["object"]
    return str(about.get("payment_intent") or about.get("id") or event.account)
