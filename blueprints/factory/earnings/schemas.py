import re

from marshmallow import fields, validate

from blueprints.http.fields import Amount, Country, Instant, Words
from blueprints.http.schemas import Accepts, Query, Shows, page_of
from marketplace.payments.models import BankPayoutState, Rail
from marketplace.payouts.bank_details import BankDetails
from marketplace.payouts.rules import Reason, Standing


class ShowEarning(Shows):
    """What one of your jobs earns you, how far it has come to you, and why not further."""

    job_id = fields.UUID(attribute="id", required=True)
    order_id = fields.UUID(required=True)
    order_number = fields.Integer(required=True)
    owed = Amount(attribute="owed_minor", required=True)
    """Less what went back to the customer."""
    sent = Amount(attribute="sent_minor", required=True)
    set_off = Amount(attribute="set_off_minor", required=True)
    """Kept for what you owed of other jobs."""
    debt = Amount(attribute="debt_minor", required=True)
    """What you owe of this job: it was sent to you before it went back to the customer."""
    standing = fields.Enum(Standing, by_value=True, required=True)
    reason = fields.Enum(Reason, by_value=True, required=True)
    reason_text = fields.String(required=True)
    expected_at = Instant(required=True, allow_none=True)
    """When it moves on by itself, where that is known."""


class ShowDebt(Shows):
    """What you owe for a refund of goods that you were paid for; later payouts carry it."""

    id = fields.UUID(required=True)
    job_id = fields.UUID(required=True)
    amount = Amount(attribute="amount_minor", required=True)
    set_off = Amount(attribute="set_off_minor", required=True)
    left = Amount(attribute="left_minor", required=True)
    since = Instant(required=True)


class ShowFeeRate(Shows):
    """A rate that the platform asks of your prices."""

    fee_bps = fields.Integer(required=True, metadata={"description": "Of your price before tax; 800 are 8 %."})
    since = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Null: nobody has decided it, this marketplace has always asked it."},
    )
    is_own = fields.Boolean(required=True, metadata={"description": "Yours alone; otherwise it is the usual one."})


class ShowFee(Shows):
    """What the platform asks of your prices."""

    now = fields.Nested(ShowFeeRate, required=True)
    next = fields.Nested(ShowFeeRate, required=True, allow_none=True)
    """The next other rate, if it is decided, and from when on."""


class ShowDestination(Shows):
    """Where your money goes; of a bank account, enough to know it again."""

    id = fields.UUID(required=True)
    rail = fields.Enum(Rail, by_value=True, required=True)
    shown = fields.String(required=True, metadata={"example": "DE F… …3000"})
    set_by = fields.UUID(required=True)
    set_at = Instant(attribute="created_at", required=True)
    held_until = Instant(required=True, allow_none=True)
    """Until then nothing is sent, and any owner can call it off."""
    called_off_at = Instant(required=True, allow_none=True)
    refused_at = Instant(required=True, allow_none=True)
    """Since when its bank is known to send money back."""


class GiveBankAccount(Accepts):
    """A bank account: an IBAN, or an account number with its bank's code in the country's clearing (CNAPS in China)."""

    makes = BankDetails

    holder = Words(most=140, required=True, metadata={"example": "Feinwerk GmbH"})
    country = Country(required=True)
    iban = Words(most=42, load_default=None, allow_none=True, metadata={"example": "DE89 3704 0044 0532 0130 00"})
    account_number = Words(most=42, load_default=None, allow_none=True, metadata={"example": None})
    bank_code = Words(most=20, load_default=None, allow_none=True, metadata={"example": "COBADEFF"})


class SetDestination(Accepts):
    """Where your money shall go from now on."""

    bank = fields.Nested(
        GiveBankAccount,
        required=True,
        allow_none=True,
        metadata={
            "description": "null: to your account at the payment provider, which pays it out to your bank.",
            "example": {"holder": "Feinwerk GmbH", "country": "DE", "iban": "DE89 3704 0044 0532 0130 00"},
        },
    )


class ShowBankPayout(Shows):
    """What the payment provider sent from your account there to your bank."""

    id = fields.String(required=True, metadata={"example": "po_1OaFDbEcg9tTZuTgNYmX0PKB"})
    amount = Amount(attribute="amount_minor", required=True)
    state = fields.Enum(BankPayoutState, by_value=True, required=True)
    sent_at = Instant(required=True)
    arrives_on = fields.Date(required=True)
    failure = fields.String(required=True, allow_none=True)


class BankPayoutQuery(Query):
    """From where; a cursor is the id of the last payout seen."""

    cursor = fields.String(load_default=None, validate=validate.Regexp(r"\w{1,255}\Z", re.ASCII))


EarningPage = page_of(ShowEarning)
DebtPage = page_of(ShowDebt)
DestinationPage = page_of(ShowDestination)
BankPayoutPage = page_of(ShowBankPayout)
