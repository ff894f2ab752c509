"""What is true of every first article, and of every operation that somebody else does."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        id="B1",
        says="a job waits for its customer, or goes on, exactly as its first articles say",
        counted="select count(*) from jobs where first_article is not null",
        broken="""
            select j.id::text from jobs j
            left join (select job_id, bool_or(state = 'handed_over') as waits, bool_or(state = 'released') as goes_on
                       from first_articles group by job_id) f on f.job_id = j.id
            where (j.first_article is not distinct from 'handed_over') <> coalesce(f.waits, false)
               or (j.first_article is not distinct from 'released') <> coalesce(f.goes_on, false)
               or (j.first_article is null and f.job_id is not null)
        """,
    ),
    Invariant(
        id="B1",
        says="of a job whose first article is not released, no more than that has left",
        counted="select count(*) from jobs where first_article in ('awaited', 'handed_over')",
        broken="""
            select j.id::text from jobs j left join shipments s on s.job_id = j.id
            where j.first_article in ('awaited', 'handed_over') group by j.id
            having coalesce(sum(s.pieces), 0) > j.pieces_remade + 1 or j.state in ('shipped', 'claimed', 'done')
        """,
    ),
    Invariant(
        id="B2",
        says="an operation is reported as done elsewhere exactly where the customer had agreed to that",
        counted="select count(*) from subcontracts",
        broken="""
            select s.id::text from subcontracts s left join operation_reports r on r.subcontract_id = s.id
            where (s.state = 'done') <> (r.id is not null)
               or r.job_id <> s.job_id or r.operation <> s.operation or s.agreed_at > r.created_at
        """,
    ),
    Invariant(
        id="B2",
        says="who does an operation for a factory is neither that factory nor its customer",
        counted="select count(*) from subcontracts",
        broken="""
            select s.id::text from subcontracts s join jobs j on j.id = s.job_id join orders o on o.id = j.order_id
            where s.factory_id <> j.factory_id or s.subcontractor_id in (j.factory_id, o.organisation_id)
        """,
    ),
    Invariant(
        id="B2",
        says="nobody is to do an operation of a job that has come to its end",
        counted="select count(*) from subcontracts where state in ('proposed', 'agreed')",
        broken="""
            select s.id::text from subcontracts s join jobs j on j.id = s.job_id
            where s.state in ('proposed', 'agreed')
              and (not j.is_subcontracted or j.state in ('done', 'declined', 'cancelled'))
        """,
    ),
)
