"""Calendars of others as a calendars.ports.CalendarSource: fetched from the public internet alone, read apart.

OWASP cheat sheet "Server-Side Request Forgery Prevention": the name is resolved once, every address that it has must be
public, and the connection goes to the address that was looked at; each redirect is looked at like the first address.
"""

import http.client
import ipaddress
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Timer
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit
from zoneinfo import ZoneInfo

from marketplace.calendars.errors import AddressRefused, CalendarAway, CalendarUnreadable
from marketplace.calendars.importing import check_address
from marketplace.calendars.ports import MOST_BYTES
from marketplace.calendars.rules import Span
from marketplace.kernel import transaction

FETCH_S: Final = 15.0
"""All told, from the first byte sent to the last received, redirects included."""
SILENCE_S: Final = 5.0
READ_S: Final = 15.0
MOST_REDIRECTS: Final = 3
REDIRECTS: Final = (301, 302, 303, 307, 308)
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
ROOT: Final = Path(__file__).resolve().parents[2]


class _Elsewhere(Exception):
    """The calendar is at another address."""

    def __init__(self, url: str) -> None:
        self.url = url


@dataclass(frozen=True)
class OtherCalendars:
    """Fetches and reads. `from_this_machine` also takes addresses of this machine: for tests and trying out."""

    from_this_machine: bool = False
    fetch_s: float = FETCH_S

    def fetch(self, url: str) -> str:
        """The text at an address. Raises AddressRefused, CalendarAway, CalendarUnreadable."""
        transaction.outside()
        try:
            return self._followed(url)
        except (OSError, http.client.HTTPException) as failure:
            raise CalendarAway(f"There was no calendar to be had: {type(failure).__name__}.") from None

    def _followed(self, url: str) -> str:
        with _deadline(self.fetch_s) as watched:
            for _ in range(MOST_REDIRECTS + 1):
                check_address(url)
                parts = urlsplit(url)
                try:
                    return watched.in_time(_got(watched(self._connected(parts)), parts))
                except _Elsewhere as elsewhere:
                    url = urljoin(url, elsewhere.url)
        raise CalendarAway("The address leads to another, and that to another, without end.")

    def _connected(self, parts: SplitResult) -> socket.socket:
        """A connection to an address that was looked at."""
        host, is_safe = str(parts.hostname), parts.scheme == "https"
        family, address = self._address(host, parts.port or (443 if is_safe else 80))
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(SILENCE_S)
            plain.connect(address)
            return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if is_safe else plain
        except BaseException:
            plain.close()
            raise

    def _address(self, host: str, port: int) -> tuple[int, tuple[str, int]]:
        """Raises AddressRefused where any address of the name is not of the public internet."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise CalendarAway(f"There is no host {host}.") from None
        for _, _, _, _, address in found:
            if not self._may_reach(ipaddress.ip_address(str(address[0]).partition("%")[0])):
                raise AddressRefused("This address is not of the public internet.")
        family, _, _, _, address = found[0]
        return family, (str(address[0]), port)

    def _may_reach(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        inner = _inside(address)
        if self.from_this_machine and inner.is_loopback:
            return True
        return all(each.is_global and not each.is_multicast for each in (address, inner))

    def read(self, content: str, zone: ZoneInfo, first: date, last: date) -> list[Span]:
        """The busy times of a calendar, read in a process of its own. Raises CalendarUnreadable."""
        transaction.outside()
        if len(content.encode()) > MOST_BYTES:
            raise CalendarUnreadable(f"A calendar has at most {MOST_BYTES:,} bytes.")
        asked = json.dumps({"zone": zone.key, "first": first.isoformat(), "last": last.isoformat()})
        try:
            done = subprocess.run(
                [sys.executable, "-m", "marketplace.adapters.calendar_reading"],
                input=f"{asked}\n{content}".encode(),
                capture_output=True,
                timeout=READ_S,
                cwd=ROOT,
                env={"PATH": os.defpath, "PYTHONUTF8": "1"},
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            raise CalendarUnreadable("This calendar takes too long to read; send a simpler one.") from None
        return _spans(json.loads(done.stdout))


def _inside(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 address stands for: mapped, 6to4 (RFC 3056) or NAT64 (RFC 6052)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _spans(answer: dict[str, object]) -> list[Span]:
    spans = answer.get("spans")
    if not isinstance(spans, list):
        raise CalendarUnreadable(str(answer.get("refusal")))
    return [Span(*(datetime.fromtimestamp(each, UTC) for each in span)) for span in spans]


def _got(connection: socket.socket, parts: SplitResult) -> str:
    """Ask over a connection that is there already. Raises _Elsewhere."""
    host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    asking = http.client.HTTPConnection(str(parts.hostname))
    asking.sock = connection
    with closing(asking):
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Host": str(host), "Accept": "text/calendar", "Accept-Encoding": "identity"}
        asking.request("GET", path, headers=headers)
        answer = asking.getresponse()
        if answer.status in REDIRECTS and (to := answer.headers.get("Location")):
            raise _Elsewhere(to)
        if answer.status != 200:
            raise CalendarAway(f"The address answers {answer.status}.")
        return _text(answer)


def _text(answer: http.client.HTTPResponse) -> str:
    content = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise CalendarUnreadable(f"A calendar has at most {MOST_BYTES:,} bytes.")
    return as_text(content)


def as_text(content: bytes) -> str:
    """Raises CalendarUnreadable unless it is UTF-8 (RFC 5545 §3.1.4) without NUL."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CalendarUnreadable("A calendar is text in UTF-8.") from None
    if "\x00" in text:
        raise CalendarUnreadable("A calendar is text in UTF-8.")
    return text


@contextmanager
def _deadline(seconds: float) -> Iterator["_Watch"]:
    """Cut a connection after so many seconds, however slowly it drips."""
    watch = _Watch()
    timer = Timer(seconds, watch.cut)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        watch.close()


class _Watch:
    """The connection that is open now."""

    def __init__(self) -> None:
        self._connection: socket.socket | None = None
        self._is_over = False

    def __call__(self, connection: socket.socket) -> socket.socket:
        self.close()
        self._connection = connection
        if self._is_over:
            self.cut()
        return connection

    def in_time(self, text: str) -> str:
        """What was received, unless the connection was cut before its end."""
        if self._is_over:
            raise CalendarAway("The calendar did not come in time.")
        return text

    def cut(self) -> None:
        self._is_over = True
        if self._connection is not None:
            try:
                self._connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
