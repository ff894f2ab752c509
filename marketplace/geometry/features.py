"""Features: what a machinist would point at. Numbers of faces let a viewer show them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from marketplace.geometry.figures import (
    MAX_LISTED,
    Angle,
    Area,
    Coordinate,
    Count,
    Direction,
    Faces,
    Length,
    LongLength,
    Place,
    Text,
)


class Bottom(StrEnum):
    """How a blind hole ends."""

    FLAT = "flat"
    CONICAL = "conical"
    ROUND = "round"


class Entry(StrEnum):
    """How a hole begins."""

    COUNTERBORE = "counterbore"
    COUNTERSINK = "countersink"


@dataclass(frozen=True, slots=True)
class Widening:
    """A counterbore or countersink: its widest diameter, its own length along the axis, and a cone's full angle.

    Those of one side follow each other outwards. A counterbore that ends on a cone has that cone's angle.
    """

    kind: Entry
    diameter_mm: Length
    depth_mm: Length
    angle_deg: Angle | None = None


@dataclass(frozen=True, slots=True)
class Hole:
    """A full-circle cylindrical hole; `at_mm` is the middle of its axis, `axis` a unit vector.

    The depth is that of the cylinder, without a drill's point and without its widenings. A round cavity or groove that
    interrupts it counts into it. `thread` is what the file's
    product manufacturing information says of it (“M6”, “1/4-20 UNC”); geometry alone never shows a thread.
    """

    diameter_mm: Length
    depth_mm: Length
    is_through: bool
    axis: Direction
    at_mm: Place
    bottom: Bottom | None = None
    widenings: Annotated[tuple[Widening, ...], Meta(max_length=8)] = ()
    thread: Text | None = None
    faces: Faces = ()


@dataclass(frozen=True, slots=True)
class Pocket:
    """A hollow with a floor, walls around it and an open top. `radius_mm` is its smallest upright corner (0: sharp).

    `width_mm` is the widest tool that fits everywhere between the walls where that is known, else the shorter side.
    """

    depth_mm: Length
    width_mm: Length
    length_mm: Length
    radius_mm: Length | None
    is_through: bool
    axis: Direction
    at_mm: Place
    faces: Faces = ()


@dataclass(frozen=True, slots=True)
class Boss:
    """A full-circle cylinder that stands out of the part."""

    diameter_mm: Length
    height_mm: Length
    axis: Direction
    at_mm: Place
    faces: Faces = ()


@dataclass(frozen=True, slots=True)
class Rounding:
    """Fillets (inside) or rounds (outside) of one radius."""

    radius_mm: Length
    is_inside: bool
    count: Count
    at_mm: Place
    faces: Faces = ()


@dataclass(frozen=True, slots=True)
class SharpEdges:
    """Inner edges without any radius, which no round tool can cut."""

    count: Count
    length_mm: LongLength
    at_mm: Place


@dataclass(frozen=True, slots=True)
class Features:
    """What was recognised in a boundary representation."""

    pockets: Annotated[tuple[Pocket, ...], Meta(max_length=MAX_LISTED)] = ()
    bosses: Annotated[tuple[Boss, ...], Meta(max_length=MAX_LISTED)] = ()
    roundings: Annotated[tuple[Rounding, ...], Meta(max_length=MAX_LISTED)] = ()
    sharp_edges: SharpEdges | None = None
    """None when there are none."""
    smallest_inner_radius_mm: Length | None = None
    """Of upright pocket corners, fillets and slots; None when nothing is rounded inside."""
    smallest_inner_radius_at_mm: Place | None = None


class CalloutKind(StrEnum):
    """What a piece of product manufacturing information says."""

    DIAMETER = "diameter"
    RADIUS = "radius"
    LENGTH = "length"
    ANGLE = "angle"
    TOLERANCE = "tolerance"
    DATUM = "datum"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Callout:
    """A dimension, a geometric tolerance, a datum or a note that the file attaches to faces (PMI, GD&T).

    `value_mm` and its limits are millimetres; an angle has `value_deg`. `name` is the kind of tolerance (“position”), a
    datum's letter or the text of a note.
    """

    kind: CalloutKind
    name: Text | None = None
    value_mm: Length | None = None
    value_deg: Angle | None = None
    plus_mm: Coordinate | None = None
    minus_mm: Coordinate | None = None
    datums: Annotated[tuple[Text, ...], Meta(max_length=8)] = ()
    modifiers: Annotated[tuple[Text, ...], Meta(max_length=8)] = ()
    faces: Faces = ()


@dataclass(frozen=True, slots=True)
class Component:
    """A body that occurs `count` times in the file."""

    name: Text | None
    count: Count
    volume_mm3: Annotated[float, Meta(ge=0)]
    area_mm2: Area
    colour: Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")] | None = None
    material: Text | None = None
