import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tools.client import Client, Refused


class Server(BaseHTTPRequestHandler):
    """Echoes requests; sets a cookie; refuses under /no, plainly under /broken, says nothing under /empty."""

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        said = {"path": self.path, "body": body.decode(errors="replace"), "headers": dict(self.headers)}
        status, kind, text = 200, "application/json", json.dumps(said)
        if self.path == "/no":
            problem = {"code": "taken", "detail": "Somebody was faster.", "errors": {"json": {"x": ["bad"]}}}
            status, kind, text = 409, "application/problem+json", json.dumps(problem)
        elif self.path == "/broken":
            status, kind, text = 502, "text/html", "<h1>Bad gateway</h1>"
        elif self.path == "/empty":
            status, text = 204, ""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.send_header("ETag", '"7"')
        self.send_header("Set-Cookie", "session=secret")
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = do_PUT = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def client() -> Iterator[Client]:
    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with Client(f"http://127.0.0.1:{server.server_port}") as client:
            yield client
        server.shutdown()
        thread.join()


def test_objects_go_and_come_as_json_under_the_headers_asked_for(client):
    came = client.post("/v1/things", {"a": 1}, key="k1", if_match='"3"')

    assert json.loads(came["body"]) == {"a": 1}
    assert (came["headers"]["Idempotency-Key"], came["headers"]["If-Match"]) == ("k1", '"3"')
    assert client.get("/v1/things", limit=2)["path"] == "/v1/things?limit=2"


def test_a_person_keeps_their_session_and_nobody_elses(client):
    assert "Cookie" not in client.get("/")["headers"]
    assert client.get("/")["headers"]["Cookie"] == "session=secret"
    with Client(client.base_url) as stranger:
        assert "Cookie" not in stranger.get("/")["headers"]


def test_a_refusal_carries_its_problem_document(client):
    with pytest.raises(Refused, match=r"POST /no answered 409 taken: Somebody was faster. \{'json'") as refused:
        client.post("/no")

    assert (refused.value.status, refused.value.code) == (409, "taken")


def test_an_answer_that_is_no_problem_document_is_shown_as_it_is(client):
    with pytest.raises(Refused, match="502 : <h1>Bad gateway"):
        client.get("/broken")


def test_files_are_sent_as_a_form(client, tmp_path):
    file = tmp_path / "part.step"
    file.write_bytes(b"ISO-10303-21;")

    came = client.upload("/v1/parts", file, name="Bracket")

    assert 'filename="part.step"' in came["body"]
    assert "ISO-10303-21;" in came["body"]
    assert 'name="name"' in came["body"]


def test_versions_and_empty_answers(client):
    assert client.etag("/v1/things/1") == '"7"'
    assert client.put("/empty", {}) is None
