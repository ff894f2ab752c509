"""Which processes are this server's, and how they are told to end. Reads /proc; needs no right to trace."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from .errors import DidNotStop
from .places import SOCKET, Places

FAST_S, AT_ONCE_S, KILLED_S = 30, 10, 10
PROC = Path("/proc")


def postmaster(places: Places) -> int | None:
    """The server's main process, or None: a pid that something else has taken over by now is not it."""
    pid = pid_of_file(places)
    return pid if pid is not None and is_ours(pid, places) else None


def pid_of_file(places: Places) -> int | None:
    """The pid in postmaster.pid, whoever has it now; None without a legible file."""
    lines = status_lines(places)
    return int(lines[0]) if lines and lines[0].isdecimal() else None


def status_lines(places: Places) -> list[str]:
    """postmaster.pid (PostgreSQL's pidfile.h): pid, folder, start, port, socket folder, address, memory, status."""
    try:
        return [line.strip() for line in (places.data / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []


def is_ours(pid: int, places: Places) -> bool:
    """Whether a live process is PostgreSQL, under the server's account, and carries this cluster's name."""
    process = PROC / str(pid)
    try:
        words = (process / "cmdline").read_bytes()
        owner = process.stat().st_uid
    except OSError:
        return False
    program = words.split(b"\0")[0].split(b":")[0]
    return program.endswith(b"postgres") and places.mark.encode() in words and owner == places.account.uid


def all_of(places: Places) -> list[int]:
    """Every process of this server, orphans of a killed one included."""
    pids = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal())
    return [pid for pid in pids if is_ours(pid, places)]


def end(places: Places) -> None:
    """End the server in good order; if it does not, at once (recovery follows); at the very last by force.

    Raises DidNotStop if it outlives even that.
    """
    main = postmaster(places)
    if main is not None and _ended([main], signal.SIGINT, FAST_S, places):
        return
    if main is not None and _ended([main], signal.SIGQUIT, AT_ONCE_S, places):
        return
    if not _ended(all_of(places), signal.SIGKILL, KILLED_S, places):
        raise DidNotStop(f"The embedded PostgreSQL of {places.home} does not end: processes {all_of(places)}.")


def clear_remains(places: Places) -> None:
    """After a crash: let a killed server's orphans leave, then drop its lock files, whose pid may be another's by now.

    The files must not go earlier: orphans may still write to the tables, and through them a new server would know.
    """
    if not until(lambda: not all_of(places), AT_ONCE_S):
        end(places)
    for left_over in (places.data / "postmaster.pid", places.sockets / f"{SOCKET}.lock", places.sockets / SOCKET):
        left_over.unlink(missing_ok=True)


def until(is_so: Callable[[], bool], seconds: float) -> bool:
    """Ask every hundredth of a second until it is so; False when the time is over."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _ended(pids: Iterable[int], number: signal.Signals, seconds: float, places: Places) -> bool:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
    return until(lambda: not all_of(places), seconds)
