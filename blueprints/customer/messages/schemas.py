from marshmallow import fields

from blueprints.customer.rfqs.schemas import ShowBidder
from blueprints.http.schemas import Shows, page_of
from marketplace.rfqs.states import InvitationState


class ShowThread(Shows):
    """A factory that has said something in your request: asked, bid or written."""

    number = fields.Integer(attribute="alias", required=True, metadata={"description": "1 is Factory A.", "example": 1})
    bidder = fields.Nested(ShowBidder, required=True)
    state = fields.Enum(InvitationState, by_value=True, required=True)


ThreadPage = page_of(ShowThread)
