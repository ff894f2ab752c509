"""Parts made from shapes, as the STEP reader makes them from a file."""

from typing import Any

from OCP.BRepGProp import BRepGProp
from OCP.gp import gp_Ax1, gp_Dir, gp_Pnt, gp_Trsf, gp_Vec
from OCP.GProp import GProp_GProps
from OCP.TopAbs import TopAbs_SOLID
from OCP.TopLoc import TopLoc_Location

from marketplace.adapters.geometry_kernel.brep.part import Part, numbered
from tests.marketplace.adapters.geometry_kernel.geometry_parts import sub_shapes


def part_of(*shapes: Any) -> Part:
    solids = tuple(solid for shape in shapes for solid in sub_shapes(shape, TopAbs_SOLID))
    faces, faces_of = numbered(solids)
    return Part(solids=solids, loose=(), faces=faces, faces_of=faces_of, units=None)


def volume_and_area(shape: Any) -> tuple[float, float]:
    volume, area = GProp_GProps(), GProp_GProps()
    BRepGProp.VolumeProperties_s(shape, volume)
    BRepGProp.SurfaceProperties_s(shape, area)
    return volume.Mass(), area.Mass()


def moved(shape: Any, by: tuple[float, float, float]) -> Any:
    shift = gp_Trsf()
    shift.SetTranslation(gp_Vec(*map(float, by)))
    return shape.Moved(TopLoc_Location(shift))


def rotated(shape: Any, axis: tuple[float, float, float], angle_rad: float) -> Any:
    rotation = gp_Trsf()
    rotation.SetRotation(gp_Ax1(gp_Pnt(0, 0, 0), gp_Dir(*map(float, axis))), angle_rad)
    return shape.Moved(TopLoc_Location(rotation))
