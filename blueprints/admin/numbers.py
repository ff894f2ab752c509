"""What the staff reads of whoever else holds a number."""

from marshmallow import fields

from blueprints.http.schemas import Shows
from marketplace.taxes.values import HeldAs


class ShowHolder(Shows):
    """Another organisation for which the same VAT number is in force, and by what."""

    organisation_id = fields.UUID(required=True)
    organisation_name = fields.String(required=True, metadata={"example": "Feinwerk GmbH"})
    held_as = fields.Enum(HeldAs, by_value=True, required=True)
