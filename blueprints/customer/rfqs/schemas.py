from typing import Any

from marshmallow import fields, validate

from blueprints.http.fields import Amount, CatalogueId, Country, Currency, Day, Flag, Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.costing.bids import Group
from marketplace.parts.models import Seen
from marketplace.rfqs import rules
from marketplace.rfqs.asking import Guests, Request
from marketplace.rfqs.granting import Reach
from marketplace.rfqs.models import Audience, DeadlineMove, Opening
from marketplace.rfqs.rules import Phase, SortBy
from marketplace.rfqs.states import BidState, InvitationState, QuestionState, RfqState

HOURS = validate.Range(1, rules.LONGEST_HOURS)
FACTORY_ID = {"description": "A factory that was invited.", "example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e14"}


class InviteFactories(Accepts):
    """Who is invited."""

    makes = Guests

    audience = fields.Enum(Audience, by_value=True, required=True, metadata={"example": "eligible"})
    factories = fields.List(
        fields.UUID(),
        load_default=(),
        validate=validate.Length(max=rules.MOST_FACTORIES),
        metadata={"description": "Whom you choose; none to ask every eligible one.", "example": []},
    )


class AskForBids(Accepts):
    """What is to be made, and under which terms factories see it and bid."""

    makes = Request

    revision_id = fields.UUID(
        required=True,
        metadata={
            "description": "A measured revision with confirmed units; open geometry is welcome here.",
            "example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e11",
        },
    )
    title = Words(
        most=120,
        required=True,
        metadata={"description": "Every invited factory reads it.", "example": "Bracket for a pump, first series"},
    )
    processes = fields.List(
        CatalogueId(),
        load_default=(),
        validate=validate.Length(max=10),
        metadata={"description": "Of the catalogue; none leaves the choice to the bidder.", "example": ["cnc_milling"]},
    )
    material = CatalogueId(required=True, metadata={"example": "aluminium_6061"})
    quantities = fields.List(
        Whole(validate=validate.Range(1, 1_000_000)),
        required=True,
        validate=validate.Length(1, rules.MOST_QUANTITIES),
        metadata={"description": "Each is bid for by itself; you accept a bid for one.", "example": [25, 100]},
    )
    tolerance = CatalogueId(load_default="standard", metadata={"example": "fine"})
    inspection = CatalogueId(load_default="standard", metadata={"example": "first_article"})
    thickness_um = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "Of the sheet in µm, where the file cannot say it.", "example": None},
    )
    finish = Words(least=0, most=200, load_default="", metadata={"example": "Anodised, natural, 10 µm"})
    certificates = fields.List(
        CatalogueId(),
        load_default=(),
        validate=validate.Length(max=10),
        metadata={"description": "Only factories that claim all of these are eligible.", "example": []},
    )
    is_controlled = Flag(
        load_default=False,
        metadata={
            "description": "The file is under export control: only factories that may see it are asked.",
            "example": False,
        },
    )
    notes = Words(least=0, most=4000, load_default="", metadata={"example": "The bore is H7; break all edges."})
    currency = Currency(required=True, metadata={"example": "EUR"})
    wanted_on = Day(
        load_default=None, allow_none=True, metadata={"description": "When it should leave.", "example": None}
    )
    delivery_country = Country(required=True)
    audience = fields.Enum(Audience, by_value=True, required=True, metadata={"example": "eligible"})
    factories = fields.List(
        fields.UUID(),
        load_default=(),
        validate=validate.Length(max=rules.MOST_FACTORIES),
        metadata={"description": "Whom you choose; none to ask every eligible one.", "example": []},
    )
    hides_customer = Flag(
        load_default=False,
        metadata={"description": "Factories do not learn who asks until one is chosen.", "example": True},
    )
    hides_factories = Flag(
        load_default=False,
        metadata={"description": "You do not learn whose a bid is until you choose it.", "example": True},
    )
    nda_text = Words(
        most=20_000,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "A non-disclosure agreement, to be agreed to before anything of the part is shown.",
            "example": "We keep what we see to ourselves, for five years.",
        },
    )
    opens = fields.Enum(
        Opening,
        by_value=True,
        load_default=Opening.VIEW,
        metadata={"description": "What opens on agreement; the rest on request, when you allow it.", "example": "view"},
    )
    closes_in_hours = Whole(
        required=True, validate=HOURS, metadata={"description": "Until when bids are taken.", "example": 120}
    )


