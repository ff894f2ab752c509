import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from marketplace.adapters import embedded_postgres
from marketplace.adapters.embedded_postgres.processes import until
from tools import stack as stacks
from tools.children import Child, ChildFailed, answers

SERVER = """
import http.server, os, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200), self.end_headers()
port = int(os.environ[sys.argv[1]].rpartition(":")[2])
http.server.ThreadingHTTPServer(("127.0.0.1", port), Ready).serve_forever()
"""
STUBBORN = """
import os, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    signal.pause()
print("deaf", flush=True)
signal.pause()
"""


@pytest.fixture
def start(tmp_path) -> Iterator[partial]:
    """Starts stand-ins for servers and ends those that a failing test leaves."""
    started: list[Child] = []

    def start(code: str, **environment: str) -> Child:
        command = [sys.executable, "-c", code, *environment]
        child = Child.start("stand-in", command, environment={**os.environ, **environment}, logs=tmp_path)
        started.append(child)
        return child

    yield start
    for child in started:
        child.end(grace_s=0)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has seen out yet counts as ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in "ZX"


def group(child: Child) -> list[int]:
    def leader(pid: int) -> int | None:
        try:
            return os.getpgid(pid)
        except ProcessLookupError:
            return None

    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [pid for pid in pids if leader(pid) == child.process.pid and not is_gone(pid)]


def test_a_server_is_awaited_until_it_answers(start):
    port = stacks.free_port()
    child = start(SERVER, ADDRESS=f"http://127.0.0.1:{port}")

    child.await_ready(partial(answers, f"http://127.0.0.1:{port}/readyz"), seconds=30)

    assert answers(f"http://127.0.0.1:{port}/")
    child.end(grace_s=5)
    assert not answers(f"http://127.0.0.1:{port}/")


def test_a_server_that_ends_early_is_refused_with_its_log(start):
    child = start("import sys; sys.exit('no such table')")

    with pytest.raises(ChildFailed, match=r"(?s)stand-in ended with code 1.*no such table"):
        child.await_ready(lambda: False, seconds=30)


def test_a_server_that_is_never_ready_is_refused_with_its_log(start):
    child = start(STUBBORN)
    child.await_ready(lambda: "deaf" in child.log.read_text(), seconds=30)

    with pytest.raises(ChildFailed, match=r"(?s)not ready after 0 s \(a bell\).*deaf"):
        child.await_ready(lambda: False, seconds=0, sign="a bell")


def test_a_program_that_fails_or_hangs_is_refused(start):
    start("pass").must_succeed(seconds=30)
    with pytest.raises(ChildFailed, match="ended with code 3"):
        start("raise SystemExit(3)").must_succeed(seconds=30)
    with pytest.raises(ChildFailed, match="had not ended"):
        start(STUBBORN).must_succeed(seconds=0)


def test_a_server_that_will_not_end_is_ended_with_its_children(start):
    child = start(STUBBORN)
    child.await_ready(lambda: "deaf" in child.log.read_text(), seconds=30)
    processes = group(child)

    child.end(grace_s=0)

    assert len(processes) == 2
    assert until(lambda: all(map(is_gone, processes)), 10)


@pytest.fixture
def stand_ins(monkeypatch) -> Iterator[stacks.StackOptions]:
    """A stack whose servers are stand-ins; its PostgreSQL is real. In a folder that a borrowed account can reach."""

    def commands(options, environment) -> dict[str, list[str]]:
        serve = [sys.executable, "-c", SERVER]
        idle = [sys.executable, "-c", "import signal; signal.pause()"]
        return {"stripe": [*serve, "STRIPE_API_BASE"], "web": [*serve, "PUBLIC_URL"], "worker-1": idle}

    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(stacks, "_commands", commands)
    monkeypatch.setattr(stacks, "FLASK", (sys.executable, "-c", "import sys; print(*sys.argv[1:])"))
    with tempfile.TemporaryDirectory(prefix="cf-") as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(stacks, "ROOT", Path(folder))
        said: list[str] = []
        yield stacks.StackOptions("test", say=said.append)
        embedded_postgres.erase(Path(folder) / ".var" / "test" / "postgres")


def test_a_stack_is_ready_inside_its_block_and_gone_after_it(stand_ins):
    before = signal.getsignal(signal.SIGTERM)
    with stacks.stack(stand_ins) as running:
        running.must_run()
        assert answers(running.web_url)
        assert answers(running.stripe_url)
        assert embedded_postgres.is_running(running.folder / "postgres")
        assert running.flask("check") == "check\n"
        assert (running.logs / "flask-db.log").read_text() == "db upgrade\n"
        assert (running.folder / "secret-key").stat().st_mode & 0o777 == 0o600
        secret = running.environment["SECRET_KEY"]
        with pytest.raises(stacks.AlreadyRunning), stacks.stack(stand_ins):
            pass

    assert all(child.process.poll() is not None for child in running.children)
    assert not embedded_postgres.is_running(running.folder / "postgres")
    assert signal.getsignal(signal.SIGTERM) is before
    with stacks.stack(stand_ins) as again:
        assert again.environment["SECRET_KEY"] == secret


@pytest.mark.parametrize(("number", "left"), [(signal.SIGTERM, SystemExit), (signal.SIGINT, KeyboardInterrupt)])
def test_a_stack_that_is_told_to_end_ends_its_servers(stand_ins, number, left):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs us in the background ignores Ctrl-C
    try:
        with pytest.raises(left), stacks.stack(stand_ins) as running:
            signal.raise_signal(number)
            raise AssertionError("the signal was not heard")
    finally:
        signal.signal(signal.SIGINT, before)

    assert all(child.process.poll() is not None for child in running.children)
    assert not embedded_postgres.is_running(running.folder / "postgres")


def test_a_database_that_was_up_before_stays_up(stand_ins):
    home = stand_ins.folder / "postgres"
    embedded_postgres.start(home)

    with stacks.stack(stand_ins):
        pass

    assert embedded_postgres.is_running(home)


def test_a_server_that_fails_takes_the_rest_of_the_stack_with_it(stand_ins, monkeypatch):
    good = stacks._commands
    broken = {"web": [sys.executable, "-c", "raise SystemExit('port taken')"]}
    monkeypatch.setattr(stacks, "_commands", lambda *known: {**good(*known), **broken})

    with pytest.raises(ChildFailed, match=r"(?s)web ended.*port taken"), stacks.stack(stand_ins):
        raise AssertionError("the block must not be reached")

    assert not embedded_postgres.is_running(stand_ins.folder / "postgres")
