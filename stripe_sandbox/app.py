"""The local Stripe as a WSGI application: `create_app()`."""

from collections.abc import Iterable, Mapping
from typing import Any

from stripe_sandbox import controls, wire
from stripe_sandbox.api import Api
from stripe_sandbox.deliveries import FIRST_PAUSE_S
from stripe_sandbox.errors import Refused
from stripe_sandbox.pages import door
from stripe_sandbox.wire import Reply, Request, StartResponse


class Sandbox:
    """Stripe's API under /v1, and under /_sandbox what only a local Stripe has."""

    def __init__(self, *, first_pause_s: float = FIRST_PAUSE_S) -> None:
        self.api = Api(first_pause_s=first_pause_s)

    def __call__(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request of a web server."""
        try:
            request = wire.read(environ)
            reply = self._answer(request)
        except Refused as refusal:
            reply = wire.as_json(refusal.status, {"error": refusal.error})
        if reply is None:
            wire.hang_up(environ)
            reply = Reply(500, b"")
        return reply.send(start_response)

    def close(self) -> None:
        """Stop the threads that deliver webhooks."""
        self.api.world.deliveries.close()

    def _answer(self, request: Request) -> Reply | None:
        if not request.path.startswith(controls.ADDRESS):
            return self.api.answer(request)
        page = door.find(request.path)
        return door.answer(self.api.world, request, *page) if page else controls.answer(self.api, request)


def create_app(*, first_pause_s: float = FIRST_PAUSE_S) -> Sandbox:
    """A local Stripe with an empty world; a failed webhook is tried again after `first_pause_s`, then ever later."""
    return Sandbox(first_pause_s=first_pause_s)
