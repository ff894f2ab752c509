"""Posting: balanced or not at all, once per reference, and never changed afterwards (M6)."""

import threading
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from marketplace.kernel.database import session
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.ledger import queries, rules, service
from marketplace.ledger.invariants import INVARIANTS
from marketplace.ledger.models import AccountKind, Journal
from marketplace.ledger.values import JournalUnbalanced, Line, Outcome

ORDER = uuid4()
CHARGE = rules.charge(ORDER, gross=Money(10_000, "EUR"), fee=Money(320, "EUR"))


def post(reference: str = "txn_1", lines=CHARGE) -> Outcome:
    with transaction():
        return service.post("charge", reference=reference, lines=lines, order_id=ORDER)


def broken() -> list[str]:
    return [f"{each.id} {each.says}" for each in INVARIANTS if session().execute(text(each.broken)).all()]


def test_a_journal_is_posted_once_per_reference(in_app: Flask) -> None:
    assert post() is Outcome.POSTED
    assert post() is Outcome.REPEATED
    assert post("txn_2") is Outcome.POSTED

    assert queries.balance(AccountKind.STRIPE, "EUR") == 2 * 9_680
    assert queries.balance(AccountKind.HELD, "EUR", order_id=ORDER) == -20_000
    assert queries.balance(AccountKind.HELD, "EUR", order_id=uuid4()) == 0
    assert queries.is_posted("txn_1")
    assert not queries.is_posted("txn_3")
    assert broken() == []


def test_a_journal_is_one_statement(in_app, statements) -> None:
    with transaction(), statements() as sent:
        service.post("charge", reference="txn_1", lines=CHARGE, order_id=ORDER)

    assert len(sent) == 1


def test_lines_of_nothing_are_left_out(in_app: Flask) -> None:
    post(lines=rules.charge(ORDER, gross=Money(500, "JPY"), fee=Money(0, "JPY")))

    [journal] = queries.journals(ORDER)
    assert [(line.account, line.amount_minor) for line in journal.lines] == [
        (AccountKind.STRIPE, 500),
        (AccountKind.HELD, -500),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line(AccountKind.STRIPE, Money(0, "EUR"))],
        [Line(AccountKind.STRIPE, Money(1, "EUR"))],
        [Line(AccountKind.STRIPE, Money(1, "EUR")), Line(AccountKind.STRIPE_FEES, Money(-1, "USD"))],
    ],
    ids=["empty", "nothing", "one-sided", "two currencies"],
)
def test_what_does_not_balance_is_refused(in_app: Flask, lines: list[Line]) -> None:
    with pytest.raises(JournalUnbalanced):
        post(lines=lines)

    assert queries.trial_balance() == []


def test_the_database_refuses_what_a_rule_might_get_wrong(in_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_check", lambda *_: None)

    with pytest.raises(DatabaseError, match="does not sum to zero"):
        post(lines=[Line(AccountKind.STRIPE, Money(1, "EUR"))])
    with pytest.raises(DatabaseError, match="no postings"), transaction():
        session().add(Journal(kind="charge", reference="txn_2"))


@pytest.mark.parametrize("table", ["journals", "postings"])
@pytest.mark.parametrize("change", ["update {} set {} = {}", "delete from {}"])
def test_money_rows_are_never_changed(in_app: Flask, table: str, change: str) -> None:
    post()
    column = "kind" if table == "journals" else "currency"

    with pytest.raises(DatabaseError, match="append-only"), transaction():
        session().execute(text(change.format(table, column, column)))


def test_the_trial_balance_sums_to_zero_per_currency(in_app: Flask) -> None:
    post()
    post("txn_2", rules.charge(ORDER, gross=Money(7_000, "KWD"), fee=Money(1, "KWD")))
    totals: dict[str, int] = {}
    for each in queries.trial_balance():
        totals[each.currency] = totals.get(each.currency, 0) + each.balance_minor

    assert totals == {"EUR": 0, "KWD": 0}


def test_twenty_threads_with_one_reference_post_once(app: Flask) -> None:
    outcomes: list[Outcome] = []
    gate = threading.Barrier(20)

    def run() -> None:
        with app.app_context():
            gate.wait()
            outcomes.append(post())

    threads = [threading.Thread(target=run) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(outcomes) == [Outcome.POSTED] + [Outcome.REPEATED] * 19
    with app.app_context():
        assert queries.balance(AccountKind.STRIPE, "EUR") == 9_680


def test_two_threads_may_make_the_same_account_at_once(app: Flask) -> None:
    gate = threading.Barrier(8)

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            post(f"txn_{number}")

    threads = [threading.Thread(target=run, args=[number]) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    with app.app_context():
        assert queries.balance(AccountKind.STRIPE, "EUR") == 8 * 9_680
        assert [each.accounts for each in queries.trial_balance()] == [1, 1, 1]
        assert broken() == []
