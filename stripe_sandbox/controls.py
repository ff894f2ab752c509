"""What only a local Stripe has: look at all, begin again, order faults, hold and resend webhooks, move the clock."""

import json
from collections.abc import Callable
from typing import Any

from stripe_sandbox import events, passing, verbs, wire
from stripe_sandbox.api import Api
from stripe_sandbox.deliveries import MODES
from stripe_sandbox.errors import InvalidRequest, NoSuchObject, UnknownAddress
from stripe_sandbox.faults import Fault
from stripe_sandbox.wire import Reply, Request
from stripe_sandbox.world import PREFIXES, Record

Json = dict[str, Any]
ADDRESS = "/_sandbox/"
SHOWN_PER_KIND = 100


def answer(api: Api, request: Request) -> Reply:
    """Carry out a control. Raises UnknownAddress, InvalidRequest, NoSuchObject."""
    name = request.path.removeprefix(ADDRESS)
    with api.world.lock:
        passing.catch_up(api.world)
    if request.method == "GET" and name == "state":
        return wire.as_json(200, state(api))
    if request.method != "POST":
        raise UnknownAddress(request.method, request.path)
    if name in CONTROLS:
        return wire.as_json(200, CONTROLS[name](api, _given(request)))
    things, id, verb = (*name.split("/"), "", "")[:3]
    if (things, verb) == ("events", "resend"):
        return wire.as_json(200, _resend(api, id))
    found = verbs.VERBS.get((things, verb)) if name.count("/") == 2 else None
    if found is None:
        raise UnknownAddress(request.method, request.path)
    with api.world.lock:
        return wire.as_json(200, verbs.carry_out(api.world, found, id, _given(request)))


def state(api: Api) -> Json:
    """The newest objects of each kind, how many there are, and the last deliveries and requests."""
    with api.world.lock:
        found: dict[str, list[Record]] = {kind: [] for kind in PREFIXES}
        for record in api.world.records.values():
            if not record.is_deleted:
                found[record.kind].append(record)
        shown = {kind: [record.shown for record in records[-SHOWN_PER_KIND:]] for kind, records in found.items()}
        counts = {kind: len(records) for kind, records in found.items()}
    deliveries = list(api.world.deliveries.tried)
    return {"objects": shown, "counts": counts, "deliveries": deliveries, "requests": list(api.requests)}


def _given(request: Request) -> Json:
    """The settings of a control: a JSON object."""
    try:
        given = json.loads(request.body or b"{}")
    except ValueError as error:
        raise InvalidRequest("The body is not JSON.") from error
    if not isinstance(given, dict):
        raise InvalidRequest("The body is not a JSON object.")
    return given


def _reset(api: Api, _given: Json) -> Json:
    api.reset()
    return {}


def _order_fault(api: Api, given: Json) -> Json:
    try:
        what = (str(given["kind"]), str(given["method"]), str(given["path"]))
        fault = Fault(*what, int(given.get("times", 1)), float(given.get("seconds", 1)))
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRequest("A fault has kind, method, path, times and seconds.") from error
    api.faults.order(fault)
    return {}


def _pause(api: Api, _given: Json) -> Json:
    api.world.deliveries.pause()
    return {}


def _set_mode(api: Api, given: Json) -> Json:
    """Deliver each event once in its order, twice, or in any order."""
    mode = given.get("mode")
    if mode not in MODES:
        raise InvalidRequest(f"Events are delivered {', '.join(MODES)}.", param="mode")
    api.world.deliveries.mode = mode
    return {}


def _resume(api: Api, _given: Json) -> Json:
    return {"deliveries": api.world.deliveries.resume()}


def _advance(api: Api, given: Json) -> Json:
    """Time passes: pending money becomes available, idempotency keys are forgotten."""
    seconds = given.get("seconds")
    if type(seconds) is not int or seconds < 0:
        raise InvalidRequest("The clock goes forward by whole seconds.", param="seconds")
    with api.world.lock:
        api.world.seconds_ahead += seconds
        passing.catch_up(api.world)
        return {"now": api.world.now()}


def _resend(api: Api, id: str) -> Json:
    with api.world.lock:
        event = api.world.records.get(id)
        if event is None or event.kind != "event":
            raise NoSuchObject("event", id)
        return {"deliveries": events.send(api.world, event)}


CONTROLS: dict[str, Callable[[Api, Json], Json]] = {
    "reset": _reset,
    "faults": _order_fault,
    "deliveries/mode": _set_mode,
    "deliveries/pause": _pause,
    "deliveries/resume": _resume,
    "clock": _advance,
}
