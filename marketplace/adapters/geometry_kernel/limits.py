"""How much a file may cost, and the form in which an order to measure travels to the zygote."""

import struct
from dataclasses import astuple, dataclass
from typing import Final

from marketplace.geometry.sniffing import MAX_BYTES
from marketplace.geometry.values import FileKind


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use. Memory counts on top of the zygote's own address space (about 0.5 GB)."""

    wall_s: int = 60
    cpu_s: int = 45
    memory_bytes: int = 2 << 30
    file_bytes: int = MAX_BYTES
    step_bytes: int = 64 << 20
    triangles: int = 3_000_000
    faces: int = 20_000
    record_bytes: int = 1 << 20
    pictures_bytes: int = 6 << 20

    @property
    def answer_bytes(self) -> int:
        """The longest answer of a child."""
        return self.record_bytes + self.pictures_bytes + 64


_ORDER: Final = struct.Struct("!8s9Q")
ORDER_BYTES: Final = _ORDER.size
ORDER_FDS: Final = 3
"""The file to read, the pipe for the result, the socket for how the child ended."""


def packed(kind: FileKind, limits: Limits) -> bytes:
    """An order to measure, as it travels."""
    return _ORDER.pack(str(kind).encode(), *astuple(limits))


def unpacked(order: bytes) -> tuple[FileKind, Limits]:
    """The order that travelled."""
    kind, *figures = _ORDER.unpack(order)
    return FileKind(kind.rstrip(b"\0").decode()), Limits(*figures)
