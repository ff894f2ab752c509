"""Figures of a part with their bounds. A record is checked against them wherever it comes from (records.py).

Lengths, areas and volumes carry their unit in the field's name (`_mm`, `_mm2`, `_mm3`): a part drawn in other units is
scaled by it. Angles are degrees, shares lie from 0 to 1.
"""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta

MAX_LENGTH_MM: Final = 1e7
"""Ten kilometres: no side of a part is longer, whatever its file says."""

MAX_LISTED: Final = 5_000
"""How many holes, pockets, bends, … of one sort a record may list."""

Length = Annotated[float, Meta(ge=0, le=MAX_LENGTH_MM)]
LongLength = Annotated[float, Meta(ge=0, le=MAX_LENGTH_MM * 1e3)]
"""Lengths added up: what a laser cuts, what a nozzle follows."""
Area = Annotated[float, Meta(ge=0, le=MAX_LENGTH_MM**2 * 1e3)]
Volume = Annotated[float, Meta(ge=0, le=MAX_LENGTH_MM**3)]
Coordinate = Annotated[float, Meta(ge=-MAX_LENGTH_MM, le=MAX_LENGTH_MM)]
Angle = Annotated[float, Meta(ge=0, le=360)]
Share = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=0, le=100_000_000)]
Text = Annotated[str, Meta(min_length=1, max_length=200)]

Sides = tuple[Length, Length, Length]
Place = tuple[Coordinate, Coordinate, Coordinate]
_Cosine = Annotated[float, Meta(ge=-1.000001, le=1.000001)]
Direction = tuple[_Cosine, _Cosine, _Cosine]
"""A unit vector."""

Faces = Annotated[tuple[Count, ...], Meta(max_length=64)]
"""Numbers of faces of a STEP file, counted through its solids from 0: the first of those a thing is made of."""


class Method(StrEnum):
    """How a figure was found, and so how far to trust it."""

    EXACT = "exact"
    """From the surfaces themselves, to about 1e-6."""
    MESHED = "meshed"
    """Summed over triangles: exact for them; as good as the mesh follows the part."""
    DRAWN = "drawn"
    """From the lines of a drawing; curves followed within 0.02 mm."""
    FORMULA = "formula"
    """A closed form of other figures, exact for the shape that it assumes."""
    SAMPLED = "sampled"
    """From rays or points over the surface; about 1 in 100 of the area goes unseen at worst."""
