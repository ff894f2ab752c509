from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from blueprints.factory.conflicts.schemas import ShowConflict
from blueprints.http.fields import Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.calendars.models import BreakdownSource
from marketplace.calendars.service import BreakdownTerms, Signal
from marketplace.capability.rules import MOST_MACHINES
from marketplace.kernel import clock
from marketplace.workflows.shop_floor.breakdowns import Heard


def breakdown(starts_at: datetime | None, **told: Any) -> BreakdownTerms:
    return BreakdownTerms(starts_at=starts_at or clock.now(), **told)


class ReportBreakdown(Accepts):
    """Machines that cannot run."""

    makes = staticmethod(breakdown)

    machines = Whole(
        required=True,
        validate=validate.Range(1, MOST_MACHINES),
        metadata={"description": "How many of the work centre's machines.", "example": 1},
    )
    machine = Words(least=0, most=60, load_default="", metadata={"description": "Which one.", "example": "Mill 2"})
    starts_at = fields.AwareDateTime(
        load_default=None, allow_none=True, metadata={"description": "Left out: now.", "example": None}
    )
    until = fields.AwareDateTime(
        required=True,
        metadata={"description": "When they are expected to run again.", "example": "2036-03-01T06:00:00Z"},
    )
    reason = Words(most=300, required=True, metadata={"example": "Spindle bearing"})


class ShowBreakdown(Shows):
    """Machines that cannot run."""

    id = fields.UUID(required=True)
    work_centre_id = fields.UUID(required=True)
    source = fields.Enum(BreakdownSource, by_value=True, required=True)
    machine = fields.String(required=True)
    machines = fields.Integer(required=True)
    starts_at = Instant(required=True)
    until = Instant(required=True, metadata={"description": "Expected."})
    ended_at = Instant(required=True, allow_none=True)
    reason = fields.String(required=True)
    created_at = Instant(required=True)


class BreakdownReported(ShowBreakdown):
    """A breakdown, and the jobs of its work centre that lack minutes now."""

    conflicts = fields.List(fields.Nested(ShowConflict), required=True)


def signal(state: str, **told: Any) -> Signal:
    return Signal(is_up=state == "up", **told)


class SendSignal(Accepts):
    """What a machine says of itself."""

    makes = staticmethod(signal)

    machine = Words(
        most=60, required=True, metadata={"description": "Always the same for the same machine.", "example": "VMC-2"}
    )
    state = fields.String(
        required=True,
        validate=validate.OneOf(["up", "down"]),
        metadata={"description": "MTConnect: up is AVAILABLE, down UNAVAILABLE.", "example": "down"},
    )
    reason = Words(least=0, most=300, load_default="", metadata={"example": "AVAILABILITY is UNAVAILABLE"})


class SignalHeard(Shows):
    """What a signal changed."""

    heard = fields.Enum(Heard, by_value=True, required=True, metadata={"example": "began"})
    breakdown = fields.Nested(
        ShowBreakdown, required=True, allow_none=True, metadata={"description": "The one that it is about."}
    )


BreakdownPage = page_of(ShowBreakdown)
