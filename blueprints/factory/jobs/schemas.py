from marshmallow import fields, validate

from blueprints.http.addresses import ShowAddress
from blueprints.http.changes import ShowChange
from blueprints.http.fields import Amount, Instant, Whole, Words
from blueprints.http.parcels import ShowParcel
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.orders.models import Incoterm
from marketplace.orders.packing import HEAVIEST_G, LONGEST_MM, MOST_PARCELS, Packed
from marketplace.orders.states import FirstArticleGate, JobState


class DeclineJob(Accepts):
    """Why the job is not taken; the customer reads it."""

    reason = Words(least=10, most=1000, required=True, metadata={"example": "The spindle is down until next week."})


class GiveUpJob(Accepts):
    """Why the job cannot be made; the customer reads it."""

    reason = Words(least=10, most=1000, required=True, metadata={"example": "The machine is down for three weeks."})


class ReportProgress(Accepts):
    """How far the job is."""

    pieces_done = Whole(required=True, validate=validate.Range(0, 1_000_000), metadata={"example": 12})
    note = Words(least=0, most=2000, load_default="", metadata={"example": "First side of all pieces is done."})


class PackParcel(Accepts):
    """One parcel of a shipment: what is in it, how heavy and large it is, and how to follow it."""

    makes = Packed

    pieces = Whole(required=True, validate=validate.Range(1, 1_000_000), metadata={"example": 25})
    weight_g = Whole(required=True, validate=validate.Range(1, HEAVIEST_G), metadata={"example": 8400})
    length_mm = Whole(required=True, validate=validate.Range(1, LONGEST_MM), metadata={"example": 400})
    width_mm = Whole(required=True, validate=validate.Range(1, LONGEST_MM), metadata={"example": 300})
    height_mm = Whole(required=True, validate=validate.Range(1, LONGEST_MM), metadata={"example": 200})
    carrier = Words(
        most=80,
        load_default=None,
        allow_none=True,
        metadata={"description": "The shipment's, if not given.", "example": "DHL"},
    )
    tracking_number = Words(
        most=80,
        load_default=None,
        allow_none=True,
        metadata={"description": "The shipment's, if not given.", "example": "JD014600006281230705"},
    )


class ShipJob(Accepts):
    """How many pieces left, with whom, how to follow them, and how they are packed."""

    pieces = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 1_000_000),
        metadata={
            "description": "All that are left, if not given; parcels that hold fewer need it to be said.",
            "example": 25,
        },
    )
    carrier = Words(most=80, required=True, metadata={"example": "DHL"})
    tracking_number = Words(most=80, required=True, metadata={"example": "JD014600006281230704"})
    parcels = fields.List(
        fields.Nested(PackParcel),
        load_default=list,
        validate=validate.Length(max=MOST_PARCELS),
        metadata={"description": "They hold all pieces that left; none told: one parcel, of which no more is known."},
    )


class ShowFactoryReport(Shows):
    """What was reported."""

    reported_at = Instant(attribute="created_at", required=True)
    reported_by = fields.UUID(required=True)
    pieces_done = fields.Integer(required=True)
    note = fields.String(required=True)


class ShowFactoryShipment(Shows):
    """What left the factory."""

    id = fields.UUID(required=True)
    pieces = fields.Integer(required=True)
    carrier = fields.String(required=True)
    tracking_number = fields.String(required=True)
    shipped_at = Instant(attribute="created_at", required=True)
    parcels = fields.List(fields.Nested(ShowParcel), required=True)


class ShowFactoryJob(Shows):
    """A job as its factory sees it: what to make, until when, for how much."""

    id = fields.UUID(required=True)
    order_number = fields.Integer(attribute="order.number", required=True)
    state = fields.Enum(JobState, by_value=True, required=True)
    ordered_at = Instant(attribute="created_at", required=True)
    answer_by = Instant(required=True, allow_none=True)
    clock_stopped_at = Instant(required=True, allow_none=True, metadata={"description": "While you wait."})
    first_article = fields.Enum(
        FirstArticleGate,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "Until it is released, no more than one piece is made. null: not asked for."},
    )
    work_centre_id = fields.UUID(required=True)
    revision_id = fields.UUID(required=True)
    process = fields.String(required=True)
    material = fields.String(required=True)
    quantity = fields.Integer(required=True)
    price = Amount(attribute="price_minor")
    customer_pays = Amount(attribute="total_minor")
    ships_on = fields.Date(required=True)
    machine_min = fields.Integer(attribute="hold.minutes", required=True)
    reports = fields.List(fields.Nested(ShowFactoryReport), required=True)
    pieces_shipped = fields.Integer(required=True)
    shipments = fields.List(fields.Nested(ShowFactoryShipment), required=True)
    accept_by = Instant(required=True, allow_none=True, metadata={"description": "Then the goods count as accepted."})
    address = fields.Nested(
        ShowAddress,
        required=True,
        allow_none=True,
        metadata={"description": "Where the goods go, once you have taken the job; null where they are fetched."},
    )
    incoterm = fields.Enum(Incoterm, by_value=True, attribute="order.incoterm", required=True)
    notes = fields.String(attribute="order.notes", required=True)
    changes = fields.List(fields.Nested(ShowChange), required=True)


FactoryJobPage = page_of(ShowFactoryJob)
