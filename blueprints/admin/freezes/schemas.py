from enum import StrEnum

from marshmallow import fields, validate

from blueprints.http.fields import Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.payments.models import FreezeWhy


class Scope(StrEnum):
    """Whose money."""

    ORDER = "order"
    ORGANISATION = "organisation"
    EVERYTHING = "everything"


class HoldBack(Accepts):
    """Whose money, and the reason that they read."""

    scope = fields.Enum(Scope, by_value=True, required=True, metadata={"example": "everything"})
    subject_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "The order or the organisation; null for everything.", "example": None},
    )
    reason = Words(least=10, most=2000, required=True, metadata={"example": "Goods of this order are looked into."})


class LetGo(Accepts):
    """Why it is held back no more."""

    reason = Words(least=10, most=2000, required=True, metadata={"example": "The goods were found to be as ordered."})


class ShowFreeze(Shows):
    """Money that stays where it is, whose, and why."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    why = fields.Enum(FreezeWhy, by_value=True, required=True)
    cause = fields.String(required=True)
    since = Instant(attribute="created_at", required=True)
    ends_at = Instant(required=True, allow_none=True)
    lifted_at = Instant(required=True, allow_none=True)


class SetDays(Accepts):
    """How many days after acceptance money is owed: to one organisation, or to all that have none of their own."""

    organisation_id = fields.UUID(
        required=True, allow_none=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e14"}
    )
    days = Whole(required=True, validate=validate.Range(0, 90), metadata={"example": 7})
    reason = Words(least=10, most=2000, required=True, metadata={"example": "A factory that is new here."})


class ShowSchedule(Shows):
    """When an organisation is paid; the last said counts."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    days = fields.Integer(required=True)
    set_by = fields.UUID(required=True)
    set_at = Instant(attribute="created_at", required=True)
    reason = fields.String(required=True)


FreezePage = page_of(ShowFreeze)
SchedulePage = page_of(ShowSchedule)
