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
    Invariant(
        id="T2",
        says="an offer's tax is its rate of the price before tax, to half a unit, or half a step of what cards take",
        counted="select count(*) from offers where tax is not null or tax_minor > 0",
        broken="""
            select o.id::text from offers o join quotes q on q.id = o.quote_id
            where abs(o.tax_minor
                      - (o.total_minor - o.tax_minor) * coalesce((o.tax ->> 'rate_bps')::numeric, 0) / 10000)
                    > case when q.currency in ('KWD', 'BHD', 'OMR', 'JOD', 'TND') then 5 else 0.5 end
               or abs(o.fee_tax_minor - o.fee_minor * coalesce((o.tax #>> '{fee,rate_bps}')::numeric, 0) / 10000)
                    > case when q.currency in ('KWD', 'BHD', 'OMR', 'JOD', 'TND') then 5 else 0.5 end
        """,
    ),
)
