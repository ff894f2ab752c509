from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.accounts import throttling
from marketplace.accounts.errors import TooManyTries
from marketplace.accounts.models import throttles
from marketplace.accounts.throttling import Limit
from marketplace.kernel import clock
from marketplace.kernel.database import db
from marketplace.kernel.transaction import transaction

THREE = Limit("test", 3, timedelta(seconds=10))


def passes(whose="a", limit=THREE):
    try:
        throttling.count(limit, whose)
    except TooManyTries:
        return False
    return True


def test_so_many_at_once_and_then_one_each_interval(in_app):
    assert [passes() for _ in range(5)] == [True, True, True, False, False]
    with clock.moved_by(timedelta(seconds=10)):
        assert [passes() for _ in range(2)] == [True, False]
    with clock.moved_by(timedelta(seconds=60)):
        assert [passes() for _ in range(4)] == [True, True, True, False]


def test_what_is_worth_several_tries_waits_until_all_of_them_are_free(in_app):
    throttling.count(THREE, "a", tries=2)
    with pytest.raises(TooManyTries) as refused:
        throttling.count(THREE, "a", tries=2)

    wait = refused.value.details["retry_after_s"]
    assert 9 <= wait <= 10
    assert passes()
    with clock.moved_by(timedelta(seconds=wait + 10)):
        throttling.count(THREE, "a", tries=2)
        assert not passes()


def test_the_wait_told_is_the_wait_needed(in_app):
    for _ in range(3):
        passes()
    with pytest.raises(TooManyTries) as refused:
        throttling.count(THREE, "a")

    wait = refused.value.details["retry_after_s"]
    assert 9 <= wait <= 10
    with clock.moved_by(timedelta(seconds=wait)):
        assert passes()


@pytest.mark.parametrize(("passed", "said"), [(8, "wait 2 seconds."), (9, "wait 1 second.")])
def test_the_wait_is_told_as_one_says_it(in_app, monkeypatch, passed, said):
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start)
    for _ in range(3):
        passes()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(seconds=passed))

    with pytest.raises(TooManyTries, match=said):
        throttling.count(THREE, "a")


def test_one_does_not_slow_down_another_nor_one_limit_another(in_app):
    for _ in range(4):
        passes("a")

    assert passes("b")
    assert passes("a", Limit("other", 1, timedelta(seconds=10)))


def test_a_try_counts_though_the_request_is_rolled_back(in_app):
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), transaction():
            throttling.count(THREE, "a")
            raise ZeroDivisionError

    assert not passes()


def test_many_at_once_get_no_more_than_the_limit(app):
    def one(_):
        with app.app_context():
            return passes()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(40))) == 3


def test_what_throttles_nobody_any_more_is_forgotten(in_app):
    def kept():
        with db.engine.connect() as connection:
            return len(connection.execute(select(throttles.c.key)).all())

    passes("a")
    throttling.forget_passed()
    assert kept() == 1
    with clock.moved_by(timedelta(seconds=11)):
        throttling.forget_passed()
    assert kept() == 0


@pytest.mark.parametrize(
    ("address", "stands_for"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "unknown"),
        (None, "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_whom_a_network_address_stands_for(address, stands_for):
    assert throttling.client(address) == stands_for


@given(st.ip_addresses(v=6).filter(lambda address: address.ipv4_mapped is None))
@settings(max_examples=50)
def test_a_whole_household_is_one_client(address):
    neighbour = type(address)(int(address) ^ 1)

    assert throttling.client(str(address)) == throttling.client(str(neighbour))
