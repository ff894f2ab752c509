"""The verbs: start, stop, ask, erase. Any number of processes may use them: a file lock lets one act at a time."""

import fcntl
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import binaries, cluster, places, processes
from .errors import WAY_OUT, DidNotStart
from .places import Places

log = logging.getLogger(__name__)
STARTING_S = 60


def start(home: Path) -> str:
    """The SQLAlchemy address of the server at `home`, which runs when this returns; the first call makes the cluster.

    `home` belongs to the server alone. Takes about a second the first time, a tenth after a stop, and well under a
    millisecond when the server is up. Raises an EmbeddedPostgresFailed whose message names the way out.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        where = places.of(home)
        if not cluster.is_up(where):
            with _alone(where):
                _bring_up(where)
    except OSError as reason:
        raise DidNotStart(f"The embedded PostgreSQL did not start in {home}: {reason}. {WAY_OUT}") from reason
    return where.url


def stop(home: Path) -> None:
    """End the server at `home` in good order; nothing happens if it is down. Raises DidNotStop."""
    if not home.is_dir():
        return
    where = places.of(home)
    with _alone(where):
        if processes.postmaster(where) is not None:
            processes.end(where)


def is_running(home: Path) -> bool:
    """Whether the server at `home` takes connections."""
    return home.is_dir() and cluster.is_up(places.of(home))


def erase(home: Path) -> None:
    """End the server at `home` and delete its data, wherever they live; for demonstrations and tests."""
    if not home.is_dir():
        return
    stop(home)
    where = places.of(home)
    for folder in {where.sockets, where.home, where.asked}:
        shutil.rmtree(folder, ignore_errors=True)


def _bring_up(where: Places) -> None:
    """Start the server; the lock is held. One that is just starting is awaited, one that lost its socket restarted."""
    if processes.postmaster(where) is not None:
        if processes.until(lambda: cluster.is_up(where) or _is_deaf(where), STARTING_S) and cluster.is_up(where):
            return
        processes.end(where)
    where.account.own(where.home)
    programs = binaries.for_account(where.account)
    if where.home != where.asked:
        log.warning("The server's account cannot reach %s: its data live in %s.", where.asked, where.home)
        (where.asked / "README").write_text(f"The database of this folder lives in {where.home}.\n")
    if not where.is_made:
        log.info("Making a PostgreSQL cluster in %s (about a second).", where.home)
        cluster.make(where, programs)
    processes.clear_remains(where)
    cluster.launch(where, programs)


def _is_deaf(where: Places) -> bool:
    """Ready by its own account, and yet not to be reached (its socket was deleted), or gone."""
    return processes.postmaster(where) is None or processes.status_lines(where)[7:8] == ["ready"]


@contextmanager
def _alone(where: Places) -> Iterator[None]:
    with where.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
