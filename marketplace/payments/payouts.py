"""A seller's account at the provider: where their money goes, and whether it can."""

from sqlalchemy.dialects.postgresql import insert

from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.payments import operations, queries
from marketplace.payments.models import PayoutAccount
from marketplace.payments.ports import AccountSeen


def intend(who: Actor) -> PayoutAccount:
    """Write down that the organisation wants an account, and the key under which it is opened; once."""
    transaction.inside()
    wanted = insert(PayoutAccount).values(organisation_id=who.organisation, opened_at=clock.now())
    session().execute(wanted.on_conflict_do_nothing())
    return queries.payout_account(who)


def note_account(account: PayoutAccount, seen: AccountSeen) -> None:
    """What the provider says of an account; money that waited for it is sent."""
    transaction.inside()
    became_able = seen.may_receive and not account.may_receive
    account.provider_id = seen.id
    account.may_receive = seen.may_receive
    account.checked_at = clock.now()
    if became_able:
        session().flush()
        for operation_id, order_id in queries.operations_waiting_for(account.organisation_id):
            operations.ask_later(operation_id, order_id)
