from marshmallow import fields, validate

from blueprints.http.addresses import ShowAddress
from blueprints.http.changes import ShowChange
from blueprints.http.fields import Amount, Country, Day, Flag, Instant, Words
from blueprints.http.parcels import ShowParcel
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.orders.models import IfDeclined, Incoterm
from marketplace.orders.states import FirstArticleGate, JobState, OrderState
from marketplace.workflows.ordering.checkout import Basket, Choice

MOST_LINES = 50
WHERE = {
    "name": "Example Robotics GmbH, goods in",
    "street": "Werkstraße 7, gate 2",
    "postal_code": "80331",
    "city": "München",
    "country": "DE",
}


class Address(Accepts):
    """Where goods go."""

    name = Words(most=100, required=True, metadata={"example": "Example Robotics GmbH, goods in"})
    street = Words(most=200, required=True, metadata={"example": "Werkstraße 7, gate 2"})
    postal_code = Words(most=20, required=True, metadata={"example": "80331"})
    city = Words(most=100, required=True, metadata={"example": "München"})
    region = Words(least=0, most=100, load_default="", metadata={"example": "Bayern"})
    country = Country(required=True)
    phone = Words(least=0, most=40, load_default="", metadata={"example": "+49 89 1234567"})


class ChooseOffer(Accepts):
    """One line of an order: an offer of a quote, and where its goods go if not where the others do."""

    makes = Choice

    quote_id = fields.UUID(required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e12"})
    offer_id = fields.UUID(required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e13"})
    address = fields.Nested(Address, load_default=None, allow_none=True, metadata={"example": WHERE})
    first_article = Flag(
        load_default=False,
        metadata={
            "description": "Whether the factory stops after the first piece until you have released it. It does so "
            "anyway where the quote's inspection level is `first_article`; that level also pays for the report.",
            "example": False,
        },
    )


class PlaceOrder(Accepts):
    """What is ordered at once, of one factory or several, and what becomes of a job that its factory does not take."""

    makes = Basket

    lines = fields.List(fields.Nested(ChooseOffer), required=True, validate=validate.Length(1, MOST_LINES))
    purchase_order_number = Words(least=0, most=60, load_default="", metadata={"example": "PO-2027-0042"})
    notes = Words(least=0, most=2000, load_default="", metadata={"example": "Call before you deliver."})
    incoterm = fields.Enum(
        Incoterm,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "EXW where you fetch the goods, DAP where they are delivered, if not given.",
            "example": "EXW",
        },
    )
    address = fields.Nested(Address, load_default=None, allow_none=True, metadata={"example": WHERE})
    if_declined = fields.Enum(
        IfDeclined,
        by_value=True,
        load_default=IfDeclined.REFUND,
        metadata={
            "description": "Your money back, or the next best offer of the same quote that costs no more.",
            "example": "next_best",
        },
    )
    no_later_than = Day(
        load_default=None,
        allow_none=True,
        metadata={"description": "The latest ship date of such a next best offer.", "example": "2027-03-31"},
    )


class CancelOrder(Accepts):
    """Why the order is given up."""

    reason = Words(most=500, required=True, metadata={"example": "Ordered twice by mistake."})


class ShowOrderLine(Shows):
    """One position of an order."""

    number = fields.Integer(required=True)
    quote_id = fields.UUID(required=True)
    offer_id = fields.UUID(required=True)
    revision_id = fields.UUID(required=True)
    description = fields.String(required=True)
    quantity = fields.Integer(required=True)
    total_minor = fields.Integer(required=True, metadata={"description": "In the minor unit of the order's currency."})
    tax_minor = fields.Integer(required=True, metadata={"description": "Of the total."})
    tax = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "How it is taxed and why; null: its factory is not registered for tax."},
    )
    address = fields.Nested(
        ShowAddress,
        required=True,
        allow_none=True,
        metadata={"description": "Where this line goes, if not where the order goes."},
    )


class ShowShipment(Shows):
    """What left the factory, and how to follow it."""

    id = fields.UUID(required=True)
    pieces = fields.Integer(required=True)
    carrier = fields.String(required=True)
    tracking_number = fields.String(required=True)
    shipped_at = Instant(attribute="created_at", required=True)
    parcels = fields.List(fields.Nested(ShowParcel), required=True)


class ShowReport(Shows):
    """How far the factory is."""

    reported_at = Instant(attribute="created_at", required=True)
    pieces_done = fields.Integer(required=True)
    note = fields.String(required=True)


class ShowJob(Shows):
    """The making of one line by one factory, as the customer sees it."""

    id = fields.UUID(required=True)
    line_number = fields.Integer(required=True)
    offer_id = fields.UUID(required=True)
    factory_id = fields.UUID(required=True)
    state = fields.Enum(JobState, by_value=True, required=True)
    quantity = fields.Integer(required=True)
    total = Amount(attribute="total_minor")
    ships_on = fields.Date(required=True)
    accept_by = Instant(
        required=True, allow_none=True, metadata={"description": "Then the goods count as accepted: look before."}
    )
    pieces_shipped = fields.Integer(required=True)
    clock_stopped_at = Instant(required=True, allow_none=True, metadata={"description": "While it waits for you."})
    first_article = fields.Enum(
        FirstArticleGate,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "Until it is released, no more than one piece is made. null: not asked for."},
    )
    reports = fields.List(fields.Nested(ShowReport), required=True)
    shipments = fields.List(fields.Nested(ShowShipment), required=True)
    changes = fields.List(fields.Nested(ShowChange), required=True)


class ShowOrder(Shows):
    """What was bought, what it costs, and how far it is."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"example": 1042})
    state = fields.Enum(OrderState, by_value=True, required=True)
    placed_at = Instant(attribute="created_at", required=True)
    total = Amount(attribute="total_minor")
    pay_by = Instant(required=True)
    purchase_order_number = fields.String(required=True)
    notes = fields.String(required=True)
    incoterm = fields.Enum(Incoterm, by_value=True, required=True)
    address = fields.Nested(ShowAddress, required=True, allow_none=True)
    if_declined = fields.Enum(IfDeclined, by_value=True, required=True)
    no_later_than = fields.Date(required=True, allow_none=True)
    lines = fields.List(fields.Nested(ShowOrderLine), required=True)
    jobs = fields.List(fields.Nested(ShowJob), required=True)


OrderPage = page_of(ShowOrder)


class ShowCancelling(Shows):
    """What giving a job up now would mean, by the published table."""

    state = fields.Enum(JobState, by_value=True, required=True)
    back = Amount(attribute="back_minor")
    why = fields.String(required=True)
