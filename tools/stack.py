"""The whole marketplace on this machine, for a while: PostgreSQL, migrations, local Stripe, web server and worker.

    with stack(StackOptions("demo")) as running:
        print(running.web_url)

Everything lives under .var/<name>/ and ends with the block, also on Ctrl-C and SIGTERM.
"""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType

from marketplace.adapters import embedded_postgres
from marketplace.payments.inbox import HANDLED
from tools.children import Child, answers

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
STRIPE_STATE = "stripe.json"
READY_S, MIGRATED_S, GRACE_S = 60, 120, 15


class AlreadyRunning(RuntimeError):
    """Another program runs the stack of this name right now."""


def _print(line: str) -> None:
    print(line, flush=True)


@dataclass(frozen=True)
class StackOptions:
    """What to start; the defaults suit a machine with two cores. A port that is None is picked among the free ones."""

    name: str
    web_port: int | None = None
    stripe_port: int | None = None
    web_workers: int = 2
    web_threads: int = 8
    workers: int = 1
    fresh: bool = False
    """Delete what an earlier run left under .var/<name>/ first; a server that DATABASE_URL names keeps its tables."""
    keeps_stripe: bool = False
    """The local Stripe remembers everything between runs, as the database does."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """More settings for the application."""
    say: Callable[[str], None] = _print
    """Told each step and how long it took."""

    @property
    def folder(self) -> Path:
        return ROOT / ".var" / self.name


@dataclass(frozen=True)
class Running:
    """Where everything is while it runs."""

    web_url: str
    stripe_url: str
    webhook_secret: str
    folder: Path
    logs: Path
    environment: Mapping[str, str]
    children: tuple[Child, ...]

    def must_run(self) -> None:
        """Raises ChildFailed, with the end of its log, if any of the servers has ended."""
        for child in self.children:
            child.must_run()

    def flask(self, *words: str, seconds: float = MIGRATED_S) -> str:
        """Run `flask --app wsgi …` in the same surroundings; its output. Raises ChildFailed if it fails."""
        return _flask(words, self.environment, self.logs, seconds)


@contextmanager
def stack(options: StackOptions) -> Iterator[Running]:
    """Start everything, wait until it is ready, hand over the addresses, and end everything that was started.

    Raises AlreadyRunning, ChildFailed or EmbeddedPostgresFailed; each message says what to do or what the log says.
    """
    with ExitStack() as ending:
        ending.enter_context(_alone(options))
        if options.fresh:
            (options.folder / STRIPE_STATE).unlink(missing_ok=True)
        ending.enter_context(_ended_by_signals())
        logs = options.folder / "logs"
        logs.mkdir(exist_ok=True)
        environment = _environment(options, _database(options, ending))
        with _timed(options, "Migrations applied"):
            _flask(("db", "upgrade"), environment, logs, MIGRATED_S)
        children: list[Child] = []
        ending.callback(_end_all, children)
        with _timed(options, "Local Stripe, web server and worker ready"):
            _start_servers(options, environment, logs, children)
        yield Running(
            web_url=environment["PUBLIC_URL"],
            stripe_url=environment["STRIPE_API_BASE"],
            webhook_secret=environment["STRIPE_WEBHOOK_SECRET"],
            folder=options.folder,
            logs=logs,
            environment=environment,
            children=tuple(children),
        )


def _start_servers(options: StackOptions, environment: Mapping[str, str], logs: Path, children: list[Child]) -> None:
    """All at once; then each is awaited. `children` is filled as they start, so that a failure ends the others."""
    for name, command in _commands(options, environment).items():
        children.append(Child.start(name, command, environment=environment, logs=logs))
    ready_at = {
        "stripe": environment["STRIPE_API_BASE"] + "/_sandbox/state",
        "web": environment["PUBLIC_URL"] + "/readyz",
    }
    for child in children:
        url = ready_at.get(child.name)
        if url:
            child.await_ready(partial(answers, url), seconds=READY_S, sign=f"200 from GET {url}")
    for child in children:
        child.must_run()


def _commands(options: StackOptions, environment: Mapping[str, str]) -> dict[str, list[str]]:
    stripe_port, web_port = (environment[key].rpartition(":")[2] for key in ("STRIPE_API_BASE", "PUBLIC_URL"))
    hook = ["--webhook", f"{environment['PUBLIC_URL']}/hooks/stripe"]
    secret = ["--webhook-secret", environment["STRIPE_WEBHOOK_SECRET"], "--webhook-events", ",".join(sorted(HANDLED))]
    state = ["--state", str(options.folder / STRIPE_STATE)] if options.keeps_stripe else []
    return {
        "stripe": [sys.executable, "-m", "stripe_sandbox", "--port", stripe_port, *hook, *secret, *state],
        "web": web_command("wsgi:app", options, web_port),
        **{f"worker-{number}": [*FLASK, "worker"] for number in range(1, options.workers + 1)},
    }


def web_command(application: str, options: StackOptions, port: int | str) -> list[str]:
    """How a WSGI application is served."""
    size = ["--workers", str(options.web_workers), "--threads", str(options.web_threads)]
    quiet = ["--no-control-socket", "--graceful-timeout", "5", "--bind", f"{HOST}:{port}"]
    return [sys.executable, "-m", "gunicorn", application, "--worker-class", "gthread", *size, *quiet]


def _database(options: StackOptions, ending: ExitStack) -> str:
    """The address of DATABASE_URL's server, or of the embedded one; that is stopped at the end if we started it."""
    given = os.environ.get("DATABASE_URL", "").strip()
    if given:
        options.say("PostgreSQL: the server that DATABASE_URL names")
        return given
    home = options.folder / "postgres"
    if options.fresh:
        embedded_postgres.erase(home)
        shutil.rmtree(options.folder / "files", ignore_errors=True)
    if not embedded_postgres.is_running(home):
        ending.callback(embedded_postgres.stop, home)
    with _timed(options, "PostgreSQL ready"):
        return embedded_postgres.start(home)


