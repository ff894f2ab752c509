"""What is always true of payments and what we owe the provider, as SQL (DESIGN §5: M1, M2, M5, M10, M11, M12, C2)."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "M1",
        "the shares out of a payment, what goes back of it and what disputes have taken for good add up to it",
        counted="select count(*) from payments",
        broken="""
            select y.id from payments y
            left join (select payment_id, sum(amount_minor) as minor from job_shares group by payment_id) s
                on s.payment_id = y.id
            left join (select payment_id, sum(amount_minor) as minor from provider_operations where kind = 'refund'
                       and state <> 'set_off' group by payment_id) r on r.payment_id = y.id
            where coalesce(s.minor, 0) + coalesce(r.minor, 0) + y.charged_back_minor
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
        "what is transferred, taken back and refunded is what the done operations say",
        counted="select count(*) from payments",
        broken="""
            select y.order_id from payments y
            left join provider_operations o on o.payment_id = y.id and o.state = 'done'
            group by y.id, y.order_id
            having y.transferred_minor <> coalesce(sum(o.amount_minor) filter (where o.kind = 'transfer'), 0)
                or y.reversed_minor <> coalesce(sum(o.amount_minor) filter (where o.kind = 'reversal'), 0)
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
        "an order that has ended holds only what waits for its release; the rest is the parties' or the customer's",
        counted="select count(*) from orders where state in ('accepted', 'cancelled')",
        broken="""
            select r.id from orders r
            left join (
                select a.order_id, -sum(p.amount_minor) as minor
                from ledger_accounts a join postings p on p.account_id = a.id where a.kind = 'held' group by a.order_id
            ) h on h.order_id = r.id
            left join (
                select w.order_id, sum(s.amount_minor) as minor
                from releases w join job_shares s on s.job_id = w.job_id where w.state = 'waiting' group by w.order_id
            ) w on w.order_id = r.id
            where r.state in ('accepted', 'cancelled') and coalesce(h.minor, 0) <> coalesce(w.minor, 0)
        """,
    ),
    Invariant(
        "M11",
        "of a job that waits for its release nothing is released, and of one that was released after waiting it is",
        counted="select count(*) from releases",
        broken="""
            select w.job_id from releases w left join journals j on j.reference = 'release:' || w.job_id
            where (w.state = 'released') <> (j.id is not null)
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
                where o.kind = 'refund' and o.state not in ('done', 'set_off') group by y.order_id
            ) t on t.order_id = b.order_id
            where coalesce(b.minor, 0) <> coalesce(t.minor, 0)
        """,
    ),
    Invariant(
        "M2",
        "each refund is borne exactly once, in full, by what was held or by the parties",
        counted="select count(*) from provider_operations where kind = 'refund'",
        broken="""
            select o.reason from provider_operations o
            left join journals j on j.reference = 'allocation:' || o.id
            left join postings p on p.journal_id = j.id and exists (
                select from ledger_accounts a where a.id = p.account_id and a.kind = 'refund_clearing')
            where o.kind = 'refund'
            group by o.id, o.reason having coalesce(-sum(p.amount_minor), 0) <> o.amount_minor
        """,
    ),
    Invariant(
        "M2",
        "what a released job's parties got, less what they bear of refunds, is what its shares say",
        counted="select count(*) from journals where kind = 'release'",
        broken="""
            select coalesce(b.order_id, s.order_id) from (
                select j.order_id, a.party_id, -sum(p.amount_minor) as minor
                from journals j join postings p on p.journal_id = j.id join ledger_accounts a on a.id = p.account_id
                where j.kind in ('release', 'refund_allocation', 'dispute_allocation') and a.kind = 'payable'
                group by j.order_id, a.party_id
            ) b full join (
                select k.order_id, s.party_id, sum(s.amount_minor) as minor
                from job_shares s join jobs k on k.id = s.job_id
                join journals j on j.reference = 'release:' || k.id
                where s.party_id is not null group by k.order_id, s.party_id
            ) s on s.order_id = b.order_id and s.party_id = b.party_id
            where coalesce(b.minor, 0) <> coalesce(s.minor, 0)
        """,
    ),
    Invariant(
        "M1",
        "what rests in the tax account of a currency is the platform's tax on the fees of what was released",
        counted="select count(*) from ledger_accounts where kind = 'tax'",
        broken="""
            select coalesce(b.currency, s.currency) from (
                select p.currency, -sum(p.amount_minor) as minor
                from ledger_accounts a join postings p on p.account_id = a.id where a.kind = 'tax' group by p.currency
            ) b full join (
                select k.currency, sum(s.amount_minor) as minor
                from job_shares s join jobs k on k.id = s.job_id
                join journals j on j.reference = 'release:' || k.id
                where s.kind = 'tax' and s.party_id is null group by k.currency
            ) s on s.currency = b.currency
            where coalesce(b.minor, 0) <> coalesce(s.minor, 0)
        """,
    ),
    Invariant(
        "M5",
        "what of a debt is set off is what later payouts have carried in the books",
        counted="select count(*) from provider_operations where state in ('debt', 'set_off')",
        broken="""
            select o.reason from provider_operations o
            left join journals j on j.kind = 'debt_set_off' and split_part(j.reference, ':', 2) = o.id::text
            left join postings p on p.journal_id = j.id and p.amount_minor > 0
            where o.kind = 'reversal'
            group by o.id, o.reason having coalesce(sum(p.amount_minor), 0) <> o.set_off_minor
        """,
    ),
    Invariant(
        "M12",
        "refunds, lost disputes and transfers, less what is taken back or owed to us, never exceed what was captured",
        counted="select count(*) from payments",
        broken="""
            select y.order_id from payments y join provider_operations o on o.payment_id = y.id
            where o.kind in ('transfer', 'refund') and o.state in ('ready', 'done') or o.kind = 'reversal'
            group by y.id, y.order_id
            having sum(case
                when o.kind <> 'reversal' then o.amount_minor
                when o.transfer_id is null then -o.set_off_minor
                else -o.amount_minor end) > y.captured_minor - y.charged_back_minor
        """,
    ),
    Invariant(
        "M12",
        "no more is taken back of a transfer than was sent",
        counted="select count(*) from provider_operations where kind = 'reversal'",
        broken="""
            select t.reason from provider_operations t join provider_operations o on o.transfer_id = t.id
            group by t.id, t.reason
            having sum(o.amount_minor) > t.amount_minor or bool_or(o.party_id <> t.party_id)
                or t.state = 'cancelled' or bool_or(o.state = 'done') and t.state <> 'done'
        """,
    ),
    Invariant(
        "M12",
        "what is payable to a seller, or ordered at our bank, is what is still to be sent, less what they owe",
        counted="select count(*) from ledger_accounts where kind in ('payable', 'manual_clearing')",
        broken="""
            select coalesce(b.order_id, t.order_id) from (
                select a.order_id, a.party_id, -sum(p.amount_minor) as minor
                from ledger_accounts a join postings p on p.account_id = a.id
                where a.kind in ('payable', 'manual_clearing') group by a.order_id, a.party_id
            ) b full join (
                select y.order_id, o.party_id, sum(
                    case when o.kind = 'transfer' then o.amount_minor else o.set_off_minor - o.amount_minor end
                ) as minor
                from provider_operations o join payments y on y.id = o.payment_id
                where o.kind in ('transfer', 'reversal') and o.state not in ('done', 'cancelled')
                group by y.order_id, o.party_id
            ) t on t.order_id = b.order_id and t.party_id = b.party_id
            where coalesce(b.minor, 0) <> coalesce(t.minor, 0)
        """,
    ),
    Invariant(
        "M11",
        "no payment that has come or was called off has another way still open",
        counted="select count(*) from payment_ways where method <> 'card'",
        broken="""
            select w.id from payment_ways w join payments y on y.id = w.payment_id
            where y.state <> 'pending' and w.method <> 'card'
              and w.state in ('opening', 'requires_action', 'processing', 'partially_funded')
        """,
    ),
    Invariant(
        "M11",
        "a way is paid where its intent has brought money to its order, and nowhere else",
        counted="select count(*) from payment_ways where state = 'paid'",
        broken="""
            select w.id from payment_ways w join payments y on y.id = w.payment_id
            where w.state = 'paid' and not exists (
                select from payments c
                where c.order_id = y.order_id and c.state = 'captured' and c.intent_id = w.intent_id)
        """,
    ),
    Invariant(
        "M11",
        "net terms in force are of a business that is verified",
        counted="select count(*) from payment_terms where ended_at is null",
        broken="""
            select t.id from payment_terms t
            where t.ended_at is null and not exists (
                select from business_verifications v
                where v.organisation_id = t.organisation_id and v.withdrawn_at is null)
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
