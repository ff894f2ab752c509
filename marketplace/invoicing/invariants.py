"""What is true of every invoice and credit note (DESIGN §5: M1)."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "M1",
        "a document comes, to the minor unit, to the shares that it is of",
        counted="select count(*) from documents",
        broken="""
            select d.id from documents d left join lateral (
                select coalesce(sum(s.amount_minor), 0) as total,
                       coalesce(sum(s.amount_minor) filter (
                           where s.kind = 'tax' and (s.party_id is null) = (d.supply = 'services')), 0) as tax
                from job_shares s
                where s.job_id = d.job_id and s.number > d.shares_after and s.number <= d.shares_upto
                and (d.supply = 'goods' or s.party_id is null)
            ) of_it on true
            where (of_it.total, of_it.tax) is distinct from (
                case when d.corrects_id is null then d.total_minor else -d.total_minor end,
                case when d.corrects_id is null then d.tax_minor else -d.tax_minor end)
            or (d.facts ->> 'total_minor')::bigint <> d.total_minor
        """,
    ),
    Invariant(
        "M1",
        "the documents of a job follow each other: none of its shares is documented twice or left out between two",
        counted="select count(*) from documents",
        broken="""
            select id from (
                select id, shares_after, lag(shares_upto, 1, 0::bigint) over (
                    partition by job_id, supply order by shares_upto) as before
                from documents
            ) ordered where shares_after <> before
        """,
    ),
    Invariant(
        "M1",
        "the numbers of a series begin with 1 and have no gap",
        counted="select count(*) from document_series",
        broken="""
            select coalesce(s.id, d.id) from document_series s full join (
                select issuer_id, kind, count(*) as documents, max(number) as last, min(number) as first,
                       (array_agg(id))[1] as id
                from documents group by issuer_id, kind
            ) d on d.issuer_id is not distinct from s.issuer_id and d.kind = s.kind
            where s.id is null or d.id is null or (d.first, d.documents, d.last) <> (1, s.last_number, s.last_number)
        """,
    ),
)
