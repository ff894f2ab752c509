"""M10 after a restore from an older backup: what the provider has done since is found, and not asked for again."""

from collections.abc import Callable
from uuid import UUID

import pytest

from marketplace.payments.models import Operation, OperationState
from marketplace.reconciliation.states import DifferenceKind
from tests.marketplace.workflows.test_reconciling import books, compare, is_stopped, open_differences
from tests.money import Till, restore

__all__ = ["books"]
FORGOTTEN = 25 * 60 * 60
"""Seconds after which the provider knows no key any more."""


def sent(till: Till) -> UUID:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.release(order_id)
    till.work()
    return order_id


def refunded(till: Till) -> UUID:
    order_id = sent(till)
    till.give_back(order_id, 3_000)
    till.work()
    return order_id


@pytest.mark.parametrize(
    ("act", "kind", "count"), [(sent, "transfer", 1), (refunded, "refund", 1), (refunded, "reversal", 1)]
)
def test_m10_what_was_done_after_the_backup_is_taken_in_by_the_reconciliation_and_not_done_again(
    books: Till, act: Callable[[Till], UUID], kind: str, count: int
) -> None:
    order_id = act(books)
    restore(books, order_id, kind)
    books.stripe.later(FORGOTTEN)

    compare(books)
    books.work()
    books.resume()
    books.work()

    objects = {"transfer": "transfer", "refund": "refund", "reversal": "transfer_reversal"}
    assert books.stripe.count(objects[kind]) == count
    assert {each.state for each in books.rows(Operation)} == {OperationState.DONE}
    assert not is_stopped(books)
    assert books.broken() == []
    assert books.balance("stripe") == books.stripe.balance_transactions()


@pytest.mark.parametrize(
    ("act", "kind", "thing"),
    [(sent, "transfer", "transfer"), (refunded, "refund", "refund"), (refunded, "reversal", "transfer_reversal")],
)
def test_m10_a_worker_that_begins_before_the_reconciliation_looks_before_it_asks(
    books: Till, act: Callable[[Till], UUID], kind: str, thing: str
) -> None:
    order_id = act(books)
    restore(books, order_id, kind)
    books.stripe.later(FORGOTTEN)
    books.sql("update provider_operations set created_at = created_at - interval '25 hours'")

    books.resume()
    books.work()

    assert books.stripe.count(thing) == 1
    assert {each.state for each in books.rows(Operation)} == {OperationState.DONE}
    assert books.broken() == []
    assert books.balance("stripe") == books.stripe.balance_transactions()


def test_m10_what_the_backup_knows_nothing_of_stops_releases_until_a_person_has_looked(books: Till) -> None:
    """The goods were accepted after the backup: there is not even an operation. Accepted again, nothing is sent."""
    order_id = sent(books)
    restore(books, order_id, "transfer")
    restore_before_release(books, order_id)
    books.stripe.later(FORGOTTEN)

    compare(books)
    assert [each.kind for each in open_differences(books)] == [DifferenceKind.MISSING_HERE]
    assert is_stopped(books)
    books.release(order_id)
    books.work()

    assert books.stripe.count("transfer") == 1


def restore_before_release(till: Till, order_id: UUID) -> None:
    restore_kind = (
        "alter table postings disable trigger user",
        "alter table journals disable trigger user",
        "delete from postings where journal_id in (select id from journals where order_id = :id and kind = 'release')",
        "delete from journals where order_id = :id and kind = 'release'",
        "alter table postings enable trigger user",
        "alter table journals enable trigger user",
        "delete from provider_operations where payment_id in (select id from payments where order_id = :id)",
    )
    for statement in restore_kind:
        till.sql(statement, **({"id": order_id} if ":id" in statement else {}))
