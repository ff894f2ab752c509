"""A factory opens its account at the provider, shows who it is there, and can be paid."""

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.transaction import transaction
from marketplace.payments import payouts
from marketplace.payments import queries as rows
from marketplace.payments.errors import PayoutAccountMissing
from marketplace.payments.models import PayoutAccount
from marketplace.payments.ports import AccountAsked, Gateway, OnboardingLink
from marketplace.workflows import queries


def open_account(gateway: Gateway, *, by: Actor) -> PayoutAccount:
    """Open the organisation's account at the provider; asking again finds the same one.

    Raises RoleTooSmall below owner, ProviderRefused (a country that it does not serve, say), ProviderUnavailable.
    """
    by.needs(Role.OWNER)
    with transaction():
        account = payouts.intend(by)
        country, email = queries.country_and_email(by)
        asked = AccountAsked(account.idempotency_key, account.organisation_id, country=country, email=email)
    if account.provider_id is not None:
        return account
    seen = gateway.open_account(asked)
    with transaction():
        account = rows.payout_account_to_change(by)
        if account.provider_id is None:
            payouts.note_account(account, seen)
            audit.record(by, "payout_account.opened", account, provider_id=seen.id)
    return account


def onboarding_link(gateway: Gateway, *, by: Actor, back_to: str) -> OnboardingLink:
    """A page of the provider where the organisation says who it is. Raises PayoutAccountMissing."""
    with transaction():
        account = rows.payout_account(by)
    if account.provider_id is None:
        raise PayoutAccountMissing("The account is not open yet; open it again: POST /v1/factory/payout-account.")
    return gateway.onboarding_link(account.provider_id, return_url=back_to, refresh_url=back_to)


def look(provider_id: str, gateway: Gateway) -> None:
    """Look at an account at the provider and remember whether it can receive money."""
    seen = gateway.account(provider_id)
    with transaction():
        account = rows.account_known_as(seen.id)
        if account is not None:
            payouts.note_account(account, seen)
