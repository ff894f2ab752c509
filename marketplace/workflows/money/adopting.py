"""What a person did at the provider's dashboard with no operation of ours behind it: taken in, never ignored.

A refund there is borne as any refund is: by shares, out of what is held, or out of what the parties got. It names no
job, so that every job with something left of that payment bears it, in proportion to what it has left. Money that came
back from a seller is owed to them again, and a person decides whether it is sent. What we owed and had not got done is
done by it, where the amount is the same: nobody pays twice because a person has helped.
"""

from collections import defaultdict
from typing import Final
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.money import Money, written
from marketplace.ledger import queries as ledger_rows
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.notifications import service as notices
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import queries as orders
from marketplace.orders import sharing
from marketplace.orders.models import Job, Order
from marketplace.orders.sharing import GivenUp
from marketplace.payments import operations, queries, receipts
from marketplace.payments.errors import ProviderUnavailable
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import Operation, Payment
from marketplace.payments.ports import RefundSeen, RefundState, ReversalSeen
from marketplace.workflows.money import owing, refunding
from marketplace.workflows.ordering import fulfilment

BY_HAND: Final = "dashboard"
GIVEN_BACK_BY_HAND: Final = "The staff has given its money back at the provider."
TAKEN_BACK_BY_HAND: Final = "A person has taken it back at the provider ({}); send it again if it is still theirs."


def adopt_refund(seen: RefundSeen) -> Outcome:
    """Take in a refund that no operation of ours asked for, inside the caller's transaction; once, whoever tells it.

    STALE until the customer has the money. Beyond what is left of what was paid it is DIFFERENT: somebody else has that
    money already. Raises ProviderUnavailable while it is not in the provider's books.
    """
    found = queries.payment_of_intent(seen.intent_id) if seen.intent_id else None
    if found is None:
        return Outcome.UNKNOWN
    order = orders.to_change(found[0])
    payment = next(each for each in queries.locked_of_order(order.id) if each.id == found[1])
    known = queries.operation_known_as(seen.id)
    if known is not None:
        return receipts.refunded(known, seen)
    if seen.state is RefundState.FAILED:
        return receipts.came_and_went(order.id, seen)
    if seen.state is not RefundState.SUCCEEDED:
        return Outcome.STALE
    if seen.movement is None:
        raise ProviderUnavailable("The refund is not in the provider's books yet.")
    if seen.amount != -seen.movement.gross or seen.amount.currency != payment.currency:
        return Outcome.DIFFERENT
    owed = queries.refund_done_by_hand(payment.id, seen.amount.minor)
    if owed is not None:
        return receipts.refunded(owed, seen)
    if seen.amount.minor > sharing.left_of_payment(order.jobs, payment.id):
        return Outcome.DIFFERENT
    return _adopt(order, payment, seen)


def _adopt(order: Order, payment: Payment, seen: RefundSeen) -> Outcome:
    reason = f"refund:{order.id}:{BY_HAND}:{seen.id}:{payment.id}"
    held_minor, borne, tax_minor, to_ask = 0, defaultdict[UUID | None, int](int), 0, list[Operation]()
    parts = sharing.give_up_of_payment(order.jobs, payment.id, seen.amount.minor, why=f"{BY_HAND}:{seen.id}")
    for job, part in parts:
        _tell_the_parties(order, job, part)
        if not ledger_rows.is_posted(f"release:{job.id}"):
            held_minor += part.minor
            continue
        tax_minor += part.tax_minor
        for party_id, minor in part.by_party.items():
            borne[party_id] += minor
        to_ask += _from_the_parties(job, payment, part, seen)
    operation = operations.note_adopted(payment, reason=reason, amount_minor=seen.amount.minor)
    held = rules.refund_borne_by_held(order.id, Money(held_minor, payment.currency))
    rest = seen.amount - Money(held_minor, payment.currency)
    parties = rules.refund_borne_by_parties(order.id, rest, borne=borne, tax_minor=tax_minor)
    reference = f"allocation:{operation.id}"
    ledger.post("refund_allocation", reference=reference, lines=[*held, *parties], order_id=order.id)
    outcome = receipts.refunded(operation.id, seen)
    for each in to_ask:
        operations.ask_later(each.id, order.id)
    for job, _ in parts:
        fulfilment.go_on_with_less(job, reason=GIVEN_BACK_BY_HAND, by=SYSTEM)
    text = f"{seen.amount} of order {order.number}."
    notices.tell(order.organisation_id, NoticeKind.REFUND_ADOPTED, order, text=text)
    audit.record(SYSTEM, "payment.refund_adopted", operation, provider_id=seen.id, amount_minor=seen.amount.minor)
    return outcome


def _tell_the_parties(order: Order, job: Job, part: GivenUp) -> None:
    whole = written(part.minor, job.currency)
    for party_id, minor in part.by_party.items():
        if party_id is not None and minor:
            text = f"{whole} of order {order.number}, {written(minor, job.currency)} of it out of your part."
            notices.tell(party_id, NoticeKind.REFUND_ADOPTED, job, text=text)


def _from_the_parties(job: Job, payment: Payment, part: GivenUp, seen: RefundSeen) -> list[Operation]:
    reason = refunding.refund_reason(job.id, f"{BY_HAND}:{seen.id}", payment.id)
    return [
        operation
        for party_id, minor in part.by_party.items()
        if party_id is not None and minor
        for operation in owing.take_back(job, payment, party_id, minor, refund=reason)
    ]


def adopt_reversal(transfer_id: str, seen: ReversalSeen) -> Outcome:
    """Take in money that came back of a transfer though we had not asked, inside the caller's transaction; once.

    It is owed to the seller again, and not sent before a person says so. More than the transfer has left is DIFFERENT.
    """
    known = queries.operation_known_as(seen.id)
    if known is not None:
        return receipts.taken_back(known, seen)
    of_transfer = queries.operation_known_as(transfer_id)
    if of_transfer is None:
        return Outcome.UNKNOWN
    transfer, payment = queries.locked_operation(of_transfer)
    if transfer.party_id is None or seen.amount.currency != transfer.currency:
        return Outcome.DIFFERENT
    owed = queries.reversal_done_by_hand(transfer.id, seen.amount.minor)
    if owed is not None:
        return receipts.taken_back(owed, seen)
    minor = seen.amount.minor
    if minor > transfer.amount_minor - queries.taken_back_minor(transfer.id):
        return Outcome.DIFFERENT
    by_hand = refunding.refund_reason(operations.job_of(transfer.reason), f"{BY_HAND}:{seen.id}", payment.id)
    reason = f"reversal:{by_hand}:{transfer.party_id}:{transfer.id}"
    operation = operations.take_back(transfer, payment, reason=reason, amount_minor=minor)
    again = operations.owe_anew(transfer, payment, reason=f"{transfer.reason}:{BY_HAND}:{seen.id}", amount_minor=minor)
    operations.leave_to_a_person(again, TAKEN_BACK_BY_HAND.format(seen.id))
    audit.record(SYSTEM, "payment.reversal_adopted", operation, provider_id=seen.id, amount_minor=minor)
    return receipts.taken_back(operation.id, seen)
