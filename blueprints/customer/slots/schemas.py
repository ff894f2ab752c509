"""What a customer may ask of slots, and is told."""

from marshmallow import fields

from blueprints.customer.listings.schemas import ShowLack
from blueprints.customer.quotes.schemas import StateRequirement
from blueprints.customer.what_ifs.schemas import ShowAnswer
from blueprints.http.schemas import Shows, page_of
from blueprints.http.slots import ShowSlot


class StateForSlot(StateRequirement):
    """What is to be made, how often; when is the slot's own affair, and there is nothing to rank."""

    class Meta(StateRequirement.Meta):
        exclude = ("lead_time", "rank_by")


class ShowSlotStanding(Shows):
    """How a slot stands to a requirement: what it would answer, or every reason why it does not."""

    slot = fields.Nested(ShowSlot, required=True)
    reasons = fields.List(fields.Nested(ShowLack), required=True)
    answer = fields.Nested(ShowAnswer, required=True, allow_none=True)


SlotStandingPage = page_of(ShowSlotStanding)
