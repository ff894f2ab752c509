"""Wavefront OBJ: vertices and polygons. Other files that it names are never opened; it never says its units.

Grammar: “Object Files (.obj)”, appendix B1 of the Advanced Visualizer manual, Wavefront Technologies.
"""

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes.lines import MAX_LINE_BYTES, blocks
from marketplace.adapters.geometry_kernel.meshes.polygons import triangulated
from marketplace.adapters.geometry_kernel.meshes.soup import Soup, few_enough
from marketplace.geometry.errors import NoGeometry, TooComplex, Unreadable

_AGAIN: Final = "Please export it again."


def read(path: Path, limits: Limits) -> Soup:
    """The polygons cut into triangles. Groups, materials, textures, normals, colours and lines do not matter.

    Raises Unreadable, TooComplex or NoGeometry (also for free-form surfaces, which we do not read).
    """
    content = _Content(limits)
    with path.open("rb") as file:
        before = b""
        for block in blocks(file):
            before = content.take(before + block)
    if before:
        content.take_lines([before.replace(b"\\", b" ")])
    return content.soup()


class _Content:
    """What the lines so far have said."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._coordinates = array("d")
        self._corners = array("i")
        self._sizes = array("i")
        self._triangles = 0
        self._has_surfaces = False

    def take(self, text: bytes) -> bytes:
        """Take whole lines; what is left is a line that goes on in the next block. A backslash joins two lines."""
        whole, _, rest = text.rpartition(b"\n")
        joined = whole.replace(b"\\\n", b" ")
        if joined.endswith(b"\\"):
            joined, _, last = joined.rpartition(b"\n")
            rest = last + b"\n" + rest
        if len(rest) > MAX_LINE_BYTES:
            raise Unreadable(f"The OBJ file has a line of more than a million characters. {_AGAIN}")
        self.take_lines(joined.split(b"\n"))
        return rest

    def take_lines(self, lines: Iterable[bytes]) -> None:
        """Take each line for what its first word says."""
        try:
            for line in lines:
                words = line.partition(b"#")[0].split()
                if not words:
                    continue
                if words[0] == b"v":
                    self._coordinates.extend(_place(words))
                elif words[0] == b"f":
                    self._face(words)
                elif words[0] in (b"surf", b"cstype"):
                    self._has_surfaces = True
        except (ValueError, OverflowError):
            raise Unreadable(f"The OBJ file has a word where a number belongs. {_AGAIN}") from None

    def _face(self, words: list[bytes]) -> None:
        count = len(self._coordinates) // 3
        numbers = [int(word.partition(b"/")[0]) for word in words[1:]]
        if len(numbers) < 3 or 0 in numbers:
            raise Unreadable(f"The OBJ file has a face without three corners. {_AGAIN}")
        self._corners.extend([number - 1 if number > 0 else count + number for number in numbers])
        self._sizes.append(len(numbers))
        self._triangles += len(numbers) - 2
        few_enough(self._triangles, self._limits)
        if min(numbers) < -count:
            raise Unreadable(f"The OBJ file has a face with a corner that is not there. {_AGAIN}")

    def soup(self) -> Soup:
        """All that was said, as triangles."""
        if not self._sizes:
            raise NoGeometry(self._nothing())
        points = np.frombuffer(self._coordinates, dtype=np.float64).reshape(-1, 3)
        corners = np.frombuffer(self._corners, dtype=np.int32)
        if corners.max() >= len(points):
            raise Unreadable(f"The OBJ file has a face with a corner that is not there. {_AGAIN}")
        if len(points) > 3 * self._limits.triangles:
            raise TooComplex("The OBJ file has more vertices than we read. Export it with a coarser tolerance.")
        return Soup(points, triangulated(points, corners, np.frombuffer(self._sizes, dtype=np.int32)))

    def _nothing(self) -> str:
        if self._has_surfaces:
            return "The OBJ file has free-form surfaces, which we do not read. Please export it as a mesh or as STEP."
        return f"The OBJ file has no faces. {_AGAIN}"


def _place(words: list[bytes]) -> tuple[float, float, float]:
    if len(words) < 4:
        raise Unreadable(f"The OBJ file has a vertex without three coordinates. {_AGAIN}")
    return float(words[1]), float(words[2]), float(words[3])
