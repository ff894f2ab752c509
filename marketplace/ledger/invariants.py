"""What is always true of stored money, as SQL (DESIGN §5, M6)."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "M6",
        "every journal sums to zero per currency, and is not empty",
        counted="select count(*) from journals",
        broken="""
            select j.reference from journals j left join postings p on p.journal_id = j.id
            group by j.id, j.reference, p.currency having coalesce(sum(p.amount_minor), 1) <> 0
        """,
    ),
    Invariant(
        "M6",
        "the whole ledger sums to zero per currency",
        counted="select count(*) from postings",
        broken="select currency from postings group by currency having sum(amount_minor) <> 0",
    ),
    Invariant(
        "M6",
        "every line is in the currency of its account",
        counted="select count(*) from postings",
        broken="""
            select p.journal_id || '#' || p.number from postings p join ledger_accounts a on a.id = p.account_id
            where a.currency <> p.currency
        """,
    ),
    Invariant(
        "M6",
        "no order has given out more than was held for it",
        counted="select count(*) from ledger_accounts where kind = 'held'",
        broken="""
            select a.order_id from ledger_accounts a join postings p on p.account_id = a.id
            where a.kind = 'held' group by a.id, a.order_id having sum(p.amount_minor) > 0
        """,
    ),
)
