"""Lists: newest first, page by page, filtered; expansion of what they hold."""

import pytest
import stripe


@pytest.fixture
def intents(platform):
    """Five payment intents, oldest first."""
    return [platform.payment_intents.create({"amount": 100 + n, "currency": "eur"}).id for n in range(5)]


def test_a_list_goes_from_the_newest_to_the_oldest(platform, intents):
    first = platform.payment_intents.list({"limit": 2})

    assert [each.id for each in first.data] == [intents[4], intents[3]]
    assert first.has_more is True
    assert [each.id for each in first.auto_paging_iter()] == intents[::-1]


def test_pages_go_both_ways(platform, intents):
    after = platform.payment_intents.list({"limit": 2, "starting_after": intents[3]})
    before = platform.payment_intents.list({"limit": 2, "ending_before": intents[1]})
    end = platform.payment_intents.list({"starting_after": intents[0]})

    assert ([each.id for each in after.data], after.has_more) == ([intents[2], intents[1]], True)
    assert ([each.id for each in before.data], before.has_more) == ([intents[3], intents[2]], True)
    assert (end.data, end.has_more) == ([], False)


@pytest.mark.parametrize("given", [{"limit": 0}, {"limit": 101}, {"starting_after": "pi_nobody"}])
def test_a_page_that_cannot_be_is_refused(platform, given):
    with pytest.raises(stripe.InvalidRequestError):
        platform.payment_intents.list(given)


def test_created_limits_a_list(platform, controls, intents):
    start = platform.payment_intents.retrieve(intents[0]).created
    controls("clock", seconds=1_000)
    late = platform.payment_intents.create({"amount": 100, "currency": "eur"})

    def found(**created):
        return [each.id for each in platform.payment_intents.list({"created": created}).data]

    assert found(gte=late.created) == [late.id] == found(gt=start + 500)
    assert found(lt=late.created) == intents[::-1] == found(lte=late.created - 1)
    assert found(gte=start + 500, lt=late.created) == []
    assert [each.id for each in platform.payment_intents.list({"created": late.created}).data] == [late.id]


def test_balance_transactions_are_found_by_source_type_and_currency(platform, pay):
    charge = pay().latest_charge
    platform.refunds.create({"charge": charge.id, "amount": 10})
    pay(1_000, "usd")

    def found(**given):
        return [each.amount for each in platform.balance_transactions.list(given).data]

    assert found(source=charge.id) == [10_000]
    assert found(type="refund") == [-10]
    assert found(type="charge", currency="usd") == [1_000]
    assert found(source="ch_nobody") == []


def test_the_objects_of_a_list_can_be_expanded(platform, pay):
    paid = pay()

    shown = platform.charges.list({"expand": ["data.payment_intent.latest_charge", "data.balance_transaction.source"]})

    assert shown.data[0].payment_intent.latest_charge.id == paid.latest_charge.id
    assert shown.data[0].balance_transaction.source.amount == 10_000
    assert platform.charges.retrieve(paid.latest_charge.id).payment_intent == paid.id


def test_an_empty_reference_expands_to_nothing(platform, intents):
    shown = platform.payment_intents.retrieve(intents[0], {"expand": ["latest_charge.balance_transaction"]})

    assert shown.latest_charge is None


@pytest.mark.parametrize(
    "path", ["amount", "colour", "latest_charge.amount", "data.latest_charge", "a.b.c.d.e", "metadata.order"]
)
def test_what_is_no_reference_cannot_be_expanded(platform, pay, path):
    paid = pay(metadata={"order": "pi_1"})

    with pytest.raises(stripe.InvalidRequestError, match="expand"):
        platform.payment_intents.retrieve(paid.id, {"expand": [path]})
