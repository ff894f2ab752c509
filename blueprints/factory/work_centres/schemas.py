from marshmallow import fields, validate

from blueprints.http.fields import Amount, Currency, Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.capability.rules import LARGEST_EXTENT_MM, MOST_MACHINES, Hours
from marketplace.capability.service import DescribeTerms, WorkCentreTerms
from marketplace.capacity.rules import Window
from marketplace.costing.rates import (
    LARGEST_MARGIN_BPS,
    LARGEST_MATERIAL_PRICE,
    LARGEST_MINIMUM,
    LARGEST_RATE,
    RateCard,
)

MOST_SHIFTS = 7 * 12
ENVELOPE = {"description": "Three extents in whole mm, in any order.", "example": [600, 400, 350]}
MATERIALS = {"description": "Ids of the catalogue.", "example": ["aluminium_6061"]}
MATERIAL = validate.Length(1, 60)
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
    process = fields.String(required=True, validate=validate.Length(1, 60), metadata={"example": "cnc_milling"})
    machines = Whole(required=True, validate=validate.Range(1, MOST_MACHINES), metadata={"example": 3})
    envelope_mm = fields.List(
        Whole(validate=validate.Range(1, LARGEST_EXTENT_MM)),
        required=True,
        validate=validate.Length(equal=3),
        metadata=ENVELOPE,
    )
    materials = fields.List(
        fields.String(validate=MATERIAL), required=True, validate=validate.Length(1, 100), metadata=MATERIALS
    )
    time_zone = fields.String(required=True, validate=validate.Length(1, 60), metadata={"example": "Europe/Berlin"})
    handling_days = Whole(
        load_default=1,
        validate=validate.Range(0, 30),
        metadata={"description": "Days from the last minute of work to the carrier.", "example": 1},
    )
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
    materials = fields.List(fields.String(validate=MATERIAL), validate=validate.Length(1, 100), metadata=MATERIALS)
    time_zone = fields.String(validate=validate.Length(1, 60), metadata={"example": "Europe/Berlin"})
    handling_days = Whole(validate=validate.Range(0, 30), metadata={"example": 2})


class SetCalendar(Accepts):
    """All shifts of a week; those that were set before are gone."""

    shifts = fields.List(
        fields.Nested(AcceptShift),
        required=True,
        validate=validate.Length(max=MOST_SHIFTS),
        metadata={"example": [{"weekday": 0, "starts": "08:00", "ends": "16:30"}]},
    )


class SetRateCard(Accepts):
    """Prices from now on, in minor units (cents) of one currency. Quotes made earlier keep theirs."""

    makes = RateCard

    currency = Currency(required=True, metadata={"example": "EUR"})
    machine_rate_minor_per_h = Whole(
        required=True, validate=validate.Range(0, LARGEST_RATE), metadata={"example": 6_500}
    )
    labour_rate_minor_per_h = Whole(
        required=True, validate=validate.Range(0, LARGEST_RATE), metadata={"example": 4_200}
    )
    material_minor_per_kg = fields.Dict(
        keys=fields.String(validate=MATERIAL),
        values=Whole(validate=validate.Range(0, LARGEST_MATERIAL_PRICE)),
        required=True,
        validate=validate.Length(1, 100),
        metadata={
            "description": "A price for every material of the work centre, and no other.",
            "example": {"aluminium_6061": 650},
        },
    )
    minimum_order_minor = Whole(
        load_default=0, validate=validate.Range(0, LARGEST_MINIMUM), metadata={"example": 5_000}
    )
    margin_bps = Whole(
        load_default=0,
        validate=validate.Range(0, LARGEST_MARGIN_BPS),
        metadata={"description": "Hundredths of a per cent of the price.", "example": 1_500},
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
    shifts = fields.List(fields.Nested(ShowShift), required=True)
    created_at = Instant(required=True)
    version = fields.Integer(required=True, metadata={"description": "The ETag to send in If-Match."})


class ShowRateCard(Shows):
    """One version of a work centre's prices."""

    id = fields.UUID(required=True)
    work_centre_id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "1, and one more with each change."})
    currency = fields.String(required=True)
    machine_rate_per_h = Amount(attribute="machine_rate_minor_per_h")
    labour_rate_per_h = Amount(attribute="labour_rate_minor_per_h")
    material_minor_per_kg = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    minimum_order = Amount(attribute="minimum_order_minor")
    margin_bps = fields.Integer(required=True)
    effective_at = Instant(required=True)


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
RateCardPage = page_of(ShowRateCard)
