"""Businesses: found in a register, trusted with net terms, and no more."""

from typing import Any
from uuid import UUID

from blueprints.admin.businesses.schemas import (
    Because,
    GrantTerms,
    ShowTerms,
    ShowVerification,
    TermsPage,
    VerificationPage,
    VerifyBusiness,
)
from blueprints.admin.door import door
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Verification
from marketplace.accounts.verifying import Found
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.payments import queries
from marketplace.payments.models import Terms
from marketplace.taxes import holding
from marketplace.taxes.holding import Judged
from marketplace.workflows.money import granting

businesses = door.room(
    "businesses", "Businesses that were found in a register, and their net terms.", path="/organisations"
)


@businesses.get("/<uuid:organisation_id>/verifications")
@businesses.arguments(Query, location="query")
@businesses.response(200, VerificationPage)
def verifications(page: PageRequest, organisation_id: UUID) -> Page[Judged[Verification]]:
    """List what was found of a business, the newest first, with the other organisations that hold the number."""
    return holding.page_of_judged(accounts.verifications(organisation_id, page))


@businesses.post("/<uuid:organisation_id>/verifications")
@businesses.arguments(VerifyBusiness)
@businesses.response(201, ShowVerification)
@idempotent
def verify(found: Found, organisation_id: UUID, once: Once) -> Judged[Verification]:
    """Write down that a company was found in a register; what was found before is withdrawn by it.

    `held_by_others` says which other organisations hold the same VAT number: then one of them is not who it says.
    """
    with transaction():
        made = once(lambda: granting.verify(organisation_id, found, by=actor()).id)
        return holding.judged(accounts.verification(made))


@businesses.get("/<uuid:organisation_id>/payment-terms")
@businesses.arguments(Query, location="query")
@businesses.response(200, TermsPage)
def list_terms(page: PageRequest, organisation_id: UUID) -> Page[Terms]:
    """List the net terms that an organisation has and had, the newest first."""
    return queries.terms_history(organisation_id, page)


@businesses.post("/<uuid:organisation_id>/payment-terms")
@businesses.arguments(GrantTerms)
@businesses.response(201, ShowTerms)
@idempotent
def grant(wanted: dict[str, Any], organisation_id: UUID, once: Once) -> Terms:
    """Grant a verified business net terms, in place of those that it had.

    They lengthen the time to pay an invoice, at most until work on the order begins: nothing is made before it is paid.
    """
    limits = {each["currency"]: each["amount_minor"] for each in wanted["limits"]}
    with transaction():
        made = once(
            lambda: (
                granting.grant_terms(
                    organisation_id, net_days=wanted["net_days"], limits=limits, reason=wanted["reason"], by=actor()
                ).id
            )
        )
        return queries.terms(made)


@businesses.post("/<uuid:organisation_id>/payment-terms/end")
@businesses.arguments(Because)
@businesses.response(200, ShowTerms)
def end(why: dict[str, Any], organisation_id: UUID) -> Terms:
    """End net terms; invoices that are open keep the time they have."""
    with transaction():
        return granting.end_terms(organisation_id, reason=why["reason"], by=actor())


@businesses.post("/<uuid:organisation_id>/verifications/withdraw")
@businesses.arguments(Because)
@businesses.response(200, ShowVerification)
def withdraw(why: dict[str, Any], organisation_id: UUID) -> Judged[Verification]:
    """Withdraw a verification; net terms that stood on it end with it."""
    with transaction():
        return holding.judged(granting.withdraw(organisation_id, reason=why["reason"], by=actor()))
