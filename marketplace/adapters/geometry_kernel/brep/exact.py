"""Figures of solids from their surfaces themselves. A body is measured once, however often the part has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import numpy as np
from OCP.BRep import BRep_Tool
from OCP.BRepCheck import BRepCheck_Analyzer
from OCP.BRepGProp import BRepGProp
from OCP.collections import IndexedDataMap_TopoDS_Shape_List_TopoDS_Shape_TopTools_ShapeMapHasher as Owners
from OCP.GProp import GProp_GProps
from OCP.TopAbs import TopAbs_EDGE, TopAbs_FACE, TopAbs_SHELL
from OCP.TopExp import TopExp
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel.brep import boxes, faces
from marketplace.adapters.geometry_kernel.brep.boxes import Box
from marketplace.adapters.geometry_kernel.brep.part import Item, Part
from marketplace.adapters.geometry_kernel.brep.placing import Placement, at_home, placement
from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape, explore, rounded, triple
from marketplace.adapters.geometry_kernel.engines import ENGINES
from marketplace.geometry.errors import NoGeometry, NotFinite
from marketplace.geometry.features import Component
from marketplace.geometry.figures import Method, Place, Sides
from marketplace.geometry.values import FileKind, Measurement, Remark, RemarkKind

MAX_COMPONENTS: Final = 1_000
TWICE: Final = "{:,} of {:,} bodies lie just where others like them do. Please delete what is there twice."
TWICE_DIGITS: Final = 5
"""Of millimetres, their squares and cubes: bodies that differ by less in centre, area and volume are the same."""


@dataclass(frozen=True, slots=True)
class _Body:
    """A solid measured by itself, where its part was drawn."""

    volume: float
    area: float
    centre: Array
    box: Box
    is_closed: bool
    is_manifold: bool
    shells: int
    cavities: int


def measured(part: Part, areas: Array | None = None) -> Measurement:
    """Measure the part exactly; the areas of its faces may be known. Raises NoGeometry, NotFinite or OutOfRange.

    A part of surfaces only has area and box and is not closed.
    """
    if not part.solids:
        return _surfaces(part)
    areas = faces.areas(part) if areas is None else areas
    bodies = [_body(part, item.solids[0], areas) for item in part.items]
    body_of = _by_solid(part, bodies)
    placements = [placement(solid) for solid in part.solids]
    rough = [boxes.placed(body.box, place) for body, place in zip(body_of, placements, strict=True)]
    is_closed = all(body.is_closed for body in bodies)
    box = boxes.of_instances(part.solids, rough, placements)
    return Measurement(
        kind=FileKind.STEP,
        declared_units=part.units,
        volume_mm3=_sum(body_of, placements) if is_closed else 0.0,
        area_mm2=sum(body.area * place.area_factor for body, place in zip(body_of, placements, strict=True)),
        box_mm=_sides(box),
        is_closed=is_closed,
        bodies=len(part.solids),
        triangles=None,
        faces=len(part.faces),
        holes=(),
        engine=ENGINES[FileKind.STEP],
        method=Method.EXACT,
        is_manifold=all(body.is_manifold for body in bodies),
        overlaps=False if len(rough) > 1 and boxes.are_apart(rough) else None,
        shells=sum(body.shells for body in body_of),
        cavities=sum(body.cavities for body in body_of),
        corner_mm=_place(box.low),
        centre_mm=_centre(body_of, placements) if is_closed else None,
        components=tuple(map(_component, part.items[:MAX_COMPONENTS], bodies)),
        callouts=part.callouts,
        remarks=(*part.remarks, *_twice(body_of, placements)),
    )


def _twice(bodies: list[_Body], placements: list[Placement]) -> list[Remark]:
    """Bodies that lie where others of the same size and centre do: a file that has everything twice."""
    known: set[tuple[float, ...]] = set()
    for body, place in zip(bodies, placements, strict=True):
        centre = place.of(body.centre)
        known.add(tuple(round(float(figure), TWICE_DIGITS) + 0.0 for figure in (*centre, body.volume, body.area)))
    count = len(bodies) - len(known)
    if not count:
        return []
    message = (
        f"{count:,} of {len(bodies):,} bodies lie just where others like them do. Please delete what is there twice."
    )
    return [Remark(RemarkKind.NOT_MEASURED, message)]


def _surfaces(part: Part) -> Measurement:
    if not part.loose:
        raise NoGeometry("The STEP file has no bodies or surfaces. Please export the part again.")
    box = boxes.around([boxes.exact(face) for face in part.loose])
    return Measurement(
        kind=FileKind.STEP,
        declared_units=part.units,
        volume_mm3=0.0,
        area_mm2=sum(_finite(_of_surface(face).Mass()) for face in part.loose),
        box_mm=_sides(box),
        is_closed=False,
        bodies=0,
        triangles=None,
        faces=len(part.loose),
        holes=(),
        engine=ENGINES[FileKind.STEP],
        method=Method.EXACT,
        is_manifold=False,
        corner_mm=_place(box.low),
        callouts=part.callouts,
        remarks=part.remarks,
    )


def _body(part: Part, number: int, areas: Array) -> _Body:
    solid, place = at_home(part.solids[number]), placement(part.solids[number])
    properties = GProp_GProps()
    BRepGProp.VolumeProperties_s(solid, properties)
    volume = _finite(properties.Mass())
    shells = list(explore(solid, TopAbs_SHELL))
    return _Body(
        volume=volume,
        area=_finite(float(areas[list(part.faces_of[number])].sum()) / place.area_factor),
        centre=triple(properties.CentreOfMass()),
        box=boxes.exact(solid),
        is_closed=volume > 0 and _is_closed(solid, shells),
        is_manifold=_is_manifold(solid),
        shells=len(shells),
        cavities=_cavities(shells),
    )


def _of_surface(shape: Shape) -> Any:
    properties = GProp_GProps()
    BRepGProp.SurfaceProperties_s(shape, properties)
    return properties


def _is_closed(solid: Shape, shells: list[Shape]) -> bool:
    """A valid solid of closed shells."""
    return bool(shells) and all(map(BRep_Tool.IsClosed_s, shells)) and bool(BRepCheck_Analyzer(solid).IsValid())


def _is_manifold(solid: Shape) -> bool:
    """Every edge joins exactly two faces, or a face with itself as on a cylinder's seam."""
    owners = Owners()
    TopExp.MapShapesAndAncestors_s(solid, TopAbs_EDGE, TopAbs_FACE, owners)
    numbers = range(1, owners.Extent() + 1)
    return all(
        owners.FindFromIndex(number).Size() == 2 or BRep_Tool.Degenerated_s(TopoDS.Edge(owners.FindKey(number)))
        for number in numbers
    )


