from marshmallow import fields

from blueprints.http.fields import Amount, Instant, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.orders.states import JobState, OrderState
from marketplace.workflows.checkout import Choice


class PlaceOrder(Accepts):
    """The offer that is ordered."""

    makes = Choice

    quote_id = fields.UUID(required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e12"})
    offer_id = fields.UUID(required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e13"})
    purchase_order_number = Words(least=0, most=60, load_default="", metadata={"example": "PO-2027-0042"})


class CancelOrder(Accepts):
    """Why the order is given up."""

    reason = Words(most=500, required=True, metadata={"example": "Ordered twice by mistake."})


class ShowOrderLine(Shows):
    """One position of an order."""

    number = fields.Integer(required=True)
    offer_id = fields.UUID(required=True)
    revision_id = fields.UUID(required=True)
    description = fields.String(required=True)
    quantity = fields.Integer(required=True)
    total_minor = fields.Integer(required=True, metadata={"description": "In the minor unit of the order's currency."})


class ShowShipment(Shows):
    """What left the factory, and how to follow it."""

    carrier = fields.String(required=True)
    tracking_number = fields.String(required=True)
    shipped_at = Instant(attribute="created_at", required=True)


class ShowReport(Shows):
    """How far the factory is."""

    reported_at = Instant(attribute="created_at", required=True)
    pieces_done = fields.Integer(required=True)
    note = fields.String(required=True)


class ShowJob(Shows):
    """The making of one line, as the customer sees it."""

    id = fields.UUID(required=True)
    line_number = fields.Integer(required=True)
    factory_id = fields.UUID(required=True)
    state = fields.Enum(JobState, by_value=True, required=True)
    quantity = fields.Integer(required=True)
    ships_on = fields.Date(required=True)
    reports = fields.List(fields.Nested(ShowReport), required=True)
    shipment = fields.Nested(ShowShipment, required=True, allow_none=True)


class ShowOrder(Shows):
    """What was bought, what it costs, and how far it is."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"example": 1042})
    state = fields.Enum(OrderState, by_value=True, required=True)
    placed_at = Instant(attribute="created_at", required=True)
    quote_id = fields.UUID(required=True)
    total = Amount(attribute="total_minor")
    pay_by = Instant(required=True)
    purchase_order_number = fields.String(required=True)
    lines = fields.List(fields.Nested(ShowOrderLine), required=True)
    jobs = fields.List(fields.Nested(ShowJob), required=True)


OrderPage = page_of(ShowOrder)
