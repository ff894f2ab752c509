"""Money goes to connected accounts and comes back, never more than there is."""

import pytest
import stripe


@pytest.fixture
def send(platform, maker):
    """Transfers to the maker."""

    def transfer(amount=None, charge=None, **more):
        named = {"amount": amount, "source_transaction": charge and charge.id}
        given = {name: value for name, value in named.items() if value is not None}
        return platform.transfers.create({"currency": "eur", "destination": maker.id, **given, **more})

    return transfer


def totals(platform, account=None):
    """Available and pending euros of an account."""
    balance = platform.balance.retrieve({}, {"stripe_account": account} if account else {})
    return tuple(
        sum(each.amount for each in part if each.currency == "eur") for part in (balance.available, balance.pending)
    )


def test_a_transfer_moves_money_before_the_charge_settles(platform, send, pay, maker):
    charge = pay(10_000, transfer_group="order_1").latest_charge

    sent = send(9_000, charge, metadata={"op": "42"})

    kept = platform.transfers.retrieve(sent.id, {"expand": ["balance_transaction", "destination"]})
    assert (kept.amount, kept.source_transaction, kept.transfer_group) == (9_000, charge.id, "order_1")
    assert kept.metadata["op"] == "42"
    assert kept.destination.id == maker.id
    assert (kept.balance_transaction.net, kept.balance_transaction.type) == (-9_000, "transfer")
    assert totals(platform) == (0, 10_000 - 320 - 9_000)
    assert totals(platform, maker.id) == (0, 9_000)


def test_both_sides_become_available_with_the_charge(platform, controls, send, pay, maker):
    send(9_000, pay(10_000).latest_charge)
    controls("clock", seconds=2 * 24 * 3600)

    assert totals(platform) == (680, 0)
    assert totals(platform, maker.id) == (9_000, 0)
    assert {entry.status for entry in platform.balance_transactions.list().data} == {"available"}


def test_the_account_sees_a_payment(platform, send, pay, maker):
    sent = send(9_000, pay().latest_charge)
    side = {"stripe_account": maker.id}

    payment = platform.charges.retrieve(sent.destination_payment, {"expand": ["balance_transaction"]}, side)

    assert (payment.amount, payment.source_transfer, payment.balance_transaction.net) == (9_000, sent.id, 9_000)
    with pytest.raises(stripe.InvalidRequestError):
        platform.charges.retrieve(sent.destination_payment)


def test_the_charge_is_the_limit_of_its_transfers(send, pay):
    charge = pay(10_000).latest_charge
    send(6_000, charge)

    with pytest.raises(stripe.InvalidRequestError, match="already 6000"):
        send(4_001, charge)
    assert send(4_000, charge).amount == 4_000
    assert send(None, pay(500).latest_charge).amount == 500


def test_what_was_reversed_can_be_transferred_again(platform, send, pay):
    charge = pay(10_000).latest_charge
    platform.transfers.reversals.create(send(10_000, charge).id, {"amount": 1_000})

    with pytest.raises(stripe.InvalidRequestError):
        send(1_001, charge)
    assert send(1_000, charge).amount == 1_000


def test_without_a_charge_only_the_available_balance_can_be_sent(send, pay):
    pay(10_000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        send(1)
    assert refused.value.code == "balance_insufficient"

    pay(10_000, card="pm_card_bypassPending")
    assert send(9_680).amount == 9_680
    with pytest.raises(stripe.InvalidRequestError):
        send(1)


def test_an_account_that_was_not_onboarded_receives_nothing(platform, new_account, send, pay):
    charge = pay().latest_charge

    with pytest.raises(stripe.InvalidRequestError, match="transfers") as refused:
        send(100, charge, destination=new_account().id)

    assert refused.value.param == "destination"
    assert platform.transfers.list().data == []


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"destination": "acct_nobody"}, "destination"),
        ({"source_transaction": "ch_nobody"}, "source_transaction"),
        ({"currency": "usd"}, "currency"),
        ({"amount": 0}, "amount"),
    ],
)
def test_a_transfer_that_fits_nothing_is_refused(send, pay, change, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        send(**{"amount": 100, "charge": pay().latest_charge, **change})

    assert (refused.value.http_status, refused.value.param) == (400, param)


def test_a_failed_charge_cannot_be_transferred(platform, send):
    with pytest.raises(stripe.CardError) as declined:
        platform.payment_intents.create(
            {"amount": 900, "currency": "eur", "payment_method": "pm_card_chargeDeclined", "confirm": True}
        )

    with pytest.raises(stripe.InvalidRequestError):
        send(100, source_transaction=declined.value.error.charge)


def test_a_reversal_brings_money_back(platform, send, pay, maker):
    sent = send(9_000, pay(10_000).latest_charge)

    back = platform.transfers.reversals.create(sent.id, {"amount": 2_500, "metadata": {"op": "43"}})

    kept = platform.transfers.retrieve(sent.id)
    assert (kept.amount_reversed, kept.reversed, kept.reversals.data[0].id) == (2_500, False, back.id)
    assert platform.transfers.reversals.retrieve(sent.id, back.id).metadata["op"] == "43"
    assert totals(platform) == (0, 680 + 2_500)
    assert totals(platform, maker.id) == (0, 6_500)
    rest = platform.transfers.reversals.create(sent.id)
    assert (rest.amount, platform.transfers.retrieve(sent.id).reversed) == (6_500, True)
    assert len(platform.transfers.reversals.list(sent.id).data) == 2


def test_no_more_comes_back_than_went_out(platform, send, pay):
    sent = send(1_000, pay().latest_charge)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.transfers.reversals.create(sent.id, {"amount": 1_001})
    assert refused.value.code == "amount_too_large"
    platform.transfers.reversals.create(sent.id)
    with pytest.raises(stripe.InvalidRequestError, match="already fully reversed"):
        platform.transfers.reversals.create(sent.id)


def test_transfers_are_found_by_group_and_by_destination(platform, new_account, send, pay, maker):
    one, two = send(10, pay(transfer_group="a").latest_charge), send(20, pay(transfer_group="b").latest_charge)

    assert [each.id for each in platform.transfers.list({"transfer_group": "a"}).data] == [one.id]
    assert [each.id for each in platform.transfers.list({"destination": maker.id}).data] == [two.id, one.id]
    assert platform.transfers.list({"transfer_group": "a", "destination": new_account().id}).data == []
