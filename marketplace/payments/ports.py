"""What we ask of a payment provider and what we see there, in our own words.

Every method but `verify` leaves the house: its first line is `transaction.outside()`, in fakes too. A method that is
given a key may be called again with it and has one effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from marketplace.kernel.money import Money
from marketplace.payments.models import BankPayoutState


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry in the provider's books about us: `gross` less `fee` is what our balance there changed by.

    Gross is positive for money that came in and negative for money that left, the fee for what the provider keeps;
    both are in the same currency.
    """

    id: str
    gross: Money
    fee: Money


@dataclass(frozen=True, slots=True)
class ChargeSeen:
    """A charge that was paid; `movement` is empty until the provider has written it into its books."""

    id: str
    movement: Movement | None


@dataclass(frozen=True, slots=True)
class IntentSeen:
    """A payment intent: paid where there is a charge. `payment_id` is what we wrote on it, if it is ours.

    So is `way_id`, where it is no card.
    """

    id: str
    amount: Money
    is_cancelled: bool
    client_secret: str = field(repr=False)
    payment_id: UUID | None
    charge: ChargeSeen | None
    way_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TransferSeen:
    """Money sent to a seller's account."""

    id: str
    amount: Money
    movement_id: str
    operation_id: UUID | None


@dataclass(frozen=True, slots=True)
class ReversalSeen:
    """Money that came back from a seller's account: a transfer, or a part of it, was reversed."""

    id: str
    amount: Money
    movement_id: str
    operation_id: UUID | None


class RefundState(StrEnum):
    """How far a refund has come at the provider; only a succeeded one has given anything back."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """Money sent back to the customer; `movement` is empty until the provider has written it into its books.

    `return_movement` is there when it had left and came back: the customer's bank did not take it.
    """

    id: str
    amount: Money
    state: RefundState
    movement: Movement | None
    operation_id: UUID | None
    return_movement: Movement | None = None
    intent_id: str | None = None
    """What was paid by it, as the provider calls it."""


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """A seller's account; money may be sent to it once the provider knows enough."""

    id: str
    may_receive: bool
    usual_banks: frozenset[str] | None = None
    """The bank accounts that it is paid out to, one for each currency; None where the provider does not say."""


@dataclass(frozen=True, slots=True)
class PayoutSeen:
    """Money that the provider sent from a seller's account to their bank."""

    id: str
    amount: Money
    state: BankPayoutState
    bank_id: str
    sent_at: datetime
    arrives_on: date
    failure: str | None
    """Why it failed, in a sentence."""


@dataclass(frozen=True, slots=True)
class OnboardingLink:
    """A page of the provider where the seller tells it who they are; good once and for minutes."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EventSeen:
    """An event whose signature is good. It is a sign that something changed; what is true is fetched."""

    id: str
    kind: str
    api_version: str
    is_of_our_version: bool
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class IntentAsked:
    """An intent to be opened for one order."""

    key: UUID
    payment_id: UUID
    order_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """A share of one order's charge, to be sent to a seller's account."""

    key: UUID
    operation_id: UUID
    order_id: UUID
    amount: Money
    charge_id: str
    account_id: str


@dataclass(frozen=True, slots=True)
class ReversalAsked:
    """A transfer, or a part of it, to be taken back."""

    key: UUID
    operation_id: UUID
    order_id: UUID
    amount: Money
    transfer_id: str


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """A part of one order's payment, to be sent back."""

    key: UUID
    operation_id: UUID
    order_id: UUID
    amount: Money
    intent_id: str


@dataclass(frozen=True, slots=True)
class AccountAsked:
    """An account to be opened for a seller."""

    key: UUID
    organisation_id: UUID
    country: str
    email: str


class SellersPayouts(Protocol):
    """What becomes of sellers' money at the provider. Raises ProviderUnavailable, ProviderRefused."""

    def payout(self, payout_id: str, *, account_id: str) -> PayoutSeen: ...


class Gateway(SellersPayouts, Protocol):
    """The payment provider. Raises ProviderUnavailable where asking again may help, ProviderRefused where not."""

    def open_intent(self, asked: IntentAsked) -> IntentSeen: ...

    def intent(self, intent_id: str) -> IntentSeen: ...

    def cancel_intent(self, intent_id: str, *, key: UUID) -> IntentSeen:
        """Nothing will be paid any more; an intent that was paid meanwhile comes back as it is."""
        ...

    def transfer(self, asked: TransferAsked) -> TransferSeen: ...

    def find_transfer(self, asked: TransferAsked) -> TransferSeen | None:
        """What became of an ask whose answer we never had."""
        ...

    def seen_transfer(self, transfer_id: str) -> TransferSeen: ...

    def reverse(self, asked: ReversalAsked) -> ReversalSeen:
        """Raises BalanceInsufficient where the seller's account does not have the money any more."""
        ...

    def find_reversal(self, asked: ReversalAsked) -> ReversalSeen | None:
        """What became of an ask whose answer we never had."""
        ...

    def seen_reversals(self, transfer_id: str) -> Sequence[ReversalSeen]:
        """Everything that came back of a transfer."""
        ...

    def refund(self, asked: RefundAsked) -> RefundSeen: ...

    def find_refund(self, asked: RefundAsked) -> RefundSeen | None:
        """What became of an ask whose answer we never had; one that failed gave nothing back, and is none."""
        ...

    def seen_refund(self, refund_id: str) -> RefundSeen: ...

    def open_account(self, asked: AccountAsked) -> AccountSeen: ...

    def account(self, account_id: str) -> AccountSeen: ...

    def onboarding_link(self, account_id: str, *, return_url: str, refresh_url: str) -> OnboardingLink: ...

    def verify(self, payload: bytes, signature: str | None) -> EventSeen:
        """The event in a delivery. Raises SignatureInvalid."""
        ...
