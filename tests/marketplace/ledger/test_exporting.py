"""The book written out is the book: beancount itself reads it, and statements add up, in every kind of currency."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from beancount import loader
from beancount.core import data, realization

from marketplace.kernel import clock
from marketplace.kernel.transaction import transaction
from marketplace.ledger import beancount, exporting, queries
from marketplace.ledger.errors import PeriodUnfit, StatementTooLong
from marketplace.ledger.models import AccountKind
from marketplace.ledger.values import Booked, BookedLine, Period, Place
from marketplace.orders.models import Order
from marketplace.workflows.money import statements
from tests.marketplace.workflows.test_disputing import open_dispute, tell
from tests.money import Till
from tests.sent import statements as sql
from tests.worlds import Person

ORDER, PARTY = UUID("01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e15"), UUID("f1932f4e-7b1a-7c39-9d1e-0a4b8c2d6e15")
CURRENCIES = ("EUR", "JPY", "KWD")


def a_book(till: Till) -> tuple[Person, list[UUID]]:
    """Paid, released, sent, refunded before and after, in currencies of 2, 0 and 3 decimals."""
    seller = till.seller()
    paid = [till.paid({None: 800, seller: 9_210}, currency=each) for each in (*CURRENCIES, *CURRENCIES)]
    for order_id in paid[:3]:
        till.release(order_id)
    till.work()
    for order_id in (*paid[1:3], *paid[4:]):
        till.give_back(order_id, 1_110)
    till.work()
    return seller, paid


def written(till: Till) -> str:
    with till.app.app_context():
        return "".join(exporting.as_beancount())


def read(text: str) -> tuple[list[data.Directive], list[object]]:
    entries, errors, _ = loader.load_string(text)
    return entries, errors


def test_m6_beancount_reads_the_whole_book_and_finds_no_fault(till: Till) -> None:
    a_book(till)

    entries, errors = read(written(till))

    assert errors == []
    transactions = [each for each in entries if isinstance(each, data.Transaction)]
    assert len(transactions) == till.sql("select count(*) from journals")[0]
    root = realization.realize(entries)
    for currency, exponent in zip(CURRENCIES, (2, 0, 3), strict=True):
        minor = till.sql(
            "select sum(amount_minor) from postings p join ledger_accounts a on a.id = p.account_id"
            " where a.kind = 'stripe' and a.currency = :currency",
            currency=currency,
        )[0]
        account = realization.get(root, "Assets:Stripe")
        assert account.balance.get_currency_units(currency).number == Decimal(int(minor)).scaleb(-exponent)
    assert len([each for each in entries if isinstance(each, data.Balance)]) == 3 * len(
        till.sql("select distinct kind from ledger_accounts where order_id is null and party_id is null")
    )


def test_bean_check_accepts_the_file_and_refuses_one_that_was_tampered_with(till: Till, tmp_path: Path) -> None:
    a_book(till)
    text = written(till)
    whole, tampered = tmp_path / "whole.beancount", tmp_path / "tampered.beancount"
    whole.write_text(text, encoding="utf-8")
    tampered.write_text(text.replace("100.10 EUR", "100.11 EUR", 1).replace("-100.10 EUR", "-100.11 EUR", 1))
    assert text != tampered.read_text(encoding="utf-8")

    assert loader.load_file(str(whole))[1] == []
    assert loader.load_file(str(tampered))[1] != []


def test_an_empty_book_is_a_file_too(till: Till) -> None:
    assert read(written(till)) == ([], [])


def test_a_long_book_is_read_page_by_page_and_all_of_it(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    seller, _ = a_book(till)
    whole = written(till)
    period = Period(date(2020, 1, 1), date(2099, 12, 31))
    with till.app.app_context():
        table, statement = "".join(exporting.as_csv(period)), "".join(_statement(seller))

    monkeypatch.setattr(queries, "AT_ONCE", 2)

    assert sorted(written(till).splitlines()) == sorted(whole.splitlines())
    with till.app.app_context():
        assert "".join(exporting.as_csv(period)) == table
        rows, again = (list(csv.DictReader(io.StringIO(each))) for each in (statement, "".join(_statement(seller))))
    assert [each for each in again if each["kind"] != "closing"] == [each for each in rows if each["kind"] != "closing"]


def _statement(seller: Person) -> list[str]:
    assert seller.organisation_id is not None
    today = clock.now().date()
    period = Period(today - timedelta(days=1), today + timedelta(days=1))
    return list(statements.of_party_as_csv(seller.organisation_id, period))


def test_the_table_has_every_line_of_every_journal(till: Till) -> None:
    a_book(till)

    with till.app.app_context():
        text = "".join(exporting.as_csv(Period(date(2020, 1, 1), date(2099, 12, 31))))

    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == till.sql("select count(*) from postings")[0]
    for journal in {each["journal"] for each in rows}:
        for currency in CURRENCIES:
            of = [each for each in rows if each["journal"] == journal and each["currency"] == currency]
            assert sum(int(each["amount_minor"]) for each in of) == 0
            assert sum(Decimal(each["amount"]) for each in of) == 0
    assert text.count("\r\n") == len(rows) + 1


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [(0, "EUR", "0.00"), (5, "EUR", "0.05"), (-5, "EUR", "-0.05"), (123_456, "EUR", "1234.56"), (1_234, "JPY", "1234"),
     (-7, "JPY", "-7"), (1_234, "KWD", "1.234"), (-10, "KWD", "-0.010")],
)  # fmt: skip
def test_amounts_have_the_decimals_of_their_currency(minor: int, currency: str, said: str) -> None:
    assert beancount.number(minor, currency) == said
    assert Decimal(said).scaleb({"EUR": 2, "JPY": 0, "KWD": 3}[currency]) == minor


@pytest.mark.parametrize("kind", AccountKind)
def test_every_kind_of_account_has_a_name_that_beancount_takes(kind: AccountKind) -> None:
    place = Place(kind, "EUR", ORDER, PARTY)
    at = datetime(2027, 3, 1, 23, 59, tzinfo=UTC)
    other = Place(AccountKind.STRIPE, "EUR", None, None)
    booked = Booked(ORDER, 'a "kind"', "back\\slash", ORDER, at, [BookedLine(place, 5), BookedLine(other, -5)])
    opened = "".join(beancount.opened(each, first_day=at.date()) for each in {place, other})

    entries, errors = read(beancount.header(["EUR"], first_day=at.date()) + opened + beancount.entry(booked))

    assert errors == []
    [told] = [each for each in entries if isinstance(each, data.Transaction)]
    assert (told.date, told.narration, told.meta["reference"]) == (date(2027, 3, 1), 'a "kind"', "back\\slash")


def test_a_sellers_statement_opens_where_the_last_one_closed(till: Till) -> None:
    seller, paid = a_book(till)
    assert seller.organisation_id is not None
    a_day, today = timedelta(days=1), clock.now().date()
    with clock.moved_by(timedelta(days=40)):
        till.release(paid[3])
        later = clock.now().date()

    with till.app.app_context(), transaction():
        first, second, whole = (
            statements.of_party(seller.organisation_id, Period(begins, ends + a_day))
            for begins, ends in ((today - a_day, today), (today + 2 * a_day, later), (today - a_day, later))
        )

    assert [each.currency for each in first.currencies] == ["EUR", "JPY", "KWD"]
    of_euro = [(each.kind, each.amount_minor) for each in first.currencies[0].movements]
    assert of_euro == [("release", 9_210), ("transfer", -9_210)]
    [euro] = second.currencies
    assert (euro.opening_minor, euro.closing_minor) == (first.currencies[0].closing_minor, 9_210)
    for each in whole.currencies:
        moved = sum(movement.amount_minor for movement in each.movements)
        assert each.closing_minor == each.opening_minor + moved == payable(till, seller, each.currency)


def payable(till: Till, seller: Person, currency: str) -> int:
    """What is owed to a seller, added up in the database."""
    found = till.sql(
        "select -coalesce(sum(amount_minor), 0) from postings p join ledger_accounts a on a.id = p.account_id"
        " where a.kind = 'payable' and a.party_id = :party and a.currency = :currency",
        party=seller.organisation_id,
        currency=currency,
    )
    return int(found[0])


def test_a_statement_as_a_file_has_the_balance_after_each_movement(till: Till) -> None:
    seller, _ = a_book(till)

    with till.app.app_context():
        rows = list(csv.DictReader(io.StringIO("".join(_statement(seller)))))

    assert [each["kind"] for each in rows if each["currency"] == "EUR"] == ["release", "transfer", "closing"]
    assert [each["balance_minor"] for each in rows if each["currency"] == "EUR"] == ["9210", "0", "0"]


def test_a_statement_as_a_file_writes_days_instants_and_orders_as_the_one_that_is_shown(till: Till) -> None:
    seller, paid = a_book(till)
    assert seller.organisation_id is not None
    today = clock.now().date()
    first, second = (Period(today + timedelta(days=each), today + timedelta(days=each + 1)) for each in (-1, 2))
    numbers = {each.id: each.number for each in till.rows(Order)}
    assert set(paid) == set(numbers)
    with till.app.app_context(), transaction():
        of_seller, of_customer = (
            statements.of_party(seller.organisation_id, first),
            statements.of_customer(till.customer.actor, first),
        )
        tables = [
            list(csv.DictReader(io.StringIO("".join(each))))
            for each in (
                statements.of_party_as_csv(seller.organisation_id, first),
                statements.of_customer_as_csv(till.customer.actor, first),
                statements.of_customer_as_csv(till.customer.actor, second),
            )
        ]

    for shown, rows in zip((of_seller, of_customer), tables, strict=False):
        moved = [each for of in shown.currencies for each in of.movements]
        assert {each.order_number for each in moved} <= set(numbers.values())
        told = [(clock.written(each.at), str(each.order_number), str(each.order_id)) for each in moved]
        written = [(each["at"], each["order"], each["order_id"]) for each in rows if each["kind"] != "closing"]
        assert sorted(told) == sorted(written)
        assert all(numbers[UUID(order_id)] == int(number) for _, number, order_id in told)
        assert {each["at"] for each in rows if each["kind"] == "closing"} == {first.last_day.isoformat()}
    assert [(each["at"], each["kind"]) for each in tables[2]] == [
        *[(second.first_day.isoformat(), "opening")] * 3,
        *[(second.last_day.isoformat(), "closing")] * 3,
    ]


def test_the_numbers_of_orders_cost_one_statement_a_page(till: Till) -> None:
    seller, _ = a_book(till)
    assert seller.organisation_id is not None
    today = clock.now().date()
    period = Period(today - timedelta(days=1), today + timedelta(days=1))

    with till.app.app_context(), transaction(), sql() as sent:
        statements.of_party(seller.organisation_id, period)

    assert len(sent) == 3


def test_a_customers_statement_has_what_was_paid_and_what_came_back(till: Till) -> None:
    a_book(till)
    other = till.world.make_organisation()
    today = clock.now().date()
    period = Period(today - timedelta(days=1), today + timedelta(days=1))

    with till.app.app_context(), transaction():
        told = statements.of_customer(till.customer.actor, period)
        nothing = statements.of_customer(other.actor, period)

    assert nothing.currencies == []
    assert [(each.currency, each.opening_minor, each.closing_minor) for each in told.currencies] == [
        ("EUR", 0, 20_020),
        ("JPY", 0, 20_020 - 2_220),
        ("KWD", 0, 20_020 - 2_220),
    ]
    assert [(each.kind, each.amount_minor) for each in told.currencies[1].movements] == [
        ("charge", 10_010),
        ("charge", 10_010),
        ("refund", -1_110),
        ("refund", -1_110),
    ]


@pytest.mark.parametrize(
    ("end", "closing", "moved"),
    [
        (None, 6_000, [("charge", 10_000), ("dispute_withdrawn", -4_000)]),
        ("lose", 6_000, [("charge", 10_000), ("dispute_withdrawn", -4_000)]),
        ("win", 10_000, [("charge", 10_000), ("dispute_withdrawn", -4_000), ("dispute_reinstated", 4_000)]),
    ],
)
@pytest.mark.parametrize("is_released", [False, True])
def test_a_customers_statement_has_what_their_bank_took_and_gave(
    till: Till, end: str | None, closing: int, moved: list[tuple[str, int]], is_released: bool
) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    if is_released:
        till.release(order_id)
        till.work()
    dispute = open_dispute(till, order_id, 4_000)
    if end is not None:
        till.stripe.control(f"disputes/{dispute}/{end}")
    tell(till, dispute)
    till.work()
    today = clock.now().date()
    period = Period(today - timedelta(days=1), today + timedelta(days=1))

    with till.app.app_context(), transaction():
        [euro] = statements.of_customer(till.customer.actor, period).currencies
        rows = list(csv.DictReader(io.StringIO("".join(statements.of_customer_as_csv(till.customer.actor, period)))))

    assert [(each.kind, each.amount_minor) for each in euro.movements] == moved
    assert (euro.opening_minor, euro.closing_minor) == (0, closing)
    assert rows[-1]["balance_minor"] == str(closing)


def test_too_many_movements_are_not_shown_at_once(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    seller, _ = a_book(till)
    assert seller.organisation_id is not None
    monkeypatch.setattr(exporting, "MOST_MOVEMENTS", 3)
    today = clock.now().date()

    with till.app.app_context(), transaction(), pytest.raises(StatementTooLong):
        statements.of_party(seller.organisation_id, Period(today - timedelta(days=1), today + timedelta(days=1)))


def test_a_period_is_whole_days_and_at_most_a_year() -> None:
    today = clock.now().date()
    first, last = date(2027, 1, 1), date(2027, 12, 31)

    assert exporting.period(first_day=first, last_day=last) == Period(first, last)
    assert exporting.period(first_day=None, last_day=last) == Period(date(2027, 12, 1), last)
    assert exporting.period(first_day=None, last_day=None).last_day >= today
    assert (Period(first, first).until - Period(first, first).since) == timedelta(days=1)
    for begins, ends in ((last, first), (first, date(2028, 1, 2))):
        with pytest.raises(PeriodUnfit):
            exporting.period(first_day=begins, last_day=ends)


def test_debts_are_told_by_party_the_most_first(till: Till) -> None:
    seller, other = till.seller(), till.seller()
    for each, minor in ((seller, 9_200), (other, 4_200)):
        order_id = till.paid({None: 800, each: minor})
        till.release(order_id)
        till.work()
        till.stripe.empty(till.account(each).provider_id or "")
        till.give_back(order_id, 800 + minor)
        till.work()

    with till.app.app_context(), transaction():
        debts = queries.debts()

    assert [(each.party_id, each.currency, each.owed_minor, each.orders) for each in debts] == [
        (seller.organisation_id, "EUR", 9_200, 1),
        (other.organisation_id, "EUR", 4_200, 1),
    ]
