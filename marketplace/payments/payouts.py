"""A seller's account at the provider: where their money goes, and whether it can."""

from typing import Final

from sqlalchemy.dialects.postgresql import insert

from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.database import session
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.payments import operations, queries
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import BankPayout, BankPayoutState, PayoutAccount, Rail
from marketplace.payments.ports import AccountSeen, PayoutSeen


def intend(who: Actor) -> PayoutAccount:
    """Write down that the organisation wants an account, and the key under which it is opened; once."""
    transaction.inside()
    wanted = insert(PayoutAccount).values(organisation_id=who.organisation, opened_at=clock.now())
    session().execute(wanted.on_conflict_do_nothing())
    return queries.payout_account(who)


def choose(account: PayoutAccount, rail: Rail) -> None:
    """Money that nobody was asked to send yet takes this way from now on; the account's row is locked."""
    transaction.inside()
    account.rail = rail
    session().flush()


def note_account(account: PayoutAccount, seen: AccountSeen) -> None:
    """What the provider says of an account; money that waited for it is sent."""
    transaction.inside()
    was_able = account.is_able
    account.provider_id = seen.id
    account.may_receive = seen.may_receive
    account.trouble = _trouble(account, seen)
    account.checked_at = clock.now()
    if account.is_able and not was_able:
        session().flush()
        for operation_id, order_id in queries.operations_waiting_for(account.organisation_id):
            operations.ask_later(operation_id, order_id)


def _trouble(account: PayoutAccount, seen: AccountSeen) -> str | None:
    """Why the newest payout to the bank account that is still the usual one failed, if it did."""
    last = queries.last_bank_payout(account.organisation_id)
    if last is None or last.state is not BankPayoutState.FAILED:
        return None
    return last.failure if seen.usual_banks is None or last.bank_id in seen.usual_banks else None


RANK: Final = {each: at for at, each in enumerate(BankPayoutState)}
"""A payout only goes forward: paid may become failed, and never the other way (docs.stripe.com/payouts)."""


def note_payout(account: PayoutAccount, paid: PayoutSeen, seen: AccountSeen) -> Outcome:
    """What the provider shows of a payout to a seller's bank, and of their account at the same time; twice is once.

    One that failed, also after it was shown as paid, tells the owners, and nothing is sent to the account until its
    bank details are others. The money is the seller's, in their account there: nothing is owed again by us.
    """
    transaction.inside()
    row = queries.bank_payout(paid.id)
    if row is not None and RANK[paid.state] <= RANK[row.state]:
        return Outcome.REPEATED
    if row is None:
        row = BankPayout(
            id=paid.id,
            organisation_id=account.organisation_id,
            amount_minor=paid.amount.minor,
            currency=paid.amount.currency,
            bank_id=paid.bank_id,
            sent_at=paid.sent_at,
        )
        session().add(row)
    row.state, row.failure, row.arrives_on, row.seen_at = paid.state, paid.failure, paid.arrives_on, clock.now()
    session().flush()
    note_account(account, seen)
    if paid.state is BankPayoutState.FAILED:
        audit.record(SYSTEM, "bank_payout.failed", account, payout=paid.id, failure=paid.failure)
        text = f"{paid.amount} came back from your bank: {paid.failure} Correct your bank account at the provider."
        notifications.tell(account.organisation_id, NoticeKind.BANK_PAYOUT_FAILED, account, text=text)
    return Outcome.APPLIED
