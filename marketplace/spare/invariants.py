"""What is always true of stored slots, as SQL (DESIGN §5: S1, S2, Q1)."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "S1",
        "no slot has more minutes sold than it offers, nor less than none",
        counted="select count(*) from spare_slots",
        broken="select id::text from spare_slots where sold_min < 0 or sold_min > offered_min order by 1",
    ),
    Invariant(
        "S2",
        "a slot's sold minutes are those of its sales that were not given back",
        counted="select count(*) from spare_slots",
        broken="""
            select s.id::text from spare_slots s
            left join (
                select slot_id, sum(minutes) as minutes from spare_sales where not is_given_back group by slot_id
            ) sold on sold.slot_id = s.id
            where s.sold_min <> coalesce(sold.minutes, 0) order by 1
        """,
    ),
    Invariant(
        "S2",
        "a sale of a slot is given back exactly when its hold is released",
        counted="select count(*) from spare_sales",
        broken="""
            select h.id::text from spare_sales sale join holds h on h.id = sale.hold_id
            where sale.is_given_back <> (h.state = 'released') order by 1
        """,
    ),
    Invariant(
        "Q1",
        "an offer of a slot is its listing's, and lies within its days",
        counted="select count(*) from offers where slot_id is not null",
        broken="""
            select o.id::text from offers o join spare_slots s on s.id = o.slot_id
            where o.listing_id <> s.listing_id or o.work_centre_id <> s.work_centre_id
               or o.starts_after < s.first_day - 1 or o.finish_by > s.last_day order by 1
        """,
    ),
)
