from marshmallow import fields, validate

from blueprints.http.fields import Amount, Instant, Matching, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.costing import bids
from marketplace.costing.bids import UNITS, BidLine, Group, Per
from marketplace.costing.rates import LARGEST_MARGIN_BPS, LARGEST_RATE
from marketplace.geometry.values import FileKind
from marketplace.rfqs import rules
from marketplace.rfqs.bidding import BidTerms
from marketplace.rfqs.granting import Reach
from marketplace.rfqs.rules import Phase
from marketplace.rfqs.states import BidState, InvitationState, QuestionState, RfqState

MINUTES = validate.Range(1, 10_000_000)
CENTRE = {"description": "One of yours with a live listing.", "example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e10"}
QUANTITY = validate.Range(1, 1_000_000)


class AgreeToTerms(Accepts):
    """Which text is agreed to."""

    nda_sha256 = fields.String(
        required=True,
        allow_none=True,
        validate=Matching("^[0-9a-f]{64}$"),
        metadata={
            "description": "As the request shows it, so that it is clear which text was read; null if it shows none.",
            "example": None,
            "pattern": "^[0-9a-f]{64}$",
        },
    )


class DeclineRfq(Accepts):
    """Why you do not bid; the customer reads it."""

    reason = Words(most=1000, required=True, metadata={"example": "We have no machine for parts of this length."})


class AskQuestion(Accepts):
    """What you need to know. Every factory that has agreed to the terms reads it with its answer, without your name."""

    text = Words(most=2000, required=True, metadata={"example": "May the inner corners have a radius of 3 mm?"})


class RequestFile(Accepts):
    """What the owner is asked to open."""

    reach = fields.Enum(Reach, by_value=True, required=True, metadata={"example": "download"})


class AcceptBidLine(Accepts):
    """A quantity at a rate in minor units.

    By the hour for min and min/1000, by the kilogram for g and mg, by the square metre for cm2, each for unit; a
    machine's lines are by time alone.
    """

    makes = BidLine

    group = fields.Enum(Group, by_value=True, required=True, metadata={"example": "machine"})
    label = Words(most=120, required=True, metadata={"example": "Milling, two set-ups"})
    per = fields.Enum(Per, by_value=True, required=True, metadata={"example": "piece"})
    quantity = Whole(required=True, validate=validate.Range(1, bids.LARGEST_QUANTITY), metadata={"example": 25})
    unit = fields.String(required=True, validate=validate.OneOf(sorted(UNITS)), metadata={"example": "min"})
    rate_minor = Whole(required=True, validate=validate.Range(0, LARGEST_RATE), metadata={"example": 6_000})


class MakeBid(Accepts):
    """What you ask, from when, and what differs from the requirement. It takes the place of your earlier bid."""

    makes = BidTerms

    work_centre_id = fields.UUID(required=True, metadata=CENTRE)
    quantity = Whole(required=True, validate=QUANTITY, metadata={"description": "One asked for.", "example": 25})
    lines = fields.List(
        fields.Nested(AcceptBidLine),
        required=True,
        validate=validate.Length(1, bids.MOST_LINES),
        metadata={
            "example": [
                {
                    "group": "machine",
                    "label": "Milling, two set-ups",
                    "per": "piece",
                    "quantity": 25,
                    "unit": "min",
                    "rate_minor": 6_000,
                }
            ]
        },
    )
    margin_bps = Whole(
        load_default=0,
        validate=validate.Range(0, LARGEST_MARGIN_BPS),
        metadata={"description": "Of your price: cost ÷ (1 − margin).", "example": 1_500},
    )
    machine_min = Whole(
        required=True,
        validate=MINUTES,
        metadata={"description": "Minutes of the work centre that an order holds.", "example": 700},
    )
    ships_on = fields.Date(
        required=True, metadata={"description": "Your local day, within two years.", "example": "2027-06-01"}
    )
    valid_days = Whole(required=True, validate=validate.Range(1, rules.LONGEST_VALID_DAYS), metadata={"example": 14})
    tolerance_deviation = Words(least=0, most=500, load_default="", metadata={"example": "Bore H8 instead of H7."})
    finish_deviation = Words(least=0, most=500, load_default="", metadata={"example": ""})
    note = Words(least=0, most=2000, load_default="", metadata={"example": "A first article in five days."})


class DraftBid(Accepts):
    """By which work centre, for how many."""

    work_centre_id = fields.UUID(required=True, metadata=CENTRE)
    quantity = Whole(required=True, validate=QUANTITY, metadata={"description": "One asked for.", "example": 25})


