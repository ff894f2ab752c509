"""From loose triangles to a body: welded, closed or not, every shell facing the right way, bodies counted once.

In doubt a mesh is not closed, and so has no volume and never a price.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.meshes import nesting, overlaps, topology
from marketplace.adapters.geometry_kernel.meshes import shells as shells_of
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Whole
from marketplace.adapters.geometry_kernel.meshes.nesting import Nest
from marketplace.adapters.geometry_kernel.meshes.one_processor import one_processor
from marketplace.adapters.geometry_kernel.meshes.shells import Shells
from marketplace.adapters.geometry_kernel.meshes.soup import Soup, Sums
from marketplace.adapters.geometry_kernel.meshes.topology import Joints
from marketplace.adapters.geometry_kernel.meshes.welding import welded
from marketplace.geometry.values import Remark, RemarkKind

DEGENERATE: Final = "{} triangles without area were left out."
TURNED: Final = "{} of {} shells were inside out and were turned round."
UNITED: Final = "Bodies run through each other; they are measured as the one body that they make together."
NOT_CLOSED: Final = "The surface encloses no body: {}."
NOT_TRIED: Final = "Whether bodies run through each other was not tried, because there are too many of them."
DOUBTFUL: Final = (
    "The file does not tell what is body and what is cavity: one shell lies in another, touches it or runs through it"
    " the wrong way round. Please unite the bodies in your CAD program and export again."
)


@dataclass(frozen=True, slots=True)
class Solid:
    """A mesh and whether it bounds a body. `volume_mm3` is 0 unless it does."""

    mesh: Mesh
    volume_mm3: float
    area_mm2: float
    is_manifold: bool
    is_closed: bool
    shells: int
    cavities: int = 0
    overlaps: bool | None = None
    remarks: tuple[Remark, ...] = ()


def solid(soup: Soup, sums: Sums) -> Solid:
    """The body that the triangles bound. Indices of a file are taken at their word; where they leave gaps, we weld."""
    if soup.triangles is not None and _has_corners(soup.triangles).all():
        joints = topology.joints(soup.triangles)
        if joints.is_closed:
            return _closed(*_compact(soup.points, soup.triangles), joints, sums)
    vertices, triangles = welded(soup)
    return _welded(vertices, triangles, sums)


def _welded(vertices: Floats, triangles: Whole, sums: Sums) -> Solid:
    has_corners = _has_corners(triangles)
    kept = triangles if has_corners.all() else triangles[has_corners]
    if len(kept) == 0:
        return Solid(Mesh(vertices, kept), 0.0, float(sums.areas.sum()), False, False, 0)
    joints = topology.joints(kept)
    if len(kept) == len(triangles):
        return _closed(vertices, kept, joints, sums)
    sums = replace(sums, volumes=sums.volumes[has_corners], areas=sums.areas[has_corners])
    body = _closed(*_compact(vertices, kept), joints, sums)
    remark = Remark(RemarkKind.MENDED, DEGENERATE.format(len(triangles) - len(kept)))
    return replace(body, remarks=(remark, *body.remarks))


def _has_corners(triangles: Whole) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    a, b, c = triangles.T
    has_corners: np.ndarray[tuple[int], np.dtype[np.bool_]] = (a != b) & (b != c) & (c != a)
    return has_corners


def _compact(points: Floats, triangles: Whole) -> tuple[Floats, Whole]:
    """Without the vertices that no triangle uses."""
    is_used = np.zeros(len(points), dtype=bool)
    is_used[triangles] = True
    if is_used.all():
        return points.astype(np.float64, copy=False), triangles
    number = np.cumsum(is_used, dtype=np.int32) - np.int32(1)
    return points[is_used].astype(np.float64), number[triangles]


def _closed(vertices: Floats, triangles: Whole, joints: Joints, sums: Sums) -> Solid:
    area = float(sums.areas.sum())
    is_open = Solid(Mesh(vertices, triangles), 0.0, area, joints.is_manifold, False, joints.shells)
    if not joints.is_closed:
        return replace(is_open, remarks=(Remark(RemarkKind.NOT_MEASURED, NOT_CLOSED.format(_why(joints))),))
    shells = shells_of.split(vertices, triangles, shell_of=joints.shell_of, volumes=sums.volumes, areas=sums.areas)
    if shells.is_flat:
        return is_open
    nest = nesting.arranged(shells)
    with one_processor():
        body = None if nest is None else _body(shells, nest, is_open)
    return body or replace(is_open, remarks=(Remark(RemarkKind.NOT_MEASURED, DOUBTFUL),))


def _why(joints: Joints) -> str:
    """What keeps a surface from being closed, in words."""
    gaps, crowded = joints.open_edges, joints.crowded_edges
    reasons = [
        f"{_edges(gaps)} on a gap" if gaps else "",
        f"{_edges(crowded)} with more than two triangles, where bodies touch or are there twice" if crowded else "",
        "neighbouring triangles face opposite ways" if joints.is_manifold else "",
    ]
    return "; ".join(filter(None, reasons))


def _edges(count: int) -> str:
    return f"{count:,} edge{'' if count == 1 else 's'}"


def _body(shells: Shells, nest: Nest, surface: Solid) -> Solid | None:
    """The body inside closed shells; None where turning some of them was a guess."""
    crossings = overlaps.crossings(shells, nest)
    is_guess = nest.is_turned.any() and not nest.is_turned.all()
    if is_guess and len(nest.meeting) and (crossings is None or len(crossings)):
        return None
    triangles = nesting.turned(shells, nest)
    body = replace(
        surface,
        mesh=Mesh(shells.vertices, triangles),
        volume_mm3=float(np.abs(shells.volumes) @ np.where(nest.is_cavity, -1, 1)),
        is_closed=True,
        cavities=int(nest.is_cavity.sum()),
        overlaps=None if crossings is None else len(crossings) > 0,
        remarks=_remarks(nest, is_tried=crossings is not None),
    )
    if crossings is None or len(crossings) == 0:
        return body
    one, other = crossings.T
    if (nest.outermost[one] == nest.outermost[other]).any():
        return None
    return _united(body, overlaps.united(shells, nest, triangles))


def _united(body: Solid, mesh: Mesh | None) -> Solid | None:
    if mesh is None:
        return None
    first, second, third = np.moveaxis(mesh.corners - mesh.low, 1, 0)
    volume = float(np.einsum("ij,ij->", first, np.cross(second, third)) / 6)
    remarks = (*body.remarks, Remark(RemarkKind.MENDED, UNITED))
    return replace(body, mesh=mesh, volume_mm3=volume, area_mm2=float(mesh.areas.sum()), remarks=remarks)


def _remarks(nest: Nest, *, is_tried: bool) -> tuple[Remark, ...]:
    turned = int(nest.is_turned.sum())
    remarks = [Remark(RemarkKind.MENDED, TURNED.format(turned, len(nest.is_turned)))] if turned else []
    if not is_tried:
        remarks.append(Remark(RemarkKind.NOT_MEASURED, NOT_TRIED))
    return tuple(remarks)
