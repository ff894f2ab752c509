"""STL: binary (80 bytes, a count, 50 bytes a triangle) and text (`facet … vertex x y z …`). It never says its units."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes.lines import blocks
from marketplace.adapters.geometry_kernel.meshes.soup import Soup, few_enough
from marketplace.geometry.errors import LengthMismatch, Unreadable
from marketplace.geometry.sniffing import STL_HEADER_BYTES, STL_TRIANGLE_BYTES

_FACET: Final = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_FACETS_AT_ONCE: Final = 1 << 15

_FACET_LINE: Final = re.compile(rb"^[ \t\r\f\v]*+facet(?=\s|\Z)", re.IGNORECASE | re.MULTILINE)
_VERTEX_LINE: Final = re.compile(rb"^[ \t\r\f\v]*+vertex(?=\s|\Z)", re.IGNORECASE | re.MULTILINE)
_VERTEX: Final = re.compile(
    rb"^[ \t\r\f\v]*+vertex[ \t\r\f\v]++(\S++)[ \t\r\f\v]++(\S++)[ \t\r\f\v]++(\S++)[ \t\r\f\v]*+$",
    re.IGNORECASE | re.MULTILINE,
)


def read(path: Path, limits: Limits) -> Soup:
    """The triangles; a file whose size fits its count is binary, even if its header says `solid`.

    Raises LengthMismatch, Unreadable or TooComplex.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(STL_HEADER_BYTES)
        count = int.from_bytes(head[80:84], "little")
        if size >= STL_HEADER_BYTES and size == STL_HEADER_BYTES + STL_TRIANGLE_BYTES * count:
            few_enough(count, limits)
            return Soup(_binary(file, count))
        if not head.lstrip()[:5].lower() == b"solid":
            raise LengthMismatch("The STL file does not hold the number of triangles it declares.")
        file.seek(0)
        return Soup(_text(file, limits))


def _binary(file: BinaryIO, count: int) -> npt.NDArray[Any]:
    corners = np.empty((count, 3, 3), dtype=np.float32)
    for start in range(0, count, _FACETS_AT_ONCE):
        facets = np.frombuffer(file.read(_FACETS_AT_ONCE * STL_TRIANGLE_BYTES), dtype=_FACET)
        corners[start : start + len(facets)] = facets["corners"]
    return corners.reshape(-1, 3)


def _text(file: BinaryIO, limits: Limits) -> npt.NDArray[Any]:
    facets, pieces = 0, [np.empty(0)]
    for block in blocks(file):
        facets += sum(1 for _ in _FACET_LINE.finditer(block))
        few_enough(facets, limits)
        pieces.append(_coordinates(block))
    points = np.concatenate(pieces).reshape(-1, 3)
    if len(points) != 3 * facets:
        raise Unreadable("The STL file has facets without exactly three corners. Please export it again.")
    return points


def _coordinates(block: bytes) -> npt.NDArray[np.float64]:
    corners = _VERTEX.findall(block)
    if len(corners) != sum(1 for _ in _VERTEX_LINE.finditer(block)):
        raise Unreadable("The STL file has a corner without three coordinates. Please export it again.")
    try:
        return np.fromiter(_numbers(corners), dtype=np.float64, count=3 * len(corners))
    except ValueError:
        raise Unreadable("The STL file has a coordinate that is no number. Please export it again.") from None


def _numbers(corners: list[tuple[bytes, bytes, bytes]]) -> Iterator[float]:
    return map(float, chain.from_iterable(corners))
