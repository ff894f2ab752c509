from marshmallow import fields

from blueprints.account.fields import Email, Password
from blueprints.account.organisations.schemas import NewOrganisation
from blueprints.http.fields import Words
from blueprints.http.schemas import Accepts, Shows
from marketplace.accounts.service import PasswordChange, SignUp


class SignUpAsked(Accepts):
    """A person and the organisation they come with; an individual is an organisation of one."""

    makes = SignUp

    email = Email(required=True)
    password = Password(required=True)
    name = Words(most=200, required=True, metadata={"example": "Ada Lovelace"})
    organisation = fields.Nested(NewOrganisation, required=True)


class Received(Shows):
    """The same for every address."""

    message = fields.String(required=True, metadata={"example": "If this address is new, its account exists now."})


class PasswordChanged(Accepts):
    """The password as it is, and as it shall be."""

    makes = PasswordChange

    current_password = Password(required=True)
    new_password = Password(required=True)


class StaffNamed(Accepts):
    """Who shall run this marketplace; from the command line only."""

    email = Email(required=True)
    name = Words(most=200, required=True)
    password = Password(required=True)
