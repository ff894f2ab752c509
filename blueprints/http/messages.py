"""Conversations, as both sides of them write and read."""

from typing import Any, Final

from marshmallow import fields, validate

from blueprints.http.attachments import ShowAttachment
from blueprints.http.fields import Instant, Words
from blueprints.http.identity import actor
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.accounts import throttling
from marketplace.attachments.models import Side
from marketplace.messages import rules
from marketplace.messages.service import Saying

SIDE: Final[dict[str, Any]] = {"description": "Who said or did it; null: the house itself."}


def count_message() -> None:
    """Each message may be mailed to many: a person writes sixty at once, and then one each ten seconds.

    Raises TooManyTries.
    """
    throttling.count(throttling.MESSAGES_OF_USER, str(actor().user_id))


class SayMessage(Accepts):
    """Something to say."""

    makes = Saying

    text = Words(most=rules.LONGEST_TEXT, required=True, metadata={"example": "May the edges stay sharp?"})
    attachment_ids = fields.List(
        fields.UUID(),
        load_default=(),
        validate=validate.Length(max=rules.MOST_FILES),
        metadata={"description": "Files that lie already where the other side sees them.", "example": []},
    )


class ShowSpoken(Shows):
    """A message, or an act that both sides see; one of `text` and `event` is null."""

    id = fields.UUID(required=True)
    at = Instant(attribute="created_at", required=True)
    side = fields.Enum(Side, by_value=True, required=True, allow_none=True, metadata=SIDE)
    author = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The person; null for acts, and for the other side of a request for quotation."},
    )
    text = fields.String(required=True, allow_none=True)
    attachments = fields.List(fields.Nested(ShowAttachment), required=True)
    is_read = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Whether the other side has read the message."}
    )
    event = fields.String(required=True, allow_none=True, metadata={"example": "job.shipped"})
    facts = fields.Dict(required=True, allow_none=True, metadata={"example": {"carrier": "DHL"}})


EntryPage = page_of(ShowSpoken)
