"""What the provider's events lead to: the thing is fetched as it is now, and taken in once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeGuard
from uuid import UUID

from marketplace.kernel.money import CurrencyUnknown
from marketplace.kernel.transaction import transaction
from marketplace.payments import inbox, payouts, queries, receipts
from marketplace.payments.cashier import Provider
from marketplace.payments.errors import ProviderRefused, WayNotFound
from marketplace.payments.inbox import Outcome
from marketplace.payments.ports import Gateway, ReversalSeen
from marketplace.workflows import queries as rows
from marketplace.workflows.money import adopting, choosing, settlement

log = logging.getLogger("commonforge.money")

Taking = Callable[[], Outcome]
"""Takes in what was fetched, inside a transaction."""
Follow = Callable[[str], Taking]
"""Fetches the thing that an event is about, by its id at the provider."""


def handle_event(event_id: str, gateway: Provider, others: Mapping[str, Follow]) -> None:
    """Handle one stored event: delivered n times, late, early or twice at once, it has the effect of one (C2).

    `others` say how events are followed up that are about none of the gateway's own things. Raises
    ProviderUnavailable, so that the job comes back.
    """
    with transaction():
        told = queries.event(event_id)
    if told.is_over:
        return
    taking = (
        _nothing(Outcome.REPEATED)
        if told.is_known_end
        else _fetch(told.kind, told.about, told.account_id, gateway, others)
    )
    with transaction():
        outcome = taking()
        inbox.finish(event_id, outcome)
    if outcome in inbox.QUARANTINED:
        log.warning("event %s (%s) is kept for a person: %s", event_id, told.kind, outcome)


def take_in(kind: str, about: str, gateway: Provider, others: Mapping[str, Follow]) -> Outcome:
    """Take in what an event of this kind would tell of a thing of our own account, though none has come.

    A kind that leads to nothing here is FOR_A_PERSON. Raises ProviderUnavailable.
    """
    if kind not in FETCH and kind not in others:
        return Outcome.FOR_A_PERSON
    taking = _fetch(kind, about, None, gateway, others)
    with transaction():
        return taking()


def _fetch(kind: str, about: str, account_id: str | None, gateway: Provider, others: Mapping[str, Follow]) -> Taking:
    try:
        if kind in others:
            return others[kind](about)
        if kind in FETCH_AT_SELLERS:
            return FETCH_AT_SELLERS[kind](about, account_id, gateway)
        return FETCH[kind](about, gateway)
    except CurrencyUnknown:
        return _nothing(Outcome.DIFFERENT)
    except ProviderRefused:
        return _nothing(Outcome.UNKNOWN)


def _intent(intent_id: str, gateway: Gateway) -> Taking:
    seen = gateway.intent(intent_id)
    return lambda: settlement.capture(seen)


def _progress(intent_id: str, gateway: Provider) -> Taking:
    """A payment has come further, or not: a card, or a part of another way."""
    seen = gateway.ways.of_intent(intent_id)
    return lambda: choosing.take_in(seen)


def _session(session_id: str, gateway: Provider) -> Taking:
    """A page was completed, or is over; that it was completed says nothing of money."""
    seen = gateway.ways.of_session(session_id)
    return lambda: choosing.take_in(seen)


def _invoice(invoice_id: str, gateway: Provider) -> Taking:
    seen = gateway.ways.of_invoice(invoice_id)
    return lambda: choosing.take_in(seen)


def _funds(customer_id: str, gateway: Provider) -> Taking:
    """Somebody has transferred money: it is counted first, and then looked at what is left of it."""
    try:
        with transaction():
            asked = rows.asked_of_customer(customer_id)
    except WayNotFound:
        return _nothing(Outcome.UNKNOWN)
    seen, held = gateway.ways.look(asked), gateway.ways.funds(customer_id)

    def taking() -> Outcome:
        outcome = choosing.take_in(seen)
        left = choosing.take_back_funds(asked, held)
        return outcome if left is Outcome.STALE else left

    return taking


def _transfer(transfer_id: str, gateway: Gateway) -> Taking:
    """One that a person made at the provider has no order that it could be for: it is kept for a person here too."""
    seen = gateway.seen_transfer(transfer_id)

    def taking() -> Outcome:
        return receipts.transferred(seen.operation_id, seen) if _is_ours(seen.operation_id) else Outcome.UNKNOWN

    return taking


def _reversals(transfer_id: str, gateway: Gateway) -> Taking:
    """All that came back of a transfer: the event does not say which part of it is new."""
    seen = gateway.seen_reversals(transfer_id)
    return lambda: _gravest([_reversal(transfer_id, one) for one in seen])


def _reversal(transfer_id: str, seen: ReversalSeen) -> Outcome:
    if _is_ours(seen.operation_id):
        return receipts.taken_back(seen.operation_id, seen)
    return adopting.adopt_reversal(transfer_id, seen)


def _gravest(outcomes: Sequence[Outcome]) -> Outcome:
    """What a person has to see, before what is new, before what is not."""
    order = (Outcome.DIFFERENT, Outcome.UNKNOWN, Outcome.APPLIED, Outcome.REPEATED)
    return min(outcomes, key=order.index, default=Outcome.STALE)


def _refund(refund_id: str, gateway: Gateway) -> Taking:
    seen = gateway.seen_refund(refund_id)
    with transaction():
        is_ours = _is_ours(seen.operation_id)
    paid = None if is_ours or seen.intent_id is None else gateway.intent(seen.intent_id)

    def taking() -> Outcome:
        if _is_ours(seen.operation_id):
            return receipts.refunded(seen.operation_id, seen)
        if paid is not None:
            settlement.capture(paid)  # parents first: who bears a refund is not known before what was paid is
        return adopting.adopt_refund(seen)

    return taking


def _is_ours(operation_id: UUID | None) -> TypeGuard[UUID]:
    """Whether money moved for an operation of ours; if not, a person has moved it at the provider."""
    return operation_id is not None and queries.operation_exists(operation_id)


def _account(account_id: str, gateway: Gateway) -> Taking:
    seen = gateway.account(account_id)

    def taking() -> Outcome:
        account = queries.account_known_as(seen.id)
        if account is None:
            return Outcome.UNKNOWN
        payouts.note_account(account, seen)
        return Outcome.APPLIED

    return taking


def _bank_details(_bank_id: str, account_id: str | None, gateway: Gateway) -> Taking:
    """Where a seller's account is paid out to has changed: the account is looked at as a whole."""
    return _account(account_id, gateway) if account_id else _nothing(Outcome.UNKNOWN)