class ShowCustomer(Shows):
    """Who asks."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class ShowInboxEntry(Shows):
    """An invitation to bid."""

    rfq_id = fields.UUID(required=True)
    title = fields.String(attribute="rfq.title", required=True)
    state = fields.Enum(InvitationState, by_value=True, required=True, metadata={"description": "Of your invitation."})
    rfq_state = fields.Enum(RfqState, attribute="rfq.state", by_value=True, required=True)
    phase = fields.Enum(Phase, attribute="rfq.phase", by_value=True, required=True)
    invited_at = Instant(attribute="created_at", required=True)
    closes_at = Instant(attribute="rfq.closes_at", required=True)
    clock_stopped_at = Instant(attribute="rfq.stopped_at", required=True, allow_none=True)
    customer = fields.Nested(
        ShowCustomer,
        required=True,
        allow_none=True,
        metadata={"description": "null while the customer is hidden: until you are chosen."},
    )
    processes = fields.List(fields.String(), attribute="rfq.processes", required=True)
    material = fields.String(attribute="rfq.material", required=True)
    quantities = fields.List(fields.Integer(), attribute="rfq.quantities", required=True)
    currency = fields.String(attribute="rfq.currency", required=True)
    wanted_on = fields.Date(attribute="rfq.wanted_on", required=True, allow_none=True)
    may_view = fields.Boolean(required=True)
    may_download = fields.Boolean(required=True)


class ShowInvitedRfq(ShowInboxEntry):
    """What is to be made, and the terms: all that an invitation shows. Pictures and file open after agreement."""

    tolerance = fields.String(attribute="rfq.tolerance", required=True)
    inspection = fields.String(attribute="rfq.inspection", required=True)
    thickness_um = fields.Integer(attribute="rfq.thickness_um", required=True, allow_none=True)
    finish = fields.String(attribute="rfq.finish", required=True)
    certificates = fields.List(fields.String(), attribute="rfq.certificates", required=True)
    is_controlled = fields.Boolean(attribute="rfq.is_controlled", required=True)
    notes = fields.String(attribute="rfq.notes", required=True)
    delivery_country = fields.String(attribute="rfq.delivery_country", required=True)
    kind = fields.Enum(FileKind, attribute="rfq.revision.file.kind", by_value=True, required=True)
    box_mm = fields.List(
        fields.Float(),
        attribute="rfq.revision.facts.box_mm",
        required=True,
        metadata={"description": "The part's outer size."},
    )
    is_closed = fields.Boolean(attribute="rfq.revision.facts.is_closed", required=True)
    nda_text = fields.String(attribute="rfq.nda_text", required=True, allow_none=True)
    nda_sha256 = fields.String(attribute="rfq.nda_sha256", required=True, allow_none=True)
    agreed_at = Instant(required=True, allow_none=True)
    agreed_by = fields.UUID(required=True, allow_none=True)
    view_asked_at = Instant(required=True, allow_none=True)
    download_asked_at = Instant(required=True, allow_none=True)


class ShowFactoryQuestion(Shows):
    """A question about the request, whoever asked it."""

    id = fields.UUID(required=True)
    state = fields.Enum(QuestionState, by_value=True, required=True)
    asked_at = Instant(attribute="created_at", required=True)
    text = fields.String(required=True)
    answer = fields.String(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)


class ShowOwnBid(Shows):
    """One version of your bid for one quantity."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "The version."})
    state = fields.Enum(BidState, by_value=True, required=True)
    made_at = Instant(attribute="created_at", required=True)
    work_centre_id = fields.UUID(required=True)
    quantity = fields.Integer(required=True)
    total = Amount(attribute="total_minor")
    unit_price = Amount(attribute="unit_minor")
    factory_price = Amount(attribute="factory_minor")
    platform_fee = Amount(attribute="fee_minor")
    machine_min = fields.Integer(required=True)
    finish_by = fields.Date(required=True)
    ships_on = fields.Date(required=True)
    valid_until = Instant(required=True)
    is_expired = fields.Boolean(required=True)
    tolerance_deviation = fields.String(required=True)
    finish_deviation = fields.String(required=True)
    note = fields.String(required=True)


class ShowWholeOwnBid(ShowOwnBid):
    """A bid with its price tree, as the customer reads it."""

    breakdown = fields.Raw(required=True, metadata={"type": "object", "description": "The price as a tree."})


class ShowBidLine(Shows):
    """A quantity at a rate."""

    group = fields.Enum(Group, by_value=True, required=True)
    label = fields.String(required=True)
    per = fields.Enum(Per, by_value=True, required=True)
    quantity = fields.Integer(required=True)
    unit = fields.String(required=True)
    rate_minor = fields.Integer(required=True)


class ShowDraft(Shows):
    """A bid to begin with, by your own rate card; nothing is kept of it."""

    work_centre_id = fields.UUID(required=True)
    quantity = fields.Integer(required=True)
    lines = fields.List(fields.Nested(ShowBidLine), required=True)
    margin_bps = fields.Integer(required=True)
    machine_min = fields.Integer(required=True)
    ships_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The earliest; null where your calendar has not so many minutes."},
    )


InboxEntryPage = page_of(ShowInboxEntry)
FactoryQuestionPage = page_of(ShowFactoryQuestion)
OwnBidPage = page_of(ShowOwnBid)
