"""What is true of every request for quotation in any database."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        id="R1",
        says="a decided request has exactly one accepted bid, no open one, and the quote that it was frozen as",
        counted="select count(*) from rfqs where state <> 'open'",
        broken="""
            select r.id::text from rfqs r
            where r.state <> 'open'
              and ((select count(*) from bids b where b.rfq_id = r.id and b.state = 'accepted')
                   <> (case r.state when 'decided' then 1 else 0 end)
                   or exists (select from bids b where b.rfq_id = r.id and b.state = 'open'))
        """,
    ),
    Invariant(
        id="R2",
        says="an offer without a rate card is the accepted bid of a decided request, figure for figure before tax",
        counted="select count(*) from offers where bid_id is not null",
        broken="""
            select o.id::text from offers o
            join bids b on b.id = o.bid_id join rfqs r on r.id = b.rfq_id join quotes q on q.id = o.quote_id
            where b.state <> 'accepted' or r.quote_id is distinct from o.quote_id
               or (o.total_minor - o.tax_minor, o.factory_minor, o.fee_minor, o.machine_min, o.finish_by, o.ships_on,
                   o.listing_id, o.work_centre_id, q.quantity, q.currency, q.revision_id, q.organisation_id)
                  is distinct from
                  (b.total_minor, b.factory_minor, b.fee_minor, b.machine_min, b.finish_by, b.ships_on,
                   b.listing_id, b.work_centre_id, b.quantity, b.currency, r.revision_id, r.organisation_id)
        """,
    ),
    Invariant(
        id="R3",
        says="the clock of an open request stands just while a question is open, and its deadline is the latest kept",
        counted="select count(*) from rfqs where state = 'open'",
        broken="""
            select r.id::text from rfqs r
            where r.state = 'open'
              and ((r.stopped_at is not null)
                   <> exists (select from rfq_questions q where q.rfq_id = r.id and q.state = 'open')
                   or r.closes_at is distinct from
                      (select max(d.closes_at) from rfq_deadlines d where d.rfq_id = r.id))
        """,
    ),
    Invariant(
        id="R4",
        says="the file is open only to factories that agreed to the very text of the request's agreement",
        counted="select count(*) from rfq_invitations where view_from is not null or download_from is not null",
        broken="""
            select i.id::text from rfq_invitations i join rfqs r on r.id = i.rfq_id
            where (i.view_from is not null or i.download_from is not null)
              and i.nda_sha256 is distinct from r.nda_sha256
        """,
    ),
    Invariant(
        id="R5",
        says="a factory was given something of a part only after it had agreed to the terms of the request",
        counted="select count(*) from file_accesses where rfq_id is not null",
        broken="""
            select a.id::text from file_accesses a
            where a.rfq_id is not null and not exists (
                select from rfq_invitations i join state_moves m on m.subject_id = i.id
                where i.rfq_id = a.rfq_id and i.factory_id = a.organisation_id
                  and m.to_state = 'accepted' and m.created_at <= a.created_at)
        """,
    ),
)
