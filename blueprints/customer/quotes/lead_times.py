"""When, and for how much: the lead times of an offer's factory."""

from datetime import date
from uuid import UUID

from marshmallow import fields

from blueprints.customer.quotes.routes import quotes
from blueprints.http.fields import Amount, Day
from blueprints.http.identity import actor
from blueprints.http.ports import charges
from blueprints.http.schemas import Accepts, Shows
from marketplace.costing.rates import LeadTime
from marketplace.workflows.pricing import lead_times
from marketplace.workflows.pricing.lead_times import LeadTimes


class AskLeadTimes(Accepts):
    """By when the goods should leave."""

    due_by = Day(load_default=None, metadata={"description": "A day by which the goods should leave."})


class ShowLeadTime(Shows):
    """One lead time: what the lot costs by it, and when it ships at the earliest."""

    lead_time = fields.Enum(LeadTime, by_value=True, required=True)
    total = Amount(attribute="total_minor")
    starts_after = fields.Date(required=True)
    ships_on = fields.Date(required=True, metadata={"description": "From the minutes that are open now."})
    latest_start = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Until when the work may begin for the due date; null: none named, or it is missed."},
    )
    meets = fields.Boolean(required=True, metadata={"description": "Whether it ships by the due date."})


class ShowLeadTimes(Shows):
    """The lead times by which the offer's factory could ship, the cheapest first."""

    due_by = fields.Date(required=True, allow_none=True)
    lead_times = fields.List(fields.Nested(ShowLeadTime), attribute="found", required=True)
    cheapest = fields.Enum(
        LeadTime,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "The cheapest that meets the due date; null: none does."},
    )
    earliest = fields.Enum(LeadTime, by_value=True, required=True, allow_none=True)


@quotes.get("/<uuid:quote_id>/offers/<uuid:offer_id>/lead-times")
@quotes.arguments(AskLeadTimes, location="query")
@quotes.response(200, ShowLeadTimes)
def show_lead_times(asked: dict[str, date | None], quote_id: UUID, offer_id: UUID) -> LeadTimes:
    """Show by which of its lead times an offer's factory would ship when, for how much.

    By the prices and the open minutes of now: the offer stays as it is frozen. A lead time is ordered by asking for a
    quote by it.
    """
    return lead_times.of_offer(quote_id, offer_id, due_by=asked["due_by"], by=actor(), charges=charges())
