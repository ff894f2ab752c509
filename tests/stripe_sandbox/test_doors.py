"""Who may come in, and from where."""

import pytest
import requests
import stripe

from stripe_sandbox.loopback import is_loopback
from stripe_sandbox.serving import NotThisMachine, serve
from tests.stripe_sandbox.conftest import client_for

BALANCE = "/v1/balance"


@pytest.mark.parametrize("key", ["sk_live_123456", "nonsense", "sk_test_", "whsec_123"])
def test_only_test_keys_are_accepted(served, key):
    with pytest.raises(stripe.AuthenticationError) as refused:
        client_for(served.url, key).v1.balance.retrieve()

    assert refused.value.http_status == 401
    assert key not in str(refused.value) or len(key) <= 8


@pytest.mark.parametrize("header", ["", "Basic c2tfdGVzdF8xOg==", "Bearer"])
def test_a_request_without_a_key_is_refused(served, header):
    assert requests.get(served.url + BALANCE, headers={"Authorization": header}, timeout=5).status_code == 401


def test_a_restricted_key_is_a_key(served):
    assert client_for(served.url, "rk_test_123").v1.balance.retrieve().object == "balance"


def test_another_account_is_not_spoken_for(platform, pay):
    for id in ("acct_nobody", pay().id):
        with pytest.raises(stripe.PermissionError) as refused:
            platform.balance.retrieve({}, {"stripe_account": id})
        assert refused.value.error.code == "account_invalid"


def test_another_version_of_the_api_is_not_spoken(platform):
    with pytest.raises(stripe.InvalidRequestError, match=stripe.api_version):
        platform.balance.retrieve({}, {"stripe_version": "2019-12-03"})


@pytest.mark.parametrize(
    "path", ["/v1/nonsense", "/v1/", "/", "/v1/transfers/{}", "/v2/core/accounts", "/_sandbox/nothing"]
)
def test_an_address_that_does_not_exist(served, path):
    answer = requests.get(served.url + path, headers={"Authorization": "Bearer sk_test_1"}, timeout=5)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "url_invalid"


def test_a_request_that_is_too_large_is_refused(served):
    answer = requests.post(served.url + "/v1/payment_intents", data="a=" + "x" * 1_000_000, timeout=5)

    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_this_machine_is_known(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "example.org", "localhost.example.org", ""])
def test_other_machines_are_known(host):
    assert not is_loopback(host)


def test_it_does_not_listen_where_others_could_reach_it():
    with pytest.raises(NotThisMachine):
        serve("0.0.0.0", 0, lambda sandbox: None)
