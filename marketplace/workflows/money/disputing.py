"""What the customer's bank takes back: told by the provider, posted once, released to nobody while it is contested.

By object, as it is now, under the order's lock; parents first. Told in any order, or twice, it ends the same (M3).
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Final

from marketplace.audit import service as audit
from marketplace.disputes import queries
from marketplace.disputes.models import Dispute
from marketplace.disputes.ports import DisputeDesk, DisputeSeen
from marketplace.disputes.states import ANSWERED, CONTESTED, INQUIRIES, DisputeState
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import CurrencyUnknown, written
from marketplace.kernel.transaction import transaction
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.ledger.values import Outcome as Posted
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import queries as orders
from marketplace.orders.models import Order
from marketplace.payments import freezes, operations, receipts
from marketplace.payments import queries as payment_rows
from marketplace.payments.errors import ProviderRefused, ProviderUnavailable
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import FreezeWhy, Payment, PaymentState
from marketplace.payments.ports import Gateway, Movement
from marketplace.workflows.money import charging_back, settlement
from marketplace.workflows.money.listening import Follow, Taking

log = logging.getLogger("commonforge.money")

LOOKED_AT_EVERY: Final = timedelta(hours=1)
KINDS: Final = (
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
TOLD: Final = {
    DisputeState.NEEDS_ANSWER: NoticeKind.DISPUTE_OPENED,
    DisputeState.UNDER_REVIEW: NoticeKind.DISPUTE_ANSWERED,
    DisputeState.WON: NoticeKind.DISPUTE_WON,
    DisputeState.LOST: NoticeKind.DISPUTE_LOST,
}
"""What the parties are told of; an inquiry is the bank's and the staff's alone."""


def fetchers(desk: DisputeDesk, gateway: Gateway) -> Mapping[str, Follow]:
    """How each kind of event about a dispute is followed up."""
    return dict.fromkeys(KINDS, partial(fetch, desk=desk, gateway=gateway))


def fetch(dispute_id: str, *, desk: DisputeDesk, gateway: Gateway) -> Taking:
    """The dispute as it is now, and before it its parents: the charge, and the refunds of it that we know.

    Raises ProviderUnavailable, ProviderRefused, CurrencyUnknown.
    """
    seen = desk.dispute(dispute_id)
    intent = gateway.intent(seen.intent_id) if seen.intent_id else None
    with transaction():
        found = queries.payment_of(charge_id=seen.charge_id, intent_id=seen.intent_id)
        made = payment_rows.refunds_made(found[0]) if found else ()
    refunds = [(operation_id, gateway.seen_refund(refund_id)) for operation_id, refund_id in made]

    def taking() -> Outcome:
        if intent is not None:
            settlement.capture(intent)
        for operation_id, refund in refunds:
            receipts.refunded(operation_id, refund)
        return take_in(seen)

    return taking


def look(desk: DisputeDesk, gateway: Gateway) -> None:
    """Look at open disputes whose events may be lost, each by itself. Run every hour."""
    with transaction():
        waiting = queries.to_look_at(clock.now() - LOOKED_AT_EVERY)
    for provider_id in waiting:
        try:
            taking = fetch(provider_id, desk=desk, gateway=gateway)
            with transaction():
                taking()
        except (ProviderUnavailable, ProviderRefused, CurrencyUnknown) as problem:
            log.warning("could not look at dispute %s: %s", provider_id, problem.message)


def take_in(seen: DisputeSeen) -> Outcome:
    """Take in what the provider shows of a dispute, inside the caller's transaction; what is older changes nothing.

    Money that moves after a dispute was lost, or in another currency, is DIFFERENT: a person looks at it. Raises
    ProviderUnavailable while a lost dispute has taken nothing in the provider's books.
    """
    found = queries.payment_of(charge_id=seen.charge_id, intent_id=seen.intent_id)
    if found is None:
        return Outcome.UNKNOWN
    payment_id, order_id = found
    order = orders.to_change(order_id)
    payment = next(each for each in payment_rows.locked_of_order(order_id) if each.id == payment_id)
    if payment.state is not PaymentState.CAPTURED or _currencies(seen) != {payment.currency}:
        return Outcome.DIFFERENT
    known = queries.known_as(seen.id)
    dispute = known or _begun(seen, payment)
    was_lost = dispute.borne_minor > 0
    has_moved = known is not None and _moved(dispute, seen)
    posted = [each for each in seen.movements if _posted(dispute, payment, each)]
    dispute.looked_at = clock.now()
    _end_if_lost(dispute, payment, order)
    is_news = known is None or has_moved
    if is_news or posted:
        _count(payment)
        _freeze_or_lift(dispute, payment)
    if is_news:
        _tell(dispute, order)
    if was_lost and posted:
        return Outcome.DIFFERENT
    return Outcome.APPLIED if is_news or posted else Outcome.REPEATED


def _currencies(seen: DisputeSeen) -> set[str]:
    return {seen.amount.currency, *(each.gross.currency for each in seen.movements)}


def _begun(seen: DisputeSeen, payment: Payment) -> Dispute:
    dispute = Dispute(
        id=new_id(),
        provider_id=seen.id,
        payment_id=payment.id,
        reason=seen.reason,
        state=seen.state,
        currency=seen.amount.currency,
        amount_minor=seen.amount.minor,
        taken_minor=0,
        borne_minor=0,
        answer_by=seen.answer_by,
        looked_at=clock.now(),
        payment=payment,
        evidence=[],
    )
    session().add(dispute)
    return dispute


def _moved(dispute: Dispute, seen: DisputeSeen) -> bool:
    """Go on to the state that was seen, if that is a step on; an answer that was on its way has then arrived."""
    if not dispute.lifecycle.allows(dispute.state, seen.state):
        return False
    if seen.state in ANSWERED:
        for evidence in dispute.evidence:
            if evidence.sent_at and evidence.to_inquiry == (seen.state in INQUIRIES):
                evidence.submitted_at = evidence.submitted_at or clock.now()
    dispute.move(seen.state, by=SYSTEM)
    dispute.reason, dispute.amount_minor, dispute.answer_by = seen.reason, seen.amount.minor, seen.answer_by
    dispute.reminded_at = None
    return True


def _posted(dispute: Dispute, payment: Payment, movement: Movement) -> bool:
    """Write one movement down, unless it is; taken and given back are the same lines with other signs."""
    lines = rules.dispute_moved(payment.order_id, gross=movement.gross, fee=movement.fee)
    kind = "dispute_withdrawn" if movement.gross.minor < 0 else "dispute_reinstated"
    if ledger.post(kind, reference=movement.id, lines=lines, order_id=payment.order_id) is Posted.REPEATED:
        return False
    dispute.taken_minor -= movement.gross.minor
    return True


def _end_if_lost(dispute: Dispute, payment: Payment, order: Order) -> None:
    if dispute.state is not DisputeState.LOST or dispute.borne_minor:
        return
    if dispute.taken_minor <= 0:
        raise ProviderUnavailable("What the lost dispute has taken is not in the provider's books yet.")
    charging_back.bear(dispute, payment, order.jobs)


def _count(payment: Payment) -> None:
    """What is contested of the payment now; while that is nothing, refunds go on."""
    session().flush()
    payment.disputed_minor = queries.contested_minor(payment.id)
    if not payment.disputed_minor:
        for refund in queries.refunds_waiting(payment.id):
            operations.ask_later(refund, payment.order_id)


def _freeze_or_lift(dispute: Dispute, payment: Payment) -> None:
    """While the bank has the money, or takes it, nothing of the order goes on to its sellers; an inquiry stops nothing.

    A dispute that is won holds it until the money is back in the provider's books.
    """
    is_held = dispute.taken_minor > 0 and dispute.state is not DisputeState.LOST
    if dispute.state in CONTESTED or is_held:
        order_id = payment.order_id
        freezes.freeze(FreezeWhy.DISPUTE, str(dispute.id), by=SYSTEM, order_id=order_id, reason=dispute.reason)
    else:
        freezes.lift(FreezeWhy.DISPUTE, str(dispute.id), by=SYSTEM, reason=dispute.state)


def _tell(dispute: Dispute, order: Order) -> None:
    """The state is a fact for the audit; those whose money it is are told, once for each state that concerns them."""
    audit.record(SYSTEM, f"dispute.{dispute.state}", dispute, order_id=order.id, amount_minor=dispute.amount_minor)
    kind = TOLD.get(dispute.state)
    if kind is None:
        return
    reason = dispute.reason.replace("_", " ")
    given_up = f" It was given up: {dispute.given_up_reason}" if dispute.given_up_reason else ""
    amount = written(dispute.amount_minor, dispute.currency)
    notifications.tell(
        order.organisation_id, kind, order, text=f"{amount} of order {order.number}: {reason}.{given_up}"
    )
    for job in queries.factories_paid_by(dispute.payment_id):
        notifications.tell(job.factory_id, kind, job, text=f"Order {order.number}: {reason}.{given_up}")
