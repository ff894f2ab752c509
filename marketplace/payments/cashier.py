"""Ways to pay other than a card, as a payment provider offers them, in our own words.

Every method leaves the house: its first line is `transaction.outside()`, in fakes too. A method that is given a key may
be called again with it and has one effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from marketplace.kernel.money import Money
from marketplace.payments.models import Method, WayState
from marketplace.payments.ports import Gateway, IntentSeen, RefundSeen


@dataclass(frozen=True, slots=True)
class WayAsked:
    """A way to pay one order, as it was committed; `provider_id` is empty until the provider has told it."""

    way_id: UUID
    key: UUID
    method: Method
    payment_id: UUID
    order_id: UUID
    order_number: int
    amount: Money
    due_by: datetime
    customer: str
    """The name of whoever pays."""
    return_url: str
    """Where the customer comes back to from a page of the provider."""
    provider_id: str | None


@dataclass(frozen=True, slots=True)
class WaySeen:
    """A way to pay as it stands at the provider now. It is paid where its intent has a charge, and nowhere else."""

    id: str
    """The provider's session, invoice or intent."""
    method: Method
    state: WayState
    way_id: UUID | None
    """What we wrote on it, if it is ours."""
    intent: IntentSeen | None
    customer_id: str | None = None
    url: str | None = None
    instructions: Mapping[str, Any] | None = None
    funded_minor: int = 0
    """What has been transferred and counted for it."""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class FundsAsked:
    """What a customer transferred beyond what was due, to be sent back."""

    key: UUID
    operation_id: UUID
    order_id: UUID
    amount: Money
    customer_id: str


class Cashier(Protocol):
    """The payment provider's other ways to pay. Raises ProviderUnavailable, ProviderRefused as the Gateway does."""

    def open(self, asked: WayAsked) -> WaySeen: ...

    def look(self, asked: WayAsked) -> WaySeen:
        """A way that was opened, as it is now."""
        ...

    def end(self, asked: WayAsked) -> WaySeen:
        """Nothing will be paid this way any more; one that was paid meanwhile comes back as it is.

        One of which we never had the answer is opened under its key first, so that it can be closed.
        """
        ...

    def of_intent(self, intent_id: str) -> WaySeen:
        """The way that an intent is a part of; a card where it is none of another kind."""
        ...

    def of_session(self, session_id: str) -> WaySeen: ...

    def of_invoice(self, invoice_id: str) -> WaySeen: ...

    def funds(self, customer_id: str) -> Mapping[str, int]:
        """What was transferred for an invoice and not counted for it: minor units by currency."""
        ...

    def return_funds(self, asked: FundsAsked) -> RefundSeen: ...

    def find_returned(self, asked: FundsAsked) -> RefundSeen | None:
        """What became of an ask whose answer we never had."""
        ...


class Provider(Gateway, Protocol):
    """The payment provider, with all its ways to pay."""

    @property
    def ways(self) -> Cashier: ...
