"""Businesses that the staff has found in a register: by which number, where, and until when that holds."""

from dataclasses import dataclass

from marketplace.accounts import queries
from marketplace.accounts.errors import NoCompany
from marketplace.accounts.models import NumberKind, Organisation, OrganisationKind, Verification
from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a register says: a number, its kind, and the country of the register; and where the staff found that."""

    number_kind: NumberKind
    number: str
    country: str
    reason: str


def verify(organisation: Organisation, found: Found, *, by: Actor) -> Verification:
    """Write down that a company was found in a register; what was found before is withdrawn by it.

    The organisation is locked; a VAT number was checked before. Raises NoCompany.
    """
    transaction.inside()
    if organisation.kind is not OrganisationKind.COMPANY:
        raise NoCompany("Only a company can be verified as a business; this is an individual.")
    earlier = queries.verification_in_force(organisation.id)
    if earlier is not None:
        withdraw(earlier, by=by, reason="It was verified anew.")
    assert by.user_id is not None
    made = Verification(
        id=new_id(),
        organisation_id=organisation.id,
        number_kind=found.number_kind,
        number=found.number,
        country=found.country,
        verified_by=by.user_id,
        reason=found.reason,
    )
    session().add(made)
    session().flush()
    audit.record(by, "business.verified", made, number=found.number, country=found.country, reason=found.reason)
    return made


def withdraw(verification: Verification, *, by: Actor, reason: str) -> None:
    """It does not hold any more, and why. It is locked."""
    transaction.inside()
    verification.withdrawn_at, verification.withdrawn_by = clock.now(), by.user_id
    verification.why_withdrawn = reason
    session().flush()
    audit.record(by, "business.verification_withdrawn", verification, reason=reason)
