"""A part as a model for a browser: binary glTF 2.0 (ISO/IEC 12113), small enough to load at once.

glTF has metres and y up; a part has millimetres and z up. The only node turns and scales it: what is x, y, z in the
part is x, z, −y in the model, divided by 1,000. Positions are 16-bit and normals 8-bit (KHR_mesh_quantization).
"""

import json
import struct
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.pictures.decimation import decimated
from marketplace.adapters.geometry_kernel.pictures.smoothing import Shaded, shaded

MOST_TRIANGLES: Final = 20_000
"""Wanted; parts of many small features have more (decimation.py)."""
UNITS_NOTE: Final = "Drawn before its units are confirmed: by those that the file declares, else one unit is 1 mm."
"""glTF is in metres: of a file whose customer confirms other units the model is as much too small or large."""

_BYTE, _SHORT, _UNSIGNED = 5120, 5122, {2: 5123, 4: 5125}
_ARRAY_BUFFER, _ELEMENT_ARRAY_BUFFER = 34962, 34963
_FINEST: Final = 32_767
_Z_UP_TO_Y_UP: Final = [-np.sqrt(0.5), 0.0, 0.0, np.sqrt(0.5)]
_QUANTIZATION: Final = "KHR_mesh_quantization"
_MATERIAL: Final = {
    "pbrMetallicRoughness": {"baseColorFactor": [0.30, 0.42, 0.56, 1], "metallicFactor": 0.1, "roughnessFactor": 0.6},
    "doubleSided": True,
}
_Array = npt.NDArray[Any]


def glb(mesh: Mesh) -> bytes:
    """The model of a part, of about 20,000 triangles at most.

    With numbers of faces, triangles lie sorted by them, and the mesh's extras say where each face is:
    `{"faces": [[face, first triangle, how many], …]}`, so that a viewer can show the place of a finding.
    """
    coarse = _by_face(decimated(mesh, MOST_TRIANGLES))
    surface = shaded(coarse)
    middle = (coarse.low + coarse.high) / 2
    step_mm = (float((coarse.high - coarse.low).max()) / 2 or 1.0) / _FINEST
    arrays = _arrays(surface, middle, step_mm)
    return _file(_document(arrays, _node(middle, step_mm), _extras(coarse)), b"".join(map(_aligned, arrays)))


def _by_face(mesh: Mesh) -> Mesh:
    if mesh.face_of is None:
        return mesh
    order = np.argsort(mesh.face_of, kind="stable")
    return Mesh(mesh.vertices, mesh.triangles[order], mesh.face_of[order])


def _extras(mesh: Mesh) -> dict[str, Any]:
    if mesh.face_of is None:
        return {}
    runs = zip(*np.unique(mesh.face_of, return_index=True, return_counts=True), strict=True)
    return {"extras": {"faces": [[int(face), int(first), int(count)] for face, first, count in runs]}}


def _arrays(surface: Shaded, middle: _Array, step_mm: float) -> tuple[_Array, _Array, _Array]:
    """Positions and normals, each vertex on a multiple of four bytes, and indices."""
    positions = np.zeros((len(surface.vertices), 4), dtype=np.int16)
    positions[:, :3] = np.rint((surface.vertices - middle) / step_mm)
    normals = np.zeros((len(surface.normals), 4), dtype=np.int8)
    normals[:, :3] = np.rint(surface.normals * 127)
    is_short = len(positions) < 2**16
    return positions, normals, surface.triangles.astype(np.uint16 if is_short else np.uint32).ravel()


def _node(middle: _Array, step_mm: float) -> dict[str, Any]:
    x, y, z = (float(each) / 1000 for each in middle)
    return {"mesh": 0, "translation": [x, z, -y], "rotation": _Z_UP_TO_Y_UP, "scale": [step_mm / 1000] * 3}


def _document(arrays: tuple[_Array, _Array, _Array], node: dict[str, Any], extras: dict[str, Any]) -> dict[str, Any]:
    positions, normals, indices = arrays
    starts = np.cumsum([0, *(len(_aligned(each)) for each in arrays)]).tolist()
    low, high = positions[:, :3].min(axis=0).tolist(), positions[:, :3].max(axis=0).tolist()
    counted = {"bufferView": 0, "componentType": _SHORT, "count": len(positions), "type": "VEC3"}
    return {
        "asset": {"version": "2.0", "generator": "Commonforge", "extras": {"units": UNITS_NOTE}},
        "extensionsUsed": [_QUANTIZATION],
        "extensionsRequired": [_QUANTIZATION],
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [node],
        "meshes": [
            {"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2, "material": 0}], **extras}
        ],
        "materials": [_MATERIAL],
        "accessors": [
            {**counted, "min": low, "max": high},
            {**counted, "bufferView": 1, "componentType": _BYTE, "normalized": True},
            {
                "bufferView": 2,
                "componentType": _UNSIGNED[indices.itemsize],
                "count": len(indices),
                "type": "SCALAR",
            },
        ],
        "bufferViews": [
            {
                "buffer": 0,
                "byteOffset": starts[0],
                "byteLength": positions.nbytes,
                "byteStride": 8,
                "target": _ARRAY_BUFFER,
            },
            {
                "buffer": 0,
                "byteOffset": starts[1],
                "byteLength": normals.nbytes,
                "byteStride": 4,
                "target": _ARRAY_BUFFER,
            },
            {"buffer": 0, "byteOffset": starts[2], "byteLength": indices.nbytes, "target": _ELEMENT_ARRAY_BUFFER},
        ],
        "buffers": [{"byteLength": starts[3]}],
    }


def _aligned(array: _Array) -> bytes:
    return _padded(array.astype(array.dtype.newbyteorder("<")).tobytes(), b"\0")


def _padded(content: bytes, filler: bytes) -> bytes:
    return content + filler * (-len(content) % 4)


def _file(document: dict[str, Any], binary: bytes) -> bytes:
    text = _padded(json.dumps(document, separators=(",", ":")).encode(), b" ")
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4s2I", b"glTF", 2, 12 + len(chunks)) + chunks
