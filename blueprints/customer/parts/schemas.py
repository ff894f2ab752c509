"""What a customer may send and is shown of parts."""

from typing import Any

from flask import url_for
from marshmallow import fields, post_load
from werkzeug.datastructures import FileStorage

from blueprints.http import mirrored
from blueprints.http.fields import Instant, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from blueprints.http.uploads import Form, OneFile
from marketplace.geometry import values
from marketplace.geometry.values import FileKind, Units
from marketplace.manufacturability.values import Severity
from marketplace.parts import rules
from marketplace.parts.models import Revision, RevisionState, Seen
from marketplace.workflows.intake import Upload


class UploadRevision(Form):
    """A file of a part (STEP, STL, 3MF, OBJ or DXF), as a form (multipart/form-data)."""

    file = OneFile(
        required=True,
        metadata={
            "description": "STEP (.step, .stp), STL (.stl), 3MF (.3mf), OBJ (.obj) or, for sheet, DXF (.dxf): known by "
            "its content, whatever the name says.",
            "example": "bracket.step",
        },
    )

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Upload:
        sent: FileStorage = values["file"]
        return Upload(stream=sent.stream, file_name=sent.filename or "", name=values.get("name"))  # type: ignore[arg-type]


class UploadPart(UploadRevision):
    """A file of a part and what the part is called, as a form (multipart/form-data)."""

    name = Words(most=200, metadata={"description": "The file's name if you give none.", "example": "Bracket, left"})


class ConfirmUnits(Accepts):
    """In which units the file was drawn: STEP and 3MF as they say themselves, others as you know."""

    makes = lambda units: units  # noqa: E731

    units = fields.Enum(Units, by_value=True, required=True, metadata={"example": "mm"})


Measurement = mirrored.shown(values.Measurement, module=__name__)
UnitQuestion = mirrored.shown(rules.UnitQuestion, module=__name__)


class PartPictures(Shows):
    """Where the part's pictures are."""

    thumbnail = fields.String(required=True, metadata={"description": "PNG, transparent around the part."})
    model = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Binary glTF for a viewer: metres, y up; `extras.faces` of its mesh lists [face, first "
            "triangle, how many] for the faces of a STEP file. null for a flat drawing."
        },
    )


class PicturesOf(fields.Nested):
    """Where the pictures of a revision are, if any were drawn."""

    def get_value(self, obj: Revision, attr: str, accessor: Any = None, default: Any = None) -> dict[str, Any] | None:
        if obj.preview is None:
            return None
        place: dict[str, Any] = {"part_id": obj.part_id, "number": obj.number}
        return {
            "thumbnail": url_for("customer_parts.thumbnail", **place),
            "model": url_for("customer_parts.model", **place) if obj.preview.has_model else None,
        }


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
    faces = fields.List(fields.Integer(), required=True, metadata={"description": "Numbers of faces, from 0."})


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
    measurement = fields.Nested(
        Measurement,
        required=True,
        allow_none=True,
        attribute="facts",
        metadata={
            "description": "In millimetres under the confirmed units. Until they are confirmed, under those that the "
            "file declares (`declared_units`), or as if one unit were a millimetre where it declares none. Groups say "
            "by `method` how far to trust them; what a format cannot have is null."
        },
    )
    unit_question = fields.Nested(
        UnitQuestion,
        required=True,
        allow_none=True,
        metadata={"description": "In which units was it drawn? null until measured, and once answered."},
    )
    pictures = PicturesOf(
        PartPictures,
        required=True,
        allow_none=True,
        metadata={"description": "null until measured, and where nothing could be drawn."},
    )
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
    """Someone was given the file, or looked at a picture of it because of a request for quotation."""

    at = Instant(required=True, attribute="created_at")
    what = fields.Enum(Seen, by_value=True, required=True)
    rfq_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The request for which you had opened it."}
    )
    organisation = fields.Nested(AccessBy, required=True, allow_none=True)
    user = fields.Nested(AccessBy, required=True, allow_none=True)


CustomerPartPage = page_of(CustomerPart)
AccessPage = page_of(Access)
