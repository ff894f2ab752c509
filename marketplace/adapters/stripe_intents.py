"""A payment intent as Stripe answers it: of some hundred and fifty fields the dozen that say what was paid.

Each paid order is read here once or twice; the SDK would make an object of every field (a millisecond). What is read is
checked against these types instead. Source: docs.stripe.com/api/payment_intents/object, with the charge expanded.
"""

from typing import Any, Final
from uuid import UUID

import msgspec

from marketplace.kernel.money import Money
from marketplace.kernel.records import RecordOf
from marketplace.payments.errors import ProviderUnavailable
from marketplace.payments.ports import ChargeSeen, IntentSeen, Movement

EXPANDED: Final[list[str]] = ["latest_charge.balance_transaction"]
"""What an ask for an intent must expand, for a payment to be seen."""


class Entry(msgspec.Struct, frozen=True):
    """A balance transaction: what a charge did to our balance."""

    id: str
    amount: int
    fee: int
    currency: str


class Charge(msgspec.Struct, frozen=True):
    """A charge; its entry is not there, or a bare id, until it is in Stripe's books."""

    id: str
    balance_transaction: Entry | str | None


class Intent(msgspec.Struct, frozen=True):
    """A payment intent."""

    id: str
    amount: int
    currency: str
    status: str
    client_secret: str | None
    metadata: dict[str, str]
    latest_charge: Charge | str | None


_INTENT: Final = RecordOf(Intent)


def seen(answer: Any) -> IntentSeen:
    """The intent in an answer. Paid means succeeded, and nothing less (M11).

    Raises ProviderUnavailable for an answer that is no intent, CurrencyUnknown.
    """
    try:
        intent = _INTENT.of(answer)
    except msgspec.ValidationError as error:
        raise ProviderUnavailable(f"The payment provider answered with something else: {error}.") from error
    charge = intent.latest_charge
    is_paid = intent.status == "succeeded" and isinstance(charge, Charge)
    return IntentSeen(
        id=intent.id,
        amount=_money(intent.amount, intent.currency),
        is_cancelled=intent.status == "canceled",
        client_secret=intent.client_secret or "",
        payment_id=_written(intent, "payment"),
        way_id=_written(intent, "way") if "way" in intent.metadata else None,
        charge=_charge(charge) if is_paid and isinstance(charge, Charge) else None,
    )


def _charge(charge: Charge) -> ChargeSeen:
    entry = charge.balance_transaction
    return ChargeSeen(charge.id, _movement(entry) if isinstance(entry, Entry) else None)


def _movement(entry: Entry) -> Movement:
    return Movement(entry.id, gross=_money(entry.amount, entry.currency), fee=_money(entry.fee, entry.currency))


def _money(minor: int, currency: str) -> Money:
    return Money(minor, currency.upper())


def _written(intent: Intent, name: str) -> UUID | None:
    """What we wrote on it; an intent of the dashboard has nothing, or anything."""
    try:
        return UUID(intent.metadata[name])
    except (KeyError, ValueError):
        return None
