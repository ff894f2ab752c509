"""POST /hooks/stripe: stored once, answered at once, and nothing is believed that Stripe did not sign."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import stripe
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from marketplace.kernel import clock
from marketplace.orders.states import OrderState
from marketplace.payments.models import EventState, ProviderEvent
from stripe_sandbox.resources import webhook_endpoints
from tests.conftest import WEBHOOK_SECRET
from tests.money import Till
from tests.tills import OLD_SECRET


def event(**changes: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "api_version": stripe.api_version,
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "client_secret": "pi_1_secret_x"}},
    } | changes


def send(client: FlaskClient, sent: Any, *, secret: str = WEBHOOK_SECRET, ago_s: int = 0) -> TestResponse:
    payload = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    at = int(clock.now().timestamp()) - ago_s
    signature = stripe.WebhookSignature.generate_signature_header(payload.decode(), secret, at)
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return client.post("/hooks/stripe", data=payload, headers=headers)


def stored(till: Till) -> list[tuple[str, EventState, str | None]]:
    return [(each.id, each.state, each.outcome) for each in till.rows(ProviderEvent)]


def test_an_event_is_stored_once_however_often_it_comes_c2(client: FlaskClient, till: Till) -> None:
    replies = [send(client, event()) for _ in range(3)]

    assert [(reply.status_code, reply.json) for reply in replies] == [
        (200, {"delivery": "first"}),
        (200, {"delivery": "repeated"}),
        (200, {"delivery": "repeated"}),
    ]
    assert stored(till) == [("evt_1", EventState.RECEIVED, None)]
    assert till.jobs() == ["handle_event"]
    [row] = till.rows(ProviderEvent)
    assert "client_secret" not in row.payload["data"]["object"]


@pytest.mark.parametrize(
    ("changes", "state", "outcome"),
    [
        ({"api_version": "2019-12-03"}, EventState.QUARANTINED, "other_version"),
        ({"type": "charge.succeeded"}, EventState.HANDLED, "ignored"),
    ],
)
def test_what_is_not_handled_makes_no_job(
    client: FlaskClient, till: Till, changes: dict[str, str], state: EventState, outcome: str
) -> None:
    assert send(client, event(**changes)).status_code == 200

    assert stored(till) == [("evt_1", state, outcome)]
    assert till.jobs() == []


THIN = {"id": "evt_1", "object": "v2.core.event", "type": "v1.transfer.created"}


@pytest.mark.parametrize(
    ("sent", "how"),
    [
        (event(), {"secret": "whsec_of_somebody_else_0123"}),
        (event(), {"ago_s": 301}),
        (event(), {"ago_s": -301}),
        (THIN, {}),
        (b"not json", {}),
        (b"", {}),
    ],
    ids=["bad signature", "replayed", "from the future", "thin", "no json", "empty"],
)
def test_what_stripe_did_not_sign_for_us_now_writes_nothing(
    client: FlaskClient, till: Till, sent: Any, how: dict[str, Any]
) -> None:
    reply = send(client, sent, **how)

    assert (reply.status_code, reply.json["code"]) == (422, "signature_invalid")
    assert stored(till) == []


def test_an_unsigned_delivery_writes_nothing(client: FlaskClient, till: Till) -> None:
    assert client.post("/hooks/stripe", json=event()).json["code"] == "signature_invalid"
    assert stored(till) == []


def test_more_than_an_event_can_be_is_not_read(client: FlaskClient) -> None:
    reply = send(client, b'{"x": "' + b"x" * 2**20 + b'"}')

    assert (reply.status_code, reply.json["code"]) == (413, "content_too_large")


def test_the_old_secret_is_good_while_it_is_rolled(app_with_stripe: Flask, till: Till) -> None:
    assert send(app_with_stripe.test_client(), event(), secret=OLD_SECRET).status_code == 200


@pytest.fixture
def served(app_with_stripe: Flask) -> Iterator[str]:
    """The application on loopback, so that the local Stripe can deliver to it."""
    server = make_server("127.0.0.1", 0, app_with_stripe, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/stripe"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_local_stripe_delivers_and_the_order_is_paid(served: str, till: Till) -> None:
    """The whole way: a customer pays, the signed event comes in over HTTP (twice), one job makes the order paid."""
    world = till.stripe.served.sandbox.api.world
    webhook_endpoints.register(world, served, types=["payment_intent.succeeded"], secret=WEBHOOK_SECRET)
    order_id = till.order({None: 800, till.seller(): 9_200})
    till.pay(order_id)
    [told] = till.stripe.events("payment_intent.succeeded")
    _until_delivered(till, 1)
    requests.post(f"{till.stripe.served.url}/_sandbox/events/{told['id']}/resend", timeout=10).raise_for_status()
    _until_delivered(till, 2)

    assert till.work() == 1

    assert till.order_state(order_id) is OrderState.PAID
    assert stored(till) == [(told["id"], EventState.HANDLED, "applied")]
    assert till.broken() == []


def _until_delivered(till: Till, times: int) -> None:
    """Wait for the couriers, by asking them: nothing sleeps."""
    tried = till.stripe.served.sandbox.api.world.deliveries.tried
    until = time.monotonic() + 60
    while len(tried) < times:
        assert time.monotonic() < until, "no delivery within a minute"
    assert [each["status"] for each in tried] == [200] * times
