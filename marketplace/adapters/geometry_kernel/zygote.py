"""The process from which children are forked: kernels loaded, no geometry run, no thread started.

`python -m marketplace.adapters.geometry_kernel.zygote CONTROL_FD ROOMS`. Orders arrive on the control socket, each with
the file, a pipe for the result and a socket on which to say how the child ended. When the control socket closes, the
zygote ends its children and itself.
"""

import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from marketplace.adapters.geometry_kernel import child, confinement, syscalls
from marketplace.adapters.geometry_kernel.limits import ORDER_BYTES, ORDER_FDS, unpacked

READY: Final = b"R"


@dataclass(frozen=True, slots=True)
class Child:
    """A running child: where it sits, when its time is up, whom to tell."""

    room: Path
    deadline: float
    report: socket.socket


@dataclass(slots=True)
class Zygote:
    """Forks a child for each order, ends those that overstay, and reports how each ended."""

    control: socket.socket
    rooms: Path
    baseline_bytes: int
    children: dict[int, Child] = field(default_factory=dict)
    overdue: set[int] = field(default_factory=set)

    def serve(self, wake: int) -> None:
        """Work until the control socket closes."""
        self.control.sendall(READY)
        listening: list[Any] = [self.control, wake]
        while True:
            readable, _, _ = select.select(listening, [], [], self._patience())
            if wake in readable:
                os.read(wake, 4096)
            self._bury()
            self._end_overdue()
            if self.control in readable and not self._take_order():
                break
        for pid in self.children:
            _kill(pid)
        shutil.rmtree(self.rooms, ignore_errors=True)  # a worker that was killed cannot do it

    def _patience(self) -> float | None:
        waiting = [running.deadline for pid, running in self.children.items() if pid not in self.overdue]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else None

    def _take_order(self) -> bool:
        order, descriptors, _, _ = socket.recv_fds(self.control, ORDER_BYTES, ORDER_FDS)
        if len(order) < ORDER_BYTES or len(descriptors) < ORDER_FDS:
            return False
        source, result, report = descriptors
        kind, limits = unpacked(order)
        room = Path(tempfile.mkdtemp(dir=self.rooms))
        room.chmod(0o755)
        pid = os.fork()
        if pid == 0:
            child.run(child.Task(kind, limits, room, source, result, self.baseline_bytes))
        os.close(source)
        os.close(result)
        self.children[pid] = Child(room, time.monotonic() + limits.wall_s, socket.socket(fileno=report))
        return True

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for pid, running in self.children.items():
            if running.deadline <= now and pid not in self.overdue:
                self.overdue.add(pid)
                _kill(pid)

    def _bury(self) -> None:
        while self.children:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            running = self.children.pop(pid)
            ending: dict[str, object] = {
                "status": status,
                "overdue": pid in self.overdue,
                "cpu_s": round(usage.ru_utime + usage.ru_stime, 4),
                "peak_kb": usage.ru_maxrss,
            }
            self.overdue.discard(pid)
            shutil.rmtree(running.room, ignore_errors=True)
            _tell(running.report, ending)


def _kill(pid: int) -> None:
    """End the child and whatever shares its group; it may not have made its group yet."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)


def _tell(report: socket.socket, ending: dict[str, object]) -> None:
    with report:
        try:
            report.sendall(json.dumps(ending).encode())
        except BrokenPipeError:
            return  # nobody waits for this child any more


def main(control_fd: int, rooms: Path) -> None:
    """Load the kernels, leave the network, serve."""
    child.load_kernels()
    confinement.leave_the_network()
    confinement.hold_few_files()
    syscalls.prepared()
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=control_fd) as control:
        Zygote(control, rooms, confinement.address_space_bytes()).serve(wake_read)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
