"""Measurements: what a part is, in millimetres, with the engine that found it."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Final

from msgspec import Meta

from marketplace.geometry.features import Callout, Component, Features, Hole
from marketplace.geometry.figures import MAX_LISTED, Area, Count, Method, Place, Sides, Text, Volume
from marketplace.geometry.shape import (
    Build,
    Draft,
    Drawing,
    Layers,
    OrientedBox,
    Reach,
    Sections,
    Sheet,
    Turned,
    Walls,
)


class FileKind(StrEnum):
    """The formats of parts that we measure."""

    STEP = "step"
    STL = "stl"
    OBJ = "obj"
    THREE_MF = "3mf"
    DXF = "dxf"


UNITLESS: Final = frozenset({FileKind.STL, FileKind.OBJ})
"""Formats that never say in which units they were drawn."""


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


class RemarkKind(StrEnum):
    """What a reader noticed and the customer should know."""

    LEFT_OUT = "left_out"
    """Something in the file was not counted: free surfaces, wires, text, hidden bodies."""
    MENDED = "mended"
    """Something was mended on the way: doubled lines, reversed triangles."""
    THINNED = "thinned"
    """A figure comes from a coarser copy of the part, because the part is very large."""
    NOT_MEASURED = "not_measured"
    """A further figure could not be found; the part is priced without it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader noticed."""

    kind: RemarkKind
    message: Annotated[str, Meta(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a kernel measured of one file.

    A file that declares its units arrives in millimetres; one that does not is measured as if one unit were one
    millimetre and `scaled` once the customer has confirmed. `volume_mm3` is 0 while `is_closed` is false. A group of
    figures that the format cannot have, or that could not be found (then a remark says so), is None.
    """

    kind: FileKind
    declared_units: Units | None
    volume_mm3: Volume
    area_mm2: Area
    box_mm: Sides
    is_closed: bool
    bodies: Count
    triangles: Count | None
    faces: Count | None
    holes: Annotated[tuple[Hole, ...], Meta(max_length=MAX_LISTED)]
    engine: Text
    method: Method = Method.MESHED
    """Of volume, area and box."""

    is_manifold: bool = True
    """Every edge joins exactly two faces."""
    overlaps: bool | None = None
    """Whether bodies or walls run through each other; None where that was not tried."""
    shells: Count = 1
    cavities: Count = 0
    """Shells that lie inside a body: closed rooms, from which nothing gets out."""
    corner_mm: Place = (0.0, 0.0, 0.0)
    """Where the box begins: its corner with the least x, y and z."""
    centre_mm: Place | None = None
    """Centre of mass at even density; None while the part is not closed."""
    hull_mm3: Volume | None = None
    oriented_box: OrientedBox | None = None
    walls: Walls | None = None
    builds: Annotated[tuple[Build, ...], Meta(max_length=8)] = ()
    """As drawn (z up) first, then the best found where it is another."""
    sections: Sections | None = None
    layers: Layers | None = None
    """As drawn, z up."""
    draft: Draft | None = None
    reach: Reach | None = None
    turned: Turned | None = None
    """None unless the part can be turned."""
    sheet: Sheet | None = None
    """None unless the part is of sheet metal."""
    drawing: Drawing | None = None
    features: Features | None = None
    components: Annotated[tuple[Component, ...], Meta(max_length=1_000)] = ()
    callouts: Annotated[tuple[Callout, ...], Meta(max_length=1_000)] = ()
    remarks: Annotated[tuple[Remark, ...], Meta(max_length=50)] = field(default=())

    def scaled(self, factor: Fraction | int) -> "Measurement":
        """The same part with every length `factor` times as long.

        Raises OutOfRange when a figure becomes larger than any part's, and ValueError for a factor ≤ 0 or for a STEP
        file with a factor other than 1 (it states its own units).
        """
        from marketplace.geometry import records

        if factor <= 0 or (self.kind is FileKind.STEP and factor != 1):
            raise ValueError(f"a {self.kind} measurement cannot be scaled by {factor}")
        return records.scaled(self, factor)

    def as_json(self) -> dict[str, object]:
        """The measurement as plain JSON values."""
        from marketplace.geometry import records

        return records.as_json(self)

    @classmethod
    def from_json(cls, record: object) -> "Measurement":
        """The measurement in a JSON record; raises MalformedRecord unless each figure is there, typed and bounded."""
        from marketplace.geometry import records

        return records.from_json(record)
