"""The faces of a part in one table: which surface each lies on, where, how large, and on which side the material is.

Rows are the part's face numbers. Lengths are millimetres, angles radians. A face that OpenCASCADE cannot describe is
`OTHER`, like a free-form one: it is there, but nothing is recognised on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite, nan
from typing import Final

import numpy as np
import numpy.typing as npt
from OCP.BRepAdaptor import BRepAdaptor_Surface
from OCP.BRepGProp import BRepGProp
from OCP.BRepTools import BRepTools
from OCP.GeomAbs import GeomAbs_Cone, GeomAbs_Cylinder, GeomAbs_Plane, GeomAbs_Sphere, GeomAbs_Torus
from OCP.GProp import GProp_GProps
from OCP.Standard import Standard_Failure
from OCP.TopAbs import TopAbs_REVERSED

from marketplace.adapters.geometry_kernel.brep.part import Part
from marketplace.adapters.geometry_kernel.brep.placing import placement
from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape, triple
from marketplace.geometry.errors import NotFinite

Integers = npt.NDArray[np.int64]
Truths = npt.NDArray[np.bool_]


class Surface(IntEnum):
    """What a face lies on."""

    PLANE = 0
    CYLINDER = 1
    CONE = 2
    SPHERE = 3
    TORUS = 4
    OTHER = 5


_SURFACES: Final = {
    GeomAbs_Plane: Surface.PLANE,
    GeomAbs_Cylinder: Surface.CYLINDER,
    GeomAbs_Cone: Surface.CONE,
    GeomAbs_Sphere: Surface.SPHERE,
    GeomAbs_Torus: Surface.TORUS,
}


@dataclass(frozen=True, slots=True)
class FaceTable:
    """One row per face. Where a figure has no meaning for the surface it is 0."""

    shapes: tuple[Shape, ...]
    surface: Integers
    axis: Array
    """(n, 3) unit vectors: a plane's normal out of the material, the axis of a surface of revolution."""
    place: Array
    """(n, 3) a point of the plane or on the axis; the centre of a sphere or torus."""
    across: Array
    """(n, 3) unit vectors square to the axis: where the angle around it begins."""
    along: Array
    """(n, 3) unit vectors square to both: where that angle is a quarter turn."""
    radius: Array
    """Of a cylinder or sphere, of a cone at `place`, of a torus from its axis to the middle of its tube."""
    tube: Array
    """Radius of a torus's tube."""
    half_angle: Array
    """Between a cone and its axis; it widens along the axis where this is positive."""
    is_hollow: Truths
    """Whether a curved face is hollow to the outside, as the wall of a hole is."""
    bounds: Array
    """(n, 4) first and last angle around the axis, first and last parameter along it (a box around both).

    On a plane both are lengths, along `across` and `along`.
    """
    area: Array

    def __len__(self) -> int:
        return len(self.shapes)

    @property
    def turn(self) -> Array:
        """How far each face goes round its axis, at most a full turn."""
        return np.minimum(self.bounds[:, 1] - self.bounds[:, 0], 2 * np.pi)

    def middle(self, face: int) -> Array:
        """The point of a plane, cylinder, cone, ball or torus in the middle of the face's parameters."""
        around, along = (float(self.bounds[face, column : column + 2].mean()) for column in (0, 2))
        if self.surface[face] == Surface.PLANE:
            return np.asarray(self.place[face] + around * self.across[face] + along * self.along[face])
        way = np.cos(around) * self.across[face] + np.sin(around) * self.along[face]
        out, up = self._profile(face, along)
        return np.asarray(self.place[face] + out * way + up * self.axis[face])

    def _profile(self, face: int, along: float) -> tuple[float, float]:
        """How far from the axis and along it a surface of revolution is at a parameter along it."""
        radius, tilt = float(self.radius[face]), float(self.half_angle[face])
        if self.surface[face] in (Surface.CYLINDER, Surface.CONE):
            return radius + along * np.sin(tilt), along * np.cos(tilt)
        if self.surface[face] == Surface.SPHERE:
            return radius * np.cos(along), radius * np.sin(along)
        tube = float(self.tube[face])
        return radius + tube * np.cos(along), tube * np.sin(along)

    def on(self, *surfaces: Surface) -> Truths:
        """Which faces lie on one of the surfaces."""
        return np.isin(self.surface, surfaces)


