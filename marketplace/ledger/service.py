"""Posting: the only way in which money rows come to be."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from marketplace.kernel import clock, transaction
from marketplace.kernel.database import straight
from marketplace.kernel.ids import new_id
from marketplace.ledger.values import JournalUnbalanced, Line, Outcome

POST: Final = text("""
    with journal as (
        insert into journals (id, kind, reference, order_id, created_at)
        values (:journal_id, :kind, :reference, :order_id, :now)
        on conflict (reference) do nothing
        returning id
    ), line as (
        select * from journal, unnest(
            cast(:numbers as int[]), cast(:accounts as uuid[]), cast(:kinds as text[]), cast(:orders as uuid[]),
            cast(:parties as uuid[]), cast(:currencies as text[]), cast(:amounts as bigint[])
        ) as given (number, account_id, kind, order_id, party_id, currency, amount_minor)
    ), account as (
        insert into ledger_accounts (id, kind, order_id, party_id, currency, created_at)
        select distinct account_id, kind, order_id, party_id, currency, cast(:now as timestamptz) from line
        order by account_id
        on conflict do nothing
    )
    insert into postings (journal_id, number, account_id, currency, amount_minor)
    select id, number, account_id, currency, amount_minor from line
    returning journal_id
""")
"""Journal, accounts and lines in one statement: nothing is written when the reference is there already.

Accounts are made in the order of their ids: two that make the first accounts of a currency never wait for each other.
"""


def post(kind: str, *, reference: str, lines: Sequence[Line], order_id: UUID | None) -> Outcome:
    """Write a balanced movement, unless its reference was posted before; lines of nothing are left out.

    Two transactions with one reference: the second waits for the first and is told REPEATED.
    Raises JournalUnbalanced.
    """
    transaction.inside()
    lines = [line for line in lines if line.money.minor]
    _check(reference, lines)
    asked = {"kind": kind, "reference": reference, "order_id": order_id, "now": clock.now(), "journal_id": new_id()}
    written = straight(POST, asked | _columns(lines))  # no line depends on what is pending
    return Outcome.POSTED if written.first() else Outcome.REPEATED


def _check(reference: str, lines: Sequence[Line]) -> None:
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.money.currency] += line.money.minor
    if not lines or any(sums.values()):
        raise JournalUnbalanced(f"the movement {reference} does not sum to zero, or moves nothing: {dict(sums)}")


def _columns(lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "numbers": list(range(1, len(lines) + 1)),
        "accounts": [line.account_id for line in lines],
        "kinds": [line.kind.value for line in lines],
        "orders": [line.order_id for line in lines],
        "parties": [line.party_id for line in lines],
        "currencies": [line.money.currency for line in lines],
        "amounts": [line.money.minor for line in lines],
    }
