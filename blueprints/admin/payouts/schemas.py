from marshmallow import fields

from blueprints.http.fields import Amount, Currency, Day, Instant, Matching, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.payouts.batch_files import FileForm
from marketplace.payouts.models import BankPaymentState, BatchState


class DrawUpBatch(Accepts):
    """Of which currency."""

    currency = Currency(required=True, metadata={"example": "EUR"})


class ShowBatch(Shows):
    """Payments that our bank is told of together."""

    id = fields.UUID(required=True)
    currency = fields.String(required=True)
    state = fields.Enum(BatchState, by_value=True, required=True)
    made_by = fields.UUID(required=True)
    made_at = Instant(attribute="created_at", required=True)


class ShowApproval(Shows):
    """A person's yes."""

    user_id = fields.UUID(required=True)
    approved_at = Instant(required=True)


class ShowBankPayment(Shows):
    """One payment from our bank to a seller's, with what there is to check: who gets it, where, for which order."""

    id = fields.UUID(attribute="payment.id", required=True)
    organisation_id = fields.UUID(attribute="payment.organisation_id", required=True)
    organisation_name = fields.String(required=True, metadata={"example": "Feinwerk GmbH"})
    destination_id = fields.UUID(attribute="payment.destination_id", required=True)
    account = fields.String(
        required=True,
        metadata={
            "description": "Country, holder's first letter and the last four of the number.",
            "example": "DE F… …3000",
        },
    )
    operation_id = fields.UUID(attribute="payment.operation_id", required=True)
    order_number = fields.Integer(required=True, metadata={"example": 1042})
    amount = Amount(attribute="payment.amount_minor", required=True)
    state = fields.Enum(BankPaymentState, by_value=True, attribute="payment.state", required=True)
    bank_reference = fields.String(attribute="payment.bank_reference", required=True, allow_none=True)
    problem = fields.String(attribute="payment.problem", required=True, allow_none=True)


class ShowWholeBatch(ShowBatch):
    """A batch, who has approved it, and what is in it."""

    approvals = fields.List(fields.Nested(ShowApproval), required=True)
    payments = fields.List(fields.Nested(ShowBankPayment), required=True)


class TakeFile(Accepts):
    """In which form our bank is told, and on which day it is to pay."""

    form = fields.Enum(FileForm, by_value=True, required=True, metadata={"example": "pain_001"})
    pay_on = Day(
        required=True,
        metadata={"description": "From today (UTC) on; the table does not hold it.", "example": "2027-03-01"},
    )


class ConfirmPayment(Accepts):
    """The reference that our bank's statement shows for it: no two payments have the same."""

    bank_reference = fields.String(
        required=True,
        validate=Matching("^[0-9A-Za-z][0-9A-Za-z ./_-]{0,63}$"),
        metadata={"example": "2027030100042"},
    )


class WithReason(Accepts):
    """Why."""

    reason = Words(least=10, most=500, required=True, metadata={"example": "The seller's account was closed."})


class ShowAlert(Shows):
    """A payout that has not come to its end in time: a transfer, or the release of a job."""

    id = fields.UUID(required=True)
    operation_id = fields.UUID(required=True, allow_none=True)
    job_id = fields.UUID(required=True, allow_none=True)
    problem = fields.String(required=True)
    since = Instant(attribute="created_at", required=True)


BatchPage = page_of(ShowBatch)
AlertPage = page_of(ShowAlert)
