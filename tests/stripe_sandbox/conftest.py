"""A local Stripe of its own for each test, the platform's client, a customer's browser, and a receiver of webhooks."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any, NamedTuple

import pytest
import requests
import stripe

from stripe_sandbox.serving import Served, serve_in_thread

SECRET = "whsec_only_for_these_tests"
PATIENCE_S = 10


class Controls:
    """What only a local Stripe has, over HTTP."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, name: str, **given: Any) -> dict[str, Any]:
        """Carry out a control and return its answer."""
        answer = requests.post(f"{self.url}/_sandbox/{name}", json=given, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def state(self) -> dict[str, Any]:
        """Everything that the local Stripe shows of itself."""
        return requests.get(f"{self.url}/_sandbox/state", timeout=PATIENCE_S).json()


class Received(NamedTuple):
    """A webhook as it arrived."""

    payload: bytes
    signature: str


class Receiver:
    """An endpoint of the platform; `answers` holds the statuses to answer next, then it is always 200."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: Queue[Received] = Queue()
        self.answers: Queue[int] = Queue()

    def next(self) -> Any:
        """The next event, checked and read as the platform does it."""
        came = self.received.get(timeout=PATIENCE_S)
        return stripe.Webhook.construct_event(came.payload, came.signature, SECRET)


def client_for(url: str, key: str, *, retries: int = 2, timeout: float = PATIENCE_S) -> stripe.StripeClient:
    """The real client, with every one of its addresses at the local Stripe."""
    addresses = {"api": url, "files": url, "connect": url, "meter_events": url}
    http = stripe.RequestsClient(timeout=timeout)
    return stripe.StripeClient(key, base_addresses=addresses, max_network_retries=retries, http_client=http)


@pytest.fixture(autouse=True)
def _quiet_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """No telemetry, and retries that do not wait."""
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0)


@pytest.fixture
def served() -> Iterator[Served]:
    """A local Stripe with an empty world."""
    with serve_in_thread() as served:
        yield served


@pytest.fixture
def controls(served: Served) -> Controls:
    """The controls of the local Stripe."""
    return Controls(served.url)


@pytest.fixture
def refused_control(served: Served) -> Callable[..., int]:
    """The statuses of controls that are refused."""

    def post(name: str, **given: Any) -> int:
        return requests.post(f"{served.url}/_sandbox/{name}", json=given, timeout=PATIENCE_S).status_code

    return post


@pytest.fixture
def platform(served: Served) -> Any:
    """The platform's client (its v1 services)."""
    return client_for(served.url, "sk_test_platform").v1


@pytest.fixture
def impatient(served: Served) -> Any:
    """The platform's client without retries."""
    return client_for(served.url, "sk_test_platform", retries=0).v1


@pytest.fixture
def browser(served: Served) -> Any:
    """A customer's browser: it has the publishable key only."""
    return client_for(served.url, "pk_test_platform", retries=0).v1


@pytest.fixture
def new_account(platform: Any) -> Callable[..., Any]:
    """Connected accounts that have not been onboarded."""

    def create(**more: Any) -> Any:
        return platform.accounts.create(
            {
                "country": "DE",
                "email": "maker@example.org",
                "controller": {
                    "fees": {"payer": "application"},
                    "losses": {"payments": "application"},
                    "stripe_dashboard": {"type": "express"},
                },
                "capabilities": {"transfers": {"requested": True}},
                **more,
            }
        )

    return create


@pytest.fixture
def onboarding_link(platform: Any) -> Callable[[str], str]:
    """Addresses of the hosted onboarding page of an account."""

    def create(account: str) -> str:
        urls = {"return_url": "http://127.0.0.1:1/done", "refresh_url": "http://127.0.0.1:1/again"}
        return platform.account_links.create({"account": account, "type": "account_onboarding", **urls}).url

    return create


@pytest.fixture
def maker(new_account: Callable[..., Any], onboarding_link: Callable[[str], str]) -> Any:
    """A connected account that can receive transfers."""
    account = new_account()
    requests.post(onboarding_link(account.id), allow_redirects=False, timeout=PATIENCE_S)
    return account


@pytest.fixture
def pay(platform: Any) -> Callable[..., Any]:
    """Payments that succeeded, with their charge and its balance transaction."""

    def paid(amount: int = 10_000, currency: str = "eur", card: str = "pm_card_visa", **more: Any) -> Any:
        given = {"amount": amount, "currency": currency, "payment_method": card, "confirm": True, **more}
        return platform.payment_intents.create({**given, "expand": ["latest_charge.balance_transaction"]})

    return paid


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An endpoint on loopback that keeps what it receives."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            payload = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.received.put(Received(payload, self.headers["Stripe-Signature"]))
            self.send_response(200 if receiver.answers.empty() else receiver.answers.get())
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_told: Any) -> None:
            """Tests print their own story."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hooks/stripe?from=tests")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()
