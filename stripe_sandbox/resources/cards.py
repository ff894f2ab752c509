"""The test cards, by the ids that Stripe publishes for them (https://docs.stripe.com/testing)."""

from typing import NamedTuple

DECLINED = "Your card was declined."


class Card(NamedTuple):
    """A test card and what happens when it is charged."""

    brand: str
    last4: str
    funding: str = "credit"
    code: str | None = None
    decline_code: str | None = None
    message: str = ""
    settles_at_once: bool = False

    @property
    def is_good(self) -> bool:
        return self.code is None


def _declines(last4: str, decline_code: str) -> Card:
    return Card("visa", last4, code="card_declined", decline_code=decline_code, message=DECLINED)


GOOD = {
    "pm_card_visa": Card("visa", "4242"),
    "pm_card_visa_debit": Card("visa", "5556", funding="debit"),
    "pm_card_mastercard": Card("mastercard", "4444"),
    "pm_card_amex": Card("amex", "8431"),
    "pm_card_unionpay": Card("unionpay", "0005"),
    "pm_card_jcb": Card("jcb", "0505"),
    "pm_card_bypassPending": Card("visa", "0077", settles_at_once=True),
}
BAD = {
    "chargeDeclined": _declines("0002", "generic_decline"),
    "chargeDeclinedInsufficientFunds": _declines("9995", "insufficient_funds"),
    "chargeDeclinedLostCard": _declines("9987", "lost_card"),
    "chargeDeclinedStolenCard": _declines("9979", "stolen_card"),
    "chargeDeclinedVelocityLimitExceeded": _declines("6975", "card_velocity_exceeded"),
    "chargeDeclinedExpiredCard": Card("visa", "0069", code="expired_card", message="Your card has expired."),
    "chargeDeclinedIncorrectCvc": Card(
        "visa", "0127", code="incorrect_cvc", message="Your card's security code is incorrect."
    ),
    "chargeDeclinedProcessingError": Card(
        "visa",
        "0119",
        code="processing_error",
        message="An error occurred while processing your card. Try again in a little bit.",
    ),
}
CARDS = {**GOOD, **{f"pm_card_{name}": card for name, card in BAD.items()}}
CARDS |= {f"pm_card_visa_{name}": card for name, card in BAD.items()}
"""Stripe writes the declining cards with the brand and without it; both are good."""
