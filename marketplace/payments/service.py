"""What we know of each payment: expected, opened, captured, given up. Money that moved is posted in the same breath."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, update

from marketplace.kernel import transaction
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session, straight, table_of
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.payments import operations, queries, ways
from marketplace.payments.models import OperationKind, Payment, PaymentState
from marketplace.payments.ports import ChargeSeen, IntentSeen, Movement


def expect(order_id: UUID, amount: Money, *, payment_id: UUID, number: int = 1) -> None:
    """Write down, with what is ordered, that it is to be paid, and the key under which the provider will be asked."""
    transaction.inside()
    transaction.note(
        Payment(id=payment_id, order_id=order_id, number=number, currency=amount.currency, amount_minor=amount.minor)
    )


PAYMENTS: Final = table_of(Payment)
NOTE_INTENT: Final = (
    update(PAYMENTS)
    .where(
        PAYMENTS.c.id == bindparam("noted_on", type_=Uuid),
        PAYMENTS.c.state == PaymentState.PENDING,
        PAYMENTS.c.idempotency_key == bindparam("asked_under", type_=Uuid),
    )
    .values(intent_id=bindparam("noted", type_=Text))
    .returning(PAYMENTS.c.id)
)
"""Built once: statements of the hot path are values."""


def note_intent(payment_id: UUID, intent_id: str, *, key: UUID) -> bool:
    """Remember the provider's intent, asked for under a key; whether the payment still waits for it.

    One that was called off meanwhile, or put aside for another way to pay, is cancelled at the provider too.
    """
    transaction.inside()
    if straight(NOTE_INTENT, {"noted_on": payment_id, "noted": intent_id, "asked_under": key}).first():
        return True
    payment = queries.locked(payment_id)
    if payment.idempotency_key != key:
        ways.close_late_card(payment, intent_id, key=key)
    elif payment.state is PaymentState.CANCELLED:
        payment.intent_id = intent_id
        _cancel_intent(payment)
    return False


def call_off(expected: Iterable[Payment]) -> None:
    """What is not paid yet shall not be paid any more; the rows are locked. Money that comes all the same goes back."""
    transaction.inside()
    pending = [payment for payment in expected if payment.state is PaymentState.PENDING]
    for payment in pending:
        payment.move(PaymentState.CANCELLED, by=SYSTEM)
        if payment.intent_id is not None:
            _cancel_intent(payment)
    ways.call_off(pending)


def _cancel_intent(payment: Payment) -> None:
    operations.enqueue(OperationKind.CANCEL_INTENT, payment, reason=f"cancel:{payment.id}", amount_minor=0)


def capture(payment: Payment, intent: IntentSeen, charge: ChargeSeen, movement: Movement) -> None:
    """The provider has shown that the customer paid (M11): the money is held for the order."""
    transaction.inside()
    payment.move(PaymentState.CAPTURED, by=SYSTEM)
    payment.intent_id = intent.id
    payment.charge_id = charge.id
    payment.captured_minor = movement.gross.minor
    lines = rules.charge(payment.order_id, gross=movement.gross, fee=movement.fee)
    ledger.post("charge", reference=movement.id, lines=lines, order_id=payment.order_id)


def take_surplus(payment: Payment, number: int, intent: IntentSeen, charge: ChargeSeen, movement: Movement) -> Payment:
    """Money that came for what was paid already: a payment of its own of the same order, which is given back whole."""
    transaction.inside()
    extra = Payment(
        id=new_id(),
        order_id=payment.order_id,
        number=number,
        currency=movement.gross.currency,
        amount_minor=movement.gross.minor,
        state=PaymentState.PENDING,
        refunded_minor=0,
        transferred_minor=0,
        reversed_minor=0,
    )
    session().add(extra)
    capture(extra, intent, charge, movement)
    session().flush()
    return extra


def amount(payment: Payment) -> Money:
    return Money(payment.amount_minor, payment.currency)
