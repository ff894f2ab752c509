from marshmallow import fields, validate

from blueprints.http.fields import CatalogueId, Number
from blueprints.http.schemas import Accepts, Shows

LARGEST = 1e9
SPREAD = {
    "description": "Between which factors of the computed time nine of ten of your jobs lay, in 1/10,000; "
    "null: as the process publishes.",
    "example": {"time_low_bps": 8_200, "time_high_bps": 12_100},
}


class SetConstants(Accepts):
    """All of your own figures; those left out are as published."""

    constants = fields.Dict(
        keys=CatalogueId(),
        values=Number(validate=validate.Range(0, LARGEST)),
        required=True,
        validate=validate.Length(max=200),
        metadata={
            "description": "By the names that GET shows; each within a factor 20 of the published figure.",
            "example": {"setup_time": 20, "run_time_factor": 0.85},
        },
    )


class ShowConstant(Shows):
    """A constant: what is published, what is yours, and what yours may be."""

    name = fields.String(required=True, metadata={"example": "setup_time"})
    published = fields.Float(required=True, metadata={"example": 30})
    own = fields.Float(required=True, allow_none=True, metadata={"example": 20})
    unit = fields.String(required=True, metadata={"example": "min"})
    source = fields.String(required=True, metadata={"description": "Of the published figure: a key of `sources`."})
    smallest = fields.Float(
        required=True, allow_none=True, metadata={"description": "null: it is not a work centre's to replace."}
    )
    largest = fields.Float(required=True, allow_none=True)


class ShowConstants(Shows):
    """Every constant of the work centre's process."""

    process = fields.String(required=True)
    constants = fields.List(fields.Nested(ShowConstant), required=True)
    spread = fields.Dict(required=True, allow_none=True, metadata=SPREAD)
    sources = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    version = fields.Integer(required=True, metadata={"description": "The ETag to send in If-Match."})
