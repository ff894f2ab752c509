"""The same key, the same answer, and nothing happens twice."""

import pytest
import stripe

from stripe_sandbox import money
from stripe_sandbox.api import Api
from stripe_sandbox.errors import KeyInUse
from stripe_sandbox.idempotency import IdempotencyKeys
from stripe_sandbox.wire import Request
from stripe_sandbox.world import PLATFORM

INTENT = {"amount": 5_000, "currency": "eur", "metadata": {"a": "1", "b": "2"}}
KEY = {"idempotency_key": "op-1"}


def test_a_repeated_request_gets_the_first_answer(platform):
    first = platform.payment_intents.create(INTENT, KEY)
    again = platform.payment_intents.create({**INTENT, "metadata": {"b": "2", "a": "1"}}, KEY)

    assert again.to_dict() == first.to_dict()
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.headers["Request-Id"]
    assert len(platform.payment_intents.list().data) == 1


@pytest.mark.parametrize("change", [{"amount": 5_001}, {"description": "more"}])
def test_a_key_belongs_to_its_parameters(platform, change):
    platform.payment_intents.create(INTENT, KEY)

    with pytest.raises(stripe.IdempotencyError) as refused:
        platform.payment_intents.create({**INTENT, **change}, KEY)

    assert (refused.value.http_status, refused.value.error.type) == (400, "idempotency_error")


def test_a_key_belongs_to_its_address(platform):
    intent = platform.payment_intents.create(INTENT, KEY)

    with pytest.raises(stripe.IdempotencyError):
        platform.payment_intents.cancel(intent.id, {}, KEY)


def test_keys_of_two_accounts_are_two_keys(platform, maker):
    ours = platform.payment_intents.create(INTENT, KEY)
    theirs = platform.payment_intents.create(INTENT, {**KEY, "stripe_account": maker.id})

    assert ours.id != theirs.id


def test_an_error_after_the_request_began_is_the_answer_for_ever(platform, maker, pay):
    given = {"amount": 100, "currency": "eur", "destination": maker.id}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            platform.transfers.create(given, KEY)
        pay(card="pm_card_bypassPending")

    assert refused.value.code == "balance_insufficient"
    assert refused.value.headers["Idempotent-Replayed"] == "true"
    assert platform.transfers.create(given, {"idempotency_key": "op-2"}).amount == 100


def test_a_declined_card_is_declined_again_without_a_second_attempt(platform):
    given = {**INTENT, "payment_method": "pm_card_chargeDeclined", "confirm": True}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            platform.payment_intents.create(given, KEY)

    assert len(platform.charges.list().data) == 1


def test_a_request_that_was_refused_before_it_began_leaves_its_key_free(platform):
    with pytest.raises(stripe.InvalidRequestError):
        platform.payment_intents.create({**INTENT, "colour": "blue"}, KEY)

    assert platform.payment_intents.create(INTENT, KEY).amount == 5_000


def test_a_key_whose_first_request_still_runs_is_in_use(served, impatient):
    served.sandbox.api.keys.claim(PLATFORM, "op-1", b"", request_id="req_1", now=2**40)

    with pytest.raises(stripe.IdempotencyError):
        impatient.payment_intents.create(INTENT, KEY)


def test_the_same_request_is_told_that_its_key_is_in_use():
    keys = IdempotencyKeys()
    keys.claim("a", "k", b"same", request_id="req_1", now=1)

    with pytest.raises(KeyInUse) as refused:
        keys.claim("a", "k", b"same", request_id="req_2", now=2)

    assert (refused.value.status, refused.value.error["code"]) == (409, "idempotency_key_in_use")
    keys.release("a", "k")
    assert keys.claim("a", "k", b"same", request_id="req_3", now=3).request_id == "req_3"


def test_a_request_that_broke_leaves_its_key_free(monkeypatch):
    headers = {"HTTP_AUTHORIZATION": "Bearer sk_test_1", "HTTP_IDEMPOTENCY_KEY": "op-1"}
    request = Request("POST", "/v1/payment_intents", "", b"amount=900&currency=eur", headers, "http://127.0.0.1")
    api = Api(first_pause_s=1)
    with monkeypatch.context() as broken:
        broken.setattr(money, "check_charge", lambda *_given: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            api.answer(request)

    assert api.answer(request).status == 200


def test_a_key_is_forgotten_after_a_day(platform, controls):
    first = platform.payment_intents.create(INTENT, KEY)
    controls("clock", seconds=24 * 3600 + 1)

    assert platform.payment_intents.create(INTENT, KEY).id != first.id


def test_a_key_has_a_longest_length(platform):
    with pytest.raises(stripe.InvalidRequestError):
        platform.payment_intents.create(INTENT, {"idempotency_key": "k" * 256})
