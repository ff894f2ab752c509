"""Serving: gunicorn for programs (`python -m stripe_sandbox`), werkzeug in a thread for tests. On this machine only."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from stripe_sandbox.app import Sandbox, create_app
from stripe_sandbox.loopback import is_loopback

HOST = "127.0.0.1"
THREADS = 16


class NotThisMachine(ValueError):
    """The local Stripe was told to listen where others could reach it."""


@dataclass(frozen=True, slots=True)
class Served:
    """A local Stripe that answers at an address."""

    url: str
    sandbox: Sandbox


@contextmanager
def serve_in_thread(port: int = 0, *, first_pause_s: float = 0.01) -> Iterator[Served]:
    """A local Stripe in a thread of this process, for tests; port 0 takes a free one."""
    from werkzeug.serving import WSGIRequestHandler, make_server  # only tests need it

    class Quiet(WSGIRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Tests print their own story."""

    sandbox = create_app(first_pause_s=first_pause_s)
    server = make_server(HOST, port, sandbox, threaded=True, request_handler=Quiet)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="stripe-sandbox", daemon=True
    )
    thread.start()
    try:
        yield Served(f"http://{HOST}:{server.server_port}", sandbox)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        sandbox.close()


def serve(host: str, port: int, prepare: Callable[[Sandbox], None]) -> None:
    """Serve until the process is told to stop; `prepare` is called once with the new sandbox.

    Raises NotThisMachine for a host that is not loopback.
    """
    if not is_loopback(host):
        raise NotThisMachine(f"The local Stripe listens on this machine only, not on {host}.")
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

    class Application(BaseApplication):  # type: ignore[misc]
        """One worker process, because the world is in its memory."""

        def load_config(self) -> None:
            for name, value in settings(host, port).items():
                self.cfg.set(name, value)

        def load(self) -> Sandbox:
            sandbox = create_app()
            prepare(sandbox)
            return sandbox

    Application().run()


def settings(host: str, port: int) -> dict[str, Any]:
    """How gunicorn is run: kept-alive connections, no files, a line on standard output when it is ready."""
    return {
        "bind": f"{host}:{port}",
        "control_socket_disable": True,
        "keepalive": 75,
        "loglevel": "warning",
        "post_worker_init": _announce,
        "threads": THREADS,
        "timeout": 0,
        "worker_class": "gthread",
        "workers": 1,
    }


def _announce(worker: Any) -> None:
    host, port = worker.sockets[0].getsockname()[:2]
    sys.stdout.write(f"local Stripe on http://{host}:{port}\n")
    sys.stdout.flush()
