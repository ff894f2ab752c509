"""The whole shape: walls, boxes, how it prints, how tools reach it, whether it is turned, cut or bent."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from marketplace.geometry.figures import (
    MAX_LISTED,
    Angle,
    Area,
    Count,
    Direction,
    Length,
    LongLength,
    Method,
    Place,
    Share,
    Sides,
    Text,
    Volume,
)

Loops = Annotated[float, Meta(ge=0, le=1e6)]


@dataclass(frozen=True, slots=True)
class OrientedBox:
    """The smallest box found in any orientation; sides from long to short, with their directions."""

    sides_mm: Sides
    axes: tuple[Direction, Direction, Direction]
    method: Method = Method.MESHED


@dataclass(frozen=True, slots=True)
class Walls:
    """How thick the part is, measured from its surface inwards along the normal to an opposite surface.

    `thinnest_mm` is passed by 1 in 200 of the area, so that one lone ray does not decide; `at_mm` lies there.
    """

    thinnest_mm: Length
    thin_mm: Length
    """1 in 20 of the area is thinner."""
    typical_mm: Length
    """Half of the area is thinner."""
    thickest_mm: Length
    """Across as along: a sheet is not as thick as its legs are long."""
    at_mm: Place
    method: Method = Method.SAMPLED


@dataclass(frozen=True, slots=True)
class Build:
    """The part as it is printed with `up` pointing up; overhangs lean more than 45° from upright, off the plate."""

    up: Direction
    height_mm: Length
    overhang_mm2: Area
    support_mm3: Volume
    """The room under overhangs down to the plate or to the part."""
    footprint_mm2: Area
    """What lies on the plate."""
    method: Method = Method.SAMPLED


@dataclass(frozen=True, slots=True)
class Sections:
    """Cuts across the part at even heights along `up`: what a printer's layers look like."""

    up: Direction
    step_mm: Length
    areas_mm2: Annotated[tuple[Area, ...], Meta(max_length=256)]
    perimeters_mm: Annotated[tuple[LongLength, ...], Meta(max_length=256)]
    method: Method = Method.MESHED


Curve = Annotated[tuple[Area, ...], Meta(max_length=64)]
"""An area for each band of layers."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The part as it is printed, from the plate up in bands of like layers; figures of a band are those of one layer.

    What lies inside is told at several depths under the surface and for several thicknesses of roof and floor together:
    a printer's walls and shells lie between two of them.
    """

    up: Direction
    heights_mm: Annotated[tuple[Length, ...], Meta(max_length=64)]
    """Of the bands."""
    areas_mm2: Curve
    perimeters_mm: Annotated[tuple[LongLength, ...], Meta(max_length=64)]
    loops: Annotated[tuple[Loops, ...], Meta(max_length=64)]
    """Contours, holes among them."""
    small_mm: Annotated[tuple[LongLength, ...], Meta(max_length=64)]
    """The perimeter of contours shorter than 40 mm."""
    depths_mm: Annotated[tuple[Length, ...], Meta(max_length=8)]
    inner_mm2: Annotated[tuple[Curve, ...], Meta(max_length=8)]
    """For each depth, what lies deeper."""
    shells_mm: Annotated[tuple[Length, ...], Meta(max_length=8)]
    sparse_mm2: Annotated[tuple[tuple[Curve, ...], ...], Meta(max_length=8)]
    """For each depth and shell, what is neither wall, roof nor floor."""
    borders_mm: Annotated[tuple[LongLength, ...], Meta(max_length=64)]
    """Between the sparse inside and what is solid below roofs and above floors, for the middle shell and depth."""
    lids_mm2: Annotated[tuple[tuple[Area, ...], ...], Meta(max_length=8)]
    """For each depth and shell, the roofs that lie on the sparse inside, added up over the part."""
    roofs_mm2: Annotated[tuple[Area, ...], Meta(max_length=8)]
    """For each depth, what is seen from above, added up."""
    floors_mm2: Annotated[tuple[Area, ...], Meta(max_length=8)]
    """For each depth, what hangs over nothing, added up; what stands on the plate is not among it."""
    props_mm2: Curve
    """The room under overhangs, which lean more than 45° from upright."""
    overhang_mm2: Area
    """Overhangs seen from below."""
    method: Method = Method.SAMPLED


