"""Measurements: what a part is, in millimetres, with the engine that found it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Final

from marketplace.geometry.errors import OutOfRange

Vector = tuple[float, float, float]

MAX_LENGTH_MM: Final = 1e7
"""Ten kilometres: no side of a part is longer, whatever its file says."""


class FileKind(StrEnum):
    """The formats of parts that we measure."""

    STEP = "step"
    STL = "stl"


class Units(StrEnum):
    """Units of length that a file may declare or a customer may confirm."""

    MM = "mm"
    CM = "cm"
    M = "m"
    INCH = "inch"

    @property
    def millimetres(self) -> Fraction:
        """How many millimetres one unit is, exactly (inch: international yard and pound agreement, 1959)."""
        return _MILLIMETRES[self]


_MILLIMETRES = {Units.MM: Fraction(1), Units.CM: Fraction(10), Units.M: Fraction(1000), Units.INCH: Fraction(254, 10)}


@dataclass(frozen=True, slots=True)
class Hole:
    """A full-circle cylindrical hole; `at` is the middle of its axis, `axis` a unit vector."""

    diameter_mm: float
    depth_mm: float
    is_through: bool
    axis: Vector
    at: Vector

    def scaled(self, factor: float) -> "Hole":
        """The same hole in a part drawn `factor` times larger."""
        return replace(
            self, diameter_mm=self.diameter_mm * factor, depth_mm=self.depth_mm * factor, at=_times(self.at, factor)
        )


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a kernel measured of one file.

    A STEP file states its units and arrives in millimetres. An STL states none: it is measured as if one unit were one
    millimetre and `scaled` once the customer has confirmed. `volume_mm3` is 0 while `is_closed` is false.
    """

    kind: FileKind
    declared_units: Units | None
    volume_mm3: float
    area_mm2: float
    box_mm: Vector
    is_closed: bool
    bodies: int
    triangles: int | None
    faces: int | None
    holes: tuple[Hole, ...]
    engine: str

    def scaled(self, factor: Fraction | int) -> "Measurement":
        """The same part when one unit of its STL is `factor` millimetres.

        Raises OutOfRange when the part becomes longer than ten kilometres, and ValueError for a factor ≤ 0 or for a
        STEP file with a factor other than 1 (it states its own units).
        """
        if factor <= 0 or (self.kind is FileKind.STEP and factor != 1):
            raise ValueError(f"a {self.kind} measurement cannot be scaled by {factor}")
        times = float(factor)
        if max(self.box_mm) * times > MAX_LENGTH_MM:
            raise OutOfRange("In these units the part is longer than ten kilometres. Please choose other units.")
        return replace(
            self,
            volume_mm3=self.volume_mm3 * float(factor**3),
            area_mm2=self.area_mm2 * float(factor**2),
            box_mm=_times(self.box_mm, times),
            holes=tuple(hole.scaled(times) for hole in self.holes),
        )

    def as_json(self) -> dict[str, object]:
        """The measurement as plain JSON values."""
        from marketplace.geometry import records

        return records.as_json(self)

    @classmethod
    def from_json(cls, record: object) -> "Measurement":
        """The measurement in a JSON record; raises MalformedRecord unless each figure is there, typed and bounded."""
        from marketplace.geometry import records

        return records.from_json(record)


def _times(vector: Vector, factor: float) -> Vector:
    return (vector[0] * factor, vector[1] * factor, vector[2] * factor)
