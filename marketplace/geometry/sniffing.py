"""Which kind of part file this is: the content decides, never the name.

STEP: ISO 10303-21 begins with `ISO-10303-21;` and ends with `END-ISO-10303-21;` (edition 3 may append signatures).
STL binary: 80 bytes of header, a little-endian count n, 50 bytes for each of n triangles. STL text: `solid … endsolid`.
"""

import re
from pathlib import Path
from typing import Final

from marketplace.geometry.errors import (
    EmptyFile,
    FileTooLarge,
    LengthMismatch,
    NoGeometry,
    TruncatedFile,
    UnknownFileType,
)
from marketplace.geometry.values import FileKind

MAX_BYTES: Final = 200 * 1024 * 1024
WINDOW_BYTES: Final = 64 * 1024
"""How much of the beginning and of the end `sniff_bytes` wants to see."""

STL_HEADER_BYTES: Final = 84
STL_TRIANGLE_BYTES: Final = 50

_STEP_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?>\s+|/\*.*?\*/)*+ISO-10303-21\s*;", re.DOTALL)
_STEP_END: Final = re.compile(rb"END-ISO-10303-21\s*;")
_STL_TEXT_START: Final = re.compile(rb"\s*solid\b[^\n]*\n\s*(?:facet\s+normal|endsolid)\b", re.IGNORECASE)
_STRANGERS: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "a ZIP archive (3MF, FreeCAD and Office files are such archives)"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"glTF", "a glTF model"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_WANTED: Final = "Please send a STEP file (.step, .stp) or an STL file (.stl)."


def sniff(path: Path) -> FileKind:
    """The kind of the file at `path`; raises as `sniff_bytes` does."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(WINDOW_BYTES)
        file.seek(max(0, size - WINDOW_BYTES))
        tail = file.read(WINDOW_BYTES)
    return sniff_bytes(head=head, tail=tail, size=size)


def sniff_bytes(*, head: bytes, tail: bytes, size: int) -> FileKind:
    """The kind of a file of `size` bytes that begins with `head` and ends with `tail` (a window of each).

    Raises EmptyFile, FileTooLarge, UnknownFileType, TruncatedFile, LengthMismatch or NoGeometry.
    """
    if size == 0:
        raise EmptyFile(f"The file is empty. {_WANTED}")
    if size > MAX_BYTES:
        raise FileTooLarge(f"The file is larger than {MAX_BYTES >> 20} MB.", size=size, limit=MAX_BYTES)
    if _STEP_START.match(head):
        return _whole(FileKind.STEP, has_end=bool(_STEP_END.search(tail)), mark="END-ISO-10303-21;")
    if size >= STL_HEADER_BYTES and size == _declared_size(head):
        return _with_triangles(size)
    if _STL_TEXT_START.match(head):
        last_line = tail.rstrip().rpartition(b"\n")[2].lstrip().lower()
        return _whole(FileKind.STL, has_end=last_line.startswith(b"endsolid"), mark="endsolid")
    raise _refusal(head, size)


def _whole(kind: FileKind, *, has_end: bool, mark: str) -> FileKind:
    if not has_end:
        raise TruncatedFile(f"The file stops before its end mark “{mark}”. Please export or upload it again.")
    return kind


def _with_triangles(size: int) -> FileKind:
    if size == STL_HEADER_BYTES:
        raise NoGeometry("The STL file has no triangles. Please export the part again.")
    return FileKind.STL


def _declared_size(head: bytes) -> int:
    return STL_HEADER_BYTES + STL_TRIANGLE_BYTES * int.from_bytes(head[80:84], "little")


def _refusal(head: bytes, size: int) -> UnknownFileType | LengthMismatch:
    for magic, name in _STRANGERS:
        if head.startswith(magic):
            return UnknownFileType(f"This looks like {name}. {_WANTED}")
    if _is_stl_header(head, size):
        declared, held = int.from_bytes(head[80:84], "little"), (size - STL_HEADER_BYTES) // STL_TRIANGLE_BYTES
        return LengthMismatch(
            f"The STL file declares {declared:,} triangles but holds {held:,}. Please export or upload it again.",
            declared=declared,
            held=held,
        )
    return UnknownFileType(f"The content is neither STEP nor STL. {_WANTED}")


def _is_stl_header(head: bytes, size: int) -> bool:
    """Header of printable text or zeros, then a body that is not text: how exporters begin a binary STL."""
    if size < STL_HEADER_BYTES:
        return False
    header, rest = head[:80], head[80 : 80 + 400]
    return all(byte == 0 or 9 <= byte <= 126 for byte in header) and any(byte < 9 or byte > 126 for byte in rest)
