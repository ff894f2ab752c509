"""Changing where an organisation's money goes: by an owner who has just logged in, told to all owners, and held."""

from datetime import timedelta
from typing import Final

from marketplace.accounts import log_ins
from marketplace.accounts import queries as accounts
from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.payments import freezes
from marketplace.payments import payouts as provider_accounts
from marketplace.payments import queries as payments
from marketplace.payments.errors import PayoutAccountMissing
from marketplace.payments.models import FreezeWhy, PayoutAccount, Rail
from marketplace.payouts import bank_details, queries
from marketplace.payouts.bank_details import BankDetails
from marketplace.payouts.errors import DestinationSettled
from marketplace.payouts.models import Destination
from marketplace.payouts.sealing import Seal

HELD_FOR: Final = timedelta(hours=72)


def change(details: BankDetails | None, *, by: Actor, seal: Seal) -> Destination:
    """From now on money goes to this bank account, or, without one, to the organisation's account at the provider.

    Where another destination counted before, nothing is sent for three days. Raises RoleTooSmall below owner,
    SignInNotFresh, BankDetailsUnfit, PayoutAccountMissing.
    """
    by.needs(Role.OWNER)
    log_ins.must_be_fresh(by, accounts.own_log_in(by))
    assert by.user_id is not None, "a person has logged in"
    account = _account(by)
    was = queries.destination_in_force(by.organisation)
    is_change = was is not None or account.provider_id is not None
    destination = Destination(
        id=new_id(),
        organisation_id=by.organisation,
        set_by=by.user_id,
        held_until=clock.now() + HELD_FOR if is_change else None,
        called_off_at=None,
        refused_at=None,
    )
    _describe(destination, details, account, seal)
    session().add(destination)
    session().flush()
    provider_accounts.choose(account, destination.rail)
    if destination.held_until is not None:
        freezes.freeze(
            FreezeWhy.DESTINATION_CHANGED,
            str(destination.id),
            by=by,
            organisation_id=by.organisation,
            ends_at=destination.held_until,
        )
    audit.record(by, "payout_destination.changed", destination, rail=destination.rail, shown=destination.shown)
    notifications.tell(
        by.organisation, NoticeKind.PAYOUT_DESTINATION_CHANGED, destination, text=f"It is now: {destination.shown}."
    )
    return destination


def _account(by: Actor) -> PayoutAccount:
    """The organisation's row, locked: two changes come one after the other."""
    provider_accounts.intend(by)
    return payments.payout_account_to_change(by)


def _describe(destination: Destination, details: BankDetails | None, account: PayoutAccount, seal: Seal) -> None:
    if details is not None:
        details = bank_details.checked(details)
        destination.rail = Rail.MANUAL_BANK
        destination.shown = bank_details.masked(details)
        destination.sealed = seal.seal(bank_details.written(details), destination.id)
    elif account.provider_id is None:
        raise PayoutAccountMissing("Open a payout account first: POST /v1/factory/payout-account.")
    else:
        destination.rail = Rail.STRIPE_TRANSFER
        destination.shown = account.provider_id
        destination.sealed = None


def call_off(destination: Destination, *, by: Actor) -> None:
    """The change was not meant: what counted before counts again, at once. It takes a person, and no fresh password.

    Raises RoleTooSmall, SignInNotFresh, DestinationSettled.
    """
    transaction.inside()
    by.needs(Role.OWNER)
    log_ins.must_be_a_person(by)
    account = payments.payout_account_to_change(by)
    session().refresh(destination)
    is_held = destination.held_until is not None and clock.now() < destination.held_until
    if not is_held or destination.called_off_at is not None:
        raise DestinationSettled("Only a change of the last 72 hours can be called off, once; set another destination.")
    destination.called_off_at = clock.now()
    session().flush()
    was = queries.destination_in_force(by.organisation)
    provider_accounts.choose(account, Rail.STRIPE_TRANSFER if was is None else was.rail)
    freezes.lift(FreezeWhy.DESTINATION_CHANGED, str(destination.id), by=by)
    audit.record(by, "payout_destination.called_off", destination, shown=destination.shown)
    notifications.tell(
        by.organisation, NoticeKind.PAYOUT_DESTINATION_CALLED_OFF, destination, text=f"It was: {destination.shown}."
    )
