from marshmallow import fields, validate

from blueprints.http.attachments import UploadAttachment
from marketplace.attachments.models import SeenBy


class UploadToRequest(UploadAttachment):
    """A file in a request, as a form (multipart/form-data): 25 MB at most."""

    number = fields.Integer(
        validate=validate.Range(1, 1000),
        metadata={
            "description": "For one factory only (1: Factory A, see its threads); left out: for all that have agreed.",
            "example": 1,
        },
    )


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