class ExtendRfq(Accepts):
    """Until when bids are taken instead."""

    closes_in_hours = Whole(
        required=True, validate=HOURS, metadata={"description": "From now.", "example": rules.LONGEST_HOURS}
    )


class WithdrawRfq(Accepts):
    """Why it is not wanted any more; whoever has bid reads it."""

    reason = Words(most=1000, required=True, metadata={"example": "The design has changed."})


class NameFactory(Accepts):
    """Which factory."""

    factory_id = fields.UUID(required=True, metadata=FACTORY_ID)


class OpenFile(NameFactory):
    """How far the file is opened to which factory."""

    reach = fields.Enum(
        Reach, by_value=True, required=True, metadata={"description": "download includes view", "example": "download"}
    )


class AnswerQuestion(Accepts):
    """The answer; every factory that has agreed to your terms reads it."""

    answer = Words(most=4000, required=True, metadata={"example": "Yes, 0.2 mm is enough there."})


class CompareBids(Accepts):
    """Which bids stand side by side, and in which order."""

    quantity = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "Only bids for this quantity.", "example": 25},
    )
    sort_by = fields.Enum(SortBy, by_value=True, load_default=SortBy.PRICE, metadata={"example": "date"})


class ShowDeadline(Shows):
    """A move of the deadline: `stopped_at` says since when the clock had stood."""

    at = Instant(attribute="created_at", required=True)
    why = fields.Enum(DeadlineMove, by_value=True, required=True)
    stopped_at = Instant(required=True, allow_none=True)
    closes_at = Instant(required=True)


class ShowRfq(Shows):
    """Your request for quotation."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    state = fields.Enum(RfqState, by_value=True, required=True)
    phase = fields.Enum(Phase, by_value=True, required=True)
    created_at = Instant(required=True)
    closes_at = Instant(required=True, metadata={"description": "Moves when the clock starts again."})
    clock_stopped_at = Instant(
        attribute="stopped_at",
        required=True,
        allow_none=True,
        metadata={"description": "Since when a question has been open."},
    )
    revision_id = fields.UUID(required=True)
    processes = fields.List(fields.String(), required=True)
    material = fields.String(required=True)
    quantities = fields.List(fields.Integer(), required=True)
    tolerance = fields.String(required=True)
    inspection = fields.String(required=True)
    thickness_um = fields.Integer(required=True, allow_none=True)
    finish = fields.String(required=True)
    certificates = fields.List(fields.String(), required=True)
    is_controlled = fields.Boolean(required=True)
    notes = fields.String(required=True)
    currency = fields.String(required=True)
    wanted_on = fields.Date(required=True, allow_none=True)
    delivery_country = fields.String(required=True)
    audience = fields.Enum(Audience, by_value=True, required=True)
    invited = fields.Integer(required=True, metadata={"description": "How many factories."})
    hides_customer = fields.Boolean(required=True)
    hides_factories = fields.Boolean(required=True)
    nda_text = fields.String(required=True, allow_none=True)
    nda_sha256 = fields.String(required=True, allow_none=True)
    opens = fields.Enum(Opening, by_value=True, required=True)
    quote_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "Of the accepted bid, to be ordered from."},
    )
    offer_id = fields.UUID(required=True, allow_none=True)


class ShowWholeRfq(ShowRfq):
    """Your request for quotation, and how its deadline has moved."""

    deadlines = fields.List(fields.Nested(ShowDeadline), required=True)


class ShowInvitedFactory(Shows):
    """A factory, by id and name."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class ShowInvitation(Shows):
    """Whom you invited, and how far the file is open to them. Whose a bid is, this does not say."""

    factory = fields.Nested(ShowInvitedFactory, required=True)
    state = fields.Enum(InvitationState, by_value=True, required=True)
    invited_at = Instant(attribute="created_at", required=True)
    agreed_at = Instant(required=True, allow_none=True)
    nda_sha256 = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the text that was agreed to."}
    )
    declined_because = fields.String(required=True, allow_none=True)
    may_view = fields.Boolean(required=True)
    may_download = fields.Boolean(required=True)
    view_asked_at = Instant(required=True, allow_none=True)
    download_asked_at = Instant(required=True, allow_none=True)
    revoked_at = Instant(required=True, allow_none=True)


