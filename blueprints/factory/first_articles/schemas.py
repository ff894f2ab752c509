from marshmallow import fields

from blueprints.http.fields import Words
from blueprints.http.schemas import Accepts


class HandOver(Accepts):
    """The piece that you have inspected, and what there is to say of it."""

    record_id = fields.UUID(
        required=True,
        metadata={
            "description": "Of the signed record of kind `first_article` over it.",
            "example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e14",
        },
    )
    note = Words(least=0, most=2000, load_default="", metadata={"example": "Sent to you by DHL for a look."})
