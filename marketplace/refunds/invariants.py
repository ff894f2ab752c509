"""What is true of every refund that the staff ordered (DESIGN §5: M2)."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "M2",
        "what the staff gave back has left the shares of its jobs once, and what it did not has not",
        counted="select count(*) from staff_refund_parts",
        broken="""
            select r.id from staff_refunds r join staff_refund_parts p on p.refund_id = r.id
            left join (select job_id, why, -sum(amount_minor) as minor from job_shares group by job_id, why) back
                on back.job_id = p.job_id and back.why = 'staff_' || r.id
            where coalesce(back.minor, 0) <> case r.state when 'carried_out' then p.amount_minor else 0 end
            union all
            select r.id from staff_refunds r
            where r.amount_minor is distinct from (
                select sum(p.amount_minor) from staff_refund_parts p where p.refund_id = r.id)
        """,
    ),
)
