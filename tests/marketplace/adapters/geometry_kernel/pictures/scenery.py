"""Parts to picture, and pictures read back."""

import struct
import zlib
from typing import Any

import numpy as np
import trimesh

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.meshes.rays import rays
from marketplace.adapters.geometry_kernel.pictures import thumbnail

WHITE, DARK = np.array([255.0, 255, 255]), np.array([17.0, 17, 17])


def mesh_of(part: trimesh.Trimesh) -> Mesh:
    return Mesh(np.asarray(part.vertices, dtype=float), np.asarray(part.faces, dtype=np.int32))


def block(*sides: float) -> Mesh:
    return mesh_of(trimesh.creation.box(sides))


def ball(radius: float = 10.0, subdivisions: int = 4) -> Mesh:
    return mesh_of(trimesh.creation.icosphere(subdivisions, radius))


def pictured(mesh: Mesh) -> Any:
    """The thumbnail as (rows, columns, red green blue alpha), read back from its PNG."""
    return read_back(thumbnail.png(mesh, rays(mesh)))


def read_back(picture: bytes) -> Any:
    """The pixels of an indexed PNG; checks each chunk's sum."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    chunks = dict(_chunks(picture))
    columns, rows, depth, colour, *_ = struct.unpack(">2I5B", chunks[b"IHDR"])
    assert (depth, colour) == (8, 3)
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(rows, columns + 1)
    assert not lines[:, 0].any()
    palette = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)
    return np.column_stack([palette, np.frombuffer(chunks[b"tRNS"], np.uint8)]).astype(float)[lines[:, 1:]]


def _chunks(picture: bytes) -> Any:
    at = 8
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        body = picture[at + 4 : at + 8 + length]
        assert struct.unpack_from(">I", picture, at + 8 + length) == (zlib.crc32(body),)
        yield body[:4], body[4:]
        at += 12 + length


def on(background: Any, pixels: Any) -> Any:
    """The picture as it looks on a page of that colour."""
    share = pixels[..., 3:] / 255
    return pixels[..., :3] * share + background * (1 - share)


def contrast(colours: Any, background: Any) -> Any:
    """Contrast of each colour against a background, 1 to 21 (WCAG 2.2)."""
    one, other = luminance(colours) + 0.05, luminance(background) + 0.05
    return np.maximum(one, other) / np.minimum(one, other)


def luminance(colours: Any) -> Any:
    parts = np.asarray(colours) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])
