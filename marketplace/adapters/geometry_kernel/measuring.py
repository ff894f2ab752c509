"""One file from its bytes to all that is known of it: read, measured, pictured. Runs in the child only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.brep import adjacency, exact, features, sheet, step, tessellation, turned
from marketplace.adapters.geometry_kernel.brep import faces as face_tables
from marketplace.adapters.geometry_kernel.brep.adjacency import Edges
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable
from marketplace.adapters.geometry_kernel.brep.part import Part
from marketplace.adapters.geometry_kernel.brep.shapes import Array
from marketplace.adapters.geometry_kernel.drawings import dxf
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes import (
    boxes,
    building,
    directions,
    draft,
    layers,
    mass,
    reach,
    reading,
    sections,
    tangles,
    thinning,
    walls,
)
from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.meshes.rays import Rays, most_rays, rays
from marketplace.adapters.geometry_kernel.meshes.reading import MeshPart
from marketplace.adapters.geometry_kernel.pictures import flat, glb, thumbnail
from marketplace.adapters.geometry_kernel.steps import Steps
from marketplace.geometry.outcomes import Pictures
from marketplace.geometry.units import suggested
from marketplace.geometry.values import FileKind, Measurement, Remark, RemarkKind, Units

MOST_TRIANGLES: Final = 300_000
"""Above it all but the core figures, the centre and the hull come from a coarser copy."""

PICTURE_RAYS: Final = 200_000
"""What a picture takes; a heap of triangles across each other that allows fewer is not drawn."""
BEYOND: Final = 0.02
"""How far, of the part's size, a mesh of it may reach beyond its exact box."""

CENTRE: Final = "its centre of mass"
NOT_TRIED: Final = (
    "Whether the part runs through itself was not tried, because its surface is too large or too crowded."
)

Known = tuple[FaceTable, Edges]
"""A part's faces and how they meet, which several recognisers need."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds, what it looks like, and what finding out cost, step by step."""

    measurement: Measurement
    pictures: Pictures | None
    cpu_s: Mapping[str, float]


def measure(kind: FileKind, path: Path, limits: Limits) -> Reading:
    """Read and measure a file; raises the refusals of its reader."""
    steps = Steps()
    if kind is FileKind.DXF:
        found, pictures = _drawing(path, limits, steps)
    elif kind is FileKind.STEP:
        found, pictures = _solids(path, limits, steps)
    else:
        found, pictures = _triangles(kind, path, limits, steps)
    return Reading(replace(found, remarks=(*found.remarks, *steps.remarks)), pictures, steps.cpu_s)


def _drawing(path: Path, limits: Limits, steps: Steps) -> tuple[Measurement, Pictures | None]:
    with steps.timed("read"):
        found, outlines = dxf.measured(path, limits)
    picture = steps.tried("preview", "a picture", lambda: flat.png(outlines))
    return found, None if picture is None else Pictures(picture, b"")


def _triangles(kind: FileKind, path: Path, limits: Limits, steps: Steps) -> tuple[Measurement, Pictures | None]:
    with steps.timed("read"):
        part = reading.read(kind, path, limits)
    if len(part.mesh.triangles) > MOST_TRIANGLES:
        part = _thinned(part, steps)
    return _further(part.core, part.mesh, steps)


def _solids(path: Path, limits: Limits, steps: Steps) -> tuple[Measurement, Pictures | None]:
    with steps.timed("read"):
        part = step.read(path, limits)
    with steps.timed("measure"):
        areas = face_tables.areas(part)
        found = exact.measured(part, areas)
    known = steps.tried("features", "how its faces meet", lambda: _known(part, areas))
    if known is not None:
        found = _recognised(found, part, known, steps)
    mesh = steps.tried("mesh", "a mesh of its faces", lambda: tessellation.tessellated(part, limits))
    if mesh is None:
        return found, None
    found, pictures = _further(found, mesh, steps)
    if known is not None and found.is_closed:
        found = _formed(found, part, known, steps)
    return found, pictures


def _known(part: Part, areas: Array) -> Known:
    table = face_tables.table(part.faces, areas)
    return table, adjacency.edges(table)


def _recognised(found: Measurement, part: Part, known: Known, steps: Steps) -> Measurement:
    recognised = steps.tried("features", "holes and pockets", lambda: features.features(part, *known))
    if recognised is None:
        return found
    holes, others = recognised
    return replace(found, holes=holes, features=others)


def _formed(found: Measurement, part: Part, known: Known, steps: Steps) -> Measurement:
    """Turned, or of sheet metal, where a closed part is."""
    faces, edges = known
    bent = steps.tried(
        "features",
        "whether it is sheet metal",
        lambda: sheet.sheet(
            part,
            volume_mm3=found.volume_mm3,
            area_mm2=found.area_mm2,
            walls=found.walls,
            holes=found.holes,
            faces=faces,
            edges=edges,
        ),
    )
    round_ = steps.tried("features", "whether it is turned", lambda: turned.turned(part, faces))
    return replace(found, sheet=bent, turned=round_)