def _cavities(shells: list[Shape]) -> int:
    """Shells whose outside is inwards: around closed rooms."""
    if len(shells) < 2:
        return 0
    rooms = 0
    for shell in shells:
        properties = GProp_GProps()
        BRepGProp.VolumeProperties_s(shell, properties)
        rooms += properties.Mass() < 0
    return rooms


def _by_solid(part: Part, bodies: list[_Body]) -> list[_Body]:
    """The body of each solid."""
    by_number = {number: body for item, body in zip(part.items, bodies, strict=True) for number in item.solids}
    return [by_number[number] for number in range(len(part.solids))]


def _sum(bodies: Iterable[_Body], placements: Iterable[Placement]) -> float:
    return sum(body.volume * place.volume_factor for body, place in zip(bodies, placements, strict=True))


def _centre(bodies: list[_Body], placements: list[Placement]) -> Place:
    pairs = list(zip(bodies, placements, strict=True))
    weights = np.array([body.volume * place.volume_factor for body, place in pairs])
    centres = np.array([place.of(body.centre) for body, place in pairs])
    return _place(weights @ centres / weights.sum())


def _component(item: Item, body: _Body) -> Component:
    return Component(
        name=item.name,
        count=len(item.solids),
        volume_mm3=body.volume if body.is_closed else 0.0,
        area_mm2=body.area,
        colour=item.colour,
        material=item.material,
    )


def _sides(box: Box) -> Sides:
    x, y, z = (max(0.0, rounded(side)) for side in box.high - box.low)
    return (x, y, z)


def _place(point: Array) -> Place:
    x, y, z = (rounded(coordinate) + 0.0 for coordinate in point)  # no negative zero
    return (x, y, z)


def _finite(figure: float) -> float:
    if not isfinite(figure):
        raise NotFinite("The file has coordinates that are no numbers. Please export the part again.")
    return figure
