"""Triangles over the surfaces of a part, close enough to measure on, each knowing its face.

OpenCASCADE splits the edge between two faces once, so that welding equal points closes the mesh of a closed solid.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from operator import itemgetter
from struct import Struct
from typing import Any, Final

import numpy as np
from OCP.BinTools import BinTools
from OCP.Bnd import Bnd_Box
from OCP.BRep import BRep_Builder, BRep_Tool
from OCP.BRepBndLib import BRepBndLib
from OCP.BRepMesh import BRepMesh_IncrementalMesh
from OCP.BRepTools import BRepTools
from OCP.TopAbs import TopAbs_REVERSED, TopAbs_SOLID
from OCP.TopLoc import TopLoc_Location
from OCP.TopoDS import TopoDS_Face

from marketplace.adapters.geometry_kernel.brep import flats
from marketplace.adapters.geometry_kernel.brep.flats import Flat
from marketplace.adapters.geometry_kernel.brep.part import Part, numbered
from marketplace.adapters.geometry_kernel.brep.placing import Placement, at_home, placement
from marketplace.adapters.geometry_kernel.brep.shapes import Shape
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes import soup, topology, welding
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Whole
from marketplace.geometry.errors import NoGeometry, OutOfRange

MANY_TRIANGLES: Final = 300_000
"""A part with more is tessellated more coarsely."""

CLOSENESS: Final = 5e-4
"""How far triangles may lie from the surface, as a share of the body's diagonal; never outside these bounds."""
LEAST_MM, MOST_MM = 0.005, 0.5

ANGLES_RAD: Final = ((30, 0.065), (60, 0.15), (1_000, 0.25))
"""Up to so many faces, how far triangles side by side may turn. A polygon of n sides in a circle falls short of its
area by 2/3 (π/n)², which is 0.7 in 1,000 for turns of 0.065. The more faces, the less each weighs."""
ANGLE_OF_MANY_RAD: Final = 0.35
COARSEST_RAD: Final = 0.7
"""Nine sides to a circle: a cylinder is still one to the eye."""

COARSER: Final = (1.0, 4.0, 16.0)
"""Tried in turn until there are not too many triangles."""

TRIED: Final = ((1.0, 1.0, True), (1.0, 0.75, True), (0.5, 0.5, False), (0.3, 0.3, False))
"""Shares of closeness and turn, tried in turn until a solid's skin is closed: a face fails where its border
is split too coarsely. Flat faces are at first triangulated apart, which takes less time and does not fail."""

_BEFORE_TRIANGULATION: Final = b"\nTriangulations 1\n"
_HEAD: Final = Struct("<ii??d")

FACE_FAILED: Final = 4
"""IMeshData_Failure (IMeshData_Status.hxx): a face has no triangles."""


def tessellated(part: Part, limits: Limits) -> Mesh:
    """All solids in place, or the loose faces where there is no solid.

    Vertices are shared within a body, but not between bodies that touch. Raises NoGeometry, OutOfRange or TooComplex.
    """
    if not part.solids:
        return _skins([flats.compound(part.loose)], [1], limits)[0]
    bodies = [at_home(part.solids[item.solids[0]]) for item in part.items]
    skins = _skins(bodies, [len(item.solids) for item in part.items], limits)
    skin_of = {number: skin for skin, item in zip(skins, part.items, strict=True) for number in item.solids}
    return _together([_in_place(skin_of[number], part, number) for number in range(len(part.solids))])


def _skins(bodies: Sequence[Shape], counts: Sequence[int], limits: Limits) -> list[Mesh]:
    """The skin of each body, which occurs so often; coarser where that makes too many triangles."""
    faces_of = [numbered([body])[0] for body in bodies]
    angle = _angle(sum(len(faces) * count for faces, count in zip(faces_of, counts, strict=True)))
    for coarser in COARSER:
        turn = min(angle * coarser, COARSEST_RAD)
        skins = [_skin(body, faces, turn, coarser) for body, faces in zip(bodies, faces_of, strict=True)]
        triangles = sum(len(skin.triangles) * count for skin, count in zip(skins, counts, strict=True))
        if triangles <= MANY_TRIANGLES:
            break
    soup.few_enough(triangles, limits)
    return skins


def _angle(faces: int) -> float:
    return next((angle for most, angle in ANGLES_RAD if faces <= most), ANGLE_OF_MANY_RAD)


