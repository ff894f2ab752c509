from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Query, Shows, page_of
from marketplace.audit.paging import AuditRequest
from marketplace.kernel.actor import Credential


class AuditQuery(Query):
    """Which acts to list."""

    makes = AuditRequest

    subject_id = fields.UUID(load_default=None, metadata={"description": "Only what was done to this."})


class ShowAct(Shows):
    """One act: who did what to what, when, and by which credential."""

    id = fields.UUID(required=True)
    at = Instant(attribute="created_at", required=True)
    verb = fields.String(required=True, metadata={"example": "listing.submitted"})
    subject_kind = fields.String(required=True, metadata={"example": "listings"})
    subject_id = fields.UUID(required=True)
    user_id = fields.UUID(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    credential = fields.Enum(Credential, by_value=True, required=True)
    credential_id = fields.UUID(required=True, allow_none=True)
    details = fields.Dict(required=True)


AuditPage = page_of(ShowAct)
