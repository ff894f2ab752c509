"""Why is it dear, and what would cut it?"""

from uuid import UUID

from marshmallow import fields

from blueprints.customer.quotes.routes import quotes
from blueprints.customer.what_ifs.schemas import ShowVariant
from blueprints.http.fields import Amount
from blueprints.http.identity import actor
from blueprints.http.ports import charges
from blueprints.http.schemas import Shows
from marketplace.workflows.pricing import saving
from marketplace.workflows.pricing.saving import Savings


class ShowFallen(Shows):
    """A line of the price tree that falls, a piece."""

    label = fields.String(required=True, metadata={"example": "Rough mill: machine"})
    before = Amount(attribute="before_minor")
    after = Amount(attribute="after_minor")


class ShowSaving(Shows):
    """A change that saves: what it is, how much a piece, and which lines fall."""

    kind = fields.String(required=True, attribute="change.kind", metadata={"example": "quantity"})
    says = fields.String(required=True, attribute="change.says")
    caveat = fields.String(
        required=True,
        metadata={
            "description": "What to know first: what is only approximated, that the material is of another family, by "
            "how much the whole bill grows; or empty."
        },
    )
    saved_each = Amount(attribute="saved_minor")
    saved_bps = fields.Integer(required=True, metadata={"description": "Of the price of a piece.", "example": 2150})
    why = fields.String(required=True)
    lines = fields.List(fields.Nested(ShowFallen), required=True)
    after = fields.Nested(ShowVariant, required=True)


class ShowSavings(Shows):
    """The requirement as it would be answered now, and the changes that save: most first, other materials last."""

    before = fields.Nested(ShowVariant, required=True)
    best = fields.List(
        fields.Nested(ShowSaving), required=True, metadata={"description": "Three at most, one of each kind."}
    )
    found = fields.List(fields.Nested(ShowSaving), required=True, metadata={"description": "Every change that saves."})
    tried = fields.Integer(required=True, metadata={"description": "How many changes were priced."})
    says = fields.String(
        required=True, metadata={"description": "Why nothing was tried: nobody answers now; or empty.", "example": ""}
    )


@quotes.get("/<uuid:quote_id>/savings")
@quotes.response(200, ShowSavings)
def show_savings(quote_id: UUID) -> Savings:
    """Find what would cut the price of a quote.

    More pieces, wider tolerances, other materials and processes, a longer lead time, no finish, wider inner corners:
    each is priced live, as a quote would be, and compared with what the same requirement costs now. The quote stays.
    """
    return saving.of_quote(quote_id, by=actor(), charges=charges())
