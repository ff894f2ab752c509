"""What is true of every order in any database."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        id="Q1",
        says="an order's line equals the offer that was taken, and the quote it came from is taken",
        counted="select count(*) from order_lines",
        broken="""
            select l.order_id::text from order_lines l
            join orders o on o.id = l.order_id join offers f on f.id = l.offer_id join quotes q on q.id = f.quote_id
            where l.total_minor <> f.total_minor or l.quantity <> q.quantity or o.currency <> q.currency
               or o.quote_id <> q.id or q.state <> 'taken' or q.organisation_id <> o.organisation_id
        """,
    ),
    Invariant(
        id="Q1",
        says="a quote that is taken has its order",
        counted="select count(*) from quotes where state = 'taken'",
        broken="""
            select q.id::text from quotes q where state = 'taken'
            and not exists (select from orders o where o.quote_id = q.id)
        """,
    ),
    Invariant(
        id="M1",
        says="an order's lines, and its shares, each add up to its total",
        counted="select count(*) from orders",
        broken="""
            select o.id::text from orders o
            where o.total_minor <> (select coalesce(sum(total_minor), 0) from order_lines l where l.order_id = o.id)
               or o.total_minor <> (select coalesce(sum(amount_minor), 0) from order_shares s where s.order_id = o.id)
        """,
    ),
    Invariant(
        id="S1",
        says="an open job holds its minutes; one that was declined or cancelled holds none",
        counted="select count(*) from jobs",
        broken="""
            select j.id::text from jobs j join holds h on h.id = j.hold_id
            where (j.state in ('waiting', 'offered') and h.state <> 'tentative')
               or (j.state in ('accepted', 'in_production') and h.state <> 'firm')
               or (j.state in ('shipped', 'done') and h.state <> 'used')
               or (j.state in ('declined', 'cancelled') and h.state <> 'released')
        """,
    ),
)
