"""What the local Stripe knows outlives its program: objects, money, idempotency keys, events not yet heard."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import stripe

from stripe_sandbox import remembering
from stripe_sandbox.app import create_app
from stripe_sandbox.serving import serve_in_thread
from tests.stripe_sandbox.conftest import SECRET, client_for

PAYMENT = {"amount": 10_000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}


@contextmanager
def recalled(file) -> Iterator:
    """A new local Stripe that knows what the file holds; the platform's client there."""
    with serve_in_thread() as again:
        remembering.recall(again.sandbox.api, file)
        yield client_for(again.url, "sk_test_platform").v1


def euros(platform) -> list[tuple[int, int]]:
    balance = platform.balance.retrieve()
    return [(a.amount, p.amount) for a, p in zip(balance.available, balance.pending, strict=True)]


def test_objects_lists_and_balances_are_known_again(served, platform, pay, maker, tmp_path):
    charge = pay(10_000, transfer_group="order_1").latest_charge
    given = {"amount": 9_000, "currency": "eur", "destination": maker.id, "source_transaction": charge.id}
    sent = platform.transfers.create({**given, "transfer_group": "order_1"})
    remembering.remember(served.sandbox.api, tmp_path / "stripe.json")

    with recalled(tmp_path / "stripe.json") as again:
        assert [each.id for each in again.transfers.list({"transfer_group": "order_1"}).data] == [sent.id]
        assert euros(again) == euros(platform) == [(0, 680)]
        assert again.accounts.retrieve(maker.id).payouts_enabled
        assert again.refunds.create({"charge": charge.id, "amount": 500}).status == "succeeded"
        with pytest.raises(stripe.InvalidRequestError, match="transfer"):
            again.transfers.create({**given, "amount": 9_000})


def test_pending_money_becomes_available_later(served, controls, pay, tmp_path):
    pay(10_000)
    controls("clock", seconds=3600)
    remembering.remember(served.sandbox.api, tmp_path / "stripe.json")

    with serve_in_thread() as again:
        remembering.recall(again.sandbox.api, tmp_path / "stripe.json")
        again.sandbox.api.world.seconds_ahead += 8 * 24 * 3600
        assert euros(client_for(again.url, "sk_test_platform").v1) == [(9_680, 0)]


def test_what_was_to_happen_happens_later(served, platform, pay, controls, tmp_path):
    failing = platform.refunds.create({"payment_intent": pay(card="pm_card_refundFail").id})
    held = pay(capture_method="manual")
    dispute = controls(f"charges/{pay().latest_charge.id}/dispute")
    controls(f"disputes/{dispute['id']}/win")
    remembering.remember(served.sandbox.api, tmp_path / "stripe.json")

    with serve_in_thread() as again:
        remembering.recall(again.sandbox.api, tmp_path / "stripe.json")
        again.sandbox.api.world.seconds_ahead += 30 * 24 * 3600
        later = client_for(again.url, "sk_test_platform").v1
        assert later.refunds.retrieve(failing.id).status == "failed"
        assert later.payment_intents.retrieve(held.id).status == "canceled"
        assert later.disputes.retrieve(dispute["id"]).status == "won"


def test_a_key_has_its_one_effect_across_a_restart(served, platform, tmp_path):
    first = platform.payment_intents.create(PAYMENT, {"idempotency_key": "once"})
    remembering.remember(served.sandbox.api, tmp_path / "stripe.json")

    with recalled(tmp_path / "stripe.json") as again:
        assert again.payment_intents.create(PAYMENT, {"idempotency_key": "once"}).id == first.id
        assert len(again.payment_intents.list().data) == 1


def test_the_file_is_the_owners_only(served, tmp_path):
    file = tmp_path / "stripe.json"
    remembering.remember(served.sandbox.api, file)

    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["stripe.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 0}', '{"format": 2, "records": [[1]]}'])
def test_a_file_of_something_else_is_refused(text, tmp_path):
    file = tmp_path / "stripe.json"
    file.write_text(text)

    with pytest.raises(remembering.NotOurs, match="delete it to begin anew"):
        remembering.recall(create_app().api, file)


def test_a_file_that_is_not_there_holds_nothing(tmp_path):
    api = create_app().api
    remembering.recall(api, tmp_path / "none.json")

    assert api.world.records == {}


@contextmanager
def program(*more: str) -> Iterator:
    """The platform's client at a local Stripe in a process of its own, which ends in good order."""
    command = [sys.executable, "-m", "stripe_sandbox", "--port", "0", *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        yield client_for(process.stdout.readline().strip().removeprefix("local Stripe on "), "sk_test_platform").v1
        process.terminate()
        assert process.communicate(timeout=20)[0] == ""
    assert process.returncode == 0


def test_the_program_goes_on_where_it_ended_and_tells_what_had_not_arrived(receiver, tmp_path):
    state = ["--state", str(tmp_path / "stripe.json")]
    unheard = ["--webhook", "http://127.0.0.1:9/", "--webhook-secret", SECRET]
    with program(*state, *unheard) as platform:
        paid = platform.payment_intents.create(PAYMENT)

    heard = ["--webhook", receiver.url, "--webhook-secret", SECRET, "--webhook-events", "payment_intent.succeeded"]
    with program(*state, *heard) as platform:
        assert platform.payment_intents.retrieve(paid.id).status == "succeeded"
        assert receiver.next().data.object.id == paid.id
