"""Failures to order, survived by the real client."""

import pytest
import requests
import stripe

from tests.stripe_sandbox.conftest import client_for

INTENT = {"amount": 5_000, "currency": "eur"}


def order(controls, kind, *, method="POST", path="/v1/payment_intents", times=1):
    controls("faults", kind=kind, method=method, path=path, times=times)


@pytest.mark.parametrize("kind", ["500", "409", "drop_before", "drop_after"])
def test_the_client_tries_again_and_nothing_happens_twice(platform, controls, kind):
    order(controls, kind, times=2)

    intent = platform.payment_intents.create(INTENT)

    assert [each.id for each in platform.payment_intents.list().data] == [intent.id]


def test_a_lost_answer_is_found_under_the_key(platform, impatient, controls):
    order(controls, "drop_after")
    key = {"idempotency_key": "op-1"}

    with pytest.raises(stripe.APIConnectionError):
        impatient.payment_intents.create(INTENT, key)

    again = platform.payment_intents.create(INTENT, key)
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(platform.payment_intents.list().data) == 1


@pytest.mark.parametrize("kind", ["500", "429", "409", "drop_before"])
def test_a_request_that_failed_before_it_began_did_nothing(impatient, controls, kind):
    order(controls, kind)

    with pytest.raises(stripe.StripeError) as failed:
        impatient.payment_intents.create(INTENT)

    assert failed.value.http_status == (None if kind == "drop_before" else int(kind))
    assert impatient.payment_intents.list().data == []


def test_too_many_requests_are_not_tried_again_by_the_client(platform, controls):
    order(controls, "429")

    with pytest.raises(stripe.RateLimitError) as failed:
        platform.payment_intents.create(INTENT)

    assert failed.value.error.code == "rate_limit"


def test_a_fault_hits_only_what_it_was_ordered_for(impatient, controls):
    order(controls, "500", method="GET", path="/v1/payment_intents/*")
    intent = impatient.payment_intents.create(INTENT)
    assert impatient.payment_intents.list().data[0].id == intent.id

    with pytest.raises(stripe.APIError):
        impatient.payment_intents.retrieve(intent.id)
    assert impatient.payment_intents.retrieve(intent.id).id == intent.id


@pytest.mark.parametrize(
    "given",
    [{}, {"kind": "418", "method": "GET", "path": "/"}, {"kind": "500", "method": "GET", "path": "/", "times": 0}],
)
def test_a_fault_that_does_not_exist_is_refused(served, given):
    assert requests.post(f"{served.url}/_sandbox/faults", json=given, timeout=5).status_code == 400


def test_a_reset_forgets_everything(platform, controls, receiver):
    platform.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    platform.payment_intents.create(INTENT, {"idempotency_key": "op-1"})
    order(controls, "500", times=9)
    controls("reset")

    state = controls.state()
    assert set(state["counts"].values()) == {0}
    assert state["requests"] == []
    assert platform.payment_intents.create(INTENT, {"idempotency_key": "op-1"}).amount == 5_000


def test_the_state_tells_what_was_asked(platform, controls):
    platform.payment_intents.create(INTENT, {"idempotency_key": "op-1"})

    request = controls.state()["requests"][-1]

    assert (request["method"], request["path"], request["status"]) == ("POST", "/v1/payment_intents", 200)
    assert (request["idempotency_key"], request["is_replay"]) == ("op-1", False)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"seconds": -1}', b'{"seconds": true}'])
def test_a_control_that_makes_no_sense_is_refused(served, body):
    assert requests.post(f"{served.url}/_sandbox/clock", data=body, timeout=5).status_code == 400
    assert requests.post(f"{served.url}/_sandbox/nothing", data=body, timeout=5).status_code == 404


def test_a_slow_answer_is_lost_to_a_client_that_does_not_wait(served, platform, controls):
    order(controls, "slow", path="/v1/customers")
    hasty = client_for(served.url, "sk_test_platform", retries=0, timeout=0.2).v1
    with pytest.raises(stripe.APIConnectionError):
        hasty.customers.create({"name": "Ada"}, {"idempotency_key": "op-1"})

    again = platform.customers.create({"name": "Ada"}, {"idempotency_key": "op-1"})

    assert [each.id for each in platform.customers.list().data] == [again.id]


@pytest.mark.parametrize("seconds", [0, 61, "long"])
def test_a_request_is_not_slow_for_ever(refused_control, seconds):
    assert refused_control("faults", kind="slow", method="GET", path="/v1/balance", seconds=seconds) == 400
