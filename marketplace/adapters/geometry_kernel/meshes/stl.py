"""STL: volume, area and box from the raw arrays, then welded to see whether the mesh is closed.

An STL has no units; figures are those of the file, as if one unit were one millimetre.
"""

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import trimesh

from marketplace.adapters.geometry_kernel.engines import ENGINES
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import LengthMismatch, NoGeometry, NotFinite, OutOfRange, TooComplex, Unreadable
from marketplace.geometry.figures import MAX_LENGTH_MM
from marketplace.geometry.sniffing import STL_HEADER_BYTES, STL_TRIANGLE_BYTES
from marketplace.geometry.values import FileKind, Measurement

Corners = npt.NDArray[Any]
"""Triangles as (n, 3 corners, 3 coordinates)."""

FLOAT32_BITS: Final = 24
"""Significant bits of an IEEE 754 single, in which binary STL holds its coordinates."""

_FACET: Final = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])


def measure(path: Path, limits: Limits) -> Measurement:
    """Measure an STL file, binary or text.

    Raises Unreadable, LengthMismatch, NoGeometry, NotFinite, OutOfRange or TooComplex.
    """
    corners = _checked(_read(path, limits))
    vertices, faces = _weld(corners)
    volume, area = _volume(corners), _area(corners)
    is_closed, bodies = _topology(vertices, faces)
    is_closed = is_closed and volume != 0
    x, y, z = (float(side) for side in np.ptp(corners.reshape(-1, 3).astype(np.float64), axis=0))
    return Measurement(
        kind=FileKind.STL,
        declared_units=None,
        volume_mm3=abs(volume) if is_closed else 0.0,
        area_mm2=area,
        box_mm=(x, y, z),
        is_closed=is_closed,
        bodies=bodies,
        triangles=len(corners),
        faces=None,
        holes=(),
        engine=ENGINES[FileKind.STL],
    )


def _read(path: Path, limits: Limits) -> Corners:
    """The triangles; a file whose size fits its count is binary, even if its header says `solid`."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(STL_HEADER_BYTES)
    count = int.from_bytes(head[80:84], "little")
    if size >= STL_HEADER_BYTES and size == STL_HEADER_BYTES + STL_TRIANGLE_BYTES * count:
        _few_enough(count, limits)
        return np.fromfile(path, dtype=_FACET, offset=STL_HEADER_BYTES)["corners"].astype(np.float32)
    if not head.lstrip()[:5].lower() == b"solid":
        raise LengthMismatch("The STL file does not hold the number of triangles it declares.")
    return _read_text(path, limits)


def _read_text(path: Path, limits: Limits) -> Corners:
    numbers = array("d")
    facets = 0
    for words in _lines(path):
        if words[0] == b"vertex":
            numbers.extend(_coordinates(words))
        elif words[0] == b"facet":
            facets += 1
            _few_enough(facets, limits)
    if len(numbers) != 9 * facets:
        raise Unreadable("The STL file has facets without exactly three corners. Please export it again.")
    return np.frombuffer(numbers, dtype=np.float64).reshape(-1, 3, 3)


def _lines(path: Path) -> Iterator[list[bytes]]:
    with path.open("rb") as file:
        for line in file:
            words = line.lower().split()
            if words:
                yield words


def _coordinates(words: list[bytes]) -> tuple[float, ...]:
    if len(words) != 4:
        raise Unreadable("The STL file has a corner without three coordinates. Please export it again.")
    try:
        return tuple(float(word) for word in words[1:])
    except ValueError:
        raise Unreadable("The STL file has a coordinate that is no number. Please export it again.") from None


def _few_enough(triangles: int, limits: Limits) -> None:
    if triangles > limits.triangles:
        raise TooComplex(
            f"The part has more than {limits.triangles:,} triangles. Export it with a coarser tolerance.",
            limit=limits.triangles,
        )


def _checked(corners: Corners) -> Corners:
    if len(corners) == 0:
        raise NoGeometry("The STL file has no triangles. Please export the part again.")
    if not np.isfinite(corners).all():
        raise NotFinite("The file has coordinates that are no numbers. Please export the part again.")
    if float(np.abs(corners).max()) > MAX_LENGTH_MM / 2:
        raise OutOfRange("The part reaches further than five kilometres. Please check its position and units.")
    return corners


def _volume(corners: Corners) -> float:
    """Signed volume by the divergence theorem: the sum of tetrahedra to one point, near the part for accuracy."""
    a, b, c = (corners[:, corner].astype(np.float64) - corners[0, 0] for corner in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


def _area(corners: Corners) -> float:
    first = corners[:, 0].astype(np.float64)
    sides = np.cross(corners[:, 1] - first, corners[:, 2] - first)
    return float(np.linalg.norm(sides, axis=1).sum() / 2.0)


def _weld(corners: Corners) -> tuple[Corners, npt.NDArray[np.int64]]:
    """Points that are equal become one vertex; triangles that thereby lose a corner go.

    Points are compared on a grid as fine as a 4-byte float can tell at the far end of the part: exporters write 0 here
    and 3e-16 there.
    """
    points = corners.reshape(-1, 3)
    step = float(np.abs(points).max()) * 2.0**-FLOAT32_BITS or 1.0
    first, vertex_of = _equal_rows(np.rint(points / step).astype(np.int32))
    faces = vertex_of.reshape(-1, 3)
    a, b, c = faces.T
    return points[first], faces[(a != b) & (b != c) & (c != a)]


def _equal_rows(rows: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """For each distinct row its first index, and for each row the number of its distinct row."""
    order = np.lexsort(rows.T)
    arranged = rows[order]
    is_new = np.empty(len(rows), dtype=bool)
    is_new[0] = True
    is_new[1:] = (arranged[1:] != arranged[:-1]).any(axis=1)
    vertex_of = np.empty(len(rows), dtype=np.int64)
    vertex_of[order] = np.cumsum(is_new) - 1
    return order[is_new], vertex_of


def _topology(vertices: Corners, faces: npt.NDArray[np.int64]) -> tuple[bool, int]:
    """Whether every edge joins exactly two triangles that agree on the outside, and the number of bodies."""
    if len(faces) == 0:
        return False, 0
    mesh = trimesh.Trimesh(vertices, faces, process=False)
    return bool(mesh.is_watertight and mesh.is_winding_consistent), int(mesh.body_count)
