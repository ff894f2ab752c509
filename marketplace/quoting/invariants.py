"""What is true of every quote in any database."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        id="Q3",
        says="nothing is quoted before its units are confirmed",
        counted="select count(*) from quotes",
        broken="select q.id::text from quotes q join revisions r on r.id = q.revision_id where r.units is null",
    ),
    Invariant(
        id="Q6",
        says="open geometry never has an automatic price: only factories' own bids",
        counted="select count(*) from quotes",
        broken="""
            select q.id::text from quotes q join revisions r on r.id = q.revision_id
            where r.measurement ->> 'is_closed' is distinct from 'true'
              and not exists (select from offers o where o.quote_id = q.id and o.bid_id is not null)
        """,
    ),
    Invariant(
        id="Q1",
        says="every offer's breakdown starts with its total",
        counted="select count(*) from offers",
        broken="select id::text from offers where figures[1] is distinct from total_minor",
    ),
)