def _thinned(part: MeshPart, steps: Steps) -> MeshPart:
    """A coarser mesh for all that is not found in the whole one quickly. The whole one is let go of."""
    found = part.core
    if found.is_closed:
        found = replace(found, centre_mm=steps.tried("measure", CENTRE, lambda: mass.centre(part.mesh)))
    found = _boxed(found, part.mesh, steps)
    message = f"Walls, set-ups and pictures come from a copy of fewer than {MOST_TRIANGLES:,} triangles."
    steps.remarks.append(Remark(RemarkKind.THINNED, message))
    with steps.timed("measure"):
        return MeshPart(found, thinning.thinned(part.mesh, MOST_TRIANGLES))


def _boxed(found: Measurement, mesh: Mesh, steps: Steps) -> Measurement:
    hull = steps.tried("measure", "its hull", lambda: boxes.hull_and_box(mesh))
    return found if hull is None else replace(found, hull_mm3=hull[0], oriented_box=hull[1])


def _further(found: Measurement, mesh: Mesh, steps: Steps) -> tuple[Measurement, Pictures | None]:
    """All that the mesh tells; what needs an inside, only of a closed part."""
    if not _fits(mesh, found):
        steps.miss("what its faces enclose")
        return found, None
    with steps.timed("measure"):
        beam = rays(mesh)
    if found.hull_mm3 is None:
        found = _boxed(found, mesh, steps)
    if found.is_closed:
        found = _untangled(found, mesh, beam, steps)
    if found.is_closed:
        found = _inside(found, mesh, beam, steps)
    return found, _pictures(mesh, beam, steps)


def _untangled(found: Measurement, mesh: Mesh, beam: Rays, steps: Steps) -> Measurement:
    """The part, if its surface does not run through itself; else one without a volume, as if it were open."""
    what = "whether it runs through itself"
    is_tangled = steps.tried("tangles", what, lambda: _is_tangled(mesh, beam, found.shells, steps))
    if not is_tangled:
        return found if found.overlaps else replace(found, overlaps=is_tangled)
    components = tuple(replace(component, volume_mm3=0.0) for component in found.components)
    return replace(
        found, overlaps=True, is_closed=False, volume_mm3=0.0, cavities=0, centre_mm=None, components=components
    )


def _is_tangled(mesh: Mesh, beam: Rays, shells: int, steps: Steps) -> bool | None:
    is_tangled = tangles.runs_through_itself(mesh, beam, shells=shells)
    if is_tangled is None:
        steps.remarks.append(Remark(RemarkKind.NOT_MEASURED, NOT_TRIED))
    return is_tangled


def _fits(mesh: Mesh, found: Measurement) -> bool:
    """Whether the mesh is one at all, and lies where the part was measured to be: odd faces are meshed to anywhere."""
    if len(mesh.triangles) == 0 or not np.isfinite(mesh.vertices).all():
        return False
    low = np.array(found.corner_mm)
    high = low + found.box_mm
    slack = BEYOND * float(np.linalg.norm(found.box_mm))
    return bool((mesh.low >= low - slack).all() and (mesh.high <= high + slack).all())


def _inside(found: Measurement, mesh: Mesh, beam: Rays, steps: Steps) -> Measurement:
    tools = directions.of_tools(mesh, [hole.axis for hole in found.holes])
    return replace(
        found,
        centre_mm=found.centre_mm or steps.tried("measure", CENTRE, lambda: mass.centre(mesh)),
        walls=steps.tried("walls", "its thinnest wall", lambda: walls.walls(mesh, beam)),
        builds=steps.tried("builds", "how it prints", lambda: building.builds(mesh, beam)) or (),
        sections=steps.tried("builds", "its sections", lambda: sections.sections(mesh, building.AS_DRAWN)),
        layers=steps.tried("layers", "its layers", lambda: layers.layers(mesh, mm=_millimetre(found))),
        reach=steps.tried("reach", "how tools reach it", lambda: reach.reach(mesh, beam, np.array(tools))),
        draft=steps.tried("draft", "how it leaves a mould", lambda: draft.draft(mesh, beam)),
    )


def _millimetre(found: Measurement) -> float:
    """The length of a millimetre in what the file is measured in, by the unit in which it was most likely drawn."""
    now = found.declared_units or Units.MM
    likely = suggested(found.kind, found.declared_units, found.box_mm) or now
    return float(now.millimetres / likely.millimetres)


def _pictures(mesh: Mesh, beam: Rays, steps: Steps) -> Pictures | None:
    if most_rays(mesh) < PICTURE_RAYS:
        steps.miss("a picture")
        return None
    seen = steps.tried("preview", "a picture", lambda: thumbnail.png(mesh, beam))
    model = steps.tried("preview", "a model to look at", lambda: glb.glb(mesh))
    return None if seen is None else Pictures(seen, model or b"")