def _bank_payout(payout_id: str, account_id: str | None, gateway: Gateway) -> Taking:
    """A payout of a seller's account; one of our own account is no seller's matter."""
    if account_id is None:
        return _nothing(Outcome.FOR_A_PERSON)
    paid, seen = gateway.payout(payout_id, account_id=account_id), gateway.account(account_id)

    def taking() -> Outcome:
        account = queries.account_known_as(seen.id)
        return Outcome.UNKNOWN if account is None else payouts.note_payout(account, paid, seen)

    return taking


def _nothing(outcome: Outcome) -> Taking:
    return lambda: outcome


FETCH: Final[dict[str, Callable[[str, Provider], Taking]]] = {
    "payment_intent.succeeded": _intent,
    "payment_intent.processing": _progress,
    "payment_intent.partially_funded": _progress,
    "payment_intent.payment_failed": _progress,
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": _session,
    "checkout.session.expired": _session,
    "invoice.paid": _invoice,
    "invoice.voided": _invoice,
    "cash_balance.funds_available": _funds,
    "transfer.created": _transfer,
    "transfer.reversed": _reversals,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "account.updated": _account,
}
"""With `others` one for each kind in `inbox.HANDLED` that happens in our own account, or says all by its object."""

FETCH_AT_SELLERS: Final[dict[str, Callable[[str, str | None, Gateway], Taking]]] = {
    "account.external_account.created": _bank_details,
    "account.external_account.updated": _bank_details,
    "payout.paid": _bank_payout,
    "payout.failed": _bank_payout,
}
"""And of those that happen in a seller's account: given its id too."""
