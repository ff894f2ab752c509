"""Money to sellers beside the provider's own way: what our bank is told, and what does not come to its end."""

from datetime import date
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.kernel.transaction import transaction
from marketplace.payouts import alerts, bank_details, batch_files, queries
from marketplace.payouts.batch_files import FileForm, Ordered, OwnAccount
from marketplace.payouts.errors import PayDayOver
from marketplace.payouts.models import BankPayment, BatchState, Destination
from marketplace.payouts.sealing import Seal


def watch() -> None:
    """Look for payouts that failed or take too long, and for those that are over."""
    with transaction():
        alerts.watch()


def file_for_bank(batch_id: UUID, form: FileForm, own: OwnAccount, *, pay_on: date, seal: Seal, by: Actor) -> bytes:
    """What our bank is to be told of an approved batch; that it was taken out is written down.

    Inside the caller's transaction. Raises BatchNotFound, IllegalMove before two persons have said yes and when nothing
    is left to pay, PayDayOver (days are those of UTC), OwnAccountUnknown for a message, BankDetailsUnreadable.
    """
    batch = queries.batch_to_change(batch_id)
    rows = queries.ordered_with_destinations(batch_id)
    if batch.state is BatchState.DRAFT:
        raise IllegalMove("Two persons have to approve this batch before our bank is told of it.", state=batch.state)
    if not rows:
        raise IllegalMove("Nothing of this batch is left of which our bank is to be told.", state=batch.state)
    now = clock.now()
    if pay_on < (today := now.date()):
        raise PayDayOver(f"Our bank pays nothing on a day that is over; today is {today} in UTC.", today=today)
    payments = [_ordered(payment, destination, number, seal) for payment, destination, number in rows]
    audit.record(by, "payout_batch.exported", batch, form=form, payments=len(payments))
    if form is FileForm.CSV:
        return batch_files.as_csv(batch.id, payments)
    return batch_files.as_pain_001(batch.id, payments, own.debtor(), made_at=now, pay_on=pay_on)


def _ordered(payment: BankPayment, destination: Destination, order_number: int, seal: Seal) -> Ordered:
    assert destination.sealed is not None, "a payment by bank goes to a bank account"
    details = bank_details.read(seal.open(destination.sealed, destination.id))
    return Ordered(payment.id, payment.amount_minor, payment.currency, details, order_number)
