"""The lines of each movement: balanced whatever the amounts, the currency and the parties (M1, M6)."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import EXPONENTS, Money
from marketplace.ledger import rules
from marketplace.ledger.models import AccountKind
from marketplace.ledger.values import Line, account_id

currencies = st.sampled_from(sorted(EXPONENTS))
amounts = st.integers(1, 10**12)
parties = st.dictionaries(st.uuids() | st.none(), st.integers(0, 10**12), min_size=1, max_size=7).filter(
    lambda shares: sum(shares.values()) > 0
)


def total(lines: list[Line] | tuple[Line, ...]) -> int:
    return sum(line.money.minor for line in lines)


@given(amounts, st.integers(0, 10**9), currencies)
def test_a_charge_balances_and_holds_the_gross(gross: int, fee: int, currency: str) -> None:
    lines = rules.charge(uuid4(), gross=Money(gross, currency), fee=Money(fee, currency))

    assert total(lines) == 0
    assert [-line.money.minor for line in lines if line.kind is AccountKind.HELD] == [gross]


@given(parties, currencies)
def test_a_release_gives_each_party_its_share_to_the_minor_unit_m1(shares, currency: str) -> None:
    lines = rules.release(uuid4(), shares=shares, currency=currency)

    assert total(lines) == 0
    assert {line.party_id: -line.money.minor for line in lines if line.kind is AccountKind.PAYABLE} == {
        party: minor for party, minor in shares.items() if party is not None
    }
    fee = [-line.money.minor for line in lines if line.kind is AccountKind.PLATFORM_FEE]
    assert fee == ([shares[None]] if None in shares else [])


@given(parties, currencies)
def test_a_refund_after_release_is_borne_by_each_party_as_it_was_divided_m1(borne, currency: str) -> None:
    lines = rules.refund_borne_by_parties(uuid4(), Money(sum(borne.values()), currency), borne=borne)

    assert total(lines) == 0
    assert {line.party_id: line.money.minor for line in lines if line.kind is AccountKind.PAYABLE} == {
        party: minor for party, minor in borne.items() if party is not None
    }
    fee = [line.money.minor for line in lines if line.kind is AccountKind.PLATFORM_FEE]
    assert fee == ([borne[None]] if None in borne else [])


@given(parties.filter(lambda shares: None in shares), st.data(), currencies)
def test_of_the_platforms_part_the_tax_on_its_fee_rests_apart_and_comes_back_from_there(shares, data, currency) -> None:
    tax = data.draw(st.integers(0, shares[None]))
    out = rules.release(uuid4(), shares=shares, tax_minor=tax, currency=currency)
    back = rules.refund_borne_by_parties(uuid4(), Money(sum(shares.values()), currency), borne=shares, tax_minor=tax)

    assert total(out) == total(back) == 0
    for lines, sign in ((out, -1), (back, 1)):
        rests = {line.kind: sign * line.money.minor for line in lines}
        assert rests[AccountKind.TAX] == tax
        assert rests[AccountKind.PLATFORM_FEE] == shares[None] - tax


@given(amounts, st.integers(0, 10**6), currencies)
def test_a_refund_that_failed_takes_back_what_the_refund_moved(amount: int, fee: int, currency: str) -> None:
    order_id, gross = uuid4(), Money(amount, currency)
    out = rules.refund(order_id, gross=gross, fee=Money(fee, currency))
    back = rules.refund_failed(order_id, gross=gross, fee=Money(-fee, currency))

    assert total(back) == 0
    assert {line.account_id: line.money for line in back} == {line.account_id: -line.money for line in out}


@given(amounts, currencies)
def test_a_reversal_takes_back_what_the_transfer_moved(amount: int, currency: str) -> None:
    order_id, party_id, money = uuid4(), uuid4(), Money(amount, currency)
    out, back = rules.transfer(order_id, party_id, money), rules.reversal(order_id, party_id, money)

    assert {line.account_id: line.money for line in back} == {line.account_id: -line.money for line in out}


@given(amounts, currencies)
def test_a_debt_set_off_moves_between_what_is_payable_to_one_party_m5(amount: int, currency: str) -> None:
    debt_of, out_of, party_id = uuid4(), uuid4(), uuid4()
    lines = rules.debt_set_off(Money(amount, currency), party_id=party_id, debt_of=debt_of, out_of=out_of)

    assert total(lines) == 0
    assert {(line.order_id, line.party_id, line.kind) for line in lines} == {
        (debt_of, party_id, AccountKind.PAYABLE),
        (out_of, party_id, AccountKind.PAYABLE),
    }
    assert [line.money.minor for line in lines if line.order_id == out_of] == [amount]


@given(amounts, st.integers(-(10**6), 10**6), currencies)
def test_a_refund_passes_through_clearing_and_leaves_nothing_there(amount: int, fee: int, currency: str) -> None:
    order_id = uuid4()
    out = rules.refund(order_id, gross=Money(amount, currency), fee=Money(fee, currency))
    borne = rules.refund_borne_by_held(order_id, Money(amount, currency))

    assert total(out) == total(borne) == 0
    assert sum(each.money.minor for each in (*out, *borne) if each.kind is AccountKind.REFUND_CLEARING) == 0


@given(amounts, currencies)
def test_a_transfer_settles_what_was_payable(amount: int, currency: str) -> None:
    order_id, party_id = uuid4(), uuid4()
    payable, stripe = rules.transfer(order_id, party_id, Money(amount, currency))

    assert (payable.kind, payable.money.minor) == (AccountKind.PAYABLE, amount)
    assert (stripe.kind, stripe.money.minor) == (AccountKind.STRIPE, -amount)


def test_accounts_are_told_apart_by_all_that_they_are() -> None:
    one, two = uuid4(), uuid4()
    ids = {
        account_id(AccountKind.STRIPE, "EUR"),
        account_id(AccountKind.STRIPE, "USD"),
        account_id(AccountKind.STRIPE_FEES, "EUR"),
        account_id(AccountKind.PAYABLE, "EUR", order_id=one, party_id=two),
        account_id(AccountKind.PAYABLE, "EUR", order_id=two, party_id=one),
        account_id(AccountKind.PAYABLE, "EUR", order_id=one),
        account_id(AccountKind.PAYABLE, "EUR", party_id=one),
    }

    assert len(ids) == 7
