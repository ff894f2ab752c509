"""What is true of every order in any database."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        id="Q1",
        says="an order's line equals the offer that was taken, and the quote it came from is taken",
        counted="select count(*) from order_lines",
        broken="""
            select l.order_id || '#' || l.number from order_lines l
            join orders o on o.id = l.order_id join offers f on f.id = l.offer_id join quotes q on q.id = l.quote_id
            where l.total_minor <> f.total_minor or l.tax_minor <> f.tax_minor or l.tax is distinct from f.tax
               or l.quantity <> q.quantity or o.currency <> q.currency
               or f.quote_id <> q.id or q.state <> 'taken' or q.organisation_id <> o.organisation_id
        """,
    ),
    Invariant(
        id="Q1",
        says="a quote that is taken has its order",
        counted="select count(*) from quotes where state = 'taken'",
        broken="""
            select q.id::text from quotes q where state = 'taken'
            and not exists (select from order_lines l where l.quote_id = q.id)
        """,
    ),
    Invariant(
        id="Q1",
        says="every job is of an offer of its line's quote, and one at most of a line is still on",
        counted="select count(*) from jobs",
        broken="""
            select j.id::text from jobs j
            join order_lines l on l.order_id = j.order_id and l.number = j.line_number
            join offers f on f.id = j.offer_id
            where f.quote_id <> l.quote_id or f.factory_id <> j.factory_id or j.quantity <> l.quantity
            union all
            select order_id || '#' || line_number from jobs where state not in ('declined', 'cancelled')
            group by order_id, line_number having count(*) > 1
        """,
    ),
    Invariant(
        id="M1",
        says="an order's lines add up to its total",
        counted="select count(*) from orders",
        broken="""
            select o.id::text from orders o
            where o.total_minor <> (select coalesce(sum(total_minor), 0) from order_lines l where l.order_id = o.id)
        """,
    ),
    Invariant(
        id="M1",
        says="shares of a job that is on add up to its price, its factory's to what that gets before tax; none below 0",
        counted="select count(*) from jobs",
        broken="""
            with entitled as (
                select job_id, kind, party_id, sum(amount_minor) as minor from job_shares
                group by job_id, kind, party_id
            )
            select j.id::text from jobs j left join entitled e on e.job_id = j.id
            group by j.id
            having coalesce(min(e.minor), -1) < 0
                or (j.state not in ('declined', 'cancelled', 'claimed', 'done') and (
                    j.total_minor <> sum(e.minor)
                    or j.price_minor <> sum(e.minor) filter (where e.kind = 'factory')))
        """,
    ),
    Invariant(
        id="M1",
        says="as it was ordered, a job's tax is its offer's: the factory's on the sale, the platform's on its fee",
        counted="select count(*) from jobs",
        broken="""
            select j.id::text from jobs j join offers f on f.id = j.offer_id
            left join job_shares s on s.job_id = j.id and s.kind = 'tax' and s.why = 'ordered'
            group by j.id, f.id
            having coalesce(sum(s.amount_minor) filter (where s.party_id = j.factory_id), 0) <> f.tax_minor
                or coalesce(sum(s.amount_minor) filter (where s.party_id is null), 0) <> f.fee_tax_minor
        """,
    ),
    Invariant(
        id="Q1",
        says="a paid order is as far as its jobs",
        counted="select count(*) from orders where state <> 'awaiting_payment'",
        broken="""
            select o.id::text from orders o join jobs j on j.order_id = o.id and j.state <> 'declined'
            where o.state <> 'awaiting_payment' group by o.id
            having o.state <> case
                when count(*) filter (where j.state <> 'cancelled') = 0 then 'cancelled'
                when count(*) filter (where j.state not in ('cancelled', 'done')) = 0 then 'accepted'
                when count(*) filter (where j.state not in ('cancelled', 'done', 'shipped', 'claimed')) = 0
                    then 'shipped'
                when count(*) filter (where j.state in ('accepted', 'in_production', 'shipped', 'claimed', 'done')) > 0
                    then 'in_production'
                else 'paid' end
        """,
    ),
    Invariant(
        id="S1",
        says="an open job holds its minutes, one whose goods have left has used them, any other holds none",
        counted="select count(*) from jobs",
        broken="""
            select j.id::text from jobs j join holds h on h.id = j.hold_id
            where (j.state in ('waiting', 'offered', 'countered') and h.state <> 'tentative')
               or (j.state in ('accepted', 'in_production') and j.accept_by is null and h.state <> 'firm')
               or (j.accept_by is not null and h.state <> 'used')
               or (j.state in ('shipped', 'claimed', 'done') and h.state <> 'used')
               or (j.state in ('declined', 'cancelled') and j.accept_by is null and h.state <> 'released')
        """,
    ),
    Invariant(
        id="Q1",
        says="of a job whose goods have left, all pieces have; of no job more than that",
        counted="select count(*) from jobs",
        broken="""
            select j.id::text from jobs j left join shipments s on s.job_id = j.id
            group by j.id
            having coalesce(sum(s.pieces), 0) > j.quantity + j.pieces_remade
                or (j.state in ('shipped', 'claimed', 'done')
                    and coalesce(sum(s.pieces), 0) <> j.quantity + j.pieces_remade)
        """,
    ),
    Invariant(
        id="T1",
        says="the parcels of a shipment are numbered from 1 without a gap and hold all its pieces",
        counted="select count(*) from shipments",
        broken="""
            select s.id::text from shipments s left join parcels p on p.shipment_id = s.id
            group by s.id
            having s.pieces is distinct from sum(p.pieces) or max(p.number) is distinct from count(p.id)
        """,
    ),
)
