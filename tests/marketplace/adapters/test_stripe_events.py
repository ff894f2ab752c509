"""Deliveries: only what Stripe signed, for us, just now, is an event."""

import json
from datetime import timedelta
from typing import Any

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from marketplace.adapters import stripe_events
from marketplace.kernel import clock
from marketplace.payments.errors import SignatureInvalid
from marketplace.payments.ports import EventSeen

NEW, OLD = "whsec_the_new_secret_0123", "whsec_the_old_secret_0123"
EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "type": "payment_intent.succeeded",
    "api_version": stripe.api_version,
    "data": {"object": {"id": "pi_1", "object": "payment_intent", "client_secret": "pi_1_secret_x"}},
}


def signed(payload: bytes, *, secret: str = NEW, ago_s: int = 0) -> str:
    at = int(clock.now().timestamp()) - ago_s
    return stripe.WebhookSignature.generate_signature_header(payload.decode(), secret, at)


def verify(payload: bytes, signature: str | None) -> EventSeen:
    return stripe_events.verify(payload, signature, secrets=(NEW, OLD))


def body(**changes: Any) -> bytes:
    return json.dumps(EVENT | changes).encode()


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_a_signed_event_is_read_under_either_secret(secret: str) -> None:
    seen = verify(body(), signed(body(), secret=secret))

    assert (seen.id, seen.kind, seen.is_of_our_version) == ("evt_1", "payment_intent.succeeded", True)


def test_secrets_inside_an_event_are_not_kept_a2() -> None:
    assert "client_secret" not in verify(body(), signed(body())).payload["data"]["object"]


def test_another_version_is_told_apart() -> None:
    old = body(api_version="2019-12-03")

    seen = verify(old, signed(old))
    assert (seen.api_version, seen.is_of_our_version) == ("2019-12-03", False)
    missing = body(api_version=None)
    assert not verify(missing, signed(missing)).is_of_our_version


@pytest.mark.parametrize("ago_s", [301, 10_000, -301, -10_000])
def test_a_replayed_or_future_timestamp_is_refused(ago_s: int) -> None:
    with pytest.raises(SignatureInvalid):
        verify(body(), signed(body(), ago_s=ago_s))


@pytest.mark.parametrize("ago_s", [290, -290])
def test_a_clock_that_is_a_little_off_is_forgiven(ago_s: int) -> None:
    assert verify(body(), signed(body(), ago_s=ago_s)).id == "evt_1"


def test_a_delivery_recorded_and_sent_again_later_is_refused() -> None:
    signature = signed(body())

    with clock.moved_by(timedelta(seconds=301)), pytest.raises(SignatureInvalid):
        verify(body(), signature)


@pytest.mark.parametrize("signature", [None, "", "t=1", "v1=abc", "t=x,v1=abc", "nonsense"])
def test_a_bad_signature_is_refused(signature: str | None) -> None:
    with pytest.raises(SignatureInvalid):
        verify(body(), signature)


def test_somebody_elses_signature_is_refused() -> None:
    with pytest.raises(SignatureInvalid):
        verify(body(), signed(body(), secret="whsec_of_somebody_else"))


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(SignatureInvalid):
        stripe_events.verify(body(), signed(body()), secrets=())


@given(st.integers(0, len(body()) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused(place: int, change: int) -> None:
    payload = bytearray(body())
    payload[place] ^= change

    with pytest.raises(SignatureInvalid):
        verify(bytes(payload), signed(body()))


THIN = {"id": "evt_1", "object": "v2.core.event", "type": "v1.transfer.created", "related_object": {"id": "tr_1"}}


@pytest.mark.parametrize(
    "payload",
    [
        json.dumps(THIN).encode(),
        b"{}",
        b"[]",
        b"null",
        b"not json",
        b'{"object": "event"}',
        json.dumps(EVENT | {"data": 1}).encode(),
    ],
    ids=["thin", "empty", "list", "null", "no json", "bare", "no data"],
)
def test_what_is_signed_and_still_no_event_is_refused(payload: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        verify(payload, signed(payload))


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(SignatureInvalid):
        verify(b"\xff\xfe", signed(body()))


def test_brackets_without_end_are_no_event_even_if_signed() -> None:
    payload = b"[" * 100_000

    with pytest.raises(SignatureInvalid):
        verify(payload, signed(payload))
