"""The worker's side: sends files to the zygote and says how each attempt ended."""

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final

import marketplace
from marketplace.adapters.geometry_kernel.endings import UNAVAILABLE, Ending, KernelUnavailable, outcome
from marketplace.adapters.geometry_kernel.engines import ENGINES
from marketplace.adapters.geometry_kernel.limits import Limits, packed
from marketplace.geometry.errors import EmptyFile, FileTooLarge
from marketplace.geometry.outcomes import Outcome, Refused
from marketplace.geometry.values import FileKind

START_S: Final = 120.0
"""Loading the kernels takes about three seconds; a busy machine may need many times that."""

GRACE_S: Final = 15.0
"""How long after the wall clock limit the zygote may take to report before it counts as dead."""

SOURCES: Final = Path(marketplace.__file__).resolve().parents[1]
ENVIRONMENT: Final = {
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(128 << 20),
    "MALLOC_TOP_PAD_": str(8 << 20),
}
"""All the zygote gets: no secrets, no paths, no threads in numpy, which a fork would not carry over; and memory that a
child keeps when it was freed, up to 128 MB, for it is soon wanted again (mallopt(3))."""


class _ZygoteDied(Exception):
    """The zygote ended before it reported on a child."""


@dataclass(slots=True)
class _Running:
    """A zygote that has said it is ready, and the folder for its children's rooms."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    rooms: Path

    def end(self) -> None:
        """End the zygote; its children end with it."""
        self.control.close()
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.rooms, ignore_errors=True)


@dataclass(slots=True)
class KernelMeasurer:
    """Measures files in children of one zygote, for several threads at once; starts nothing before the first file."""

    limits: Limits = field(default_factory=Limits)
    _zygote: _Running | None = field(default=None, init=False)
    _starting: threading.Lock = field(default_factory=threading.Lock, init=False)

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
        """End the zygote. A later call to `measure` starts another."""
        with self._starting:
            zygote, self._zygote = self._zygote, None
        if zygote is not None:
            zygote.end()

    def __enter__(self) -> "KernelMeasurer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def zygote_pid(self) -> int | None:
        """The process id of the zygote, while there is one."""
        zygote = self._zygote
        return None if zygote is None else zygote.process.pid

    def _twice_at_most(self, file: BinaryIO, kind: FileKind) -> Outcome:
        """A zygote may die for reasons of its own (out of memory on the machine): then one more try with a new one."""
        for _ in range(2):
            zygote = self._ready_zygote()
            try:
                return self._ask(zygote, file, kind)
            except _ZygoteDied:
                self._forget(zygote)
        raise KernelUnavailable(UNAVAILABLE)

    def _ready_zygote(self) -> _Running:
        with self._starting:
            if self._zygote is None or self._zygote.process.poll() is not None:
                if self._zygote is not None:
                    self._zygote.end()
                self._zygote = _start()
            return self._zygote

    def _forget(self, zygote: _Running) -> None:
        with self._starting:
            if self._zygote is zygote:
                self._zygote = None
                zygote.end()

    def _ask(self, zygote: _Running, file: BinaryIO, kind: FileKind) -> Outcome:
        read_end, write_end = os.pipe()
        ours, theirs = socket.socketpair()
        with os.fdopen(read_end, "rb", buffering=0) as result, ours:
            try:
                self._send(zygote, packed(kind, self.limits), [file.fileno(), write_end, theirs.fileno()])
            finally:
                os.close(write_end)
                theirs.close()
            ending = self._await_end(result, ours)
        return outcome(ending, self.limits)

    def _send(self, zygote: _Running, order: bytes, descriptors: list[int]) -> None:
        with self._starting:
            try:
                socket.send_fds(zygote.control, [order], descriptors)
            except OSError as error:
                raise _ZygoteDied from error

    def _await_end(self, result: Any, report: socket.socket) -> Ending:
        """Read the answer as it comes and wait for the zygote's word on the child, which is always the last."""
        deadline = time.monotonic() + self.limits.wall_s + GRACE_S
        answer = bytearray()
        listening = [result, report]
        while report in listening:
            readable, _, _ = select.select(listening, [], [], max(0.0, deadline - time.monotonic()))
            if not readable:
                raise _ZygoteDied
            if result in readable and not self._take(result, answer):
                listening.remove(result)
                result.close()
            elif report in readable and result not in readable:
                listening.remove(report)
        return Ending(**_report(report), answer=bytes(answer))

    def _take(self, result: Any, answer: bytearray) -> bool:
        """Take the next piece; false at its end, or once it is longer than we accept: the child cannot write on."""
        piece = result.read(65536)
        answer += piece
        return bool(piece) and len(answer) <= self.limits.answer_bytes


def refusal(size: int, limits: Limits) -> Refused | None:
    """Why a file of so many bytes is not even begun with, or None."""
    if size == 0:
        return Refused(EmptyFile.code, "The file is empty. Please upload it again.")
    if size > limits.file_bytes:
        return Refused(FileTooLarge.code, f"The file is larger than {limits.file_bytes >> 20} MB.")
    return None


def _report(report: socket.socket) -> dict[str, Any]:
    try:
        words = report.recv(4096)
    except ConnectionError as error:
        raise _ZygoteDied from error
    if not words:
        raise _ZygoteDied
    told: dict[str, Any] = json.loads(words)
    return told


def _start() -> _Running:
    """A fresh interpreter, not a fork of this threaded process. Raises KernelUnavailable."""
    rooms = Path(tempfile.mkdtemp(prefix="commonforge-kernel-"))
    rooms.chmod(0o711)
    ours, theirs = socket.socketpair()
    module = "marketplace.adapters.geometry_kernel.zygote"
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", module, str(theirs.fileno()), str(rooms)],
        cwd=SOURCES,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )
    theirs.close()
    running = _Running(process, ours, rooms)
    _await_ready(running)
    return running


def _await_ready(running: _Running) -> None:
    running.control.settimeout(START_S)
    word = b""
    with contextlib.suppress(OSError):
        word = running.control.recv(1)
    if not word:
        running.end()
        raise KernelUnavailable(UNAVAILABLE)
    running.control.settimeout(None)
