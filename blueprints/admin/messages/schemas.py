from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows, page_of
from marketplace.attachments.models import Side


class ShowStaffMessage(Shows):
    """Something that a customer wrote to the staff, or the staff to a customer."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    at = Instant(attribute="created_at", required=True)
    side = fields.Enum(Side, by_value=True, required=True)
    author = fields.String(attribute="author.name", required=True)
    text = fields.String(required=True)


StaffMessagePage = page_of(ShowStaffMessage)
