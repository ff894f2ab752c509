from marshmallow import fields, validate

from blueprints.account.fields import Email
from blueprints.http.fields import Country, Day, Instant, Words
from blueprints.http.schemas import Accepts, Shows
from marketplace.accounts.invitations import NewInvitation
from marketplace.accounts.models import OrganisationKind
from marketplace.accounts.organisations import Founding, OrganisationChange, RoleChange
from marketplace.kernel.actor import Hat, Role
from marketplace.taxes.numbers import LONGEST
from marketplace.taxes.service import Registering


class Hats(fields.List[Hat]):
    """The parts in which an organisation comes to the marketplace."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(
            fields.Enum(Hat, by_value=True),
            required=required,
            validate=validate.Length(1, len(Hat)),
            metadata={"example": ["customer"]},
        )


class NewOrganisation(Accepts):
    """A company, or an individual as an organisation of one."""

    makes = Founding

    name = Words(most=200, required=True, metadata={"example": "Lovelace Brackets"})
    kind = fields.Enum(OrganisationKind, by_value=True, required=True, metadata={"example": "company"})
    country = Country(required=True)
    hats = Hats(required=True)


class ChangedOrganisation(Accepts):
    """What changes; what is left out stays."""

    makes = OrganisationChange

    name = Words(most=200, metadata={"example": "Lovelace & Byron"})
    hats = Hats()


class Organisation(Shows):
    """An organisation as its members see it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    country = fields.String(required=True)
    hats = fields.List(fields.String(), required=True)
    created_at = Instant(required=True)


class Place(Shows):
    """One of a person's organisations, and their role in it."""

    role = fields.Enum(Role, by_value=True, required=True)
    joined_at = Instant(required=True)
    organisation = fields.Nested(Organisation, required=True)


class Colleague(Shows):
    """A member as the other members see them."""

    user_id = fields.UUID(required=True)
    name = fields.String(attribute="user.name", required=True)
    email = fields.String(attribute="user.email", required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    joined_at = Instant(required=True)


class ChangedRole(Accepts):
    """The role that a member shall have."""

    makes = RoleChange

    role = fields.Enum(Role, by_value=True, required=True, metadata={"example": "manager"})


class InvitationAsked(Accepts):
    """Whom to invite, and what they may do."""

    makes = NewInvitation

    email = Email(required=True)
    role = fields.Enum(Role, by_value=True, required=True, metadata={"example": "operator"})


class Invitation(Shows):
    """A place kept for an address."""

    id = fields.UUID(required=True)
    email = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)


class InvitationMade(Shows):
    """An invitation and its code, this once: give it to whom you invited."""

    code = fields.String(required=True)
    invitation = fields.Nested(Invitation, required=True)


class InvitationAccepted(Accepts):
    """The code that one was given."""

    code = fields.String(required=True, validate=validate.Length(1, 200), metadata={"example": "q3…"})


class RegisterForTax(Accepts):
    """A tax number, and from when until when it is in force; the country's letters before it may be left out."""

    makes = Registering

    country = Country(required=True)
    tax_number = Words(most=LONGEST, required=True, metadata={"example": "DE 136 695 976"})
    valid_from = Day(required=True, metadata={"example": "2026-01-01"})
    valid_until = Day(
        load_default=None,
        allow_none=True,
        metadata={"description": "The last day; left out: until further notice.", "example": None},
    )


class EndTaxRegistration(Accepts):
    """The last day of a registration."""

    valid_until = Day(required=True, metadata={"description": "Today or later.", "example": "2199-12-31"})


class ShowTaxRegistration(Shows):
    """A number under which the organisation is registered for tax."""

    id = fields.UUID(required=True)
    country = fields.String(required=True)
    tax_number = fields.String(attribute="number", required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    registered_at = Instant(attribute="created_at", required=True)
    seen_in_vies_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "When the staff saw it in VIES; the marketplace itself does not ask there."},
    )
