"""A file of triangles from its bytes to a mesh and the figures that need nothing but it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from marketplace.adapters.geometry_kernel.engines import ENGINES
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes import obj, stl, threemf
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh
from marketplace.adapters.geometry_kernel.meshes.solid import Solid, solid
from marketplace.adapters.geometry_kernel.meshes.soup import Sums, checked, sums
from marketplace.geometry.figures import Place
from marketplace.geometry.values import FileKind, Measurement

_READERS: Final = {FileKind.STL: stl.read, FileKind.OBJ: obj.read}


@dataclass(frozen=True, slots=True)
class MeshPart:
    """What a file of triangles holds: core figures, and the mesh for all others, its triangles facing outwards."""

    core: Measurement
    mesh: Mesh


def read(kind: FileKind, path: Path, limits: Limits) -> MeshPart:
    """Read an STL, OBJ or 3MF file.

    Raises Unreadable, LengthMismatch, NoGeometry, NotFinite, OutOfRange or TooComplex.
    """
    if kind is FileKind.THREE_MF:
        return _model(path, limits)
    soup = checked(_READERS[kind](path, limits))
    totals = sums(soup)
    body = solid(soup, totals)
    return MeshPart(_core(kind, len(soup), totals, body), body.mesh)


def _model(path: Path, limits: Limits) -> MeshPart:
    model = threemf.read(path, limits)
    soup = checked(model.built.soup)
    totals = sums(soup)
    body = solid(soup, totals)
    if model.built.has_surfaces:
        body = replace(body, is_closed=False, volume_mm3=0.0, cavities=0)
    core = replace(
        _core(FileKind.THREE_MF, len(soup), totals, body),
        declared_units=model.units,
        bodies=len(model.built.instances),
        components=model.built.components(totals, is_closed=body.is_closed),
        remarks=(*model.remarks, *body.remarks),
    )
    return MeshPart(core, body.mesh)


def _core(kind: FileKind, triangles: int, totals: Sums, body: Solid) -> Measurement:
    return Measurement(
        kind=kind,
        declared_units=None,
        volume_mm3=body.volume_mm3,
        area_mm2=body.area_mm2,
        box_mm=_three(totals.high - totals.low),
        is_closed=body.is_closed,
        bodies=body.shells,
        triangles=triangles,
        faces=None,
        holes=(),
        engine=ENGINES[kind],
        is_manifold=body.is_manifold,
        overlaps=body.overlaps,
        shells=body.shells,
        cavities=body.cavities,
        corner_mm=_three(totals.low),
        remarks=body.remarks,
    )


def _three(figures: Floats) -> Place:
    x, y, z = (float(figure) for figure in figures)
    return x, y, z
