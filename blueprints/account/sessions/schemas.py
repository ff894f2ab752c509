from marshmallow import fields

from blueprints.account.fields import Email, Password
from blueprints.account.organisations.schemas import Place
from blueprints.http.fields import Instant
from blueprints.http.schemas import Accepts, Shows
from marketplace.accounts.log_ins import Credentials


class LogInAsked(Accepts):
    """Who one says one is, and what shows it."""

    makes = Credentials

    email = Email(required=True)
    password = Password(required=True)


class Someone(Shows):
    """A person."""

    id = fields.UUID(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    is_staff = fields.Boolean(required=True)


class Me(Shows):
    """Who is logged in, for whom they act, and for whom else they could."""

    session_id = fields.UUID(required=True)
    user = fields.Nested(Someone, required=True)
    organisation_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "Acted for now; null with several: name one in the header Commonforge-Organisation."},
    )
    organisations = fields.List(fields.Nested(Place), required=True)


class Session(Shows):
    """One place where a person is logged in."""

    id = fields.UUID(required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)
    user_agent = fields.String(required=True, metadata={"description": "What the browser or program called itself."})
