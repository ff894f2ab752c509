"""What a customer may send and is shown of parts."""

from typing import Any

from flask_smorest.fields import Upload as FileField
from marshmallow import ValidationError, fields, post_load, pre_load
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import FileStorage

from blueprints.http.fields import Instant, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.geometry.values import FileKind, Units
from marketplace.manufacturability.values import Severity
from marketplace.parts.models import RevisionState
from marketplace.workflows.intake import Upload


class OneFile(FileField):  # type: ignore[misc]
    """A file of a form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> FileStorage:
        if not isinstance(value, FileStorage):
            raise ValidationError("Not a file: send it as a part of the form that has a file name.")
        return value


class UploadRevision(Accepts):
    """A STEP or STL file, as a form (multipart/form-data)."""

    file = OneFile(
        required=True, metadata={"description": "STEP (.step, .stp) or STL (.stl).", "example": "bracket.step"}
    )

    @pre_load
    def once_each(self, sent: MultiDictProxy, **_: Any) -> MultiDictProxy:
        """Refuse a form that says the same thing twice: which one counts would be a guess."""
        twice = {field: ["Sent more than once."] for field in self.fields if len(sent.getlist(field)) > 1}
        if twice:
            raise ValidationError(twice)
        return sent

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Upload:
        sent: FileStorage = values["file"]
        return Upload(stream=sent.stream, file_name=sent.filename or "", name=values.get("name"))  # type: ignore[arg-type]


class UploadPart(UploadRevision):
    """A STEP or STL file and what the part is called, as a form (multipart/form-data)."""

    name = Words(most=200, metadata={"description": "The file's name if you give none.", "example": "Bracket, left"})


class ConfirmUnits(Accepts):
    """In which units the file was drawn."""

    makes = lambda units: units  # noqa: E731

    units = fields.Enum(Units, by_value=True, required=True, metadata={"example": "mm"})


class Hole(Shows):
    """A round hole."""

    diameter_mm = fields.Float(required=True)
    depth_mm = fields.Float(required=True)
    is_through = fields.Boolean(required=True)
    axis = fields.List(fields.Float(), required=True, metadata={"description": "Unit vector."})
    at_mm = fields.List(fields.Float(), required=True, metadata={"description": "The middle of its axis, in mm."})


class Measurement(Shows):
    """What the kernel found: in millimetres under the confirmed units, or as if one unit were one until then."""

    volume_mm3 = fields.Float(required=True, metadata={"description": "0 while the part is not closed."})
    area_mm2 = fields.Float(required=True)
    box_mm = fields.List(fields.Float(), required=True, metadata={"example": [80.0, 50.0, 50.0]})
    is_closed = fields.Boolean(required=True)
    bodies = fields.Integer(required=True)
    triangles = fields.Integer(required=True, allow_none=True, metadata={"description": "Of an STL."})
    faces = fields.Integer(required=True, allow_none=True, metadata={"description": "Of a STEP file."})
    holes = fields.List(fields.Nested(Hole), required=True)
    declared_units = fields.String(
        required=True, allow_none=True, metadata={"description": "As the file says; an STL never does."}
    )
    engine = fields.String(required=True, metadata={"description": "What measured it, with its version."})


class PartFinding(Shows):
    """A manufacturability remark: which rule, what was measured, the limit, where, and who says so."""

    rule = fields.String(required=True, metadata={"example": "cnc_hole_deep"})
    severity = fields.Enum(Severity, by_value=True, required=True)
    message = fields.String(required=True)
    value = fields.Float(required=True)
    limit = fields.Float(required=True)
    unit = fields.String(required=True)
    place = fields.List(fields.Float(), required=True, allow_none=True)
    source = fields.String(required=True)


class RevisionRefusal(Shows):
    """Why the file could not be measured."""

    code = fields.String(required=True, metadata={"example": "file_crashes_kernel"})
    message = fields.String(required=True)


class RevisionSummary(Shows):
    """A revision without its geometry."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    state = fields.Enum(RevisionState, by_value=True, required=True)
    file_name = fields.String(required=True)
    kind = fields.Enum(FileKind, by_value=True, required=True, attribute="file.kind")
    size_bytes = fields.Integer(required=True, attribute="file.size_bytes")
    sha256 = fields.String(required=True)
    units = fields.Enum(
        Units, by_value=True, required=True, allow_none=True, metadata={"description": "null until confirmed"}
    )
    created_at = Instant(required=True)


class CustomerRevision(RevisionSummary):
    """A revision with what was measured and what stands against making it."""

    part_id = fields.UUID(required=True)
    measurement = fields.Nested(Measurement, required=True, allow_none=True)
    findings = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(PartFinding)),
        required=True,
        metadata={"description": "By process; empty until measured."},
    )
    refusal = fields.Nested(RevisionRefusal, required=True, allow_none=True)


class CustomerPart(Shows):
    """A part and its revisions, oldest first."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    created_at = Instant(required=True)
    revisions = fields.List(fields.Nested(RevisionSummary), required=True)


class AccessBy(Shows):
    """A party, by id and name."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class Access(Shows):
    """Someone was given the file."""

    at = Instant(required=True, attribute="created_at")
    organisation = fields.Nested(AccessBy, required=True, allow_none=True)
    user = fields.Nested(AccessBy, required=True, allow_none=True)


CustomerPartPage = page_of(CustomerPart)
AccessPage = page_of(Access)
