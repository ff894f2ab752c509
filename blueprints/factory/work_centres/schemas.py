from dataclasses import dataclass
from typing import Any

from marshmallow import fields, validate

from blueprints.factory.conflicts.schemas import RESOLUTION, AcceptResolution
from blueprints.http.fields import CatalogueId, Day, Flag, Instant, Matching, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.capability.models import STANDARD
from marketplace.capability.rules import LARGEST_EXTENT_MM, LARGEST_THICKNESS_UM, MOST_MACHINES, Hours
from marketplace.capability.service import DescribeTerms, Week, WorkCentreTerms
from marketplace.capacity.rules import Window
from marketplace.workflows.shop_floor.replanning import NOTHING_CHOSEN, Resolution

MOST_SHIFTS = 7 * 12
ENVELOPE = {"description": "Three extents in whole mm, in any order.", "example": [600, 400, 350]}
MATERIALS = {"description": "Ids of the catalogue.", "example": ["aluminium_6061"]}
TOLERANCE = {"description": "The tightest class that it holds, of the catalogue.", "example": "fine"}
THICKNESS = {"description": "The thinnest and the thickest sheet, in whole µm.", "example": [500, 12_000]}
CERTIFICATES = {"description": "Ids of the catalogue; shown as claimed, not as verified.", "example": ["iso_9001"]}
CONTROLLED = {"description": "Whether files under export control may be shown to this factory.", "example": False}
WEEKDAY = {"description": "0 is Monday, 6 is Sunday.", "example": 0}


ATTENDED = {"description": 'Whether people are there; else machines run alone ("lights out").', "example": True}
HOLIDAYS = {
    "description": "Whose public holidays are free and whose make-up days are worked: a country (CN), or a part of "
    "one (DE-BY). null: nobody's.",
    "example": "DE-BY",
}
UNATTENDED = {
    "description": "Whether jobs may run without people. If not, unattended shifts open no minutes.",
    "example": False,
}


@dataclass(frozen=True, slots=True)
class Described:
    """What a work centre is, and what becomes of jobs that lack minutes by it."""

    terms: DescribeTerms
    resolution: Resolution

    @classmethod
    def told(cls, resolution: Resolution, **terms: Any) -> "Described":
        return cls(DescribeTerms(**terms), resolution)


@dataclass(frozen=True, slots=True)
class CalendarSet:
    """A week, and what becomes of jobs that lack minutes by it."""

    week: Week
    resolution: Resolution

    @classmethod
    def told(cls, resolution: Resolution, **week: Any) -> "CalendarSet":
        return cls(Week(**week), resolution)


class AcceptShift(Accepts):
    """Open hours on one day of every week, by the clock on the wall of the factory."""

    makes = Hours

    weekday = Whole(required=True, validate=validate.Range(0, 6), metadata=WEEKDAY)
    starts = fields.Time(format="%H:%M", required=True, metadata={"example": "08:00"})
    ends = fields.Time(
        format="%H:%M",
        required=True,
        metadata={
            "description": "00:00 is midnight at the end of the day; before the start: on the next day.",
            "example": "16:30",
        },
    )
    attended = Flag(load_default=True, metadata=ATTENDED)


class OpenWorkCentre(Accepts):
    """A group of like machines."""

    makes = WorkCentreTerms

    name = Words(most=120, required=True, metadata={"example": "Three-axis mills"})
    process = CatalogueId(required=True, metadata={"example": "cnc_milling"})
    machines = Whole(required=True, validate=validate.Range(1, MOST_MACHINES), metadata={"example": 3})
    envelope_mm = fields.List(
        Whole(validate=validate.Range(1, LARGEST_EXTENT_MM)),
        required=True,
        validate=validate.Length(equal=3),
        metadata=ENVELOPE,
    )
    materials = fields.List(CatalogueId(), required=True, validate=validate.Length(1, 100), metadata=MATERIALS)
    time_zone = fields.String(required=True, validate=validate.Length(1, 60), metadata={"example": "Europe/Berlin"})
    handling_days = Whole(
        load_default=1,
        validate=validate.Range(0, 30),
        metadata={"description": "Days from the last minute of work to the carrier.", "example": 1},
    )
    tolerance = CatalogueId(load_default=STANDARD, metadata=TOLERANCE)
    thickness_um = fields.List(
        Whole(validate=validate.Range(1, LARGEST_THICKNESS_UM)),
        load_default=None,
        validate=validate.Length(equal=2),
        metadata=THICKNESS,
    )
    certificates = fields.List(CatalogueId(), load_default=(), validate=validate.Length(max=50), metadata=CERTIFICATES)
    takes_controlled = Flag(load_default=False, metadata=CONTROLLED)
    shifts = fields.List(
        fields.Nested(AcceptShift),
        load_default=(),
        validate=validate.Length(max=MOST_SHIFTS),
        metadata={
            "description": "Weekly open hours; they may follow later.",
            "example": [{"weekday": 0, "starts": "08:00", "ends": "16:30"}],
        },
    )


