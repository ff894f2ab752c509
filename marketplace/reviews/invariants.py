"""What is true of every review in any database."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        id="V1",
        says="a review is of a job that is done, by one of its sides about the other",
        counted="select count(*) from reviews",
        broken="""
            select r.id::text from reviews r join jobs j on j.id = r.job_id join orders o on o.id = j.order_id
            where j.state <> 'done'
               or r.of_id <> case r.side when 'customer' then j.factory_id else o.organisation_id end
        """,
    ),
    Invariant(
        id="V1",
        says="where both sides have written, both are public from the instant of the second",
        counted="select count(*) from reviews",
        broken="""
            select job_id::text from reviews group by job_id
            having count(*) = 2 and (min(public_from) <> max(public_from) or max(created_at) <> max(public_from))
        """,
    ),
)
