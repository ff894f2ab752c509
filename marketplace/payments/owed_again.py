"""What was refused or came back is owed again: under a new key or by another way, less what was to come back of it."""

from uuid import UUID

from marketplace.kernel import transaction
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.payments import operations, queries
from marketplace.payments.errors import OperationNotFailed
from marketplace.payments.models import Operation, OperationState, Payment, Rail
from marketplace.payments.operations import LONGEST_PROBLEM, ask_later


def retry(operation: Operation, payment: Payment) -> None:
    """Ask again for what the provider refused for good, under a new key: its no is stored there under the old one.

    Both rows are locked. Raises OperationNotFailed, and MoreThanCaptured when other money has gone out meanwhile.
    """
    transaction.inside()
    if operation.state is not OperationState.FAILED:
        raise OperationNotFailed("Only an operation that has failed can be tried again.", state=operation.state)
    if operation.kind in queries.MONEY_OUT:
        operations.refuse_beyond_captured(payment, operation.amount_minor)
    operation.state = OperationState.READY
    operations.take_new_key(operation)
    ask_later(operation.id, payment.order_id)


def refused_transfer(operation_id: UUID) -> tuple[Operation, Payment]:
    """A transfer that the provider refused for good, locked. Raises OperationNotFound, OperationNotFailed."""
    transaction.inside()
    operation, payment = queries.locked_operation(operation_id)
    if (operation.state, operation.rail) != (OperationState.FAILED, Rail.STRIPE_TRANSFER):
        raise OperationNotFailed(
            "Only a transfer that the provider refused for good can take another way.", state=operation.state
        )
    return operation, payment


def free(transfer: Operation, payment: Payment) -> Operation:
    """The provider surely has not carried it out, and is asked no more: it takes the way that its seller has chosen.

    Less what they have had to give back of it meanwhile: nothing comes back of what was never sent. What is owed now.
    Both rows are locked. Raises MoreThanCaptured when other money has gone out meanwhile.
    """
    taken_minor = _forgive_all_of(transfer)
    operations.refuse_beyond_captured(payment, transfer.amount_minor - taken_minor)
    transfer.state = OperationState.READY
    transfer.rail = None
    transfer.attempts = 0
    operations.take_new_key(transfer)
    owed = _owe_less(transfer, payment, taken_minor)
    if owed.state is OperationState.READY:
        ask_later(owed.id, payment.order_id)
    return owed


def returned(transfer: Operation, payment: Payment, *, problem: str) -> None:
    """A transfer by bank came back: it is owed as before it was ordered. Both rows are locked.

    What the seller was made to owe of it meanwhile, and no later payout has carried, they owe no more: they do not have
    it, and so much less is owed to them.
    """
    transaction.inside()
    assert transfer.rail is Rail.MANUAL_BANK, "the provider's transfers come back as reversals"
    transfer.state = OperationState.READY
    transfer.rail = transfer.provider_id = transfer.first_sent_at = None
    transfer.attempts = 0
    transfer.problem = problem[:LONGEST_PROBLEM]
    session().flush()
    _owe_less(transfer, payment, _forgive_all_of(transfer))


def _owe_less(transfer: Operation, payment: Payment, minor: int) -> Operation:
    """What is owed in place of a transfer that nobody has got, where so much of it was taken back."""
    if minor == 0:
        return transfer
    operations.cancel(transfer)
    rest = transfer.amount_minor - minor
    if rest == 0:
        return transfer
    return operations.owe_anew(transfer, payment, reason=f"{transfer.reason}:again:{new_id()}", amount_minor=rest)


def _forgive_all_of(transfer: Operation) -> int:
    """What was to come back of a transfer that nobody has got comes back no more: how much that is."""
    minor = sum(_forgive(each) for each in queries.taken_back_of(transfer.id))
    session().flush()  # the next cap must see it
    return minor


def _forgive(debt: Operation) -> int:
    """What of a debt nobody has carried is gone, and the rest stands by itself: how much that is."""
    open_minor = debt.amount_minor - debt.set_off_minor
    debt.amount_minor = debt.set_off_minor
    debt.state = OperationState.SET_OFF if debt.set_off_minor else OperationState.CANCELLED
    debt.transfer_id = None
    return open_minor