class DescribeWorkCentre(Accepts):
    """What changes; what is left out stays. The process stays for good: another one is another work centre."""

    makes = Described.told

    name = Words(most=120, metadata={"example": "Three-axis mills"})
    machines = Whole(validate=validate.Range(1, MOST_MACHINES), metadata={"example": 4})
    envelope_mm = fields.List(
        Whole(validate=validate.Range(1, LARGEST_EXTENT_MM)), validate=validate.Length(equal=3), metadata=ENVELOPE
    )
    materials = fields.List(CatalogueId(), validate=validate.Length(1, 100), metadata=MATERIALS)
    time_zone = fields.String(validate=validate.Length(1, 60), metadata={"example": "Europe/Berlin"})
    handling_days = Whole(validate=validate.Range(0, 30), metadata={"example": 2})
    tolerance = CatalogueId(metadata=TOLERANCE)
    thickness_um = fields.List(
        Whole(validate=validate.Range(1, LARGEST_THICKNESS_UM)), validate=validate.Length(equal=2), metadata=THICKNESS
    )
    certificates = fields.List(CatalogueId(), validate=validate.Length(max=50), metadata=CERTIFICATES)
    takes_controlled = Flag(metadata=CONTROLLED)
    resolution = fields.Nested(AcceptResolution, load_default=NOTHING_CHOSEN, metadata=RESOLUTION)


class SetCalendar(Accepts):
    """All shifts of a week, and whose holidays are free; what was set before is gone."""

    makes = CalendarSet.told

    shifts = fields.List(
        fields.Nested(AcceptShift),
        required=True,
        validate=validate.Length(max=MOST_SHIFTS),
        metadata={"example": [{"weekday": 0, "starts": "08:00", "ends": "16:30"}]},
    )

    holidays = fields.String(
        load_default=None, allow_none=True, validate=Matching("^[A-Z]{2}(-[A-Za-z0-9 -]{1,60})?$"), metadata=HOLIDAYS
    )
    runs_unattended = Flag(load_default=False, metadata=UNATTENDED)
    resolution = fields.Nested(AcceptResolution, load_default=NOTHING_CHOSEN, metadata=RESOLUTION)


class CapacityWindow(Accepts):
    """A span of local days, both ends included."""

    makes = Window

    first = Day(data_key="from", required=True, metadata={"example": "2027-03-01"})
    last = Day(data_key="to", required=True, metadata={"example": "2027-03-31"})


class ShowShift(Shows):
    """Open hours on one day of every week."""

    weekday = fields.Integer(required=True, metadata=WEEKDAY)
    starts = fields.Time(format="%H:%M", required=True)
    ends = fields.Time(format="%H:%M", required=True)
    attended = fields.Boolean(required=True, metadata=ATTENDED)


class ShowWorkCentre(Shows):
    """A work centre as its factory sees it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    process = fields.String(required=True)
    machines = fields.Integer(required=True)
    envelope_mm = fields.List(fields.Integer(), required=True, metadata={"description": "Ascending."})
    materials = fields.List(fields.String(), required=True)
    time_zone = fields.String(required=True)
    handling_days = fields.Integer(required=True)
    tolerance = fields.String(required=True, metadata=TOLERANCE)
    thickness_um = fields.List(fields.Integer(), required=True, allow_none=True, metadata=THICKNESS)
    certificates = fields.List(fields.String(), required=True, metadata=CERTIFICATES)
    takes_controlled = fields.Boolean(required=True)
    shifts = fields.List(fields.Nested(ShowShift), required=True)
    holidays = fields.String(required=True, allow_none=True, metadata=HOLIDAYS)
    runs_unattended = fields.Boolean(required=True, metadata=UNATTENDED)
    created_at = Instant(required=True)
    version = fields.Integer(required=True, metadata={"description": "The ETag to send in If-Match."})


class ShowDay(Shows):
    """One local day of a work centre, in machine minutes."""

    day = fields.Date(required=True)
    open_min = fields.Integer(required=True)
    calendar_min = fields.Integer(
        required=True, metadata={"description": "What the calendar has: less than held is a conflict."}
    )
    held_min = fields.Integer(required=True)
    free_min = fields.Integer(required=True)


class ShowCapacity(Shows):
    """The days of a span that are kept; days before the calendar was set, or beyond its horizon, are left out."""

    time_zone = fields.String(required=True, metadata={"description": "Whose days these are."})
    days = fields.List(fields.Nested(ShowDay), required=True)


WorkCentrePage = page_of(ShowWorkCentre)
