from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from blueprints.http.fields import Flag, Matching, Whole, Words
from blueprints.http.inspections import DECIMAL
from blueprints.http.schemas import Accepts
from marketplace.quality.tables import MOST_ROWS
from marketplace.quality.values import (
    Characteristic,
    CharacteristicKind,
    Instrument,
    Loss,
    Lot,
    MaterialCertificate,
    SourceOfTruth,
    Stage,
    Value,
    figure,
)

LARGEST_PIECE = 9_999_999
CALIPER = {"name": "Caliper 150 mm", "serial": "C-17", "calibrated_until": "2031-05-31"}
VALUES = [
    {"piece": 1, "characteristic": 1, "value": "100.02", "instrument": CALIPER},
    {"piece": 1, "characteristic": 5, "passes": True, "note": "No burrs."},
]
TABLE = "piece,characteristic,value,instrument,serial,calibrated_until\n2,1,99.98,Caliper 150 mm,C-17,2031-05-31\n"


class Figure(fields.String):
    """A decimal number as text, so that no digit is lost."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=Matching(DECIMAL), **kwargs)


class AddCharacteristic(Accepts):
    """Something more to look at. Without limits a person judges it."""

    designation = Words(most=120, required=True, metadata={"example": "Ra of the upper face"})
    kind = fields.Enum(CharacteristicKind, by_value=True, required=True, metadata={"example": "roughness"})
    source = fields.Enum(SourceOfTruth, by_value=True, load_default=SourceOfTruth.FORM, metadata={"example": "note"})
    nominal = Figure(load_default=None, allow_none=True, metadata={"example": None})
    lower = Figure(load_default=None, allow_none=True, metadata={"example": None})
    upper = Figure(load_default=None, allow_none=True, metadata={"example": "3.2"})
    unit = Words(least=0, most=12, load_default="mm", metadata={"example": "µm"})
    places = Whole(load_default=1, validate=validate.Range(1, 10_000), metadata={"example": 1})
    says = Words(least=0, most=200, load_default="", metadata={"example": "Drawing note 3"})

    @validates_schema
    def ordered(self, values: dict[str, Any], **_: Any) -> None:
        told = [Decimal(values[name]) for name in ("lower", "nominal", "upper") if values.get(name) is not None]
        if told != sorted(told):
            raise ValidationError("The lower limit, the nominal size and the upper limit come in this order.")

    @staticmethod
    def makes(nominal: str | None, lower: str | None, upper: str | None, **told: Any) -> Characteristic:
        told |= {"nominal": figure(nominal), "lower": figure(lower), "upper": figure(upper)}
        return Characteristic(is_required=False, **told)


class AcceptInstrument(Accepts):
    """What was measured with."""

    makes = Instrument

    name = Words(most=80, required=True, metadata={"example": CALIPER["name"]})
    serial = Words(most=80, required=True, metadata={"example": CALIPER["serial"]})
    calibrated_until = fields.Date(required=True, metadata={"example": CALIPER["calibrated_until"]})


class AcceptValue(Accepts):
    """What was found on one piece: `value` where there are limits, `passes` where there are none."""

    makes = Value

    piece = Whole(required=True, validate=validate.Range(1, LARGEST_PIECE), metadata={"example": 1})
    characteristic = Whole(required=True, validate=validate.Range(1, LARGEST_PIECE), metadata={"example": 1})
    value = Figure(load_default=None, allow_none=True, metadata={"example": "100.02"})
    passes = Flag(load_default=None, allow_none=True, metadata={"example": None})
    instrument = fields.Nested(AcceptInstrument, load_default=None, allow_none=True)
    corrects = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, LARGEST_PIECE),
        metadata={"description": "The entry that is wrong.", "example": None},
    )
    note = Words(least=0, most=200, load_default="", metadata={"example": ""})


class Measure(Accepts):
    """Values of one stage, all of them or none."""

    stage = fields.Enum(Stage, by_value=True, required=True, metadata={"example": "final"})
    values = fields.List(
        fields.Nested(AcceptValue), required=True, validate=validate.Length(1, 500), metadata={"example": VALUES}
    )


class MeasureByTable(Accepts):
    """Values of one stage as a table (CSV), all of them or none."""

    stage = fields.Enum(Stage, by_value=True, required=True, metadata={"example": "final"})
    table = fields.String(
        required=True,
        validate=validate.Length(1, 500_000),
        metadata={
            "description": f"At most {MOST_ROWS} lines under one that names the columns: piece, characteristic, value, "
            "passes (pass or fail), instrument, serial, calibrated_until, corrects, note. Separated by commas, or by "
            "semicolons or tabs, and then with decimal commas if you like.",
            "example": TABLE,
        },
    )


class AddLot(Accepts):
    """Material that pieces are made of."""

    material = Words(most=120, required=True, metadata={"example": "EN AW-6061 T6"})
    lot_number = Words(most=80, required=True, metadata={"description": "Heat or lot.", "example": "H-4711"})
    supplier = Words(most=120, required=True, metadata={"example": "Alu AG"})
    certificate = fields.Enum(
        MaterialCertificate,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "By EN 10204.", "example": "3.1"},
    )
    certificate_number = Words(least=0, most=80, load_default="", metadata={"example": "31-0815"})
    certificate_sha256 = fields.String(
        load_default=None,
        allow_none=True,
        validate=Matching("^[0-9a-f]{64}$"),
        metadata={
            "description": "Of the certificate's file: the signed record then binds its content.",
            "example": None,
        },
    )

    @staticmethod
    def makes(lot_number: str, **told: Any) -> Lot:
        return Lot(number=lot_number, **told)


class LosePieces(Accepts):
    """Pieces that were scrapped or worked on once more."""

    pieces = fields.List(
        Whole(validate=validate.Range(1, LARGEST_PIECE)),
        required=True,
        validate=validate.Length(1, 500),
        metadata={"example": [3]},
    )
    reason = Words(least=3, most=500, required=True, metadata={"example": "The drill broke in the second hole."})
    minutes = Whole(required=True, validate=validate.Range(0, 1_000_000), metadata={"example": 25})

    @staticmethod
    def makes(pieces: list[int], **told: Any) -> Loss:
        return Loss(pieces=tuple(pieces), **told)


class CloseRecord(Accepts):
    """Of what the record is; a final one without a shipment is the last."""

    kind = fields.Enum(Stage, by_value=True, required=True, metadata={"example": "first_article"})
    shipment_id = fields.UUID(load_default=None, allow_none=True, metadata={"example": None})
