"""Money and the order it belongs to, moved together: held when it is paid, owed to the sellers when it is accepted.

One completion path (C1): the provider's event, a second look by the customer, and the schedule all end in `capture`.
"""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.ledger import queries as ledger_rows
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.ledger.values import Outcome as Posted
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import making, sharing
from marketplace.orders import queries as orders
from marketplace.orders.models import Job, Order
from marketplace.orders.states import OrderState
from marketplace.payments import queries as payment_rows
from marketplace.payments import releases, ways
from marketplace.payments import service as payments
from marketplace.payments.errors import NotPaid, ProviderUnavailable, RefundedAlready
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import Payment, PaymentState, ReleaseState
from marketplace.payments.ports import ChargeSeen, IntentSeen, Movement
from marketplace.workflows import queries
from marketplace.workflows.money import owing, refunding
from marketplace.workflows.ordering import amending


def capture(intent: IntentSeen) -> Outcome:
    """Take in what the provider shows of an intent, inside the caller's transaction: paid once, whoever tells it.

    Money for an order that was cancelled meanwhile is taken in too, and goes back. Raises ProviderUnavailable while
    the provider has not yet written the charge into its books.
    """
    if intent.charge is None:
        return Outcome.STALE
    found = queries.paid_by(intent)
    if found is None:
        return Outcome.UNKNOWN
    order, payment = found
    if payment.state is PaymentState.CAPTURED and payment.intent_id == intent.id:
        return Outcome.REPEATED
    movement = intent.charge.movement
    if movement is None:
        raise ProviderUnavailable("The charge is not in the provider's books yet.")
    if payment.state is PaymentState.CAPTURED:
        return _give_surplus_back(order, payment, intent, intent.charge, movement)
    if not intent.amount == movement.gross == payments.amount(payment):
        return Outcome.DIFFERENT
    is_expected = payment.intent_id == intent.id
    payments.capture(payment, intent, intent.charge, movement)
    if not is_expected:  # no card, or one that was put aside
        ways.settle(payment, intent.id, intent.way_id, minor=movement.gross.minor)
    _tell(order, payment)
    return Outcome.APPLIED


def _give_surplus_back(
    order: Order, payment: Payment, intent: IntentSeen, charge: ChargeSeen, movement: Movement
) -> Outcome:
    """The customer has paid the same twice, two ways: what came second is taken in, and goes back whole."""
    number = len(payment_rows.locked_of_order(order.id)) + 1
    extra = payments.take_surplus(payment, number, intent, charge, movement)
    ways.settle(payment, intent.id, intent.way_id, minor=movement.gross.minor)
    refunding.give_back(extra, extra.captured_minor, reason=f"refund:surplus:{extra.id}")
    audit.record(SYSTEM, "payment.surplus_taken_in", payment, amount_minor=extra.captured_minor)
    text = f"{movement.gross} of order {order.number}."
    notifications.tell(order.organisation_id, NoticeKind.PAYMENT_SENT_BACK, order, text=text)
    return Outcome.APPLIED


def _tell(order: Order, payment: Payment) -> None:
    if order.state is OrderState.AWAITING_PAYMENT:
        making.mark_paid(order, by=SYSTEM)
    elif payment.number > 1:
        amending.paid(payment)
    else:
        for job in orders.to_change(order.id).jobs:
            refunding.refund_all(job, reason="paid_after_cancellation", by=SYSTEM)


def release(job: Job) -> None:
    """The goods are accepted: what was held for them is owed by the shares, and each seller's part is sent to them.

    It waits where a freeze stands against it, or where a party is paid some days after acceptance. Inside the caller's
    transaction, which has locked the order and loaded its jobs with their shares. A second time changes nothing. Raises
    NotPaid, RefundedAlready.
    """
    payments = _paid(job)
    if sharing.total_minor(job) == 0:
        if any(each.charged_back_minor for each in payments.values()):
            return  # the customer's bank has taken it all, and the goods may be accepted all the same
        raise RefundedAlready("The customer is getting the money of this job back; it cannot be released.")
    against = payment_rows.against_release(job.order_id, sharing.parties(job))
    if not (against.is_frozen or against.days):
        _release(job, payments)
    elif not ledger_rows.is_posted(f"release:{job.id}"):
        releases.wait(job.id, job.order_id, days=against.days)


def release_waiting(job: Job) -> None:
    """What had to wait is released, if its day has come and nothing stands against it any more.

    It is dropped if all of it went back to the customer meanwhile. As `release`, and safe to run twice.
    """
    payments = _paid(job)
    waiting = payment_rows.waiting_release(job.id)
    if waiting is None or clock.now() < waiting.due_at:
        return
    if sharing.total_minor(job) == 0:
        releases.end(waiting, ReleaseState.DROPPED)
    elif not payment_rows.against_release(job.order_id, sharing.parties(job)).is_frozen:
        _release(job, payments)
        releases.end(waiting, ReleaseState.RELEASED)


def _paid(job: Job) -> Mapping[UUID, Payment]:
    """The payments of the job's order, locked. Raises NotPaid."""
    payments = {payment.id: payment for payment in payment_rows.locked_of_order(job.order_id)}
    if next(iter(payments.values())).state is not PaymentState.CAPTURED:
        raise NotPaid("This order is not paid; there is nothing to release.")
    return payments


def _release(job: Job, payments: Mapping[UUID, Payment]) -> None:
    entitled = sharing.entitled(job)
    tax = sum(parties.get(sharing.PLATFORMS_TAX, 0) for parties in entitled.values())
    lines = rules.release(job.order_id, shares=_by_party(entitled), tax_minor=tax, currency=job.currency)
    if ledger.post("release", reference=f"release:{job.id}", lines=lines, order_id=job.order_id) is Posted.REPEATED:
        return
    for payment_id, parties in entitled.items():
        for party_id, minor in sharing.by_organisation(parties).items():
            if party_id is not None and minor:
                owing.owe(job, payments[payment_id], party_id, minor)


def _by_party(entitled: Mapping[UUID, Mapping[sharing.Party, int]]) -> dict[UUID | None, int]:
    shares: dict[UUID | None, int] = defaultdict(int)
    for parties in entitled.values():
        for party_id, minor in sharing.by_organisation(parties).items():
            shares[party_id] += minor
    return shares
