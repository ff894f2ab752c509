from marshmallow import fields

from blueprints.http.fields import Amount, Instant, Words
from blueprints.http.schemas import Accepts, Query, Shows, page_of
from marketplace.disputes.paging import DisputeRequest
from marketplace.disputes.states import DisputeState


class DisputeQuery(Query):
    """Which disputes to list."""

    makes = DisputeRequest

    state = fields.Enum(
        DisputeState, by_value=True, load_default=None, metadata={"description": "All of them without."}
    )


class GatherEvidence(Accepts):
    """What to say to it, in front of the order's own record."""

    statement = Words(
        least=0,
        most=4000,
        load_default="",
        metadata={"example": "The goods arrived on 2027-03-01, and the customer accepted them two days later."},
    )


class GiveUp(Accepts):
    """Why the money is left to the customer."""

    reason = Words(
        least=10,
        most=4000,
        required=True,
        metadata={"example": "The factory never shipped, and we cannot show otherwise."},
    )


class ShowEvidence(Shows):
    """An answer to a dispute: the order's record as a document, and the same in the bank's fields."""

    number = fields.Integer(required=True)
    made_at = Instant(attribute="created_at", required=True)
    made_by = fields.UUID(required=True)
    to_inquiry = fields.Boolean(required=True)
    statement = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    sha256 = fields.String(required=True, metadata={"description": "Of the document."})
    size_bytes = fields.Integer(required=True)
    sent_at = Instant(required=True, allow_none=True)
    sent_by = fields.UUID(required=True, allow_none=True)
    submitted_at = Instant(required=True, allow_none=True, metadata={"description": "When the provider has taken it."})


class ShowDispute(Shows):
    """A payment that the customer's bank takes back, or asks about."""

    id = fields.UUID(required=True)
    provider_id = fields.String(required=True, metadata={"example": "du_1MtJUT2eZvKYlo2CNaw2HvEv"})
    order_id = fields.UUID(required=True)
    payment_id = fields.UUID(required=True)
    state = fields.Enum(DisputeState, by_value=True, required=True)
    reason = fields.String(required=True, metadata={"example": "product_not_received"})
    amount = Amount(attribute="amount_minor", required=True)
    taken = Amount(attribute="taken_minor", required=True)
    borne = Amount(attribute="borne_minor", required=True)
    answer_by = Instant(required=True, allow_none=True)
    opened_at = Instant(attribute="created_at", required=True)
    looked_at = Instant(required=True)
    given_up_by = fields.UUID(required=True, allow_none=True)
    given_up_reason = fields.String(required=True, allow_none=True)
    evidence = fields.List(fields.Nested(ShowEvidence), required=True)


DisputePage = page_of(ShowDispute)
