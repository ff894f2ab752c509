"""Money leaves for a bank account, arrives, and sometimes comes back."""

import pytest
import stripe

HOUR, DAY = 3600, 24 * 3600


@pytest.fixture
def rich_maker(platform, maker, pay, controls):
    """A maker with 9,000 cents that are available."""
    charge = pay(10_000).latest_charge
    given = {"amount": 9_000, "currency": "eur", "destination": maker.id, "source_transaction": charge.id}
    platform.transfers.create(given)
    controls("clock", seconds=2 * DAY)
    return maker


@pytest.fixture
def theirs(rich_maker):
    """How the platform acts for the maker."""
    return {"stripe_account": rich_maker.id}


def available(platform, side):
    return platform.balance.retrieve({}, side).available[0].amount


def told(platform, side):
    found = platform.events.list({}, side).data
    return [each.type for each in found if each.type.startswith("payout.")][::-1]


def test_a_payout_leaves_and_arrives(platform, theirs, controls):
    payout = platform.payouts.create({"amount": 8_000, "currency": "eur", "metadata": {"week": "7"}}, theirs)
    assert (payout.status, payout.automatic, available(platform, theirs)) == ("pending", False, 1_000)
    bank = platform.payouts.retrieve(payout.id, {"expand": ["destination", "balance_transaction"]}, theirs)
    assert (bank.destination.currency, bank.balance_transaction.net) == ("eur", -8_000)

    controls("clock", seconds=HOUR)
    assert platform.payouts.retrieve(payout.id, {}, theirs).status == "in_transit"
    controls("clock", seconds=2 * DAY)

    assert platform.payouts.retrieve(payout.id, {}, theirs).status == "paid"
    assert told(platform, theirs) == ["payout.created", "payout.updated", "payout.paid"]
    assert platform.events.list({}, theirs).data[0].account == theirs["stripe_account"]


def test_a_payout_fails_after_it_was_paid_and_the_money_is_back(platform, theirs, controls, refused_control):
    payout = platform.payouts.create({"amount": 9_000, "currency": "eur"}, theirs)
    controls(f"payouts/{payout.id}/pay")
    assert available(platform, theirs) == 0

    controls(f"payouts/{payout.id}/fail", code="account_closed")

    failed = platform.payouts.retrieve(payout.id, {"expand": ["failure_balance_transaction"]}, theirs)
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert (failed.failure_balance_transaction.type, failed.failure_balance_transaction.net) == (
        "payout_failure",
        9_000,
    )
    assert told(platform, theirs) == ["payout.created", "payout.paid", "payout.failed"]
    assert available(platform, theirs) == 9_000
    assert refused_control(f"payouts/{payout.id}/pay") == 400
    assert refused_control(f"payouts/{payout.id}/fail", code="bad_luck") == 400


def test_a_bank_that_refuses_sends_back_what_was_shown_as_paid(platform, rich_maker, theirs, controls):
    bank = {"object": "bank_account", "country": "DE", "currency": "eur", "account_number": "000111111116"}
    platform.accounts.external_accounts.create(rich_maker.id, {"external_account": bank, "default_for_currency": True})
    payout = platform.payouts.create({"amount": 100, "currency": "eur"}, theirs)

    controls("clock", seconds=3 * DAY)
    assert platform.payouts.retrieve(payout.id, {}, theirs).status == "paid"
    controls("clock", seconds=2 * DAY)

    failed = platform.payouts.retrieve(payout.id, {}, theirs)
    assert (failed.status, failed.failure_code) == ("failed", "no_account")


def test_a_payout_is_called_off_before_it_leaves(platform, theirs, controls):
    payout = platform.payouts.create({"amount": 100, "currency": "eur"}, theirs)

    assert platform.payouts.cancel(payout.id, {}, theirs).status == "canceled"
    assert available(platform, theirs) == 9_000
    controls("clock", seconds=9 * DAY)
    assert platform.payouts.retrieve(payout.id, {}, theirs).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        platform.payouts.cancel(payout.id, {}, theirs)


def test_the_payout_of_the_day_takes_everything_and_says_what_was_in_it(platform, rich_maker, theirs, controls):
    first = controls(f"accounts/{rich_maker.id}/payout")

    assert (first["amount"], first["automatic"], first["reconciliation_status"]) == (9_000, True, "completed")
    inside = platform.balance_transactions.list({"payout": first["id"]}, theirs).data
    assert [(each.type, each.net) for each in inside] == [("payout", -9_000), ("payment", 9_000)]


def test_no_more_goes_out_than_is_available(platform, theirs, refused_control, rich_maker, pay):
    for given, code in (
        ({"amount": 9_001, "currency": "eur"}, "balance_insufficient"),
        ({"amount": 1, "currency": "usd"}, None),
        ({"amount": 0, "currency": "eur"}, "parameter_invalid_integer"),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            platform.payouts.create(given, theirs)
        assert refused.value.code == code
    platform.payouts.create({"amount": 9_000, "currency": "eur"}, theirs)
    assert refused_control(f"accounts/{rich_maker.id}/payout") == 400


def test_the_platform_pays_itself_out(platform, pay):
    pay(10_000, card="pm_card_bypassPending")

    payout = platform.payouts.create({"amount": 9_680, "currency": "eur"})

    assert platform.payouts.list({"status": "pending"}).data[0].id == payout.id
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payouts.create({"amount": 1, "currency": "eur"})
    assert refused.value.code == "balance_insufficient"


def test_an_account_that_may_not_be_paid_out_is_not(platform, rich_maker, theirs, controls):
    controls(f"accounts/{rich_maker.id}/capabilities", states={"transfers": "inactive"})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payouts.create({"amount": 1, "currency": "eur"}, theirs)
    assert refused.value.code == "payouts_not_allowed"


def test_money_that_becomes_available_is_told(platform, pay, controls):
    pay(10_000)
    controls("clock", seconds=2 * DAY)

    event = platform.events.list().data[0]
    assert (event.type, event.request.id) == ("balance.available", None)
    assert event.data.object.available[0].amount == 9_680
