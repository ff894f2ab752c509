"""Operations that somebody else does, as both parties of their job are shown them."""

from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows
from marketplace.production.states import SubcontractState


class ShowSubcontract(Shows):
    """One operation of a job that another organisation is to do, if the customer agrees."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"example": 1})
    state = fields.Enum(SubcontractState, by_value=True, required=True)
    proposed_at = Instant(attribute="created_at", required=True)
    operation = fields.Integer(required=True, metadata={"description": "Its number in the operations of the job."})
    operation_name = fields.String(required=True, metadata={"example": "Anodise"})
    subcontractor_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "A factory of this marketplace; null: one outside."}
    )
    company = fields.String(required=True, metadata={"example": "Elox AG, Linz"})
    what = fields.String(required=True)
    needed_by = fields.Date(required=True, allow_none=True)
    shares_file = fields.Boolean(
        required=True, metadata={"description": "Whether the customer's consent includes the file of the part."}
    )
    agreed_at = Instant(required=True, allow_none=True)
    answer = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the customer, or that organisation, said no."}
    )


class ShowSubcontracts(Shows):
    """Every operation of a job that was proposed to be done elsewhere, the first proposal first."""

    subcontracts = fields.List(fields.Nested(ShowSubcontract), required=True)
