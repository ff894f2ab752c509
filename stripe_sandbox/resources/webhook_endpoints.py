"""Webhook endpoints: where the platform wants to be told about events. Only addresses of this machine are accepted."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest, NotOffered
from stripe_sandbox.listing import page
from stripe_sandbox.loopback import is_loopback
from stripe_sandbox.resources import metadata
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.sdk import source
from stripe_sandbox.world import PLATFORM, Record, World

Json = dict[str, Any]


@serves("POST", "/v1/webhook_endpoints", "url enabled_events api_version connect description metadata")
def create(call: Call, given: Json) -> Json:
    """Tell an address about events; the answer is the only one that shows the secret."""
    if given.get("api_version", source.api_version()) != source.api_version():
        raise NotOffered(f"The local Stripe writes events of API version {source.api_version()} only.")
    endpoint = register(
        call.world,
        given["url"],
        types=given["enabled_events"],
        is_connect=given.get("connect", False),
        description=given.get("description") or None,
        metadata=metadata.given_in(given),
    )
    return {**endpoint.shown, "secret": endpoint.kept["secret"]}


@serves("GET", "/v1/webhook_endpoints/{endpoint}")
def retrieve(call: Call, _given: Json, endpoint: str) -> Json:
    """One endpoint."""
    return call.world.find("webhook_endpoint", endpoint, call.account).shown


@serves("GET", "/v1/webhook_endpoints", PAGING.replace("created ", ""))
def listed(call: Call, given: Json) -> Json:
    """The platform's endpoints."""
    return page(call, "webhook_endpoint", given, url="/v1/webhook_endpoints")


@serves("POST", "/v1/webhook_endpoints/{endpoint}", "url enabled_events disabled description metadata")
def update(call: Call, given: Json, endpoint: str) -> Json:
    """Another address, other types of events, or a pause. Raises InvalidRequest for an address elsewhere."""
    found = call.world.find("webhook_endpoint", endpoint, call.account)
    if "url" in given:
        _check_address(given["url"])
    if "enabled_events" in given:
        found.kept["types"] = frozenset(given["enabled_events"])
    if "disabled" in given:
        given["status"] = "disabled" if given.pop("disabled") else "enabled"
    return change(call, found, given, event=None)


@serves("DELETE", "/v1/webhook_endpoints/{endpoint}")
def delete(call: Call, _given: Json, endpoint: str) -> Json:
    """Tell this address no more."""
    found = call.world.find("webhook_endpoint", endpoint, call.account)
    call.world.remove(found)
    call.world.deliveries.retire(found.id)
    return {"id": found.id, "object": "webhook_endpoint", "deleted": True}


def register(
    world: World, url: str, *, types: list[str], is_connect: bool = False, secret: str | None = None, **shown: Any
) -> Record:
    """A new endpoint, for the platform's own events or (`is_connect`) for those of its connected accounts.

    Raises InvalidRequest for an address that is not on this machine.
    """
    _check_address(url)
    return world.add(
        "webhook_endpoint",
        PLATFORM,
        url=url,
        enabled_events=list(types),
        api_version=source.api_version(),
        status="enabled",
        **{"metadata": {}, **shown},
        kept={
            "secret": secret or "whsec_" + secrets.token_hex(16),
            "types": frozenset(types),
            "is_connect": is_connect,
        },
    )


def _check_address(url: str) -> None:
    to = urlsplit(url)
    if to.scheme != "http" or not is_loopback(to.hostname or ""):
        message = "The local Stripe delivers only to http addresses of this machine (127.0.0.1, localhost)."
        raise InvalidRequest(message, code="url_invalid", param="url")
