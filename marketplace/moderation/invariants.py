"""D1 over a whole database: no moderation act without actor, reason, statement to the party and a way to appeal."""

from typing import Final

from marketplace.kernel.invariants import Invariant

LATEST_OUTCOME: Final = """
    (select d.outcome from decisions d join cases c on c.id = d.case_id
     where c.subject_kind = 'listings' and c.subject_id = l.id order by d.created_at desc, d.id desc limit 1)
"""
SAYS: Final = "case l.state when 'live' then 'approve' when 'rejected' then 'reject' else 'suspend' end"

INVARIANTS: Final = (
    Invariant(
        id="D1",
        says="each moderation decision has actor, reason, statement to the party and a way to appeal",
        counted="select count(*) from decisions",
        broken="""
            select id from decisions
            where decided_by is null or length(trim(reason)) < 10 or length(trim(statement)) < 10
               or position(reason in statement) = 0 or appeal_until <= created_at
        """,
    ),
    Invariant(
        id="D1",
        says="each live, rejected or suspended listing has a latest decision that says so",
        counted="select count(*) from listings where state in ('live', 'rejected', 'suspended')",
        broken=f"""
            select l.id from listings l
            where l.state in ('live', 'rejected', 'suspended') and {LATEST_OUTCOME} is distinct from {SAYS}
        """,  # noqa: S608 - constants of this module
    ),
    Invariant(
        id="D1",
        says="each submitted listing has an open case",
        counted="select count(*) from listings where state = 'submitted'",
        broken="""
            select l.id from listings l where l.state = 'submitted' and not exists
                (select from cases c where c.subject_id = l.id and c.kind = 'submission' and c.state = 'open')
        """,
    ),
    Invariant(
        id="D1",
        says="a decided case has exactly one decision, any other case none",
        counted="select count(*) from cases",
        broken="""
            select c.id from cases c left join decisions d on d.case_id = c.id
            group by c.id having count(d.id) <> case c.state when 'decided' then 1 else 0 end
        """,
    ),
)
