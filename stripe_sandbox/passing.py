"""Time passes: what fell due happens, before the next request is carried out or when the clock is moved."""

from collections.abc import Callable

from stripe_sandbox import events
from stripe_sandbox.calls import Call
from stripe_sandbox.world import Record, World

Handler = Callable[[Call, Record], None]
HANDLERS: dict[str, Handler] = {}


def falls_due(what: str) -> Callable[[Handler], Handler]:
    """The function to call when a deadline of this name has come."""

    def register(handler: Handler) -> Handler:
        HANDLERS[what] = handler
        return handler

    return register


def catch_up(world: World) -> None:
    """Let everything happen that fell due until now, in its order."""
    now = world.now()
    for account in world.balances.settle(now):
        events.tell(Call.of_nobody(world, account), "balance.available", world.balances.shown(account), account)
    while turn := world.agenda.take(now):
        record = world.records[turn[0]]
        HANDLERS[turn[1]](Call.of_nobody(world, record.account), record)
