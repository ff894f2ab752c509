"""Twenty good parts of our own making in every format we read, for campaigns and benches: `write(FOLDER)`.

Everything is written by hand or by the kernel from dimensions; no file of anybody's is among them.
"""

import math
import shutil
import zipfile
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from marketplace.adapters.geometry_kernel import headless
from tools.samples import FOLDER, write_step

Surface = tuple[Any, Any]
"""Vertices (n, 3) and triangles (m, 3)."""

_TYPES: Final = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_MODEL: Final = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"


def write(folder: Path) -> list[Path]:
    """Write them all; returns their paths, STEP first."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("bracket.step", "clip.stl"):
        shutil.copyfile(FOLDER / name, folder / name)
    for name, shape in _solids().items():
        write_step(shape(), folder / name, units="INCH" if "inch" in name else "MM")
    for name, content in _meshes().items():
        (folder / name).write_bytes(content)
    for name, draw in _drawings().items():
        draw(folder / name)
    return sorted(folder.iterdir(), key=lambda path: (path.suffix != ".step", path.suffix, path.name))


def torus(around: int, across: int, *, ring: float = 20.0, tube: float = 6.0, ripple: float = 0.0) -> Surface:
    """A closed ring of `2 · around · across` triangles; ripples along its tube make it a shape like no other."""
    along, about = np.meshgrid(np.arange(around), np.arange(across), indexing="ij")
    u, v = along * (math.tau / around), about * (math.tau / across)
    thick = tube + ripple * np.sin(24 * u) * np.cos(5 * v)
    far = ring + thick * np.cos(v)
    vertices = np.stack([far * np.cos(u), far * np.sin(u), thick * np.sin(v)], axis=-1).reshape(-1, 3)
    here, right = along * across + about, (along + 1) % around * across + about
    above, both = along * across + (about + 1) % across, (along + 1) % around * across + (about + 1) % across
    triangles = np.stack([here, right, both, here, both, above], axis=-1).reshape(-1, 3)
    return vertices, triangles


def block(x: float, y: float, z: float) -> Surface:
    corners = np.array([[(n & 1) * x, (n >> 1 & 1) * y, (n >> 2 & 1) * z] for n in range(8)], float)
    quads = np.array([(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)])
    return corners, np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def binary_stl(surface: Surface) -> bytes:
    """Positions as single precision; the normals are left zero."""
    vertices, triangles = surface
    facets = np.zeros(len(triangles), [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    facets["corners"] = vertices[triangles]
    return b"Commonforge".ljust(80) + len(facets).to_bytes(4, "little") + facets.tobytes()


def text_stl(surface: Surface) -> bytes:
    vertices, triangles = surface
    lines = ["solid made"]
    for corners in vertices[triangles].tolist():
        lines += ["facet normal 0 0 0", "outer loop", *(f"vertex {x!r} {y!r} {z!r}" for x, y, z in corners)]
        lines += ["endloop", "endfacet"]
    return "\n".join([*lines, "endsolid made", ""]).encode()


def obj(surface: Surface, *, backwards: bool = False) -> bytes:
    """Wavefront; corners may be counted from the end."""
    vertices, triangles = surface
    first = -len(vertices) if backwards else 1
    lines = ["# made", *(f"v {x!r} {y!r} {z!r}" for x, y, z in vertices.tolist())]
    lines += [f"f {a + first} {b + first} {c + first}" for a, b, c in triangles.tolist()]
    return "\n".join([*lines, ""]).encode()


def model(surface: Surface, *, unit: str = "millimeter", after: str = "", build: str = '<item objectid="1"/>') -> str:
    """The XML of a 3MF model with one mesh, more objects after it, and what is built."""
    vertices, triangles = surface
    points = "".join(f'<vertex x="{x!r}" y="{y!r}" z="{z!r}"/>' for x, y, z in vertices.tolist())
    facets = "".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>' for a, b, c in triangles.tolist())
    mesh = f'<object id="1"><mesh><vertices>{points}</vertices><triangles>{facets}</triangles></mesh></object>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><model xmlns="{_MODEL}" unit="{unit}">'
        f"<resources>{mesh}{after}</resources><build>{build}</build></model>"
    )


def package(text: str | bytes, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A 3MF archive with a model and whatever else; entries bear no hour, so that the bytes are always the same."""
    from io import BytesIO

    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r"'
        ' Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel" Target="/3D/3dmodel.model"/>'
        "</Relationships>"
    )
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        entries = {"[Content_Types].xml": _TYPES, "_rels/.rels": relations, "3D/3dmodel.model": text, **(more or {})}
        for name, inner in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, inner)
    return content.getvalue()


