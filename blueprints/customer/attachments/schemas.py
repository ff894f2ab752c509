from marshmallow import fields

from blueprints.http.attachments import UploadAttachment
from marketplace.attachments.models import SeenBy


class UploadToOrder(UploadAttachment):
    """A file beside an order, as a form (multipart/form-data): 25 MB at most."""

    job_id = fields.UUID(
        metadata={
            "description": "One job of the order, for its factory; left out: for every factory of the order.",
            "example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e14",
        }
    )
    seen_by = fields.Enum(
        SeenBy,
        by_value=True,
        metadata={
            "description": "`parties` if left out; `staff`: only those who run the marketplace, no factory.",
            "example": "parties",
        },
    )
