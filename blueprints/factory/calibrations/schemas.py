from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from blueprints.factory.work_centres.constant_schemas import SPREAD
from blueprints.http.fields import CatalogueId, Currency, Instant, Number, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.calibration.states import CalibrationState
from marketplace.workflows.pricing.calibrating import LOT, PIECE, HoleTold, JobsTold, JobTold, ShapeTold

LARGEST_MM = 100_000
MOST_MINUTES = 1_000_000
MOST_MINOR = 1_000_000_000_000
MOST_SENT = 200
"""More is a mistake of the sender's program; 5 to 50 are taken."""

EXAMPLE = [
    {
        "material": "aluminium_6061",
        "quantity": 10,
        "shape": {"volume_mm3": 60_000, "area_mm2": 20_000, "box_mm": [100, 60, 20]},
        "machine_min": 410,
    }
] * 5


class AcceptHole(Accepts):
    """A hole, in mm."""

    makes = HoleTold

    diameter_mm = Number(required=True, validate=validate.Range(0.01, LARGEST_MM), metadata={"example": 6.6})
    depth_mm = Number(required=True, validate=validate.Range(0.01, LARGEST_MM), metadata={"example": 12})


class AcceptShape(Accepts):
    """A part without a file: what costing needs of it."""

    makes = ShapeTold

    volume_mm3 = Number(required=True, validate=validate.Range(1e-6, 1e15), metadata={"example": 60_000})
    area_mm2 = Number(required=True, validate=validate.Range(1e-6, 1e9), metadata={"example": 20_000})
    box_mm = fields.List(
        Number(validate=validate.Range(0.01, LARGEST_MM)),
        required=True,
        validate=validate.Length(equal=3),
        metadata={"description": "The third side is the height as made.", "example": [100, 60, 20]},
    )
    holes = fields.List(
        fields.Nested(AcceptHole), load_default=(), validate=validate.Length(max=1_000), metadata={"example": []}
    )


class AcceptJob(Accepts):
    """A lot that you made: which part, how, and what it truly took. At least one truth."""

    makes = JobTold

    label = Words(least=0, most=120, load_default="", metadata={"example": "Bracket, May"})
    revision_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "A measured part of your own, or of a job that you took here.", "example": None},
    )
    shape = fields.Nested(
        AcceptShape, load_default=None, allow_none=True, metadata={"description": "In place of a revision."}
    )
    material = CatalogueId(required=True, metadata={"example": "aluminium_6061"})
    quantity = Whole(required=True, validate=validate.Range(1, 1_000_000), metadata={"example": 10})
    tolerance = CatalogueId(load_default="standard", metadata={"example": "standard"})
    finishes = fields.List(CatalogueId(), load_default=(), validate=validate.Length(max=4), metadata={"example": []})
    inspection = CatalogueId(load_default="standard", metadata={"example": "standard"})
    thickness_um = Whole(
        load_default=None, allow_none=True, validate=validate.Range(1, 1_000_000), metadata={"example": None}
    )
    machine_min = Number(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0.001, MOST_MINUTES),
        metadata={"description": "Minutes that the machine ran, without setting up.", "example": 410},
    )
    machine_min_of = fields.String(load_default=LOT, validate=validate.OneOf((LOT, PIECE)), metadata={"example": "lot"})
    setup_min = Number(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0.001, MOST_MINUTES),
        metadata={"description": "Minutes of setting up, once for the lot.", "example": 45},
    )
    price_minor = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST_MINOR),
        metadata={"description": "What the lot was sold for, without delivery and tax.", "example": 90_000},
    )

    @validates_schema
    def complete(self, values: dict[str, Any], **_: Any) -> None:
        if (values.get("revision_id") is None) == (values.get("shape") is None):
            raise ValidationError("Name a revision or describe a shape, one of them.")
        if all(values.get(name) is None for name in ("machine_min", "setup_min", "price_minor")):
            raise ValidationError("Tell at least one of machine_min, setup_min and price_minor.")


class TellJobs(Accepts):
    """5 to 50 past jobs with known times or prices."""

    makes = JobsTold

    jobs = fields.List(
        fields.Nested(AcceptJob), required=True, validate=validate.Length(max=MOST_SENT), metadata={"example": EXAMPLE}
    )
    currency = Currency(
        load_default=None,
        allow_none=True,
        metadata={"description": "Of the prices: that of your rate card.", "example": "EUR"},
    )


class RefuseCalibration(Accepts):
    """Why you keep your figures."""

    reason = Words(most=2_000, required=True, metadata={"example": "Half of these jobs ran on the old machine."})


class ShowFit(Shows):
    """What the jobs say of one figure. Errors and shares: 0.2 is one fifth."""

    factor = fields.Float(required=True, metadata={"description": "True ÷ computed, all jobs together."})
    low = fields.Float(required=True, metadata={"description": "The factor lies above, nineteen times in twenty."})
    high = fields.Float(required=True, metadata={"description": "The factor lies below, nineteen times in twenty."})
    next_low = fields.Float(
        required=True, metadata={"description": "So the next job: true ÷ computed with the factor."}
    )
    next_high = fields.Float(required=True)
    error_before = fields.Float(required=True, metadata={"description": "Median error with the published figure."})
    error_after = fields.Float(required=True, metadata={"description": "Each job computed by what the others say."})
    covered = fields.Float(required=True, metadata={"description": "Share of jobs in the interval of the others."})
    outliers = fields.List(fields.Integer(), required=True, metadata={"description": "Numbers of jobs, from 1."})
    jobs = fields.List(fields.Integer(), required=True, metadata={"description": "Numbers of the jobs that told."})
    bps = fields.Integer(required=True, allow_none=True, metadata={"description": "Of the margin alone."})
    low_bps = fields.Integer(required=True, allow_none=True)
    high_bps = fields.Integer(required=True, allow_none=True)


class ShowCalibration(Shows):
    """What past jobs say of a work centre, and whether it was taken."""

    id = fields.UUID(required=True)
    work_centre_id = fields.UUID(required=True)
    process = fields.String(required=True)
    state = fields.Enum(CalibrationState, by_value=True, required=True)
    constants = fields.Dict(
        required=True, metadata={"description": "Proposed figures.", "example": {"run_time_factor": 0.83}}
    )
    margin_bps = fields.Integer(required=True, allow_none=True, metadata={"description": "Proposed, from prices."})
    spread = fields.Dict(required=True, allow_none=True, metadata=SPREAD)
    fits = fields.Dict(keys=fields.String(), values=fields.Nested(ShowFit), required=True)
    warnings = fields.List(fields.Dict(), required=True, metadata={"description": "Code, figure, text, jobs."})
    jobs = fields.List(fields.Dict(), required=True, metadata={"description": "What was told, and what computed."})
    baseline = fields.Dict(required=True, metadata={"description": "Your own constants that were computed with."})
    method = fields.Integer(required=True, metadata={"description": "Version of the method (docs/calibration.md)."})
    constants_sha256 = fields.String(required=True, metadata={"description": "Of the published constants."})
    reason = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    decided_at = Instant(required=True, allow_none=True)


CalibrationPage = page_of(ShowCalibration)