def _meshes() -> dict[str, bytes]:
    ring, plate, pair = torus(24, 12), block(30.0, 20.0, 5.0), '<item objectid="2"/>'
    twice = '<component objectid="1"/><component objectid="1" transform="1 0 0 0 1 0 0 0 1 60 0 0"/>'
    return {
        "ring.stl": binary_stl(ring),
        "rippled.stl": binary_stl(torus(60, 30, ripple=1.0)),
        "block_text.stl": text_stl(plate),
        "ring_text.stl": text_stl(ring),
        "block.obj": obj(plate),
        "ring.obj": obj(ring),
        "ring_backwards.obj": obj(ring, backwards=True),
        "block.3mf": package(model(plate)),
        "ring_inch.3mf": package(model(ring, unit="inch")),
        "pair.3mf": package(model(ring, after=f'<object id="2"><components>{twice}</components></object>', build=pair)),
    }


def _solids() -> dict[str, Callable[[], Any]]:
    headless.allow()
    from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut, BRepAlgoAPI_Fuse
    from OCP.BRepPrimAPI import BRepPrimAPI_MakeBox, BRepPrimAPI_MakeCylinder, BRepPrimAPI_MakeSphere
    from OCP.gp import gp_Ax2, gp_Dir, gp_Pnt

    def rod(diameter: float, length: float, at: float = 0.0) -> Any:
        return BRepPrimAPI_MakeCylinder(gp_Ax2(gp_Pnt(0, 0, at), gp_Dir(0, 0, 1)), diameter / 2, length).Shape()

    def shaft() -> Any:
        return BRepAlgoAPI_Fuse(rod(20.0, 40.0), rod(12.0, 30.0, 40.0)).Shape()

    def bush() -> Any:
        return BRepAlgoAPI_Cut(rod(30.0, 12.0), rod(10.0, 12.0)).Shape()

    def tray() -> Any:
        inner = BRepPrimAPI_MakeBox(gp_Pnt(3, 3, 3), gp_Pnt(57, 37, 20)).Shape()
        return BRepAlgoAPI_Cut(BRepPrimAPI_MakeBox(60.0, 40.0, 15.0).Shape(), inner).Shape()

    def knob() -> Any:
        return BRepAlgoAPI_Fuse(BRepPrimAPI_MakeSphere(gp_Pnt(0, 0, 15), 9.0).Shape(), rod(8.0, 15.0)).Shape()

    return {"shaft.step": shaft, "bush_inch.step": bush, "tray.step": tray, "knob.step": knob}


def _drawings() -> dict[str, Callable[[Path], None]]:
    return {"plate.dxf": _plate, "curves.dxf": _curves, "blocks.dxf": _blocks, "old.dxf": _old}


def _blank(version: str = "R2010") -> Any:
    from ezdxf.document import Drawing

    drawing = Drawing.new(version)
    if version != "R12":  # which knows no units
        drawing.header["$INSUNITS"] = 4
    return drawing


def _outline(layout: Any, width: float, height: float) -> None:
    layout.add_lwpolyline([(0, 0), (width, 0), (width, height), (0, height)], close=True)


def _plate(path: Path) -> None:
    drawing = _blank()
    layout = drawing.modelspace()
    _outline(layout, 100, 60)
    for x in (10, 90):
        for y in (10, 50):
            layout.add_circle((x, y), 3)
    drawing.saveas(path)


def _curves(path: Path) -> None:
    drawing = _blank("R2018")
    layout = drawing.modelspace()
    layout.add_ellipse((0, 0), (40, 0), 0.5)
    layout.add_spline([(-10, 0), (0, 8), (10, 0), (0, -8), (-10, 0)])
    drawing.saveas(path)


def _blocks(path: Path) -> None:
    drawing = _blank()
    _outline(drawing.blocks.new("TILE"), 8, 6)
    for n in range(6):
        drawing.modelspace().add_blockref("TILE", (n * 10, 0))
    drawing.saveas(path)


def _old(path: Path) -> None:
    drawing = _blank("R12")
    layout = drawing.modelspace()
    corners = [(0, 0), (50, 0), (50, 30), (0, 30), (0, 0)]
    for begin, end in pairwise(corners):
        layout.add_line(begin, end)
    layout.add_circle((25, 15), 8)
    drawing.saveas(path)
