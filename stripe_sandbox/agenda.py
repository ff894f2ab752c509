"""What waits for its time: deadlines, the next one first, each with a word for what happens then."""

import heapq
from itertools import count

Turn = tuple[str, str]
"""The id of an object, and what happens to it."""


class Agenda:
    """An object has one deadline at a time; a new one takes the place of the old."""

    def __init__(self) -> None:
        self._due: list[tuple[int, int, Turn]] = []
        self._deadlines: dict[str, int] = {}
        self._entries = count()

    def put(self, id: str, at: int, what: str) -> None:
        """Let something happen to an object at a second of the clock."""
        entry = next(self._entries)
        self._deadlines[id] = entry
        heapq.heappush(self._due, (at, entry, (id, what)))

    def strike(self, id: str) -> None:
        """Nothing will happen to this object by itself any more."""
        self._deadlines.pop(id, None)

    def take(self, now: int) -> Turn | None:
        """The object whose turn it is, and what happens to it; it is off the agenda."""
        while self._due and self._due[0][0] <= now:
            _, entry, (id, what) = heapq.heappop(self._due)
            if self._deadlines.get(id) == entry:
                del self._deadlines[id]
                return id, what
        return None

    def written(self) -> list[tuple[int, str, str]]:
        """Every deadline, as JSON can hold it."""
        known = sorted(self._due)
        return [(at, id, what) for at, entry, (id, what) in known if self._deadlines.get(id) == entry]
