from typing import Any

from blueprints.factory.door import door
from blueprints.factory.payouts.schemas import OpenedPayoutAccount, ShowPayoutAccount
from blueprints.http.identity import actor
from blueprints.http.ports import ports, settings
from marketplace.kernel.transaction import transaction
from marketplace.payments import queries
from marketplace.payments.models import PayoutAccount
from marketplace.workflows.money import payout_accounts

payouts = door.room("payouts", "Where your money goes.", path="/payout-account")


@payouts.post("")
@payouts.response(201, OpenedPayoutAccount)
def open_account() -> dict[str, Any]:
    """Open your account at the payment provider, or get a new link to its form.

    Follow the link and tell the provider what it has to know; until then what you earn waits here.
    """
    account = payout_accounts.open_account(ports().gateway, by=actor())
    link = payout_accounts.onboarding_link(ports().gateway, by=actor(), back_to=settings().public_url)
    return {
        "provider_id": account.provider_id,
        "may_receive": account.may_receive,
        "trouble": account.trouble,
        "rail": account.rail,
        "opened_at": account.opened_at,
        "checked_at": account.checked_at,
        "onboarding_url": link.url,
        "onboarding_expires_at": link.expires_at,
    }


@payouts.get("")
@payouts.response(200, ShowPayoutAccount)
def show() -> PayoutAccount:
    """Show your account at the payment provider."""
    with transaction():
        return queries.payout_account(actor())
