"""What planning asks of whatever puts jobs into order."""

from typing import Protocol

from marketplace.capacity.dispatching import Schedule, Shop


class Sequencer(Protocol):
    """Finds a short schedule of a job shop; nothing of it depends on who asks."""

    def schedule(self, shop: Shop, *, seconds: float) -> Schedule:
        """A possible schedule, as short as can be found in about so many seconds."""
        ...
