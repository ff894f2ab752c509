from marshmallow import fields

from blueprints.http.fields import Flag, Instant
from blueprints.http.schemas import Accepts, Query, Shows, page_of
from marketplace.notifications.paging import NoticeRequest


class NoticeQuery(Query):
    """Which notices."""

    makes = NoticeRequest

    unread = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "true: only those that you have not read."},
    )
    since = fields.AwareDateTime(
        load_default=None, metadata={"description": "Only those told from this instant on (RFC 3339)."}
    )


class ShowNotice(Shows):
    """Something that one of your organisations was told."""

    id = fields.UUID(attribute="notice.id", required=True)
    organisation_id = fields.UUID(attribute="notice.organisation_id", required=True)
    kind = fields.String(
        attribute="notice.kind",
        required=True,
        metadata={"description": "A fact; more kinds may come.", "example": "job_accepted"},
    )
    title = fields.String(attribute="notice.title", required=True)
    text = fields.String(attribute="notice.text", required=True, metadata={"description": "What a person said to it."})
    subject_kind = fields.String(attribute="notice.subject_kind", required=True, metadata={"example": "jobs"})
    subject_id = fields.UUID(attribute="notice.subject_id", required=True)
    told_at = Instant(attribute="notice.created_at", required=True)
    read_at = Instant(
        required=True, allow_none=True, metadata={"description": "By you; colleagues read for themselves."}
    )


class ChooseSettings(Accepts):
    """How you want to be told."""

    wants_mail = Flag(required=True, metadata={"example": True})


class ShowSettings(Shows):
    """How you are told: besides the list here, by mail or not."""

    wants_mail = fields.Boolean(required=True)


NoticePage = page_of(ShowNotice)
