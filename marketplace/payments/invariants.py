"""What is always true of payments and what we owe the provider, as SQL (DESIGN §5: M1, M10, M11, M12, C2)."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "M1",
        "the shares out of a payment, and what goes back of it, add up to it, to the minor unit",
        counted="select count(*) from payments",
        broken="""
            select y.id from payments y
            left join (select payment_id, sum(amount_minor) as minor from job_shares group by payment_id) s
                on s.payment_id = y.id
            left join (select payment_id, sum(amount_minor) as minor from provider_operations where kind = 'refund'
                       group by payment_id) r on r.payment_id = y.id
            where coalesce(s.minor, 0) + coalesce(r.minor, 0)
                <> case when y.state = 'captured' or y.number = 1 then y.amount_minor else 0 end
        """,
    ),
    Invariant(
        "M10",
        "an operation is done with the provider's own id for it, and was asked under a key of its own",
        counted="select count(*) from provider_operations",
        broken="""
            select id from provider_operations
            where (state = 'done') <> (provider_id is not null) or (state = 'done' and first_sent_at is null)
        """,
    ),
    Invariant(
        "M10",
        "what is transferred and refunded is what the done operations say",
        counted="select count(*) from payments",
        broken="""
            select y.order_id from payments y
            left join provider_operations o on o.payment_id = y.id and o.state = 'done'
            group by y.id, y.order_id
            having y.transferred_minor <> coalesce(sum(o.amount_minor) filter (where o.kind = 'transfer'), 0)
                or y.refunded_minor <> coalesce(sum(o.amount_minor) filter (where o.kind = 'refund'), 0)
        """,
    ),
    Invariant(
        "M11",
        "every order past payment has a captured payment, posted to the ledger in full",
        counted="select count(*) from orders where state in ('paid', 'in_production', 'shipped', 'accepted')",
        broken="""
            select r.id from orders r left join payments y on y.order_id = r.id and y.number = 1
            where r.state in ('paid', 'in_production', 'shipped', 'accepted')
              and y.captured_minor is distinct from r.total_minor
            union all
            select y.order_id from payments y where y.state = 'captured' group by y.order_id
            having sum(y.captured_minor) is distinct from (
                select -sum(p.amount_minor) from journals j join postings p on p.journal_id = j.id
                join ledger_accounts a on a.id = p.account_id
                where j.order_id = y.order_id and j.kind = 'charge' and a.kind = 'held')
        """,
    ),
    Invariant(
        "M11",
        "no order that awaits payment has a captured one",
        counted="select count(*) from orders where state = 'awaiting_payment'",
        broken="""
            select r.id from orders r join payments y on y.order_id = r.id
            where r.state = 'awaiting_payment' and (y.state = 'captured' or y.number > 1)
        """,
    ),
    Invariant(
        "M11",
        "an order that has ended holds nothing back: its money is the sellers', the platform's or the customer's",
        counted="select count(*) from orders where state in ('accepted', 'cancelled')",
        broken="""
            select r.id from orders r join ledger_accounts a on a.order_id = r.id and a.kind = 'held'
            join postings p on p.account_id = a.id
            where r.state in ('accepted', 'cancelled') group by r.id having sum(p.amount_minor) <> 0
        """,
    ),
    Invariant(
        "M2",
        "what rests in refund clearing of an order is exactly what its customer is still to get back",
        counted="select count(*) from ledger_accounts where kind = 'refund_clearing'",
        broken="""
            select coalesce(b.order_id, t.order_id) from (
                select a.order_id, -sum(p.amount_minor) as minor
                from ledger_accounts a join postings p on p.account_id = a.id
                where a.kind = 'refund_clearing' group by a.order_id
            ) b full join (
                select y.order_id, sum(o.amount_minor) as minor
                from provider_operations o join payments y on y.id = o.payment_id
                where o.kind = 'refund' and o.state <> 'done' group by y.order_id
            ) t on t.order_id = b.order_id
            where coalesce(b.minor, 0) <> coalesce(t.minor, 0)
        """,
    ),
    Invariant(
        "M12",
        "refunds and transfers together, done and still to come, never exceed what was captured",
        counted="select count(*) from payments",
        broken="""
            select y.order_id from payments y join provider_operations o on o.payment_id = y.id
            where o.kind in ('transfer', 'refund') and o.state in ('ready', 'done')
            group by y.id, y.order_id having sum(o.amount_minor) > y.captured_minor
        """,
    ),
    Invariant(
        "M12",
        "what is payable to a seller is exactly what is still to be transferred to them",
        counted="select count(*) from ledger_accounts where kind = 'payable'",
        broken="""
            select coalesce(b.order_id, t.order_id) from (
                select a.order_id, a.party_id, -sum(p.amount_minor) as minor
                from ledger_accounts a join postings p on p.account_id = a.id
                where a.kind = 'payable' group by a.order_id, a.party_id
            ) b full join (
                select y.order_id, o.party_id, sum(o.amount_minor) as minor
                from provider_operations o join payments y on y.id = o.payment_id
                where o.kind = 'transfer' and o.state <> 'done' group by y.order_id, o.party_id
            ) t on t.order_id = b.order_id and t.party_id = b.party_id
            where coalesce(b.minor, 0) <> coalesce(t.minor, 0)
        """,
    ),
    Invariant(
        "C2",
        "every event that was handled or set aside says what became of it",
        counted="select count(*) from provider_events",
        broken="""
            select id from provider_events
            where (state = 'received') <> (outcome is null) or (state = 'received') <> (handled_at is null)
        """,
    ),
)