class ShowBidder(Shows):
    """Whose a bid or a question is, as far as you wanted to know."""

    label = fields.String(required=True, metadata={"example": "Factory A"})
    factory_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)


class ShowQuestion(Shows):
    """A question about your request; while one is open, the clock stands."""

    id = fields.UUID(required=True)
    asker = fields.Nested(ShowBidder, attribute="invitation.bidder", required=True)
    state = fields.Enum(QuestionState, by_value=True, required=True)
    asked_at = Instant(attribute="created_at", required=True)
    text = fields.String(required=True)
    answer = fields.String(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)


class ShowBid(Shows):
    """One version of a factory's bid for one quantity."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "The version."})
    state = fields.Enum(BidState, by_value=True, required=True)
    bidder = fields.Nested(ShowBidder, attribute="invitation.bidder", required=True)
    made_at = Instant(attribute="created_at", required=True)
    quantity = fields.Integer(required=True)
    total = Amount(attribute="total_minor")
    unit_price = Amount(attribute="unit_minor")
    factory_price = Amount(attribute="factory_minor")
    platform_fee = Amount(attribute="fee_minor")
    machine_min = fields.Integer(required=True)
    ships_on = fields.Date(required=True, metadata={"description": "The factory's local day."})
    valid_until = Instant(required=True)
    is_expired = fields.Boolean(required=True)
    tolerance_deviation = fields.String(required=True, metadata={"description": "Empty: as you asked."})
    finish_deviation = fields.String(required=True, metadata={"description": "Empty: as you asked."})
    note = fields.String(required=True)


class ShowWholeBid(ShowBid):
    """A bid with its price tree."""

    breakdown = fields.Raw(
        required=True,
        metadata={
            "type": "object",
            "description": "The same form as an offer's: amounts of children add up to their parent's, to the minor "
            "unit, and each line follows from its variables.",
        },
    )


class ShowFit(Shows):
    """Whether the bidder's work centre, as it is publicly described, does what you ask."""

    process = fields.Boolean(required=True)
    material = fields.Boolean(required=True)
    envelope = fields.Boolean(required=True)
    certificates = fields.Boolean(required=True)
    tolerance = fields.Boolean(required=True, metadata={"description": "It holds the class, or a finer one."})
    listing = fields.Boolean(required=True, metadata={"description": "Its listing is live; else it is not accepted."})


class ByGroup(fields.Field[Any]):
    """Amounts by group of cost."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> dict[str, int]:
        return {group.value: minor for group, minor in value.items()}


class ShowRow(Shows):
    """One bid in the table."""

    bid = fields.Nested(ShowBid, required=True)
    groups = ByGroup(
        required=True,
        metadata={
            "type": "object",
            "description": "What each group of cost comes to, in minor units.",
            "properties": {group.value: {"type": "integer"} for group in Group},
        },
    )
    margin = Amount(attribute="margin_minor")
    fit = fields.Nested(ShowFit, required=True)
    is_late = fields.Boolean(required=True, metadata={"description": "It ships after the day on which you want it."})


class ShowComparison(Shows):
    """Bids side by side, best first by what you sorted by; the cheapest two hundred."""

    rows = fields.List(fields.Nested(ShowRow), required=True)


class ShowLook(Shows):
    """Somebody was given something of your part."""

    at = Instant(attribute="created_at", required=True)
    what = fields.Enum(Seen, by_value=True, required=True)
    organisation = fields.Nested(ShowInvitedFactory, required=True, allow_none=True)
    user = fields.Nested(ShowInvitedFactory, required=True, allow_none=True)


RfqPage = page_of(ShowRfq)
InvitationPage = page_of(ShowInvitation)
QuestionPage = page_of(ShowQuestion)
BidPage = page_of(ShowBid)
LookPage = page_of(ShowLook)
