"""Meshes written in each format that holds them, by hand: the readers are never tested with a writer of theirs."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import numpy as np

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.meshes.reading import MeshPart, read
from marketplace.geometry.values import FileKind

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r"'
    ' Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel" Target="/3D/3dmodel.model"/></Relationships>'
)


def joined(*meshes: Mesh) -> Mesh:
    """Several bodies in one mesh, nothing merged."""
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes)])
    triangles = [mesh.triangles + start for mesh, start in zip(meshes, starts, strict=False)]
    return Mesh(np.concatenate([mesh.vertices for mesh in meshes]), np.concatenate(triangles).astype(np.int32))


def inside_out(mesh: Mesh) -> Mesh:
    return Mesh(mesh.vertices, mesh.triangles[:, ::-1])


def binary_stl(mesh: Mesh) -> bytes:
    facets = np.zeros(
        len(mesh.triangles), dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")]
    )
    facets["corners"] = mesh.corners
    return b"by hand".ljust(80) + len(facets).to_bytes(4, "little") + facets.tobytes()


def text_stl(mesh: Mesh) -> bytes:
    lines = ["solid by hand"]
    for corners in mesh.corners.tolist():
        lines += ["facet normal 0 0 0", "outer loop", *(f"vertex {x!r} {y!r} {z!r}" for x, y, z in corners)]
        lines += ["endloop", "endfacet"]
    return "\n".join([*lines, "endsolid by hand", ""]).encode()


def obj(mesh: Mesh) -> bytes:
    lines = ["# by hand", *(f"v {x!r} {y!r} {z!r}" for x, y, z in mesh.vertices.tolist())]
    lines += [f"f {a + 1} {b + 1} {c + 1}" for a, b, c in mesh.triangles.tolist()]
    return "\n".join([*lines, ""]).encode()


def mesh_xml(mesh: Mesh) -> str:
    vertices = "".join(f'<vertex x="{x!r}" y="{y!r}" z="{z!r}"/>' for x, y, z in mesh.vertices.tolist())
    triangles = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in mesh.triangles.tolist())
    return f"<mesh><vertices>{vertices}</vertices><triangles>{triangles}</triangles></mesh>"


def object_xml(number: int, content: Mesh | str, attributes: str = "") -> str:
    inner = content if isinstance(content, str) else mesh_xml(content)
    return f'<object id="{number}" {attributes}>{inner}</object>'


def components_xml(*components: str) -> str:
    return "<components>" + "".join(f"<component {component}/>" for component in components) + "</components>"


def model_xml(objects: str, items: str | None = '<item objectid="1"/>', attributes: str = 'unit="millimeter"') -> str:
    build = "" if items is None else f"<build>{items}</build>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><model xmlns="{CORE}" xmlns:p="{PRODUCTION}" {attributes}>'
        f"<resources>{objects}</resources>{build}</model>"
    )


def package(model: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("3D/3dmodel.model", model)
        for name, text in (more or {}).items():
            archive.writestr(name, text)
    return content.getvalue()


def threemf(mesh: Mesh) -> bytes:
    return package(model_xml(object_xml(1, mesh)))


def part_of(folder: Path, content: bytes, kind: FileKind, limits: Limits | None = None) -> MeshPart:
    path = folder / "part"
    path.write_bytes(content)
    return read(kind, path, limits or Limits())
