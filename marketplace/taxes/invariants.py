"""What is always true of registrations for tax, as SQL."""

from typing import Final

from marketplace.kernel.invariants import Invariant

INVARIANTS: Final = (
    Invariant(
        "X1",
        "an organisation has one number in a country on any day",
        counted="select count(*) from tax_registrations",
        broken="""
            select a.id from tax_registrations a join tax_registrations b
            on b.organisation_id = a.organisation_id and b.country = a.country and b.id > a.id
            where daterange(a.valid_from, a.valid_until, '[]') && daterange(b.valid_from, b.valid_until, '[]')
        """,
    ),
)
