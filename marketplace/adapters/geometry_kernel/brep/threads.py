"""Threads that a file's product manufacturing information calls out, bound to the holes of their faces."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from marketplace.geometry.features import Callout, Hole
from marketplace.geometry.threads import designation


def bound(holes: Iterable[Hole], callouts: Sequence[Callout]) -> tuple[Hole, ...]:
    """The holes, with the thread that a callout on one of their faces names."""
    threads: dict[int, str] = {}
    for callout in callouts:
        thread = designation(callout.name) if callout.name else None
        if thread is not None:
            threads |= dict.fromkeys(callout.faces, thread)
    return tuple(_threaded(hole, threads) for hole in holes)


def _threaded(hole: Hole, threads: dict[int, str]) -> Hole:
    thread = next((threads[face] for face in hole.faces if face in threads), None)
    return hole if thread is None else replace(hole, thread=thread)
