from marshmallow import fields, validate

from blueprints.http.fields import Instant
from blueprints.http.schemas import Accepts, Shows


class VerifyRecord(Accepts):
    """A signed record, as it was given away."""

    document = fields.Dict(required=True, metadata={"example": {}})
    seal = fields.Dict(required=True, metadata={"example": {}})
    signature = fields.String(required=True, validate=validate.Length(max=200), metadata={"example": ""})
    public_key = fields.String(required=True, validate=validate.Length(max=200), metadata={"example": ""})


class ShowFault(Shows):
    """Something that does not match, and where."""

    place = fields.String(required=True)
    says = fields.String(required=True)


class ShowVerification(Shows):
    """Whether the record is what this marketplace signed, and if not what was changed."""

    is_valid = fields.Boolean(required=True)
    faults = fields.List(fields.Nested(ShowFault), required=True)


class ShowRecordKey(Shows):
    """A public key (Ed25519, hexadecimal)."""

    id = fields.String(required=True)
    public_key = fields.String(required=True)
    first_used_at = Instant(required=True)


class ShowRecordKeys(Shows):
    """Every key that records were signed with, the oldest first; none is ever taken away."""

    format = fields.String(required=True)
    algorithm = fields.String(required=True)
    keys = fields.List(fields.Nested(ShowRecordKey), required=True)
