"""What is true of every dispute in any database (DESIGN §5: M2, M12)."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "M2",
        "what rests in the dispute account of an order is what banks have taken of it, less what is borne",
        counted="select count(*) from disputes",
        broken="""
            select coalesce(b.order_id, t.order_id) from (
                select a.order_id, sum(p.amount_minor) as minor
                from ledger_accounts a join postings p on p.account_id = a.id
                where a.kind = 'dispute' group by a.order_id
            ) b full join (
                select y.order_id, sum(d.taken_minor - d.borne_minor) as minor
                from disputes d join payments y on y.id = d.payment_id group by y.order_id
            ) t on t.order_id = b.order_id
            where coalesce(b.minor, 0) <> coalesce(t.minor, 0)
        """,
    ),
    Invariant(
        "M2",
        "a lost dispute is borne exactly once, by what was held, the parties or refunds that need not be made",
        counted="select count(*) from disputes where state = 'lost'",
        broken="""
            select d.provider_id from disputes d left join journals j on j.reference = 'allocation:' || d.id
            where (d.state = 'lost') <> (j.id is not null) or (d.state = 'lost') <> (d.borne_minor > 0)
        """,
    ),
    Invariant(
        "M2",
        "what is contested of a payment is what banks hold of it in disputes that are not lost",
        counted="select count(*) from payments",
        broken="""
            select y.id from payments y left join disputes d on d.payment_id = y.id and d.state <> 'lost'
            group by y.id, y.disputed_minor having coalesce(sum(d.taken_minor), 0) <> y.disputed_minor
        """,
    ),
    Invariant(
        "M12",
        "what disputes have taken of a payment for good is borne by those that were lost",
        counted="select count(*) from payments",
        broken="""
            select y.id from payments y left join disputes d on d.payment_id = y.id
            group by y.id, y.charged_back_minor having coalesce(sum(d.borne_minor), 0) < y.charged_back_minor
        """,
    ),
    Invariant(
        "M10",
        "an answer that the provider has taken was its document before, and is the only one to its question",
        counted="select count(*) from dispute_evidence",
        broken="""
            select id from dispute_evidence where submitted_at is not null and file_id is null
            union all
            select max(id::text)::uuid from dispute_evidence where sent_at is not null
            group by dispute_id, to_inquiry having count(*) > 1
        """,
    ),
)
