"""Measuring without a fork: a fresh process for each file, from a small stock of spares that are warm already.

On macOS a fork of a process that has loaded Accelerate and its frameworks is unsafe (bpo-33725). A spare costs what a
zygote costs, about two CPU seconds and 200 MB, for every file: on Linux `KernelMeasurer` is ten times cheaper.
"""

import contextlib
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from marketplace.adapters.geometry_kernel.endings import UNAVAILABLE, Ending, KernelUnavailable, outcome
from marketplace.adapters.geometry_kernel.engines import ENGINES
from marketplace.adapters.geometry_kernel.limits import Limits, packed
from marketplace.adapters.geometry_kernel.measurer import ENVIRONMENT, SOURCES, START_S, refusal
from marketplace.geometry.outcomes import Outcome
from marketplace.geometry.values import FileKind

SPARES: Final = 2
PIECE_BYTES: Final = 65_536
LONGEST_LOOK_S: Final = 0.05


class _SpareDied(Exception):
    """A spare ended before it took its order."""


@dataclass(slots=True)
class _Spare:
    """A process that loads, or has loaded, the kernels and waits for its file."""

    process: subprocess.Popen[bytes]
    control: socket.socket

    def end(self) -> None:
        """End it, whatever it does."""
        self.control.close()
        self.process.kill()
        self.process.wait()


@dataclass(slots=True)
class SpawnMeasurer:
    """Measures each file in a process of its own, for several threads at once; starts nothing before the first file."""

    limits: Limits = field(default_factory=Limits)
    _spares: deque[_Spare] = field(default_factory=deque, init=False)
    _stock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def measure(self, path: Path, kind: FileKind) -> Outcome:
        """Measure the file at `path`; whatever is in it, this returns an outcome.

        Raises OSError when the file cannot be opened, and KernelUnavailable when no kernel starts or lives: try later.
        """
        with path.open("rb") as file:
            refused = refusal(os.fstat(file.fileno()).st_size, self.limits)
            return refused or self._twice_at_most(file, kind)

    def engine(self, kind: FileKind) -> str:
        """What measures files of this kind, with its version."""
        return ENGINES[kind]

    def close(self) -> None:
        """End the spares. A later call to `measure` starts others."""
        with self._stock:
            spares, self._spares = self._spares, deque()
        for spare in spares:
            spare.end()

    def __enter__(self) -> "SpawnMeasurer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _twice_at_most(self, file: BinaryIO, kind: FileKind) -> Outcome:
        for _ in range(2):
            spare = self._taken()
            try:
                return self._ask(spare, file, kind)
            except _SpareDied:
                continue
            finally:
                spare.end()
        raise KernelUnavailable(UNAVAILABLE)

    def _taken(self) -> _Spare:
        """A spare for one file; those that are left load while it is read."""
        with self._stock:
            spare = self._spares.popleft() if self._spares else _start()
            while len(self._spares) < SPARES:
                self._spares.append(_start())
        return spare

    def _ask(self, spare: _Spare, file: BinaryIO, kind: FileKind) -> Outcome:
        _await_ready(spare)
        with _room() as room:
            read_end, write_end = os.pipe()
            with os.fdopen(read_end, "rb", buffering=0) as result:
                try:
                    order = packed(kind, self.limits) + os.fsencode(room)
                    socket.send_fds(spare.control, [order], [file.fileno(), write_end])
                except OSError as error:
                    raise _SpareDied from error
                finally:
                    os.close(write_end)
                ending = self._await_end(spare, result.fileno())
        return outcome(ending, self.limits)

    def _await_end(self, spare: _Spare, result: int) -> Ending:
        deadline = time.monotonic() + self.limits.wall_s
        answer = self._answer(result, deadline)
        ended = _waited(spare.process, deadline)
        overdue = ended is None
        if ended is None:
            _kill(spare.process.pid)
        status, usage = ended or _buried(spare.process)
        peak_kb = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)  # getrusage(2): bytes there
        cpu_s = usage.ru_utime + usage.ru_stime
        return Ending(status=status, overdue=overdue, cpu_s=cpu_s, peak_kb=peak_kb, answer=answer)

    def _answer(self, result: int, deadline: float) -> bytes:
        """What the child writes until it ends, its time is up, or it has written more than we accept."""
        answer = bytearray()
        while len(answer) <= self.limits.answer_bytes:
            readable, _, _ = select.select([result], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(result, PIECE_BYTES) if readable else b""
            if not piece:
                break
            answer += piece
        return bytes(answer)


@contextlib.contextmanager
def _room() -> Iterator[Path]:
    """An empty folder that `nobody` may enter."""
    room = Path(tempfile.mkdtemp(prefix="commonforge-kernel-"))
    room.chmod(0o755)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _start() -> _Spare:
    """A fresh interpreter, which loads the kernels while nobody waits for it."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "marketplace.adapters.geometry_kernel.spare", str(theirs.fileno())],
        cwd=SOURCES,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
    )
    theirs.close()
    return _Spare(process, ours)


def _await_ready(spare: _Spare) -> None:
    spare.control.settimeout(START_S)
    word = b""
    with contextlib.suppress(OSError):
        word = spare.control.recv(1)
    if not word:
        raise _SpareDied
    spare.control.settimeout(None)


def _waited(process: subprocess.Popen[bytes], deadline: float) -> tuple[int, resource.struct_rusage] | None:
    """Wait status and usage of the process, or None at the deadline.

    It mostly ends as soon as it has answered; nothing wakes us on every system, so we look again after a while.
    """
    look_s = 0.001
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return status, usage
        if time.monotonic() >= deadline:
            return None
        select.select([], [], [], min(look_s, max(0.0, deadline - time.monotonic())))
        look_s = min(2 * look_s, LONGEST_LOOK_S)


def _buried(process: subprocess.Popen[bytes]) -> tuple[int, resource.struct_rusage]:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return status, usage


def _kill(pid: int) -> None:
    """End the child and whatever shares its group; it may not have made its group yet."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
