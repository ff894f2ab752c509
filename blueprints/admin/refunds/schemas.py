from marshmallow import fields, validate

from blueprints.http.fields import Amount, Instant, Whole, Words
from blueprints.http.schemas import Accepts, Query, Shows, page_of
from marketplace.kernel.money import LARGEST_CHARGE
from marketplace.refunds.paging import StaffRefundRequest
from marketplace.refunds.states import StaffRefundState
from marketplace.workflows.money.staff_refunding import Part


class RefundQuery(Query):
    """Which refunds to list."""

    makes = StaffRefundRequest

    state = fields.Enum(
        StaffRefundState, by_value=True, load_default=None, metadata={"description": "All of them without."}
    )
    order_id = fields.UUID(load_default=None, metadata={"description": "Of every order without."})


class RefundPart(Accepts):
    """What goes back of one job."""

    makes = Part

    job_id = fields.UUID(required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e14"})
    amount_minor = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, LARGEST_CHARGE),
        metadata={"description": "None: all that is left of what was paid for it.", "example": 1250},
    )


class ProposeRefund(Accepts):
    """Whose money goes back, how much, and the reason that both sides read."""

    order_id = fields.UUID(required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e15"})
    parts = fields.List(
        fields.Nested(RefundPart),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={"description": "None: all that is left of the order."},
    )
    reason = Words(
        least=10, most=4000, required=True, metadata={"example": "The carrier lost the goods and admits it."}
    )


class RefuseRefund(Accepts):
    """Why it is not to be."""

    reason = Words(least=10, most=4000, required=True, metadata={"example": "The carrier has found the goods."})


class ShowRefundPart(Shows):
    """What goes back of one job."""

    job_id = fields.UUID(required=True)
    amount = Amount(attribute="amount_minor", required=True)


class ShowStaffRefund(Shows):
    """A refund that the staff orders."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    state = fields.Enum(StaffRefundState, by_value=True, required=True)
    amount = Amount(attribute="amount_minor", required=True)
    parts = fields.List(fields.Nested(ShowRefundPart), required=True)
    reason = fields.String(required=True)
    is_above_limit = fields.Boolean(
        required=True, metadata={"description": "A second person of the staff has to agree."}
    )
    proposed_by = fields.UUID(required=True)
    proposed_at = Instant(attribute="created_at", required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    refusal = fields.String(required=True, allow_none=True)


StaffRefundPage = page_of(ShowStaffRefund)
