"""CPU seconds of process trees, from /proc: the cost of an operation, whoever else uses the machine meanwhile."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass
class Spent:
    """What was used while a measure ran: seconds by the clock, and CPU seconds of each tree and of this process."""

    wall_s: float = 0.0
    cpu_s: dict[str, float] = field(default_factory=dict)

    def per(self, operations: int, *names: str) -> float:
        """CPU milliseconds per operation of the trees named; those that do not run here count as nothing."""
        return sum(self.cpu_s.get(name, 0.0) for name in names) * 1000 / max(operations, 1)


@contextmanager
def metered(roots: Mapping[str, int]) -> Iterator[Spent]:
    """Fill in what each tree (by the pid of its root) uses inside the block; `client` is this process."""
    spent = Spent()
    before, own, began = used(roots), time.process_time(), time.perf_counter()
    yield spent
    spent.wall_s = time.perf_counter() - began
    after = used(roots)
    spent.cpu_s = {name: after[name] - before[name] for name in roots}
    spent.cpu_s["client"] = time.process_time() - own


def used(roots: Mapping[str, int]) -> dict[str, float]:
    """CPU seconds so far of each process, its descendants, and those of them that ended and were waited for."""
    ticks, children = _processes()
    return {name: sum(ticks.get(pid, 0) for pid in _tree(root, children)) * TICK_S for name, root in roots.items()}


def _tree(root: int, children: Mapping[int, list[int]]) -> Iterator[int]:
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting.extend(children.get(pid, ()))


def _processes() -> tuple[dict[int, int], dict[int, list[int]]]:
    """Ticks and children of every process; proc(5): fields 4 (parent) and 14 to 17 (own and waited-for time)."""
    ticks: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        pid = int(folder.name)
        ticks[pid] = sum(map(int, fields[11:15]))
        children.setdefault(int(fields[1]), []).append(pid)
    return ticks, children


def postmaster(address: str) -> int | None:
    """The pid of the database server if it runs on this machine: the parent of our connection's own process."""
    with psycopg.connect(address) as connection:
        (pid,) = connection.execute("select pg_backend_pid()").fetchone() or (0,)
        try:
            name, _, rest = (PROC / str(pid) / "stat").read_text().partition("(")[2].rpartition(")")
        except OSError:
            return None
        return int(rest.split()[1]) if name.startswith("postgres") else None
