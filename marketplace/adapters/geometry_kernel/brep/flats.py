"""Flat faces in triangles, between borders that are split as their neighbours are: inside there is nothing to follow.

OpenCASCADE tries each new point of a face against circles around all triangles so far, so that a plate with many holes
takes it time with the square of their points; manifold3d cuts off one corner after another (n log n) and gives every
piece of the border to exactly one triangle, whatever shape the border has.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import manifold3d
import numpy as np
from OCP.BRep import BRep_Builder, BRep_Tool
from OCP.BRepAdaptor import BRepAdaptor_Curve, BRepAdaptor_Surface
from OCP.BRepTools import BRepTools_WireExplorer
from OCP.collections import IndexedDataMap_TopoDS_Shape_List_TopoDS_Shape_TopTools_ShapeMapHasher as Owners
from OCP.collections import IndexedMap_TopoDS_Shape_TopTools_ShapeMapHasher as ShapeMap
from OCP.GeomAbs import GeomAbs_Line, GeomAbs_Plane
from OCP.Standard import Standard_Failure
from OCP.TopAbs import TopAbs_EDGE, TopAbs_FACE, TopAbs_FORWARD, TopAbs_REVERSED, TopAbs_WIRE
from OCP.TopExp import TopExp
from OCP.TopLoc import TopLoc_Location
from OCP.TopoDS import TopoDS, TopoDS_Compound

from marketplace.adapters.geometry_kernel.brep import slivers
from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape, explore, triple
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Whole

_SIDES: Final = (TopAbs_FORWARD, TopAbs_REVERSED)


@dataclass(frozen=True, slots=True)
class Flat:
    """A plane's frame as seen from outside, and its borders: edges in order, with the face on their left."""

    place: Array
    across: Array
    along: Array
    borders: tuple[tuple[Shape, ...], ...]


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """The faces that OpenCASCADE has triangulated: which of them an edge bounds, and the points of each."""

    owners: Any
    numbers: Any
    points: Sequence[Floats]


def flats(faces: Sequence[Shape]) -> dict[int, Flat]:
    """The faces, by number, that lie on a plane and end in straight edges or at faces that do not.

    A curved edge between two planes is left to OpenCASCADE with both of them: only it knows where to split it.
    """
    found = {number: flat for number, face in enumerate(faces) if (flat := _flat(face)) is not None}
    others = _owners(face for number, face in enumerate(faces) if number not in found)
    return {number: flat for number, flat in found.items() if _is_bounded(flat, others)}


def compound(shapes: Iterable[Shape]) -> Shape:
    """Shapes as one."""
    whole, builder = TopoDS_Compound(), BRep_Builder()
    builder.MakeCompound(whole)
    for shape in shapes:
        builder.Add(whole, shape)
    return whole


def triangulated(
    flat_faces: Mapping[int, Flat], beside: Sequence[tuple[Shape, Floats]]
) -> Iterator[tuple[int, Floats, Whole]]:
    """Number, points and outward triangles of each flat, its edges split as those of the faces `beside` are.

    Those come with the points of their triangulation. A flat is left out where its border has no inside, or crosses
    itself since it is split too coarsely.
    """
    numbers = ShapeMap()
    for face, _ in beside:
        numbers.Add(face)
    neighbours = _Neighbours(_owners(face for face, _ in beside), numbers, [points for _, points in beside])
    for number, flat in flat_faces.items():
        rings = [_ring(border, neighbours) for border in flat.borders]
        frame = np.stack([flat.across, flat.along])
        flattened = [(ring - flat.place) @ frame.T for ring in rings]
        triangles: Whole = manifold3d.triangulate(flattened).astype(np.int32)
        points = np.concatenate(flattened)
        if len(triangles) and not slivers.is_any_turned_over(points, triangles):
            yield number, np.concatenate(rings), slivers.turned(points, triangles)


def _owners(faces: Iterable[Shape]) -> Any:
    """The faces that each edge of theirs bounds."""
    known = Owners()
    TopExp.MapShapesAndAncestors_s(compound(faces), TopAbs_EDGE, TopAbs_FACE, known)
    return known


def _flat(face: Shape) -> Flat | None:
    """The face, if it is flat and OpenCASCADE can say how its borders run."""
    try:
        adaptor = BRepAdaptor_Surface(face, False)
        if adaptor.GetType() != GeomAbs_Plane:
            return None
        position = adaptor.Plane().Position()
        borders = tuple(_border(TopoDS.Wire(wire), face) for wire in explore(face, TopAbs_WIRE))
    except Standard_Failure:
        return None
    across, along = triple(position.XDirection()), triple(position.YDirection())
    if face.Orientation() == TopAbs_REVERSED:
        across = -across
    return Flat(triple(position.Location()), across, along, borders) if all(borders) else None


def _border(wire: Shape, face: Shape) -> tuple[Shape, ...]:
    """The edges of a wire in order; nothing where they do not follow each other, or lie inside the face."""
    explorer, edges = BRepTools_WireExplorer(wire, face), []
    while explorer.More():
        edges.append(explorer.Current())
        explorer.Next()
    is_whole = len(edges) == wire.NbChildren() and all(edge.Orientation() in _SIDES for edge in edges)
    return tuple(edges) if is_whole else ()


def _is_bounded(flat: Flat, others: Any) -> bool:
    return all(others.Contains(edge) or _is_straight(edge) for border in flat.borders for edge in border)


def _is_straight(edge: Shape) -> bool:
    try:
        return bool(BRepAdaptor_Curve(edge).GetType() == GeomAbs_Line)
    except Standard_Failure:
        return False


def _ring(border: tuple[Shape, ...], neighbours: _Neighbours) -> Floats:
    """The corners of a border, each once."""
    pieces = []
    for edge in border:
        points = _split(edge, neighbours) if neighbours.owners.Contains(edge) else _ends(edge)
        pieces.append(points[:-1] if edge.Orientation() == TopAbs_FORWARD else points[:0:-1])
    return np.concatenate(pieces)


def _split(edge: Shape, neighbours: _Neighbours) -> Floats:
    """Points along an edge as the triangles of a face that it bounds have them."""
    owner, location = TopoDS.Face(neighbours.owners.FindFromKey(edge).First()), TopLoc_Location()
    triangulation = BRep_Tool.Triangulation_s(owner, location)
    polygon = BRep_Tool.PolygonOnTriangulation_s(edge, triangulation, location)
    nodes = [polygon.Node(number) - 1 for number in range(1, polygon.NbNodes() + 1)]
    return np.asarray(neighbours.points[neighbours.numbers.FindIndex(owner) - 1][nodes])


def _ends(edge: Shape) -> Floats:
    ends = (TopExp.FirstVertex_s(edge), TopExp.LastVertex_s(edge))
    return np.array([BRep_Tool.Pnt_s(end).Coord() for end in ends])
