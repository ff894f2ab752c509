"""What is always true of stored comparisons with the provider's books, as SQL."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "M6",
        "a difference with the provider's books is explained by a person with a reason, and by nobody else",
        counted="select count(*) from reconciliation_differences",
        broken="""
            select d.id from reconciliation_differences d
            left join state_moves m on m.subject_id = d.id and m.to_state = 'explained'
            where d.state = 'explained' and (m.user_id is null or coalesce(m.reason, '') = '')
               or d.state = 'open' and m.id is not null
        """,
    ),
    Invariant(
        "M6",
        "every run of the comparison opened exactly the differences that name it",
        counted="select count(*) from reconciliations",
        broken="""
            select r.id from reconciliations r left join reconciliation_differences d on d.found_in = r.id
            group by r.id, r.opened having count(d.id) <> r.opened
        """,
    ),
)
