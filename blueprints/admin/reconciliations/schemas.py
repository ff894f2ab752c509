from marshmallow import fields

from blueprints.http.fields import Amount, Instant
from blueprints.http.schemas import Shows, page_of
from marketplace.reconciliation.models import Scope
from marketplace.reconciliation.rules import WHY_NOT_YET


class ShowTotal(Shows):
    """What all movements of a currency come to, at the provider and in our account of it."""

    currency = fields.String(required=True, metadata={"example": "EUR"})
    ours = Amount(attribute="ours_minor", required=True)
    theirs = Amount(attribute="theirs_minor", required=True)


class ShowReconciliation(Shows):
    """One comparison of our books with the provider's."""

    id = fields.UUID(required=True)
    scope = fields.Enum(Scope, by_value=True, required=True)
    made_at = Instant(attribute="created_at", required=True)
    since = Instant(required=True, allow_none=True)
    until = Instant(required=True)
    movements = fields.Integer(required=True, metadata={"description": "Of the provider's, looked at."})
    journals = fields.Integer(required=True, metadata={"description": "Of ours, that name one of the provider's."})
    adopted = fields.Integer(required=True, metadata={"description": "Taken in by this run."})
    under_way = fields.Integer(
        required=True,
        metadata={"description": f"The provider's that need not be in our books yet; each is {WHY_NOT_YET}."},
    )
    events_filled = fields.Integer(required=True, metadata={"description": "Events that had never reached us."})
    differences = fields.Integer(required=True)
    opened = fields.Integer(required=True, metadata={"description": "Found for the first time."})
    totals = fields.List(fields.Nested(ShowTotal), required=True)


ReconciliationPage = page_of(ShowReconciliation)