@dataclass(frozen=True, slots=True)
class Draft:
    """The part in a two-part mould that opens along `pull`."""

    pull: Direction
    undercut_mm2: Area
    """Area that neither half of the mould can leave."""
    upright_mm2: Area
    """Area with less than half a degree of draft."""
    slight_mm2: Area
    """Area with less than one degree of draft, the upright among it."""
    projected_mm2: Area
    """What the clamp has to hold shut."""
    method: Method = Method.SAMPLED


@dataclass(frozen=True, slots=True)
class Reach:
    """From which directions a straight tool sees the surface, and how many set-ups that makes."""

    directions: Annotated[tuple[Direction, ...], Meta(max_length=32)]
    """Of the set-ups, the most useful first."""
    hidden_mm2: Area
    """Area that is seen from no direction tried."""
    hidden_at_mm: Place | None
    is_three_axis: bool
    """Whether directions along three axes at right angles are enough."""
    deepest_mm: Length
    """How far a tool must reach past material beside it to cut the part in those set-ups."""
    narrowest_mm: Length | None
    """The widest tool that gets to where it is narrowest; None where nothing is narrow."""
    tool_ratio: Annotated[float, Meta(ge=0, le=1e6)] | None = None
    """The largest reach over tool diameter that some place asks for."""
    tool_at_mm: Place | None = None
    method: Method = Method.SAMPLED


@dataclass(frozen=True, slots=True)
class Turned:
    """A part that a lathe can make: round about one axis."""

    axis: Direction
    at_mm: Place
    diameter_mm: Length
    length_mm: Length
    round_share: Share
    """Share of the area that is round about the axis or square to it."""
    method: Method = Method.EXACT


@dataclass(frozen=True, slots=True)
class Bend:
    """One bend of a sheet: inner radius, angle turned (90 for an L), length of sheet that is bent, without openings.

    `at_mm` lies on its inside, in the middle.
    """

    radius_mm: Length
    angle_deg: Angle
    length_mm: Length
    axis: Direction
    at_mm: Place


@dataclass(frozen=True, slots=True)
class Sheet:
    """A part cut from sheet and bent. Cut length and flat area are closed forms at the neutral line K = 0.5."""

    thickness_mm: Length
    flat_mm2: Area
    cut_mm: LongLength
    pierces: Count
    bends: Annotated[tuple[Bend, ...], Meta(max_length=MAX_LISTED)] = ()
    flat_box_mm: tuple[Length, Length] | None = None
    """Long and short side of the smallest rectangle around the blank; None where it could not be laid flat."""
    hole_to_bend_mm: Length | None = None
    """The least distance from an opening's edge to the beginning of a bend beside its flat; 0 if it cuts into one."""
    hole_to_bend_at_mm: Place | None = None
    flange_mm: Length | None = None
    """The shortest flange, from the mould line of its bend to its far end or to the mould line of the next bend."""
    flange_at_mm: Place | None = None
    method: Method = Method.FORMULA


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a drawing and what we take it for."""

    name: Text
    role: Text
    """`cut`, `bend`, `engrave` or `ignored`."""
    length_mm: LongLength


@dataclass(frozen=True, slots=True)
class Drawing:
    """A flat drawing: closed loops are cut, each beginning costs a pierce. Thickness is the requirement's."""

    parts: Count
    loops: Count
    open_chains: Count
    open_mm: LongLength
    open_at_mm: Place | None
    cut_mm: LongLength
    pierces: Count
    net_mm2: Area
    """Area of the parts without their holes."""
    hull_mm2: Area
    """Area of their convex outlines."""
    smallest_hole_mm: Length | None
    smallest_hole_at_mm: Place | None
    narrowest_mm: Length | None
    """The narrowest web between two cuts."""
    narrowest_at_mm: Place | None
    bends: Count
    bend_mm: LongLength
    duplicates: Count
    """Lines drawn twice, which are cut once."""
    layers: Annotated[tuple[Layer, ...], Meta(max_length=256)] = ()
    method: Method = Method.DRAWN
