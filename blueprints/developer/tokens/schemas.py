from marshmallow import fields, validate

from blueprints.http.fields import Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows
from marketplace.accounts.tokens import LONGEST_DAYS, NewToken, Scope


class TokenAsked(Accepts):
    """What a program may do, and for how long."""

    makes = NewToken

    name = Words(most=100, required=True, metadata={"example": "Planning system"})
    scopes = fields.List(
        fields.Enum(Scope, by_value=True),
        required=True,
        validate=validate.Length(1, len(Scope)),
        metadata={"example": ["customer:read"]},
    )
    expires_in_days = Whole(required=True, validate=validate.Range(1, LONGEST_DAYS), metadata={"example": 90})


class Token(Shows):
    """A token, without what would let one use it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    prefix = fields.String(required=True, metadata={"description": "How it begins.", "example": "cf_4Xb9Qe"})
    scopes = fields.List(fields.String(), required=True)
    user_id = fields.UUID(required=True, metadata={"description": "Who made it, and whose role it has."})
    created_at = Instant(required=True)
    expires_at = Instant(required=True)


class TokenMade(Shows):
    """A token and its secret, this once."""

    secret = fields.String(required=True, metadata={"description": "Send it as: Authorization: Bearer cf_…"})
    token = fields.Nested(Token, required=True)
