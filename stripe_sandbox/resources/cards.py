"""The test cards, by the ids and numbers that Stripe publishes for them (https://docs.stripe.com/testing)."""

from typing import NamedTuple

DECLINED = "Your card was declined."


class Card(NamedTuple):
    """A test card and what happens when it is charged."""

    brand: str
    number: str
    funding: str = "credit"
    code: str | None = None
    decline_code: str | None = None
    message: str = ""
    settles_at_once: bool = False
    asks_customer: bool = False
    """Its bank wants to hear from the customer first (3-D Secure)."""
    disputed_as: str | None = None
    """The customer complains as soon as it was charged; `inquiry` moves no money."""
    refunds: str = "succeeded"
    """How a refund ends: `succeeded` at once, `pending` and then succeeded, `failed` after it had succeeded."""

    @property
    def is_good(self) -> bool:
        return self.code is None

    @property
    def last4(self) -> str:
        return self.number[-4:]


def _declines(number: str, decline_code: str) -> Card:
    return Card("visa", number, code="card_declined", decline_code=decline_code, message=DECLINED)


GOOD = {
    "visa": Card("visa", "4242424242424242"),
    "visa_debit": Card("visa", "4000056655665556", funding="debit"),
    "mastercard": Card("mastercard", "5555555555554444"),
    "amex": Card("amex", "371449635398431"),
    "unionpay": Card("unionpay", "6200000000000005"),
    "jcb": Card("jcb", "3566002020360505"),
    "bypassPending": Card("visa", "4000000000000077", settles_at_once=True),
    "pendingRefund": Card("visa", "4000000000007726", refunds="pending"),
    "refundFail": Card("visa", "4000000000005126", refunds="failed"),
    "createDispute": Card("visa", "4000000000000259", disputed_as="fraudulent"),
    "createDisputeProductNotReceived": Card("visa", "4000000000002685", disputed_as="product_not_received"),
    "createDisputeInquiry": Card("visa", "4000000000001976", disputed_as="inquiry"),
    "authenticationRequired": Card("visa", "4000002760003184", asks_customer=True),
    "authenticationRequiredOnSetup": Card("visa", "4000002500003155", asks_customer=True),
    "threeDSecure2Required": Card("visa", "4000000000003220", asks_customer=True),
}
BAD = {
    "chargeDeclined": _declines("4000000000000002", "generic_decline"),
    "chargeDeclinedInsufficientFunds": _declines("4000000000009995", "insufficient_funds"),
    "chargeDeclinedLostCard": _declines("4000000000009987", "lost_card"),
    "chargeDeclinedStolenCard": _declines("4000000000009979", "stolen_card"),
    "chargeDeclinedVelocityLimitExceeded": _declines("4000000000006975", "card_velocity_exceeded"),
    "chargeCustomerFail": _declines("4000000000000341", "generic_decline"),
    "chargeDeclinedExpiredCard": Card(
        "visa", "4000000000000069", code="expired_card", message="Your card has expired."
    ),
    "chargeDeclinedIncorrectCvc": Card(
        "visa", "4000000000000127", code="incorrect_cvc", message="Your card's security code is incorrect."
    ),
    "chargeDeclinedProcessingError": Card(
        "visa",
        "4000000000000119",
        code="processing_error",
        message="An error occurred while processing your card. Try again in a little bit.",
    ),
    "threeDSecureRequiredChargeDeclined": _declines("4000008400001629", "generic_decline")._replace(asks_customer=True),
    "authenticationRequiredChargeDeclinedInsufficientFunds": _declines(
        "4000008260003178", "insufficient_funds"
    )._replace(asks_customer=True),
}
CARDS = {f"pm_card_{name}": card for name, card in {**GOOD, **BAD}.items()}
CARDS |= {f"pm_card_visa_{name}": card for name, card in BAD.items()}
"""Stripe writes the declining cards with the brand and without it; both are good."""
TOKENS = {id.replace("pm_card_", "tok_", 1): card for id, card in CARDS.items()}
NUMBERS = {card.number: card for card in CARDS.values()}
