"""The staff verifies businesses, and grants them net terms: each act with its reason, told to the party, kept."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from marketplace.accounts import queries as accounts
from marketplace.accounts import verifying
from marketplace.accounts.errors import NumberUnfit
from marketplace.accounts.models import NumberKind, Verification
from marketplace.accounts.verifying import Found
from marketplace.kernel.actor import Actor
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.payments import queries, terms
from marketplace.payments.models import Terms
from marketplace.taxes import numbers
from marketplace.taxes.errors import TaxCountryUnknown, TaxNumberUnfit


def verify(organisation_id: UUID, found: Found, *, by: Actor) -> Verification:
    """A company was found in a register; a VAT number is kept in its plain form, with its country's letters.

    Raises OrganisationNotFound, NoCompany, NumberUnfit.
    """
    made = verifying.verify(accounts.organisation_to_judge(organisation_id), _checked(found), by=by)
    notifications.tell(organisation_id, NoticeKind.BUSINESS_VERIFIED, made, text=made.number)
    return made


def _checked(found: Found) -> Found:
    """A VAT number by the rules of its country; numbers of other registers have none that all of them share."""
    if found.number_kind is not NumberKind.VAT:
        return found
    try:
        return replace(found, number=numbers.checked(found.country, found.number).number)
    except TaxNumberUnfit as flaw:
        raise NumberUnfit(flaw.message, **flaw.details) from flaw
    except TaxCountryUnknown as flaw:
        raise NumberUnfit(
            "VAT numbers of that country cannot be checked here; verify the business by another register's number.",
            **flaw.details,
        ) from flaw


def withdraw(organisation_id: UUID, *, reason: str, by: Actor) -> Verification:
    """A verification does not hold any more; net terms that stood on it end with it.

    Raises OrganisationNotFound, VerificationNotFound.
    """
    accounts.organisation_to_judge(organisation_id)
    verification = accounts.verification_to_withdraw(organisation_id)
    verifying.withdraw(verification, by=by, reason=reason)
    notifications.tell(organisation_id, NoticeKind.BUSINESS_NOT_VERIFIED, verification, text=reason)
    granted = queries.terms_in_force(organisation_id, lock=True)
    if granted is not None:
        terms.end(granted, by=by, reason=reason)
    return verification


def grant_terms(organisation_id: UUID, *, net_days: int, limits: Mapping[str, int], reason: str, by: Actor) -> Terms:
    """A verified business gets net terms. Raises OrganisationNotFound, BusinessNotVerified."""
    accounts.organisation_to_judge(organisation_id)
    found = accounts.verification_in_force(organisation_id)
    return terms.grant(organisation_id, found, net_days=net_days, limits=limits, reason=reason, by=by)


def end_terms(organisation_id: UUID, *, reason: str, by: Actor) -> Terms:
    """No more invoices on net terms; open ones keep the time they have. Raises OrganisationNotFound, TermsNotFound."""
    accounts.organisation_to_judge(organisation_id)
    granted = queries.terms_to_end(organisation_id)
    terms.end(granted, by=by, reason=reason)
    return granted
