"""The tests' own surroundings do what they promise."""

import socket

import pytest


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.test", 443)])
def test_nothing_reaches_beyond_this_machine(address):
    with socket.socket() as outward, pytest.raises(AssertionError, match="tried to reach"):
        outward.connect(address)
