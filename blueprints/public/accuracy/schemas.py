from marshmallow import fields

from blueprints.http.schemas import Shows


class ShowAccuracy(Shows):
    """How far published figures of a process were from what its factories' own jobs took. 0.2 is one fifth."""

    process = fields.String(required=True)
    factories = fields.Integer(required=True)
    calibrations = fields.Integer(required=True, metadata={"description": "The latest accepted of each work centre."})
    jobs = fields.Integer(required=True)
    machine_jobs = fields.Integer(required=True, metadata={"description": "Jobs that told machine minutes."})
    machine_error = fields.Float(
        required=True, allow_none=True, metadata={"description": "Median of |computed ÷ true − 1|; null: too few told."}
    )
    machine_covered = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Share of true machine times inside the published interval, which promises 0.9."},
    )
    setup_jobs = fields.Integer(required=True, metadata={"description": "Jobs that told set-up minutes."})
    setup_error = fields.Float(required=True, allow_none=True)


class ShowAccuracies(Shows):
    """Every process of which at least so many factories told."""

    fewest_factories = fields.Integer(required=True)
    processes = fields.List(fields.Nested(ShowAccuracy), required=True)
