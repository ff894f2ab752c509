"""The operations that the local Stripe offers: handlers, found by method and path."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import NotOffered, UnknownAddress
from stripe_sandbox.sdk import parameters
from stripe_sandbox.sdk.operations import operations, shape

Json = dict[str, Any]
Handler = Callable[..., Json]
PAGING = "created ending_before limit starting_after"


class Operation(NamedTuple):
    """A handler with the parameters that it acts on."""

    method: str
    shape: str
    handler: Handler
    takes: frozenset[str]
    is_open_to_browsers: bool

    def read(self, given: Json, *, is_browser: bool) -> Json:
        """The parameters, checked. Raises InvalidRequest, and NotOffered for what would be silently ignored."""
        secret = {"client_secret": given.pop("client_secret")} if is_browser and "client_secret" in given else {}
        described = operations().get((self.method, self.shape))
        checked = parameters.read_object(described, given) if described else given
        for name in checked:
            if name not in self.takes:
                raise NotOffered(f"The local Stripe does not act on '{name}' of {self.method} {self.shape}.")
        return {**checked, **secret}

    def run(self, call: Call, given: Json, ids: list[str]) -> Json:
        """Carry it out."""
        return self.handler(call, given, *ids)


OFFERED: dict[tuple[str, str], Operation] = {}


def serves(
    method: str, path: str, takes: str = "", *, is_open_to_browsers: bool = False
) -> Callable[[Handler], Handler]:
    """Offer an operation; `takes` names the parameters that the handler acts on."""

    def offer(handler: Handler) -> Handler:
        names = frozenset(takes.split()) | {"expand"}
        OFFERED[method, shape(path)] = Operation(method, shape(path), handler, names, is_open_to_browsers)
        return handler

    return offer


def find(method: str, path: str) -> tuple[Operation, list[str]]:
    """The operation at a path and the ids in it. Raises UnknownAddress, NotOffered."""
    parts = path.split("/")
    if "{" in path:
        raise UnknownAddress(method, path)
    for reading, ids in _readings(parts):
        operation = OFFERED.get((method, reading))
        if operation:
            return operation, ids
    if any((method, reading) in operations() for reading, _ids in _readings(parts)):
        raise NotOffered(f"The local Stripe does not offer {method} {path}.")
    raise UnknownAddress(method, path)


def _readings(parts: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The ways to read a path: `/v1/name`, `/v1/name/{id}/…`, `/v1/name/{id}/name/{id}`, `/v1/group/name/{id}/…`.

    What most requests ask comes first.
    """
    if len(parts) > 3 and parts[3]:
        yield "/".join([*parts[:3], "{}", *parts[4:]]), [parts[3]]
    yield "/".join(parts), []
    if len(parts) > 5 and parts[5]:
        yield "/".join([*parts[:3], "{}", parts[4], "{}", *parts[6:]]), [parts[3], parts[5]]
    if len(parts) > 4 and parts[4]:
        yield "/".join([*parts[:4], "{}", *parts[5:]]), [parts[4]]
