"""What is always true of payments by bank, of destinations, and of payouts that take too long, as SQL."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "M7",
        "a payout that is not at its end a week after it was owed has an alert, and so has a release that is overdue",
        counted="select count(*) from provider_operations where kind = 'transfer'",
        broken="""
            select o.reason from provider_operations o
            where o.kind = 'transfer' and o.state in ('ready', 'failed') and o.created_at < now() - interval '8 days'
              and not exists (select from payout_alerts a where a.operation_id = o.id and a.ended_at is null)
            union all
            select 'release:' || w.job_id from releases w
            where w.state = 'waiting' and w.due_at < now() - interval '8 days'
              and not exists (select from payout_alerts a where a.job_id = w.job_id and a.ended_at is null)
        """,
    ),
    Invariant(
        "M7",
        "what our bank was told to pay and has not shown is what is ordered there",
        counted="select count(*) from bank_payments",
        broken="""
            select coalesce(b.order_id, t.order_id) from (
                select a.order_id, a.party_id, -sum(p.amount_minor) as minor
                from ledger_accounts a join postings p on p.account_id = a.id
                where a.kind = 'manual_clearing' group by a.order_id, a.party_id
            ) b full join (
                select y.order_id, k.organisation_id, sum(k.amount_minor) as minor
                from bank_payments k join provider_operations o on o.id = k.operation_id
                join payments y on y.id = o.payment_id
                where k.state = 'ordered' group by y.order_id, k.organisation_id
            ) t on t.order_id = b.order_id and t.organisation_id = b.party_id
            where coalesce(b.minor, 0) <> coalesce(t.minor, 0)
        """,
    ),
    Invariant(
        "M11",
        "a transfer by bank is done when its payment is confirmed, and takes no other way while it is ordered",
        counted="select count(*) from provider_operations where rail = 'manual_bank'",
        broken="""
            select o.reason from provider_operations o
            left join bank_payments k on k.operation_id = o.id and k.state in ('ordered', 'confirmed')
            where (o.rail is not distinct from 'manual_bank') <> (k.id is not null)
               or (k.id is not null and (
                    (k.state = 'confirmed') <> (o.state = 'done') or k.amount_minor <> o.amount_minor
                    or k.currency <> o.currency or k.organisation_id <> o.party_id))
        """,
    ),
    Invariant(
        "M11",
        "our bank was told of no payment to which two persons had not said yes",
        counted="select count(*) from payout_batches where state in ('approved', 'closed')",
        broken="""
            select b.id from payout_batches b
            where (b.state in ('approved', 'closed') or exists (
                    select from bank_payments k
                    where k.batch_id = b.id and k.state in ('ordered', 'confirmed', 'returned')))
              and (select count(*) from batch_approvals a where a.batch_id = b.id) < 2
        """,
    ),
    Invariant(
        "M11",
        "a changed destination is held by a freeze until its time is over or it is called off",
        counted="select count(*) from payout_destinations where held_until is not null",
        broken="""
            select d.id from payout_destinations d
            where d.held_until > now() and (d.called_off_at is null) <> exists (
                select from freezes f where f.cause = d.id::text and f.why = 'destination_changed'
                  and f.organisation_id = d.organisation_id and f.lifted_at is null)
        """,
    ),
)
