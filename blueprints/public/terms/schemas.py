from marshmallow import fields

from blueprints.http.schemas import Shows
from marketplace.orders.models import Side
from marketplace.orders.states import JobState


class ShowCancellingTerm(Shows):
    """What goes back to the customer when one side gives a job up in a state."""

    who = fields.Enum(Side, by_value=True, required=True)
    state = fields.Enum(JobState, by_value=True, required=True)
    back_bps = fields.Integer(
        required=True,
        metadata={
            "description": "In basis points (10000 is all) of the price of the pieces that have not left the factory."
        },
    )
    why = fields.String(required=True)


class ShowTerms(Shows):
    """The times and terms of every order."""

    answer_hours = fields.Integer(
        required=True,
        metadata={"description": "A factory's time to take a paid job, a customer's for a counter-offer."},
    )
    acceptance_days = fields.Integer(
        required=True,
        metadata={"description": "After the last piece left; then the goods count as accepted unless claimed."},
    )
    most_counters = fields.Integer(required=True, metadata={"description": "How often a factory may counter one job."})
    claim_answer_days = fields.Integer(
        required=True,
        metadata={"description": "A factory's time to answer a claim; then it counts as accepted."},
    )
    claim_further_days = fields.Integer(
        required=True,
        metadata={
            "description": "A customer's time to have the factory's answer decided; then its offer counts as agreed "
            "to, and a claim that it rejected as dropped."
        },
    )
    claim_least_days_to_look = fields.Integer(
        required=True,
        metadata={"description": "What is left at least, after a claim, until goods that are kept count as accepted."},
    )
    cancelling = fields.List(
        fields.Nested(ShowCancellingTerm),
        required=True,
        metadata={"description": "In a state that is not listed a job cannot be given up: a claim is the way."},
    )
