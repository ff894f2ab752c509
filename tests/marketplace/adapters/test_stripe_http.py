"""How Stripe is reached: what may be tried again, what may not, and through which proxy."""

from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import stripe
import urllib3

from marketplace.adapters.stripe_client import Connection
from marketplace.adapters.stripe_http import PooledClient, proxy_for

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY")


class Heard(BaseHTTPRequestHandler):
    """Answers every request with an empty object, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked.append((self.path, headers, self.client_address[1]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        """Tests are quiet."""


@pytest.fixture
def heard():
    return []


@pytest.fixture
def server(heard):
    served = ThreadingHTTPServer(("127.0.0.1", 0), type("Hearing", (Heard,), {"asked": heard}))
    served.daemon_threads = True
    thread = Thread(target=served.serve_forever)
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.fixture(autouse=True)
def _no_proxy_is_named(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


def test_a_connection_is_kept_for_the_next_call(server, heard):
    client = PooledClient(proxy=None)
    for _ in range(3):
        assert client.request("get", f"http://127.0.0.1:{server.server_port}/v1/x", {"A": "b"})[:2] == (b"{}", 200)
    client.close()

    assert len({port for _, _, port in heard}) == 1
    assert heard[0][1]["a"] == "b"


def test_a_connection_that_fails_may_be_tried_again_and_a_false_certificate_may_not(server):
    client = PooledClient(proxy=None)
    with pytest.raises(stripe.APIConnectionError) as nobody:
        client.request("get", "http://127.0.0.1:9/v1/x", {})
    with pytest.raises(stripe.APIConnectionError) as stranger:
        client.request("get", f"https://127.0.0.1:{server.server_port}/v1/x", {})
    client.close()

    assert (nobody.value.should_retry, stranger.value.should_retry) == (True, False)


def test_a_proxy_is_asked_for_the_whole_address_with_the_name_and_word_in_its_own(server, heard):
    client = PooledClient(proxy=f"http://ann:secret@127.0.0.1:{server.server_port}")
    client.request("get", "http://stripe.test/v1/x", {})
    client.close()

    path, headers, _ = heard[0]
    assert path == "http://stripe.test/v1/x"
    assert headers["proxy-authorization"] == f"Basic {b64encode(b'ann:secret').decode()}"


def test_the_environment_names_the_proxy_and_whom_to_ask_without_one(monkeypatch):
    assert proxy_for("https://api.stripe.com") is None
    monkeypatch.setenv("ALL_PROXY", "proxy.test:3128")
    assert proxy_for("https://api.stripe.com") == "http://proxy.test:3128"
    monkeypatch.setenv("HTTPS_PROXY", "http://other.test:8080")
    assert proxy_for("https://api.stripe.com") == "http://other.test:8080"
    monkeypatch.setenv("NO_PROXY", ".stripe.com")
    assert proxy_for("https://api.stripe.com") is None


def test_the_real_stripe_is_asked_through_the_proxy_with_its_certificates_checked(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    real = Connection("sk_test_x", base=None)._http._pool
    local = Connection("sk_test_x", base="http://127.0.0.1:9")._http._pool

    assert isinstance(real, urllib3.ProxyManager)
    assert real.connection_pool_kw["cert_reqs"] == "CERT_REQUIRED"
    assert real.connection_pool_kw["ca_certs"] == stripe.ca_bundle_path
    assert not isinstance(local, urllib3.ProxyManager)
