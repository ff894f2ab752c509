"""Child processes with a log, a readiness and an end; for programs that start servers."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

POLL_S = 0.05


class ChildFailed(RuntimeError):
    """A program that we started ended, or was not ready in time; the message holds the end of its log."""


@dataclass(frozen=True)
class Child:
    """One running program, leader of its own process group."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, name: str, command: Sequence[str], *, environment: Mapping[str, str], logs: Path) -> "Child":
        """Start a program in its own session, so that Ctrl-C reaches us alone; its output goes to `logs`/name.log."""
        log = logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return cls(name, process, log)

    def await_ready(self, is_ready: Callable[[], bool], *, seconds: float, sign: str = "") -> None:
        """Return once it is ready. Raises ChildFailed, which names the `sign` awaited, if it ends or is too slow."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            self.must_run()
            if time.monotonic() > deadline:
                raise ChildFailed(
                    f"{self.name} was not ready after {seconds:g} s{sign and f' ({sign})'}. {self._told()}"
                )
            time.sleep(POLL_S)

    def must_run(self) -> None:
        """Raises ChildFailed if it has ended."""
        code = self.process.poll()
        if code is not None:
            raise ChildFailed(f"{self.name} ended with code {code}. {self._told()}")

    def must_succeed(self, *, seconds: float) -> None:
        """Wait for a program that does one thing. Raises ChildFailed if it fails or the time runs out."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ChildFailed(f"{self.name} had not ended after {seconds:g} s. {self._told()}") from None
        if code != 0:
            raise ChildFailed(f"{self.name} ended with code {code}. {self._told()}")

    def ask_to_end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def end(self, *, grace_s: float) -> None:
        """Wait for it to end in good order, then by force; whatever is left of its group goes with it."""
        self.ask_to_end()
        try:
            self.process.wait(grace_s)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._kill_group()
            self.process.wait()

    def _kill_group(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _told(self) -> str:
        text = self.log.read_text(errors="replace").strip()[-2000:]
        return f"The end of {self.log}:\n{text or '(nothing)'}"


def answers(url: str) -> bool:
    """Whether a server of this machine answers a GET with 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
