"""Making a cluster and launching its server."""

import shutil
import socket
import tempfile
from pathlib import Path

from . import processes
from .errors import WAY_OUT, DidNotStart
from .places import SOCKET, Places

READY_S = 120  # recovery after a crash under load may take long; a server that ended is noticed at once
LAUNCH = '"$@" </dev/null >>"$0" 2>&1 & echo $!'  # the shell leaves, so that the server is nobody's child
SETTINGS = {  # defaults in postgresql.conf: who runs the server may tune them there
    "max_connections": "100",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


def is_up(places: Places) -> bool:
    """Whether the server says that it is ready and answers on its socket; takes well under a millisecond."""
    if processes.status_lines(places)[7:8] != ["ready"]:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(places.sockets / SOCKET))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except (BlockingIOError, TimeoutError):
            return True  # its queue is full: busy, not down
    return True


def make(places: Places, programs: Path) -> None:
    """Make the cluster beside its place and move it there: a half-made one is never used. The lock must be held."""
    for left_over in places.home.glob("init.*"):
        shutil.rmtree(left_over)
    making = Path(tempfile.mkdtemp(prefix="init.", dir=places.home))
    places.account.own(making)
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    options = ("--username=postgres", "--auth=trust", "--sync-method=syncfs", *LOCALE, *settings)
    done = places.account.run([programs / "initdb", "-D", making, *options])
    if done.returncode != 0:
        raise DidNotStart(f"initdb failed in {places.home}:\n{done.stdout.strip()}\n{WAY_OUT}")
    making.rename(places.data)


def launch(places: Places, programs: Path) -> None:
    """Start the server and wait until it is ready. Raises DidNotStart with the end of its log."""
    places.account.own(places.sockets)
    fixed = {
        "listen_addresses": "",
        "unix_socket_directories": str(places.sockets),
        "unix_socket_permissions": "0700",
        "cluster_name": places.mark,
    }
    options = [word for name, value in fixed.items() for word in ("-c", f"{name}={value}")]
    shell = places.account.run(
        ["/bin/sh", "-c", LAUNCH, places.log, programs / "postgres", "-D", places.data, *options]
    )
    pid = int(shell.stdout)
    ended_or_up = processes.until(lambda: is_up(places) or not _runs(pid), READY_S)
    if not ended_or_up or not is_up(places):
        raise DidNotStart(f"PostgreSQL did not start in {places.home}:\n{_tail(places.log)}\n{WAY_OUT}")


def _runs(pid: int) -> bool:
    try:
        fields = (processes.PROC / str(pid) / "stat").read_text()
    except OSError:
        return False
    return fields.rpartition(")")[2].split()[0] not in "ZX"


def _tail(log: Path, characters: int = 2000) -> str:
    return log.read_text(errors="replace")[-characters:] if log.exists() else "(it wrote no log)"
