"""A payment provider on paper: one effect for each key, a book of its own, and answers that may be lost.

It stands for the local Stripe where tens of thousands of stories are played; what it does is what the sandbox does, and
tests/marketplace/workflows/test_money_in_any_order.py plays the same stories there.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from threading import Lock
from typing import Any
from uuid import UUID

from marketplace.disputes.ports import DisputeSeen
from marketplace.disputes.states import DisputeState
from marketplace.kernel import transaction
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from marketplace.payments.errors import BalanceInsufficient, PaymentDisputed, ProviderRefused, ProviderUnavailable
from marketplace.payments.ports import (
    AccountSeen,
    ChargeSeen,
    IntentAsked,
    IntentSeen,
    Movement,
    RefundAsked,
    RefundSeen,
    RefundState,
    ReversalAsked,
    ReversalSeen,
    TransferAsked,
    TransferSeen,
)


@dataclass
class PaperBank:
    """Both sides of the counter: the gateway that we ask, and what customers and their banks do there."""

    draw: Random
    lost: float = 0.0
    """Which part of the answers never arrives, although what was asked for is done."""
    intents: dict[str, IntentSeen] = field(default_factory=dict)
    transfers: dict[str, TransferSeen] = field(default_factory=dict)
    reversals: dict[str, ReversalSeen] = field(default_factory=dict)
    refunds: dict[str, RefundSeen] = field(default_factory=dict)
    disputes: dict[str, DisputeSeen] = field(default_factory=dict)
    orders: dict[str, UUID] = field(default_factory=dict)
    """Of what is asked for: whose order it is."""
    book: dict[str, Money] = field(default_factory=dict)
    """By how much each movement has changed our balance."""
    at_sellers: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    paid_out: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    answers: dict[UUID, Any] = field(default_factory=dict)
    of_transfer: dict[str, TransferAsked] = field(default_factory=dict)
    till_is_open: Lock = field(default_factory=Lock)
    """One after another, as a provider serialises what is asked under one key."""

    @property
    def gateway(self) -> "PaperBank":
        return self

    @property
    def desk(self) -> "PaperBank":
        return self

    def balance(self, currency: str) -> int:
        """The sum of everything in our book there."""
        return sum(each.minor for each in self.book.values() if each.currency == currency)

    # What we ask.

    def open_intent(self, asked: IntentAsked) -> IntentSeen:
        def make() -> IntentSeen:
            seen = IntentSeen(_id("pi"), asked.amount, False, "secret", asked.payment_id, None)
            self.intents[seen.id], self.orders[seen.id] = seen, asked.order_id
            return seen

        transaction.outside()
        return self._once(asked.key, make)  # type: ignore[no-any-return]

    def intent(self, intent_id: str) -> IntentSeen:
        transaction.outside()
        return self.intents[intent_id]

    def transfer(self, asked: TransferAsked) -> TransferSeen:
        def make() -> TransferSeen:
            seen = TransferSeen(_id("tr"), asked.amount, self._moved(-asked.amount), asked.operation_id)
            self.at_sellers[asked.account_id, asked.amount.currency] += asked.amount.minor
            self.transfers[seen.id], self.orders[seen.id] = seen, asked.order_id
            self.of_transfer[seen.id] = asked
            return seen

        transaction.outside()
        return self._once(asked.key, make)  # type: ignore[no-any-return]

    def reverse(self, asked: ReversalAsked) -> ReversalSeen:
        def make() -> ReversalSeen:
            purse = self.of_transfer[asked.transfer_id].account_id, asked.amount.currency
            if self.at_sellers[purse] < asked.amount.minor:
                raise BalanceInsufficient("The account does not have it any more.")
            self.at_sellers[purse] -= asked.amount.minor
            seen = ReversalSeen(_id("trr"), asked.amount, self._moved(asked.amount), asked.operation_id)
            self.reversals[seen.id], self.orders[seen.id] = seen, asked.order_id
            return seen

        transaction.outside()
        return self._once(asked.key, make)  # type: ignore[no-any-return]

    def refund(self, asked: RefundAsked) -> RefundSeen:
        def make() -> RefundSeen:
            if any(each.intent_id == asked.intent_id and _is_open(each) for each in self.disputes.values()):
                raise PaymentDisputed("The customer's bank has the money.")
            if asked.amount.minor > self._left(asked.intent_id):
                raise ProviderRefused("So much is not left of the charge.")
            movement = Movement(self._moved(-asked.amount), -asked.amount, Money(0, asked.amount.currency))
            state = RefundState.SUCCEEDED
            seen = RefundSeen(_id("re"), asked.amount, state, movement, asked.operation_id, intent_id=asked.intent_id)
            self.refunds[seen.id], self.orders[seen.id] = seen, asked.order_id
            return seen

        transaction.outside()
        return self.refunds[self._once(asked.key, make).id]

    def find_transfer(self, asked: TransferAsked) -> TransferSeen | None:
        return _made_for(asked.operation_id, self.transfers)

    def find_reversal(self, asked: ReversalAsked) -> ReversalSeen | None:
        return _made_for(asked.operation_id, self.reversals)

    def find_refund(self, asked: RefundAsked) -> RefundSeen | None:
        living = {key: each for key, each in self.refunds.items() if each.state is not RefundState.FAILED}
        return _made_for(asked.operation_id, living)

    def seen_refund(self, refund_id: str) -> RefundSeen:
        transaction.outside()
        return self.refunds[refund_id]

    def account(self, account_id: str) -> AccountSeen:
        transaction.outside()
        return AccountSeen(account_id, may_receive=True)

    def dispute(self, dispute_id: str) -> DisputeSeen:
        transaction.outside()
        return self.disputes[dispute_id]

    # What others do there.

    def pay(self, intent_id: str) -> None:
        """The customer pays; the provider keeps three in a hundred."""
        intent = self.intents[intent_id]
        fee = Money(intent.amount.minor * 3 // 100, intent.amount.currency)
        movement = Movement(self._moved(intent.amount - fee), intent.amount, fee)
        self.intents[intent_id] = replace(intent, charge=ChargeSeen(_id("ch"), movement))

    def fail_refund(self, refund_id: str) -> None:
        """The customer's bank sends a refund back."""
        refund = self.refunds[refund_id]
        back = Movement(self._moved(refund.amount), refund.amount, Money(0, refund.amount.currency))
        self.refunds[refund_id] = replace(refund, state=RefundState.FAILED, return_movement=back)

    def contest(self, intent_id: str) -> str | None:
        """The customer's bank takes all that is left of a charge, and a fee; None where nothing is left."""
        intent, minor = self.intents[intent_id], self._left(intent_id)
        if minor == 0 or intent.charge is None:
            return None
        amount, fee = Money(minor, intent.amount.currency), Money(150, intent.amount.currency)
        taken = Movement(self._moved(-amount - fee), -amount, fee)
        seen = DisputeSeen(
            _id("dp"), amount, DisputeState.NEEDS_ANSWER, "general", intent.charge.id, intent_id, None, [taken]
        )
        self.disputes[seen.id], self.orders[seen.id] = seen, self.orders[intent_id]
        return seen.id

    def decide(self, dispute_id: str, state: DisputeState) -> None:
        """The bank decides; where we win, amount and fee come back."""
        seen, movements = self.disputes[dispute_id], list(self.disputes[dispute_id].movements)
        if state is DisputeState.WON:
            fee = movements[0].fee
            movements.append(Movement(self._moved(seen.amount + fee), seen.amount, -fee))
        self.disputes[dispute_id] = replace(seen, state=state, movements=movements)

    def pay_out(self, account_id: str, currency: str) -> None:
        """All that a seller has there goes to their bank."""
        purse = account_id, currency
        self.paid_out[purse] += self.at_sellers.pop(purse, 0)

    def fail_payout(self, account_id: str, currency: str) -> None:
        """The seller's bank sends it back."""
        purse = account_id, currency
        self.at_sellers[purse] += self.paid_out.pop(purse, 0)

    def _left(self, intent_id: str) -> int:
        gone = [
            each.amount.minor
            for each in self.refunds.values()
            if each.intent_id == intent_id and each.state is RefundState.SUCCEEDED
        ]
        taken = [
            each.amount.minor
            for each in self.disputes.values()
            if each.intent_id == intent_id and each.state is not DisputeState.WON
        ]
        return self.intents[intent_id].amount.minor - sum(gone) - sum(taken)

    def _moved(self, net: Money) -> str:
        movement_id = _id("txn")
        self.book[movement_id] = net
        return movement_id

    def _once(self, key: UUID, make: Callable[[], Any]) -> Any:
        """One key, one effect: what was answered once is answered again."""
        with self.till_is_open:
            if key not in self.answers:
                self.answers[key] = make()
        if self.draw.random() < self.lost:
            raise ProviderUnavailable("The answer was lost.")
        return self.answers[key]


def _is_open(dispute: DisputeSeen) -> bool:
    return dispute.state in (DisputeState.NEEDS_ANSWER, DisputeState.UNDER_REVIEW)


def _made_for(operation_id: UUID, made: Any) -> Any:
    transaction.outside()
    found: Sequence[Any] = [each for each in made.values() if each.operation_id == operation_id]
    return found[-1] if found else None


def _id(prefix: str) -> str:
    return f"{prefix}_{new_id().hex}"
