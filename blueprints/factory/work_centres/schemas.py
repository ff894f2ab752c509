from marshmallow import fields, validate

from blueprints.http.fields import CatalogueId, Flag, Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.capability.models import STANDARD
from marketplace.capability.rules import LARGEST_EXTENT_MM, LARGEST_THICKNESS_UM, MOST_MACHINES, Hours
from marketplace.capability.service import DescribeTerms, WorkCentreTerms
from marketplace.capacity.rules import Window

MOST_SHIFTS = 7 * 12
ENVELOPE = {"description": "Three extents in whole mm, in any order.", "example": [600, 400, 350]}
MATERIALS = {"description": "Ids of the catalogue.", "example": ["aluminium_6061"]}
TOLERANCE = {"description": "The tightest class that it holds, of the catalogue.", "example": "fine"}
THICKNESS = {"description": "The thinnest and the thickest sheet, in whole µm.", "example": [500, 12_000]}
CERTIFICATES = {"description": "Ids of the catalogue; shown as claimed, not as verified.", "example": ["iso_9001"]}
CONTROLLED = {"description": "Whether files under export control may be shown to this factory.", "example": False}
WEEKDAY = {"description": "0 is Monday, 6 is Sunday.", "example": 0}


class AcceptShift(Accepts):
    """Open hours on one day of every week, by the clock on the wall of the factory."""

    makes = Hours

    weekday = Whole(required=True, validate=validate.Range(0, 6), metadata=WEEKDAY)
    starts = fields.Time(format="%H:%M", required=True, metadata={"example": "08:00"})
    ends = fields.Time(
        format="%H:%M",
        required=True,
        metadata={"description": "00:00 is midnight at the end of the day.", "example": "16:30"},
    )


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

    makes = DescribeTerms

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


class SetCalendar(Accepts):
    """All shifts of a week; those that were set before are gone."""

    shifts = fields.List(
        fields.Nested(AcceptShift),
        required=True,
        validate=validate.Length(max=MOST_SHIFTS),
        metadata={"example": [{"weekday": 0, "starts": "08:00", "ends": "16:30"}]},
    )


class CapacityWindow(Accepts):
    """A span of local days, both ends included."""

    makes = Window

    first = fields.Date(data_key="from", required=True, metadata={"example": "2027-03-01"})
    last = fields.Date(data_key="to", required=True, metadata={"example": "2027-03-31"})


class ShowShift(Shows):
    """Open hours on one day of every week."""

    weekday = fields.Integer(required=True, metadata=WEEKDAY)
    starts = fields.Time(format="%H:%M", required=True)
    ends = fields.Time(format="%H:%M", required=True)


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
    created_at = Instant(required=True)
    version = fields.Integer(required=True, metadata={"description": "The ETag to send in If-Match."})


class ShowDay(Shows):
    """One local day of a work centre, in machine minutes."""

    day = fields.Date(required=True)
    open_min = fields.Integer(required=True)
    held_min = fields.Integer(required=True)
    free_min = fields.Integer(required=True)


class ShowCapacity(Shows):
    """The days of a span that are kept; days before the calendar was set, or beyond its horizon, are left out."""

    time_zone = fields.String(required=True, metadata={"description": "Whose days these are."})
    days = fields.List(fields.Nested(ShowDay), required=True)


WorkCentrePage = page_of(ShowWorkCentre)
