"""What is true of every quality record in any database."""

from collections.abc import Iterator
from typing import Final

from marketplace.kernel.invariants import Invariant, Proof
from marketplace.quality import chain, documents, queries

INVARIANTS: Final = (
    Invariant(
        id="E1",
        says="the entries of an inspection are numbered without a gap, each names the hash of the one before it, "
        "and the first is the plan",
        counted="select count(*) from inspection_entries",
        broken="""
            select id::text from (
                select id, kind, number, content, row_number() over each as place,
                       coalesce(lag(hash) over each, repeat('0', 64)) as before
                from inspection_entries window each as (partition by inspection_id order by number)
            ) entries
            where number <> place or (content ->> 'number')::bigint <> number or content ->> 'kind' <> kind
               or content ->> 'previous' <> before or (number = 1) <> (kind = 'plan')
        """,
    ),
    Invariant(
        id="E2",
        says="a record covers entries that are there, and none follows the record that ends an inspection",
        counted="select count(*) from inspection_records",
        broken="""
            select r.id::text from inspection_records r
            join lateral (select max(number) as last from inspection_entries e
                          where e.inspection_id = r.inspection_id) e on true
            where e.last is null or e.last < r.last_entry
               or (r.kind = 'final' and r.shipment_id is null and e.last > r.last_entry)
        """,
    ),
)


def _broken() -> Iterator[str]:
    known = {key.id: key.public_key for key in queries.published_keys()}
    for _, entries, records in queries.every_inspection():
        yield from (str(each.id) for each in entries if chain.hash_of(each.content) != each.hash)
        shown = [each.shown for each in entries]
        for record in records:
            signed = documents.signed(record, shown[: record.last_entry])
            if documents.faults(signed, known):
                yield str(record.id)


PROOFS: Final = (
    Proof(
        id="E3",
        says="every entry hashes to its hash, and every record is signed by a published key over what it says",
        counted="select count(*) from inspection_records",
        broken=_broken,
    ),
)
