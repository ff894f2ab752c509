"""A change of a job's terms, as both sides send and see it."""

from marshmallow import fields, validate

from blueprints.http.fields import Day, Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows
from marketplace.kernel.money import LARGEST_CHARGE
from marketplace.orders.models import Side
from marketplace.orders.states import ChangeState


class ProposeChange(Accepts):
    """What shall be different; a price or a date that is not given stays."""

    what = Words(most=2000, required=True, metadata={"example": "Thread M6 instead of M5 in all four holes."})
    total_minor = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, LARGEST_CHARGE),
        metadata={"description": "What the customer then pays for the whole job.", "example": 145000},
    )
    ships_on = Day(load_default=None, allow_none=True, metadata={"example": "2027-03-12"})


class AnswerChange(Accepts):
    """Why the change is not agreed to; the other side reads it."""

    answer = Words(most=1000, required=True, metadata={"example": "The drawing says M5 for a reason."})


class ShowChange(Shows):
    """Other terms for a job: who proposed them, what they were and would be, and what became of them."""

    number = fields.Integer(required=True)
    proposed_at = Instant(attribute="created_at", required=True)
    proposed_by = fields.Enum(Side, by_value=True, attribute="side", required=True)
    what = fields.String(required=True)
    state = fields.Enum(ChangeState, by_value=True, required=True)
    before_total_minor = fields.Integer(required=True)
    total_minor = fields.Integer(required=True, metadata={"description": "What the customer then pays for the job."})
    before_ships_on = fields.Date(required=True)
    ships_on = fields.Date(required=True)
    answer = fields.String(required=True, allow_none=True, metadata={"description": "Why it was refused."})
