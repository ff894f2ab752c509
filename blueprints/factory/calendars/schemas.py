from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate

from blueprints.factory.conflicts.schemas import RESOLUTION, AcceptResolution
from blueprints.http.fields import Instant, Matching, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.calendars.models import ExceptionKind
from marketplace.calendars.ports import MOST_BYTES
from marketplace.calendars.rules import Source
from marketplace.calendars.service import MINUTES_A_DAY, ExceptionTerms
from marketplace.capability.rules import MOST_MACHINES
from marketplace.workflows.shop_floor.importing_calendars import Sent
from marketplace.workflows.shop_floor.replanning import NOTHING_CHOSEN, Resolution

REASON = Words(most=300, required=True, metadata={"example": "Stocktaking"})


@dataclass(frozen=True, slots=True)
class Excepted:
    """Days to be excepted, and what becomes of jobs that lack minutes by it."""

    terms: ExceptionTerms
    resolution: Resolution

    @classmethod
    def told(cls, resolution: Resolution, **terms: Any) -> "Excepted":
        return cls(ExceptionTerms(**terms), resolution)


class ExceptDays(Accepts):
    """Days that are closed, or on which machines run longer than their shifts."""

    makes = Excepted.told

    kind = fields.Enum(ExceptionKind, by_value=True, required=True, metadata={"example": "closure"})
    first = fields.Date(
        data_key="from", required=True, metadata={"description": "A local day.", "example": "2036-12-24"}
    )
    last = fields.Date(
        data_key="to", required=True, metadata={"description": "The last local day.", "example": "2037-01-01"}
    )
    minutes = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MINUTES_A_DAY * MOST_MACHINES),
        metadata={"description": "Of overtime: machine minutes more on each of the days.", "example": None},
    )
    reason = REASON
    resolution = fields.Nested(AcceptResolution, load_default=NOTHING_CHOSEN, metadata=RESOLUTION)


class WithdrawException(Accepts):
    """What becomes of jobs that lack minutes once the days are as their week has them."""

    resolution = fields.Nested(AcceptResolution, load_default=NOTHING_CHOSEN, metadata=RESOLUTION)


class ShowException(Shows):
    """Days that are closed, or on which machines run longer."""

    id = fields.UUID(required=True)
    work_centre_id = fields.UUID(required=True)
    kind = fields.Enum(ExceptionKind, by_value=True, required=True)
    first = fields.Date(data_key="from", required=True)
    last = fields.Date(data_key="to", required=True)
    minutes = fields.Integer(required=True, allow_none=True, metadata={"description": "Machine minutes a day."})
    reason = fields.String(required=True)
    created_at = Instant(required=True)
    withdrawn_at = Instant(required=True, allow_none=True)


class ShowShiftOfDay(Shows):
    """When machines run."""

    starts = Instant(required=True)
    ends = Instant(required=True)
    attended = fields.Boolean(required=True)


class ShowOpening(Shows):
    """What the calendar opens on a local day, in machine minutes, and why."""

    day = fields.Date(required=True)
    minutes = fields.Integer(required=True)
    unattended_min = fields.Integer(required=True, metadata={"description": "Of the minutes, those without people."})
    overtime_min = fields.Integer(required=True, metadata={"description": "Of the minutes, those of overtime."})
    lost_min = fields.Integer(
        required=True, metadata={"description": "What breakdowns and your other calendars take off the shifts."}
    )
    source = fields.Enum(
        Source, by_value=True, required=True, metadata={"description": "Which rule decides; the strongest counts."}
    )
    why = fields.String(required=True, metadata={"example": "Labour Day"})
    shifts = fields.List(fields.Nested(ShowShiftOfDay), required=True)


class ShowOpenings(Shows):
    """Every day of a span by the calendar as it is now."""

    time_zone = fields.String(required=True, metadata={"description": "Whose days these are."})
    days = fields.List(fields.Nested(ShowOpening), required=True)


NAME = Words(most=120, required=True, metadata={"example": "Maintenance plan"})


class ImportByAddress(Accepts):
    """The address of another calendar of yours; what is busy there is closed here. It is fetched again every hour."""

    name = NAME
    url = fields.String(
        required=True,
        validate=[validate.Length(1, 2_000), Matching(r"^https?://[!-~]+$", error="Not an http or https address.")],
        metadata={"description": "http or https, on the public internet.", "example": "https://calendar.example/a.ics"},
    )


class ImportFile(Accepts):
    """The text of an iCalendar file (.ics)."""

    makes = Sent

    name = NAME
    content = Words(
        most=MOST_BYTES,
        required=True,
        metadata={"example": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\nEND:VCALENDAR\r\n"},
    )


class ShowImport(Shows):
    """A calendar whose busy times are closed here."""

    id = fields.UUID(required=True)
    work_centre_id = fields.UUID(required=True)
    name = fields.String(required=True)
    url = fields.String(required=True, allow_none=True, metadata={"description": "null: a file that was sent."})
    read_at = Instant(required=True, allow_none=True, metadata={"description": "When it was last read."})
    tried_at = Instant(required=True, allow_none=True)
    problem = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The code of what the last try met; what was read before goes on counting."},
    )
    created_at = Instant(required=True)
    removed_at = Instant(required=True, allow_none=True)


class MakeLink(Accepts):
    """Who will read the calendar, for your own list of links."""

    name = Words(most=120, required=True, metadata={"example": "Screen in the hall"})


class ShowLink(Shows):
    """A link to the calendar, without what would let one use it."""

    id = fields.UUID(required=True)
    work_centre_id = fields.UUID(required=True)
    name = fields.String(required=True)
    created_at = Instant(required=True)
    revoked_at = Instant(required=True, allow_none=True)


class LinkMade(Shows):
    """A link and its address, this once."""

    url = fields.String(
        required=True,
        metadata={"description": "For any calendar program. Whoever has it can read it: keep it to yourselves."},
    )
    link = fields.Nested(ShowLink, required=True)


ExceptionPage, ImportPage, LinkPage = page_of(ShowException), page_of(ShowImport), page_of(ShowLink)
