"""What is true of every claim in any database."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        id="K1",
        says="a job is claimed exactly as long as it has an open claim",
        counted="select count(*) from jobs where state = 'claimed' or id in (select job_id from claims)",
        broken="""
            select j.id::text from jobs j
            where (j.state = 'claimed') <> exists (
                select from claims c where c.job_id = j.id
                and c.state in ('raised', 'offered', 'rejected', 'in_decision'))
        """,
    ),
    Invariant(
        id="K2",
        says="a settled claim says by which remedy; a claim that ended otherwise has none",
        counted="select count(*) from claims where state in ('settled', 'dismissed', 'lapsed', 'withdrawn')",
        broken="""
            select c.id::text from claims c
            where (c.state = 'settled' and c.remedy is null)
               or (c.state in ('dismissed', 'lapsed', 'withdrawn') and c.remedy is not null)
               or (c.state = 'dismissed' and c.decision is null)
               or (c.state in ('raised', 'offered', 'rejected')) <> (c.answer_by is not null)
        """,
    ),
    Invariant(
        id="K3",
        says="what settled claims give back is refunded, once and to the minor unit, but where it had gone back",
        counted="select count(*) from claims where state = 'settled' and remedy <> 'remake'",
        broken="""
            select c.id::text from claims c join jobs j on j.id = c.job_id
            left join (select job_id, why, -sum(amount_minor) as minor from job_shares group by job_id, why) back
                on back.job_id = c.job_id and back.why = 'claim_' || c.number
            where (c.state = 'settled' and c.remedy = 'part_refund' and back.minor is distinct from c.remedy_minor
                   and not exists (select from job_shares s where s.job_id = j.id
                       and (s.why like 'dispute:%' or s.why like 'dashboard:%')))
               or ((c.state <> 'settled' or c.remedy = 'remake') and back.minor is not null)
               or (c.state = 'settled' and c.remedy = 'return' and (j.state <> 'cancelled'
                   or (select sum(s.amount_minor) from job_shares s where s.job_id = j.id) <> 0))
        """,
    ),
    Invariant(
        id="K4",
        says="as many pieces of a job are made again as its settled claims, and first articles that had left, say",
        counted="select count(*) from jobs where pieces_remade > 0 or id in (select job_id from claims)",
        broken="""
            select j.id::text from jobs j where j.pieces_remade <> (
                select coalesce(sum(c.pieces), 0) from claims c
                where c.job_id = j.id and c.state = 'settled' and c.remedy = 'remake'
            ) + (select count(*) from first_articles f where f.job_id = j.id and f.had_left)
        """,
    ),
    Invariant(
        id="K5",
        says="who measures again is neither the customer nor the factory of the job",
        counted="select count(*) from remeasurements where factory_id is not null",
        broken="""
            select r.id::text from remeasurements r
            join claims c on c.id = r.claim_id join jobs j on j.id = c.job_id join orders o on o.id = j.order_id
            where r.factory_id in (j.factory_id, o.organisation_id)
        """,
    ),
    Invariant(
        id="K6",
        says="what a claim shows lies beside its job, or for the parties beside its order",
        counted="select count(*) from claims where attachment_ids <> '{}'",
        broken="""
            select c.id::text from claims c join jobs j on j.id = c.job_id cross join unnest(c.attachment_ids) shown
            where not exists (
                select from attachments a where a.id = shown and a.order_id = j.order_id
                and (a.job_id is null or a.job_id = j.id) and a.seen_by = 'parties')
        """,
    ),
)
