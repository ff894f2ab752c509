from marshmallow import fields

from blueprints.http.fields import Amount, Instant, Words
from blueprints.http.schemas import Accepts, Query, Shows, page_of
from marketplace.reconciliation.paging import DifferenceRequest
from marketplace.reconciliation.states import DifferenceKind, DifferenceState


class DifferenceQuery(Query):
    """Which differences to list."""

    makes = DifferenceRequest

    state = fields.Enum(DifferenceState, by_value=True, load_default=DifferenceState.OPEN)
    found_in = fields.UUID(
        load_default=None,
        metadata={"description": "Those that one comparison was the first to find, in whatever state."},
    )


class ExplainDifference(Accepts):
    """Why the books differ here, and may."""

    reason = Words(
        least=10,
        most=4000,
        required=True,
        metadata={"example": "We sent this to the factory by hand when its payout had failed."},
    )


class ShowDifferenceMove(Shows):
    """What became of a difference: a person explained it, or a later comparison did not find it."""

    at = Instant(attribute="created_at", required=True)
    state = fields.String(attribute="to_state", required=True, metadata={"example": "explained"})
    by = fields.UUID(attribute="user_id", required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class ShowDifference(Shows):
    """Something in which our books and the provider's do not agree."""

    id = fields.UUID(required=True)
    kind = fields.Enum(DifferenceKind, by_value=True, required=True)
    about = fields.String(required=True, metadata={"example": "txn_1MiN3gLkdIwHu7ixNCZvFdgA"})
    says = fields.String(required=True)
    state = fields.Enum(DifferenceState, by_value=True, required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    ours = Amount(attribute="ours_minor", required=True, allow_none=True)
    theirs = Amount(attribute="theirs_minor", required=True, allow_none=True)
    found_in = fields.UUID(required=True)
    found_at = Instant(attribute="created_at", required=True)
    moves = fields.List(fields.Nested(ShowDifferenceMove), required=True)


DifferencePage = page_of(ShowDifference)
