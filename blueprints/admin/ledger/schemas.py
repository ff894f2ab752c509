import re

from marshmallow import fields, validate

from blueprints.http.fields import Amount, Instant, Words
from blueprints.http.schemas import Accepts, Query, Shows, page_of
from marketplace.ledger.models import AccountKind
from marketplace.payments.models import EventState, OperationKind, OperationState, Rail
from marketplace.payments.paging import EventRequest, OperationRequest


class ShowBalance(Shows):
    """What rests in all accounts of a kind and currency: debit is positive, credit negative."""

    kind = fields.Enum(AccountKind, by_value=True, required=True)
    accounts = fields.Integer(required=True, metadata={"description": "How many accounts of that kind."})
    balance = Amount(attribute="balance_minor", required=True)


class TrialBalance(Shows):
    """Every kind of account; each currency sums to zero."""

    items = fields.List(fields.Nested(ShowBalance), required=True)


class ShowLine(Shows):
    """One line of a movement: debit is positive, credit negative."""

    account = fields.Enum(AccountKind, by_value=True, required=True)
    party_id = fields.UUID(required=True, allow_none=True)
    amount = Amount(attribute="amount_minor", required=True)


class ShowJournal(Shows):
    """One balanced movement of money."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"example": "charge"})
    reference = fields.String(required=True, metadata={"example": "txn_1MiN3gLkdIwHu7ixNCZvFdgA"})
    at = Instant(required=True)
    lines = fields.List(fields.Nested(ShowLine), required=True)


class ShowOperation(Shows):
    """Something we ask of the payment provider."""

    id = fields.UUID(required=True)
    kind = fields.Enum(OperationKind, by_value=True, required=True)
    reason = fields.String(required=True)
    state = fields.Enum(OperationState, by_value=True, required=True)
    party_id = fields.UUID(required=True, allow_none=True)
    rail = fields.Enum(Rail, by_value=True, required=True, allow_none=True)
    """Of a transfer: the way it was given to."""
    amount = Amount(attribute="amount_minor", required=True)
    set_off = Amount(attribute="set_off_minor", required=True)
    """Of a debt: what later payouts carried."""
    attempts = fields.Integer(required=True)
    created_at = Instant(required=True)
    first_sent_at = Instant(required=True, allow_none=True)
    provider_id = fields.String(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)


class OrderMoney(Shows):
    """The money of one order: what moved, oldest first, and what was asked of the provider."""

    journals = fields.List(fields.Nested(ShowJournal), required=True)
    operations = fields.List(fields.Nested(ShowOperation), required=True)


class ShowMoment(Shows):
    """One thing that happened to an order's money."""

    at = Instant(required=True)
    what = fields.String(
        required=True,
        metadata={"description": "A fact: what was placed, moved, posted, owed, asked.", "example": "posted.charge"},
    )
    about = fields.String(required=True, metadata={"description": "The kind of thing.", "example": "journals"})
    about_id = fields.UUID(required=True)
    text = fields.String(required=True, allow_none=True)
    amount = Amount(attribute="amount_minor", required=True, allow_none=True)
    user_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Who did it; none: the house, the provider or time."}
    )


class Timeline(Shows):
    """What an order's money went through, the first first."""

    items = fields.List(fields.Nested(ShowMoment), required=True)


class OperationQuery(Query):
    """Which operations to list."""

    makes = OperationRequest

    state = fields.Enum(OperationState, by_value=True, load_default=OperationState.FAILED)


class RetryOperation(Accepts):
    """Why the provider may now say yes."""

    reason = Words(
        least=10,
        most=4000,
        required=True,
        metadata={"example": "The seller's bank account was put right at the provider."},
    )


class ShowEvent(Shows):
    """An event of the payment provider."""

    id = fields.String(required=True, metadata={"example": "evt_1NG8Du2eZvKYlo2CUI79vXWy"})
    kind = fields.String(required=True, metadata={"example": "payment_intent.succeeded"})
    api_version = fields.String(required=True)
    state = fields.Enum(EventState, by_value=True, required=True)
    outcome = fields.String(required=True, allow_none=True)
    received_at = Instant(required=True)
    handled_at = Instant(required=True, allow_none=True)


class ShowWholeEvent(ShowEvent):
    """An event with everything the provider said in it."""

    payload = fields.Dict(required=True)


class EventQuery(Query):
    """Which events to list."""

    makes = EventRequest

    state = fields.Enum(EventState, by_value=True, load_default=EventState.QUARANTINED)
    cursor = fields.String(load_default=None, validate=validate.Regexp(r"\w{1,255}\Z", re.ASCII))


OperationPage = page_of(ShowOperation)
EventPage = page_of(ShowEvent)
