"""Calendars of others, fetched from a server of this machine and read in a process of their own."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from marketplace.adapters import other_calendars
from marketplace.adapters.other_calendars import OtherCalendars
from marketplace.calendars.errors import AddressRefused, CalendarAway, CalendarUnreadable
from marketplace.calendars.ports import MOST_BYTES
from marketplace.calendars.rules import Span
from marketplace.kernel.transaction import transaction

HERE, ANYWHERE = OtherCalendars(from_this_machine=True, fetch_s=1.0), OtherCalendars()
BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n{event}\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)
DAY = CALENDAR.format(event="DTSTART;VALUE=DATE:20270302")
SPAN = Span(datetime(2027, 3, 1, 23, tzinfo=UTC), datetime(2027, 3, 2, 23, tzinfo=UTC))

pytestmark = pytest.mark.usefixtures("in_app")


class Neighbour(BaseHTTPRequestHandler):
    """A calendar server with good and bad manners."""

    def do_GET(self):
        port = self.server.server_address[1]
        self.server.asked.append((self.path, self.headers["Host"]))
        match self.path.partition("?")[0]:
            case "/good.ics":
                self._answer(200, DAY.encode())
            case "/moved":
                self._answer(302, b"", Location="/good.ics")
            case "/inside":
                self._answer(302, b"", Location="http://169.254.169.254/latest/meta-data")
            case "/file":
                self._answer(302, b"", Location="file:///etc/passwd")
            case "/round":
                self._answer(301, b"", Location=f"http://127.0.0.1:{port}/round")
            case "/large":
                self._answer(200, b"x" * (MOST_BYTES + 1))
            case "/latin":
                self._answer(200, "BEGIN:VCALENDAR\r\nX:ä".encode("latin-1"))
            case "/slow":
                self._drip()
            case _:
                self._answer(404, b"no")

    def _answer(self, status, content, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _drip(self):
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Neighbour)
    server.asked = []
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def at(server, path):
    return f"http://127.0.0.1:{server.server_address[1]}{path}"


def test_a_calendar_is_fetched_also_where_it_has_moved_to(server):
    assert HERE.fetch(at(server, "/good.ics?key=1")) == DAY
    assert HERE.fetch(at(server, "/moved")) == DAY
    assert server.asked[0] == ("/good.ics?key=1", f"127.0.0.1:{server.server_address[1]}")


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("/nothing", CalendarAway),
        ("/round", CalendarAway),
        ("/slow", CalendarAway),
        ("/inside", AddressRefused),
        ("/file", AddressRefused),
        ("/large", CalendarUnreadable),
        ("/latin", CalendarUnreadable),
    ],
)
def test_bad_manners_are_refused_in_time(server, path, refusal):
    began = time.monotonic()
    with pytest.raises(refusal):
        HERE.fetch(at(server, path))
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0.0", "10.0.0.1", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1",
     "[::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[fe80::1]", "[fc00::1]", "[2002:7f00:1::]",
     "[64:ff9b::7f00:1]", "224.0.0.1", "255.255.255.255", "2130706433", "0x7f.1"],
)  # fmt: skip
def test_addresses_that_are_not_public_are_never_reached(monkeypatch, host):
    """However they are written; no connection is tried (the surroundings of the tests would say so)."""
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    with pytest.raises((AddressRefused, CalendarAway)):
        ANYWHERE.fetch(f"http://{host}/a.ics")


def test_a_name_of_which_one_address_is_private_is_refused(monkeypatch):
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.216.34", "192.168.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(AddressRefused):
        ANYWHERE.fetch("https://calendar.example/a.ics")


def test_the_address_that_was_looked_at_is_the_one_that_is_reached(monkeypatch):
    """A name that answers differently the second time (DNS rebinding) is asked once."""
    asked, reached = [], []

    def resolve(*_, **__):
        asked.append(1)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", 80))]

    def connect(_, address):
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(CalendarAway):
        ANYWHERE.fetch("http://calendar.example/a.ics")
    assert (asked, reached) == ([1], [("93.184.216.34", 80)])


def test_no_calendar_is_fetched_or_read_inside_a_transaction(server):
    with pytest.raises(RuntimeError, match="inside a database transaction"), transaction():
        HERE.fetch(at(server, "/good.ics"))
    with pytest.raises(RuntimeError, match="inside a database transaction"), transaction():
        HERE.read(DAY, BERLIN, date(2027, 3, 1), date(2027, 3, 9))


def read(content):
    return HERE.read(content, BERLIN, date(2027, 3, 1), date(2028, 4, 4))


def test_a_calendar_is_read_in_a_process_of_its_own():
    assert read(DAY) == [SPAN]


@pytest.mark.parametrize(
    "content",
    [
        "no calendar",
        "x" * (MOST_BYTES + 1),
        CALENDAR.format(event="DTSTART:20270301T000000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY"),
        CALENDAR.format(event="DTSTART;VALUE=DATE:00010101\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30") * 200,
    ],
    ids=["no calendar", "too large", "every second", "never and never"],
)
def test_hostile_calendars_are_refused_in_time(content):
    began = time.monotonic()
    with pytest.raises(CalendarUnreadable):
        read(content)
    assert time.monotonic() - began < 120


def test_a_reading_that_does_not_end_is_killed(monkeypatch):
    monkeypatch.setattr(other_calendars, "READ_S", 0.01)
    with pytest.raises(CalendarUnreadable, match="too long"):
        read(DAY)
