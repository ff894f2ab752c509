"""First articles, as both parties of their job are shown them."""

from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows
from marketplace.orders.states import FirstArticleGate
from marketplace.production.states import FirstArticleState


class ShowHandedOver(Shows):
    """One piece, inspected and handed over before the others are made, and what the customer said to it."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"example": 1})
    state = fields.Enum(FirstArticleState, by_value=True, required=True)
    handed_over_at = Instant(attribute="created_at", required=True)
    record_id = fields.UUID(required=True, metadata={"description": "The signed record of its inspection."})
    piece = fields.Integer(required=True, metadata={"description": "As the record counts pieces.", "example": 1})
    is_conforming = fields.Boolean(
        required=True, metadata={"description": "false: a concession is asked for; the record says what fails."}
    )
    note = fields.String(required=True)
    answer_by = Instant(
        required=True, metadata={"description": "Then the customer is reminded; nothing is released by itself."}
    )
    reminders = fields.Integer(required=True)
    answer = fields.String(required=True, allow_none=True, metadata={"description": "The remark, or the reason."})
    answered_at = Instant(required=True, allow_none=True)
    had_left = fields.Boolean(
        required=True,
        metadata={"description": "Whether it had left when it was rejected: then one more is made and shipped."},
    )


class ShowFirstArticles(Shows):
    """Whether a job is held, and every first article of it, the first first."""

    first_article = fields.Enum(
        FirstArticleGate,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "null: none is asked for."},
    )
    is_held = fields.Boolean(
        required=True, metadata={"description": "Whether no more than one piece is made, and leaves, until a release."}
    )
    first_articles = fields.List(fields.Nested(ShowHandedOver), required=True)
