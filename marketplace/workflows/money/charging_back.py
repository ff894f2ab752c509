"""A lost dispute: what the bank has taken for good is borne once, like a refund, by those whose shares it was.

Before release out of what is held, after it by each party; what of a seller's is sent is reversed, or becomes a debt.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from marketplace.disputes import queries
from marketplace.disputes.models import Dispute
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.money import Money
from marketplace.ledger import queries as ledger_rows
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.orders import sharing
from marketplace.orders.models import Job
from marketplace.orders.sharing import GivenUp
from marketplace.payments import operations
from marketplace.payments.models import Operation, OperationKind, Payment
from marketplace.workflows.money import owing, refunding
from marketplace.workflows.ordering import amending

log = logging.getLogger("commonforge.money")


@dataclass(slots=True)
class Burden:
    """Who bears how much of a lost dispute, in minor units, and what the provider is to be asked for after it."""

    held_minor: int = 0
    by_party: dict[UUID | None, int] = field(default_factory=lambda: defaultdict(int))
    """The platform is nobody (None)."""
    tax_minor: int = 0
    """Of the platform's, so much is tax on its fee."""
    to_ask: list[Operation] = field(default_factory=list)


def bear(dispute: Dispute, payment: Payment, jobs: Sequence[Job]) -> None:
    """Divide what a lost dispute has taken (M2: key is the dispute), inside the caller's transaction, all of it locked.

    What the parties do not have any more was owed to the customer as refunds: those that were not made need not be.
    What the bank takes beyond what was paid is the platform's loss.
    """
    burden, why = Burden(), queries.why(dispute.id)
    taken = dispute.taken_minor
    out_of_shares = min(taken, sharing.left_of_payment(jobs, payment.id))
    for job, part in sharing.give_up_of_payment(jobs, payment.id, out_of_shares, why=why):
        _lay_on(burden, job, payment, part, refund=refunding.refund_reason(job.id, why, payment.id))
        amending.price_anew(job, by=SYSTEM)
    let_go = _in_place_of_refunds(payment, taken - out_of_shares)
    beyond = max(0, taken - out_of_shares - let_go)
    if beyond:
        log.error("dispute %s took %s more than was left of what was paid", dispute.provider_id, beyond)
        burden.by_party[None] += beyond
    too_much = max(0, out_of_shares + let_go - taken)
    _post(dispute, payment, burden, let_go=let_go, too_much=too_much)
    dispute.borne_minor = taken
    payment.charged_back_minor += taken - beyond
    _owe_anew(payment, too_much, why=why)
    for operation in burden.to_ask:
        operations.ask_later(operation.id, payment.order_id)


def _lay_on(burden: Burden, job: Job, payment: Payment, part: GivenUp, *, refund: str) -> None:
    if not ledger_rows.is_posted(f"release:{job.id}"):
        burden.held_minor += part.minor
        return
    burden.tax_minor += part.tax_minor
    for party_id, minor in part.by_party.items():
        burden.by_party[party_id] += minor
        if party_id is not None:
            burden.to_ask += owing.take_back(job, payment, party_id, minor, refund=refund)


def _in_place_of_refunds(payment: Payment, minor: int) -> int:
    """Let go of refunds in whose place the dispute has paid, as many as it takes; how much they were."""
    let_go = 0
    if minor > 0:
        for refund in queries.refunds_not_made(payment.id):
            if let_go >= minor:
                break
            operations.set_off(refund, refund.amount_minor)
            let_go += refund.amount_minor
    return let_go


def _post(dispute: Dispute, payment: Payment, burden: Burden, *, let_go: int, too_much: int) -> None:
    """One journal for the whole of it, under the dispute's id."""
    lines = rules.dispute_lost(
        payment.order_id,
        Money(dispute.taken_minor + too_much, payment.currency),
        held_minor=burden.held_minor,
        borne=burden.by_party,
        tax_minor=burden.tax_minor,
        owed_back_minor=let_go,
    )
    ledger.post("dispute_allocation", reference=f"allocation:{dispute.id}", lines=lines, order_id=payment.order_id)


def _owe_anew(payment: Payment, minor: int, *, why: str) -> None:
    """A refund of which only a part was paid by the dispute was let go of whole: the rest of it is owed again."""
    if minor == 0:
        return
    refund = operations.enqueue(OperationKind.REFUND, payment, reason=f"refund:{why}:{payment.id}", amount_minor=minor)
    lines = rules.owed_out_of_dispute(payment.order_id, Money(minor, payment.currency))
    ledger.post("refund_allocation", reference=f"allocation:{refund.id}", lines=lines, order_id=payment.order_id)
