"""A raw HTTP/1.1 client for load: one kept-alive connection, about 60 µs of CPU a request, loopback only.

The client shares two cores with the servers that it measures, so it does no more than it must.
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

LOOPBACK = ("127.0.0.1", "::1", "localhost")
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"


class Unexpected(Exception):
    """A server answered something else than the measure counts on."""


class Wire(asyncio.Protocol):
    """Collects one answer at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._received = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._awaited = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request; its status and body."""
        assert self.transport is not None
        self._received.clear()
        self._awaited = -1
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._awaited < 0 and (end := self._received.find(END_OF_HEAD)) >= 0:
            self._awaited = end + len(END_OF_HEAD) + _length(self._received[:end].lower())
        if 0 <= self._awaited <= len(self._received):
            self._finish()

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the server closed the connection"))

    def _finish(self) -> None:
        assert self._answer is not None
        head = self._received.index(END_OF_HEAD) + len(END_OF_HEAD)
        if not self._answer.done():
            self._answer.set_result((int(self._received[9:12]), bytes(self._received[head : self._awaited])))


def _length(head: bytes) -> int:
    start = head.find(LENGTH)
    if start < 0:
        if head[9:12] in (b"204", b"304"):
            return 0
        raise Unexpected(f"An answer without Content-Length: {head[:200]!r}")
    start += len(LENGTH)
    end = head.find(b"\r", start)
    return int(head[start : end if end >= 0 else None])


class Client:
    """One visitor of one server; opens its connection with the first request, and again if the server closed it."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(base_url)
        if parts.hostname not in LOOPBACK or parts.port is None:
            raise ValueError("the load client calls this machine only")
        self._host, self._port = parts.hostname, parts.port
        named = {"Host": f"{self._host}:{self._port}", "Accept": "application/json", **(headers or {})}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self._wire: Wire | None = None
        self.requests = 0

    async def get(self, path: str) -> Any:
        return orjson.loads(await self.raw("GET", path, expected=200))

    async def post(self, path: str, body: Any, *, expected: int = 200) -> Any:
        """Send JSON. Raises Unexpected for any other status than the one expected."""
        return orjson.loads(await self.raw("POST", path, orjson.dumps(body), expected=expected))

    async def post_form(self, path: str, form: Mapping[str, str], *, expected: int = 200) -> Any:
        """Send a form, as Stripe's API takes it."""
        kind = "application/x-www-form-urlencoded"
        return orjson.loads(await self.raw("POST", path, urlencode(form).encode(), kind=kind, expected=expected))

    async def raw(
        self, method: str, path: str, body: bytes = b"", *, kind: str = "application/json", expected: int = 200
    ) -> bytes:
        """One request; the bytes of its answer. Raises Unexpected."""
        status, answer = await self.ask(method, path, body, kind=kind)
        if status != expected:
            raise Unexpected(f"{method} {path} answered {status}: {answer[:600].decode(errors='replace')}")
        return answer

    async def ask(
        self, method: str, path: str, body: bytes = b"", *, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        """One request; the status and the bytes of its answer, whatever they are."""
        sized = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if method != "GET" else ""
        wire = await self._connected()
        self.requests += 1
        return await wire.ask(f"{method} {path} HTTP/1.1\r\n{self._head}{sized}\r\n".encode() + body)

    def close(self) -> None:
        if self._wire is not None and self._wire.transport is not None:
            self._wire.transport.close()

    async def _connected(self) -> Wire:
        if self._wire is None or self._wire.transport is None or self._wire.transport.is_closing():
            loop = asyncio.get_running_loop()
            _, self._wire = await loop.create_connection(Wire, self._host, self._port)
        return self._wire
