from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows
from marketplace.payments.models import Rail


class ShowPayoutAccount(Shows):
    """Your account at the payment provider, and whether money can be sent to it."""

    provider_id = fields.String(required=True, allow_none=True, metadata={"example": "acct_1Nv0FGQ9RKHgCVdK"})
    may_receive = fields.Boolean(required=True, metadata={"description": "If not, what you have earned waits for it."})
    trouble = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Why your bank sent a payout back; nothing is sent until your bank details are others."
        },
    )
    rail = fields.Enum(Rail, by_value=True, required=True)
    """By which way you are paid; a bank account of your own is given at `/v1/factory/payouts/destinations`."""
    opened_at = Instant(required=True)
    checked_at = Instant(required=True, allow_none=True)


class OpenedPayoutAccount(ShowPayoutAccount):
    """The account, and the provider's own page on which you tell it who you are."""

    onboarding_url = fields.URL(required=True, metadata={"description": "Good once, and for minutes."})
    onboarding_expires_at = Instant(required=True)
