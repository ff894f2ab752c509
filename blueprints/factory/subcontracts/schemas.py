from marshmallow import fields, validate

from blueprints.http.fields import Day, Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.production.states import SubcontractState
from marketplace.production.subcontracting import Wanted


class ProposeSubcontract(Accepts):
    """Which operation is to be done by whom; your customer reads all of it, and a factory here the words."""

    makes = Wanted

    operation = Whole(
        required=True,
        validate=validate.Range(1, 1_000),
        metadata={"description": "Its number in the operations of the job.", "example": 3},
    )
    subcontractor_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "A factory of this marketplace; or else `company`.", "example": None},
    )
    company = Words(
        least=0,
        most=200,
        load_default="",
        metadata={"description": "A company outside: its name, and where it is.", "example": "Elox AG, Linz"},
    )
    what = Words(most=2000, required=True, metadata={"example": "Anodised there, clear, 10 µm; our own bath is down."})
    needed_by = Day(
        load_default=None,
        allow_none=True,
        metadata={"description": "No day that is over.", "example": "2027-03-12"},
    )


class DeclineSubcontract(Accepts):
    """Why you do not do it; the factory and its customer read it."""

    reason = Words(least=10, most=1000, required=True, metadata={"example": "Our bath is full until the end of May."})


class ShowGivenSubcontract(Shows):
    """An operation that another factory gives to you; of price and customer it says nothing."""

    id = fields.UUID(required=True)
    state = fields.Enum(SubcontractState, by_value=True, required=True)
    agreed_at = Instant(required=True)
    factory_id = fields.UUID(required=True, metadata={"description": "Who gives it to you."})
    factory_name = fields.String(attribute="factory.name", required=True)
    operation_name = fields.String(required=True, metadata={"example": "Anodise"})
    what = fields.String(required=True)
    needed_by = fields.Date(required=True, allow_none=True)
    process = fields.String(attribute="job.process", required=True)
    material = fields.String(attribute="job.material", required=True)
    quantity = fields.Integer(attribute="job.quantity", required=True)
    shares_file = fields.Boolean(
        required=True, metadata={"description": "Whether you may load the file of the part, until it is done."}
    )


GivenSubcontractPage = page_of(ShowGivenSubcontract)
