"""Inspections and quality records as both parties of a job are shown them: they see the same."""

from enum import StrEnum
from typing import Any

from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows, page_of
from marketplace.quality.judging import Outcome
from marketplace.quality.values import CharacteristicKind, EntryKind, SourceOfTruth, Stage

DECIMAL = "^-?[0-9]{1,9}(\\.[0-9]{1,9})?$"


class Named(fields.Enum[StrEnum]):
    """One of an enumeration, kept by its value inside a document."""

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__(kind, by_value=True, required=True)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str:
        return str(self.enum(value).value)


class ShowSampling(Shows):
    """How many pieces are inspected, and by which row of ISO 2859-1."""

    level = fields.String(required=True)
    says = fields.String(required=True)
    standard = fields.String(required=True, allow_none=True)
    general_level = fields.String(required=True, allow_none=True)
    aql = fields.String(required=True, allow_none=True, metadata={"description": "Per cent nonconforming."})
    code_letter = fields.String(required=True, allow_none=True)
    lot = fields.Integer(required=True)
    sample = fields.Integer(required=True)
    accept = fields.Integer(required=True, metadata={"description": "So many nonconforming pieces still pass."})
    reject = fields.Integer(required=True)
    has_first_article = fields.Boolean(required=True)


class ShowCharacteristic(Shows):
    """Something that is looked at. Figures are decimals in `unit`, as text."""

    number = fields.Integer(required=True)
    designation = fields.String(required=True)
    kind = Named(CharacteristicKind)
    source = Named(SourceOfTruth)
    nominal = fields.String(required=True, allow_none=True)
    lower = fields.String(required=True, allow_none=True, metadata={"description": "The limit itself passes."})
    upper = fields.String(required=True, allow_none=True, metadata={"description": "The limit itself passes."})
    unit = fields.String(required=True)
    places = fields.Integer(required=True, metadata={"description": "So many like it; the worst is the value."})
    is_required = fields.Boolean(required=True)
    says = fields.String(required=True)


class ShowFirstArticle(Shows):
    """The best of the first articles tried."""

    outcome = Named(Outcome)
    piece = fields.Integer(required=True, allow_none=True)
    missing = fields.List(fields.Integer(), required=True)
    failing = fields.List(fields.Integer(), required=True)


class ShowSample(Shows):
    """The sample against its plan."""

    outcome = Named(Outcome)
    sample = fields.Integer(required=True)
    accept = fields.Integer(required=True)
    inspected = fields.Integer(required=True)
    nonconforming = fields.List(fields.Integer(), required=True, metadata={"description": "Pieces ever found so."})
    nonconforming_left = fields.List(fields.Integer(), required=True, metadata={"description": "Not made good."})


class ShowVerdict(Shows):
    """What the inspection comes to so far: it follows from the entries alone."""

    outcome = Named(Outcome)
    first_article = fields.Nested(ShowFirstArticle, required=True)
    final = fields.Nested(ShowSample, required=True)
    scrapped = fields.Integer(required=True)
    reworked = fields.Integer(required=True)
    corrected = fields.Integer(required=True)
    minutes_lost = fields.Integer(required=True)


class ShowMaterialLot(Shows):
    """Of what pieces are made."""

    entry = fields.Integer(attribute="number", required=True)
    material = fields.String(required=True)
    lot_number = fields.String(required=True)
    supplier = fields.String(required=True)
    certificate = fields.String(
        required=True, allow_none=True, metadata={"description": "EN 10204: 2.1, 2.2, 3.1, 3.2."}
    )
    certificate_number = fields.String(required=True)
    certificate_sha256 = fields.String(required=True, allow_none=True)


class ShowRecord(Shows):
    """A signed quality record, without its content."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    kind = fields.Enum(Stage, by_value=True, required=True)
    shipment_id = fields.UUID(required=True, allow_none=True)
    outcome = Named(Outcome)
    ends_inspection = fields.Boolean(required=True)
    entries = fields.Integer(attribute="last_entry", required=True)
    signed_at = Instant(attribute="created_at", required=True)
    key_id = fields.String(required=True)
    published_at = Instant(required=True, allow_none=True)


class ShowInspection(Shows):
    """The inspection of a job: its plan, frozen when something is first written, and what was found so far."""

    job_id = fields.UUID(required=True)
    is_frozen = fields.Boolean(required=True, metadata={"description": "Whether the plan can no longer change."})
    is_ended = fields.Boolean(required=True, metadata={"description": "Its last record is signed."})
    entries = fields.Integer(required=True)
    sampling = fields.Nested(ShowSampling, attribute="plan.sampling", required=True)
    characteristics = fields.List(fields.Nested(ShowCharacteristic), required=True)
    lots = fields.List(fields.Nested(ShowMaterialLot), required=True)
    verdict = fields.Nested(ShowVerdict, required=True)
    records = fields.List(fields.Nested(ShowRecord), required=True)


class ShowInspectionEntry(Shows):
    """One entry of the chain. `content` is what is hashed: RFC 8785, then SHA-256."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    kind = fields.Enum(EntryKind, by_value=True, required=True)
    content = fields.Dict(required=True)
    hash = fields.String(required=True)


class ShowSignedRecord(Shows):
    """A record with its seal and signature: verify it at /records/verify, or with `tools/verify_record.py`."""

    document = fields.Dict(required=True)
    seal = fields.Dict(required=True)
    signature = fields.String(required=True, metadata={"description": "Ed25519 over the seal (RFC 8785), hexadecimal."})
    public_key = fields.String(required=True)


InspectionEntryPage = page_of(ShowInspectionEntry)
