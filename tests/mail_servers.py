"""A mail server for tests: speaks as much SMTP (RFC 5321) as a client needs, remembers what it was given."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class MailServer:
    """What it was given, and what it answers to the verbs of a client."""

    port: int
    taken: list[bytes] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            verb = line.decode().strip().partition(" ")[0].partition(":")[0].upper()
            self._answer(verb)
            if verb == "QUIT":
                return

    def _answer(self, verb: str) -> None:
        told = self.server.mail_server.answers.get(verb)  # type: ignore[attr-defined]
        if told or verb != "DATA":
            self._say(told or ("221 bye" if verb == "QUIT" else "250 ok"))
            return
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.mail_server.taken.append(b"".join(lines))  # type: ignore[attr-defined]
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def serving() -> Iterator[MailServer]:
    """A mail server on this machine, until the block ends."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.daemon_threads = True
        server.mail_server = MailServer(server.server_address[1])  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.mail_server  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