def _environment(options: StackOptions, database_url: str) -> dict[str, str]:
    web_port, stripe_port = options.web_port or free_port(), options.stripe_port or free_port()
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "ENVIRONMENT": "development",
        "DATABASE_URL": database_url,
        "DATA_DIR": str(options.folder),
        "FILES_DIR": str(options.folder / "files"),
        "SECRET_KEY": _kept_secret(options.folder / "secret-key"),
        "PUBLIC_URL": f"http://{HOST}:{web_port}",
        "STRIPE_API_KEY": "sk_test_sandbox",
        "STRIPE_API_BASE": f"http://{HOST}:{stripe_port}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(24)}",
        **options.extra,
    }


def _kept_secret(file: Path) -> str:
    """The same secret at every run, so that sessions outlive a restart; readable by its owner only."""
    if not file.exists():
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(secrets.token_hex(32))
    return file.read_text()


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _flask(words: tuple[str, ...], environment: Mapping[str, str], logs: Path, seconds: float) -> str:
    child = Child.start(f"flask-{words[0]}", [*FLASK, *words], environment=environment, logs=logs)
    try:
        child.must_succeed(seconds=seconds)
    finally:
        child.end(grace_s=0)
    return child.log.read_text()


def _end_all(children: list[Child]) -> None:
    """Ask all at once, then see each out; a second Ctrl-C must not leave half of them behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for child in reversed(children):
        child.ask_to_end()
    for child in reversed(children):
        child.end(grace_s=GRACE_S)


@contextmanager
def _alone(options: StackOptions) -> Iterator[None]:
    """Two programs must not share one folder: the second is refused."""
    options.folder.mkdir(parents=True, exist_ok=True)
    with (options.folder / "in-use").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"{options.folder} is in use by another program; end it, or use another name."
            ) from None
        yield


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM leaves through the same doors as Ctrl-C; the handlers of before come back afterwards."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def _timed(options: StackOptions, done: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    options.say(f"{done} ({time.perf_counter() - began:.1f} s)")
