"""The bench's own instruments: what they count is right, before anybody believes what they say."""

import asyncio
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.bench.cpu import metered
from tools.bench.http import Client, Unexpected
from tools.bench.load import Timings, closed_loop
from tools.bench.report import Figure, row


class Echo(BaseHTTPRequestHandler):
    """Answers with the length of what it was sent, in two pieces."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = f'{{"read": {len(body)}}}'.encode()
        self.send_response(418 if self.path == "/teapot" else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer[:3])
        self.wfile.flush()
        self.wfile.write(answer[3:])

    def log_message(self, *_):
        """Tests print their own story."""


@pytest.fixture
def echo():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_client_reads_answers_that_come_in_pieces_over_one_connection(echo):
    async def asked():
        client = Client(echo)
        answers = [await client.post("/", {"a": "b" * size}) for size in (0, 10, 100_000)]
        client.close()
        return answers

    assert [answer["read"] for answer in asyncio.run(asked())] == [8, 18, 100_008]


def test_an_answer_that_was_not_expected_ends_the_measure(echo):
    async def asked():
        client = Client(echo)
        try:
            await closed_loop([lambda: client.post("/teapot", {})], seconds=60)
        finally:
            client.close()

    with pytest.raises(Unexpected, match="418"):
        asyncio.run(asked())


def test_the_client_calls_this_machine_only():
    with pytest.raises(ValueError, match="this machine only"):
        Client("http://192.0.2.1:80")


def test_a_closed_loop_stops_at_the_number_of_operations_it_was_given():
    done = []

    async def operation():
        done.append(1)

    timings = asyncio.run(closed_loop([operation] * 4, seconds=60, most=10))
    assert len(done) == timings.count == 10


def test_latencies_are_told_by_nearest_rank():
    timings = Timings([each / 1000 for each in range(100, 0, -1)], wall_s=2.0)
    assert (timings.ms(0), timings.ms(95), timings.ms(100)) == (1.0, 95.0, 100.0)
    assert timings.per_s == 50


def test_cpu_of_a_tree_is_the_work_that_was_done_in_it():
    with metered({"us": os.getpid()}) as spent:
        until = time.process_time() + 0.2
        while time.process_time() < until:
            sum(range(1000))
    assert 0.15 <= spent.cpu_s["us"] <= spent.wall_s * (os.cpu_count() or 1) + 0.05
    assert spent.per(10, "us", "not running here") == pytest.approx(spent.cpu_s["us"] * 100)


@pytest.mark.parametrize(
    ("figure", "is_met", "ratio"),
    [
        (Figure("rate", 50, "/s", target=100, limit=1000, is_rate=True), False, 20),
        (Figure("rate", 100, "/s", target=100, limit=1000, is_rate=True), True, 10),
        (Figure("time", 30, "ms", target=30, limit=3), True, 10),
        (Figure("time", 31, "ms", target=30), False, None),
        (Figure("told only", 5, "ms"), None, None),
    ],
)
def test_a_figure_says_whether_its_promise_is_kept_and_how_far_the_limit_is(figure, is_met, ratio):
    assert figure.is_met is is_met
    assert figure.ratio == ratio
    assert ("MISSED" in row(figure)) == (is_met is False)
