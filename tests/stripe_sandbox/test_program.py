"""`python -m stripe_sandbox`, as the demo starts it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.stripe_sandbox.conftest import SECRET, Receiver, client_for


@pytest.fixture
def program(receiver: Receiver) -> Iterator[str]:
    """The address of a local Stripe in a process of its own."""
    hook = ["--webhook", receiver.url, "--webhook-secret", SECRET, "--webhook-events", "payment_intent.succeeded"]
    command = [sys.executable, "-m", "stripe_sandbox", "--port", "0", *hook]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        yield process.stdout.readline().strip().removeprefix("local Stripe on ")
        process.terminate()
        rest, _ = process.communicate(timeout=20)
    assert rest == ""
    assert process.returncode == 0


def test_the_program_says_where_it_is_and_tells_the_webhook(program, receiver):
    stripe_at = client_for(program, "sk_test_platform").v1
    given = {"amount": 900, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}

    paid = stripe_at.payment_intents.create(given)

    event = receiver.next()
    assert (event.type, event.data.object.id) == ("payment_intent.succeeded", paid.id)