def areas(part: Part) -> Array:
    """The area of each face of the part's solids; of a body that is there often it is found once.

    No number where OpenCASCADE cannot tell.
    """
    found = np.full(len(part.faces), nan)
    for item in part.items:
        first = item.solids[0]
        own = np.array([_area(part.faces[face]) for face in part.faces_of[first]])
        at_home = own / placement(part.solids[first]).area_factor
        for number in item.solids:
            found[list(part.faces_of[number])] = at_home * placement(part.solids[number]).area_factor
    return found


def table(shapes: Sequence[Shape], known_areas: Array | None = None) -> FaceTable:
    """Describe faces, in their order (`part.faces`), whose areas may be known already.

    Raises NotFinite where coordinates are no numbers.
    """
    each = [_area(face) for face in shapes] if known_areas is None else known_areas
    rows = np.array([_row(face, area) for face, area in zip(shapes, each, strict=True)]).reshape(len(shapes), 22)
    if not np.isfinite(rows).all():
        raise NotFinite("The file has coordinates that are no numbers. Please export the part again.")
    return FaceTable(
        shapes=tuple(shapes),
        surface=rows[:, 0].astype(np.int64),
        axis=rows[:, 1:4],
        place=rows[:, 4:7],
        across=rows[:, 7:10],
        along=rows[:, 10:13],
        radius=rows[:, 13],
        tube=rows[:, 14],
        half_angle=rows[:, 15],
        is_hollow=rows[:, 16] > 0,
        bounds=rows[:, 17:21],
        area=rows[:, 21],
    )


def _row(face: Shape, area: float) -> list[float]:
    try:
        return _described(face, area)
    except Standard_Failure:
        return [float(Surface.OTHER), *[0.0] * 21]


def _described(face: Shape, area: float) -> list[float]:
    adaptor = BRepAdaptor_Surface(face)
    surface = _SURFACES.get(adaptor.GetType(), Surface.OTHER)
    if surface is Surface.OTHER:
        return [float(surface), *[0.0] * 20, area if isfinite(area) else 0.0]
    position, (radius, tube, half_angle) = _of_surface(adaptor, surface)
    is_outward = (face.Orientation() != TopAbs_REVERSED) == bool(position.Direct())
    axis = triple(position.Direction())
    if surface is Surface.PLANE and not is_outward:
        axis = -axis
    directions = (*triple(position.XDirection()), *triple(position.YDirection()))
    is_hollow = surface is not Surface.PLANE and not is_outward
    figures = (radius, tube, half_angle, float(is_hollow), *BRepTools.UVBounds_s(face), area)
    return [float(surface), *axis, *triple(position.Location()), *directions, *figures]


def _of_surface(adaptor: Shape, surface: Surface) -> tuple[Shape, tuple[float, float, float]]:
    """The surface's frame, and its radius, tube and half angle."""
    if surface is Surface.PLANE:
        return adaptor.Plane().Position(), (0.0, 0.0, 0.0)
    if surface is Surface.CYLINDER:
        return adaptor.Cylinder().Position(), (adaptor.Cylinder().Radius(), 0.0, 0.0)
    if surface is Surface.CONE:
        cone = adaptor.Cone()
        return cone.Position(), (cone.RefRadius(), 0.0, cone.SemiAngle())
    if surface is Surface.SPHERE:
        return adaptor.Sphere().Position(), (adaptor.Sphere().Radius(), 0.0, 0.0)
    torus = adaptor.Torus()
    return torus.Position(), (torus.MajorRadius(), torus.MinorRadius(), 0.0)


def _area(face: Shape) -> float:
    properties = GProp_GProps()
    try:
        BRepGProp.SurfaceProperties_s(face, properties)
    except Standard_Failure:
        return nan
    return float(properties.Mass())
