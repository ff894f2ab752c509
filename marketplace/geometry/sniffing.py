"""Which kind of part file this is: the content decides, never the name.

STEP: ISO 10303-21 begins with `ISO-10303-21;` and ends with `END-ISO-10303-21;` (edition 3 may append signatures).
STL binary: 80 bytes of header, a little-endian count n, 50 bytes for each of n triangles. STL text: `solid … endsolid`.
3MF: a ZIP archive (APPNOTE 6.3.10) whose directory lists `[Content_Types].xml` and a model below `3D/`.
OBJ: lines that begin with a word of Wavefront's, `v` and `f` among them. It has no end mark.
DXF: pairs of lines, the first `0`, `SECTION` after comments (999), the last `0`, `EOF`; or AutoCAD's binary form.
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
_DXF_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*+999[ \t]*+\r?\n[^\n]*+\n)*+[ \t]*+0[ \t]*+\r?\n[ \t]*+SECTION[ \t]*+\r?\n"
)
_DXF_END: Final = re.compile(rb"\n[ \t]*+0[ \t]*+\r?\n[ \t]*+EOF\s*+\Z")
_DXF_BINARY: Final = b"AutoCAD Binary DXF\r\n\x1a\0"
_OBJ_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s++|#[^\n]*+)*+(?:v|vt|vn|vp|o|g|s|f|l|p|mtllib|usemtl|usemap|maplib)[ \t]"
)
_OBJ_VERTEX: Final = re.compile(rb"^[ \t]*+v[ \t]++[-+.\d]", re.MULTILINE)
_OBJ_FACE: Final = re.compile(rb"^[ \t]*+f[ \t]++-?\d", re.MULTILINE)
_ZIP_START: Final = b"PK\x03\x04"
_ZIP_ENTRY: Final = b"PK\x01\x02"
_ZIP_ENTRY_BYTES: Final = 46
_ZIP_END: Final = b"PK\x05\x06"
_STRANGERS: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (_ZIP_START, "a ZIP archive without a 3MF model (FreeCAD and Office files are such archives)"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"glTF", "a glTF model"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
)
_WANTED: Final = "Please send a STEP, STL, 3MF, OBJ or DXF file."


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
    if _is_model(head, tail):
        return FileKind.THREE_MF
    if head.startswith(_DXF_BINARY):
        return FileKind.DXF
    if _DXF_START.match(head):
        return _whole(FileKind.DXF, has_end=bool(_DXF_END.search(tail)), mark="EOF")
    if _is_obj(head, tail):
        return FileKind.OBJ
    raise _refusal(head, size)


def _is_model(head: bytes, tail: bytes) -> bool:
    """Whether this is a 3MF archive, by the directory at its end."""
    if not head.startswith(_ZIP_START):
        return False
    if _ZIP_END not in tail and re.match(rb"(?i)\[Content_Types\]\.xml|_rels/|3D/", head[30:80]):
        raise TruncatedFile("The archive stops before its directory. Please export or upload it again.")
    names = _names(tail)
    has_model = any(name.endswith(b".model") and b"3d/" in name for name in names)
    return has_model and b"[content_types].xml" in names


def _names(tail: bytes) -> set[bytes]:
    """The names in the part of a ZIP directory that lies in the window, in lower case."""
    names = set()
    at = tail.find(_ZIP_ENTRY)
    while at >= 0:
        length = int.from_bytes(tail[at + 28 : at + 30], "little")
        names.add(tail[at + _ZIP_ENTRY_BYTES : at + _ZIP_ENTRY_BYTES + min(length, 256)].lower())
        at = tail.find(_ZIP_ENTRY, at + _ZIP_ENTRY_BYTES)
    return names


def _is_obj(head: bytes, tail: bytes) -> bool:
    has_words = b"\0" not in head and bool(_OBJ_START.match(head) and _OBJ_VERTEX.search(head))
    return has_words and bool(_OBJ_FACE.search(head) or _OBJ_FACE.search(tail))


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
    return UnknownFileType(f"The content is none of STEP, STL, 3MF, OBJ and DXF. {_WANTED}")


def _is_stl_header(head: bytes, size: int) -> bool:
    """Header of printable text or zeros, then a body that is not text: how exporters begin a binary STL."""
    if size < STL_HEADER_BYTES:
        return False
    header, rest = head[:80], head[80 : 80 + 400]
    return all(byte == 0 or 9 <= byte <= 126 for byte in header) and any(byte < 9 or byte > 126 for byte in rest)
