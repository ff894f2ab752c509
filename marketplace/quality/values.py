"""What the quality record speaks of: characteristics and their limits, stages, instruments, material lots."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class CharacteristicKind(StrEnum):
    """What of a piece is looked at."""

    LENGTH = "length"
    DIAMETER = "diameter"
    DEPTH = "depth"
    THREAD = "thread"
    ROUGHNESS = "roughness"
    VISUAL = "visual"


class SourceOfTruth(StrEnum):
    """Where a characteristic is said."""

    MODEL = "model"
    """Measured in the file."""
    NOTE = "note"
    """Written in the file or on a drawing: product manufacturing information."""
    FORM = "form"
    """Said by the customer or the factory."""


class Stage(StrEnum):
    """When a piece is measured."""

    FIRST_ARTICLE = "first_article"
    IN_PROCESS = "in_process"
    FINAL = "final"


class EntryKind(StrEnum):
    """What an entry of the record says."""

    PLAN = "plan"
    CHARACTERISTIC = "characteristic"
    REQUIRED = "required"
    INSTRUMENT = "instrument"
    MEASUREMENT = "measurement"
    LOT = "lot"
    SCRAP = "scrap"
    REWORK = "rework"


class Side(StrEnum):
    """Who made an entry: one of the two parties, or the house for the plan."""

    FACTORY = "factory"
    CUSTOMER = "customer"
    HOUSE = "house"


class MaterialCertificate(StrEnum):
    """Kinds of inspection documents of EN 10204:2004, by their numbers there."""

    DECLARATION = "2.1"
    """Declaration of compliance with the order."""
    TEST_REPORT = "2.2"
    """Test report, not of the lot itself."""
    INSPECTION = "3.1"
    """Inspection certificate by the maker's inspector, who does not answer to the maker's production."""
    JOINT_INSPECTION = "3.2"
    """Inspection certificate by the maker's and the buyer's inspector, or one appointed by law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristic:
    """Something to look at on a piece. Without any limit a person judges it; limits themselves still pass."""

    designation: str
    kind: CharacteristicKind
    source: SourceOfTruth
    nominal: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str = "mm"
    places: int = 1
    """How many like it a piece has; the value is the one that lies farthest off."""
    is_required: bool = True
    says: str = ""

    @property
    def has_limits(self) -> bool:
        return self.lower is not None or self.upper is not None

    def as_json(self) -> dict[str, Any]:
        return {
            "designation": self.designation,
            "kind": self.kind.value,
            "source": self.source.value,
            "nominal": written(self.nominal),
            "lower": written(self.lower),
            "upper": written(self.upper),
            "unit": self.unit,
            "places": self.places,
            "is_required": self.is_required,
            "says": self.says,
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "Characteristic":
        return cls(
            designation=row["designation"],
            kind=CharacteristicKind(row["kind"]),
            source=SourceOfTruth(row["source"]),
            nominal=figure(row["nominal"]),
            lower=figure(row["lower"]),
            upper=figure(row["upper"]),
            unit=row["unit"],
            places=row["places"],
            is_required=row["is_required"],
            says=row["says"],
        )


@dataclass(frozen=True, slots=True)
class Instrument:
    """What was measured with."""

    name: str
    serial: str
    calibrated_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What was found on one piece: a figure, or a person's judgement where the characteristic has no limits."""

    piece: int
    characteristic: int
    value: str | None = None
    """A decimal number in the characteristic's unit, as it was read, zeros at its end included."""
    passes: bool | None = None
    instrument: Instrument | None = None
    corrects: int | None = None
    """The number of the entry in whose place this one stands."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """The material that pieces were made of."""

    material: str
    number: str
    """Heat or lot number."""
    supplier: str
    certificate: MaterialCertificate | None = None
    certificate_number: str = ""
    certificate_sha256: str | None = None
    """Of the certificate's file, so that the signed record binds its content wherever it lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Pieces that were scrapped, or worked on once more, and what it cost."""

    pieces: tuple[int, ...]
    reason: str
    minutes: int


def written(figure: Decimal | None) -> str | None:
    """A decimal in plain notation without zeros at its end: `8`, `7.8`, `0.05`."""
    if figure is None:
        return None
    text = format(figure, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def figure(text: str | None) -> Decimal | None:
    """The decimal that a text is."""
    return None if text is None else Decimal(text)
