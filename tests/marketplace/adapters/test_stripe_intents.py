"""What an answer about an intent says, and answers that say nothing."""

from uuid import uuid4

import pytest

from marketplace.adapters import stripe_intents
from marketplace.kernel.money import CurrencyUnknown, Money
from marketplace.payments.errors import ProviderUnavailable
from tests.meetings import PROCESSES, survived

ENTRY = {"id": "txn_1", "amount": 10_000, "fee": 320, "currency": "eur", "net": 9_680}


def intent(**other):
    charge = {"id": "ch_1", "balance_transaction": ENTRY, "disputed": False}
    plain = {
        "id": "pi_1",
        "amount": 10_000,
        "currency": "eur",
        "status": "succeeded",
        "client_secret": "pi_1_secret_2",
        "metadata": {"payment": str(uuid4())},
        "latest_charge": charge,
        "livemode": False,
    }
    return plain | other


def test_a_paid_intent_has_its_charge_and_what_that_did_to_our_balance():
    told = intent()
    seen = stripe_intents.seen(told)

    assert (seen.id, seen.amount, str(seen.payment_id)) == ("pi_1", Money(10_000, "EUR"), told["metadata"]["payment"])
    assert (seen.charge.id, seen.charge.movement.id) == ("ch_1", "txn_1")
    assert (seen.charge.movement.gross, seen.charge.movement.fee) == (Money(10_000, "EUR"), Money(320, "EUR"))


@pytest.mark.parametrize("status", ["processing", "requires_capture", "requires_action", "canceled"])
def test_an_intent_that_has_not_succeeded_is_not_paid_m11(status):
    seen = stripe_intents.seen(intent(status=status))

    assert seen.charge is None
    assert seen.is_cancelled is (status == "canceled")


@pytest.mark.parametrize("charge", [None, "ch_1"])
def test_a_charge_that_was_not_shown_is_none(charge):
    assert stripe_intents.seen(intent(latest_charge=charge)).charge is None


@pytest.mark.parametrize("entry", [None, "txn_1"])
def test_a_charge_may_not_be_in_the_books_yet(entry):
    told = intent(latest_charge={"id": "ch_1", "balance_transaction": entry})
    assert stripe_intents.seen(told).charge.movement is None


@pytest.mark.parametrize("metadata", [{}, {"payment": "4711"}, {"order": str(uuid4())}])
def test_what_somebody_else_wrote_on_it_is_no_payment_of_ours(metadata):
    assert stripe_intents.seen(intent(metadata=metadata)).payment_id is None


@pytest.mark.parametrize("wrong", [{"amount": "10000"}, {"amount": 1.5}, {"id": None}, {"latest_charge": {"id": "c"}}])
def test_an_answer_of_another_form_is_an_answer_that_is_still_open(wrong):
    with pytest.raises(ProviderUnavailable):
        stripe_intents.seen(intent(**wrong))
    with pytest.raises(ProviderUnavailable):
        stripe_intents.seen([])


def test_a_currency_that_nobody_trades_in_is_told():
    with pytest.raises(CurrencyUnknown):
        stripe_intents.seen(intent(currency="qqq"))


def test_threads_that_read_the_first_answer_at_once_do_not_crash_the_process():
    assert survived("marketplace.adapters.stripe_intents", "seen", intent()) == PROCESSES