def _skin(body: Shape, faces: Sequence[Shape], angle_rad: float, coarser: float) -> Mesh:
    """One body where it was drawn; `face_of` counts its own faces. A skin with gaps is tried again, more finely."""
    closeness_mm = min(max(_diagonal(body) * CLOSENESS, LEAST_MM), MOST_MM) * coarser
    flat_faces = flats.flats(faces)
    for closer, flatter, is_apart in TRIED:
        BRepTools.Clean_s(body, True)
        apart = flat_faces if is_apart else {}
        shape = flats.compound(face for number, face in enumerate(faces) if number not in apart) if apart else body
        meshed = BRepMesh_IncrementalMesh(shape, closeness_mm * closer, False, angle_rad * flatter, False)
        if meshed.GetStatusFlags() & FACE_FAILED and (closer, flatter, is_apart) != TRIED[-1]:
            continue
        skin = _welded(faces, apart)
        if body.ShapeType() != TopAbs_SOLID or topology.is_cycle(skin.triangles):
            break
    return replace(skin, off_mm=closeness_mm)


def _diagonal(body: Shape) -> float:
    box = Bnd_Box()
    BRepBndLib.Add_s(body, box, False)
    if box.IsVoid() or box.IsOpen():
        raise OutOfRange("The part has surfaces without an end. Please export bodies that are bounded.")
    return float(box.CornerMin().Distance(box.CornerMax()))


def _welded(faces: Sequence[Shape], apart: Mapping[int, Flat]) -> Mesh:
    """The faces' triangles on common points; those of the flats `apart` are made to fit the others."""
    pieces = [(n, *piece) for n, face in enumerate(faces) if n not in apart for piece in _triangles(face)]
    beside = [(faces[number], points) for number, points, _ in pieces]
    pieces = sorted([*pieces, *flats.triangulated(apart, beside)], key=itemgetter(0))
    if not pieces:
        raise NoGeometry("The STEP file has no surface that we can follow. Please export the part again.")
    starts = np.cumsum([0, *(len(points) for _, points, _ in pieces[:-1])])
    corners = [triangles + start for (_, _, triangles), start in zip(pieces, starts, strict=True)]
    loose = soup.Soup(np.concatenate([points for _, points, _ in pieces]), np.concatenate(corners).astype(np.int32))
    face_of = np.repeat([number for number, _, _ in pieces], [len(triangles) for _, _, triangles in pieces])
    vertices, triangles = welding.welded(loose)
    first, second, third = triangles.T
    is_whole = (first != second) & (second != third) & (third != first)
    return Mesh(vertices, triangles[is_whole], face_of[is_whole].astype(np.int32))


def _triangles(face: Shape) -> Iterator[tuple[Floats, Whole]]:
    """Points and outward triangles of one face, if it has any."""
    location = TopLoc_Location()
    found = BRep_Tool.Triangulation_s(face, location)
    if found is None or found.NbTriangles() == 0:
        return
    points, triangles = _arrays(found)
    place = placement(face)
    is_inside_out = (face.Orientation() == TopAbs_REVERSED) != place.is_mirror
    yield (
        points if location.IsIdentity() else place.of(points),
        triangles[:, ::-1] if is_inside_out else triangles,
    )


def _arrays(found: Any) -> tuple[Floats, Whole]:
    """The points and triangles of a triangulation, by way of OpenCASCADE's binary form: a fiftieth of the time that
    asking for each takes.

    BinTools_ShapeSet.cxx, version 4: number of points and triangles, whether there are parameters, whether there are
    normals, the deflection; the points, their parameters, the triangles counted from 1.
    """
    face, stream = TopoDS_Face(), BytesIO()
    BRep_Builder().MakeFace(face, found)
    BinTools.Write_s(face, stream)
    content = stream.getvalue()
    start = content.index(_BEFORE_TRIANGULATION) + len(_BEFORE_TRIANGULATION)
    count, corners, has_parameters, *_ = _HEAD.unpack_from(content, start)
    places = np.frombuffer(content, "<f8", 3 * count, start + _HEAD.size)
    after = start + _HEAD.size + (40 if has_parameters else 24) * count
    triangles = np.frombuffer(content, "<i4", 3 * corners, after)
    return places.reshape(-1, 3), triangles.reshape(-1, 3) - np.int32(1)


def _in_place(skin: Mesh, part: Part, number: int) -> Mesh:
    """The skin as one instance wears it, with the numbers of that instance's faces."""
    place: Placement = placement(part.solids[number])
    triangles = skin.triangles[:, ::-1] if place.is_mirror else skin.triangles
    faces = np.array(part.faces_of[number], dtype=np.int32)
    return Mesh(place.of(skin.vertices), triangles, faces[skin.face_of], skin.off_mm)


def _together(skins: Sequence[Mesh]) -> Mesh:
    starts = np.cumsum([0, *(len(skin.vertices) for skin in skins[:-1])])
    return Mesh(
        np.concatenate([skin.vertices for skin in skins]),
        np.concatenate([skin.triangles + start for skin, start in zip(skins, starts, strict=True)]).astype(np.int32),
        np.concatenate([skin.face_of for skin in skins if skin.face_of is not None]),
        max(skin.off_mm for skin in skins),
    )
