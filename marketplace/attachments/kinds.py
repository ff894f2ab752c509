"""Which kind of file an attachment is: the content decides, never the name, and what is none of these is not taken.

PNG: W3C Portable Network Graphics (third edition) §5.2. JPEG: ITU-T T.81 annex B. WebP: RFC 9649 §2.3-2.4. PDF: ISO
32000-1 §7.5. ZIP: APPNOTE 6.3.10 §4.3. CAD files as `geometry.sniffing` knows them. Text: no control characters but
those that lay it out; CSV: text whose lines have the same number of cells (RFC 4180 §2), two or more.
"""

import csv
import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from marketplace.attachments.errors import AttachmentKindUnknown
from marketplace.geometry.errors import EmptyFile, NoGeometry, TruncatedFile, UnknownFileType
from marketplace.geometry.errors import LengthMismatch as NotQuiteStl
from marketplace.geometry.sniffing import WINDOW_BYTES, sniff_bytes
from marketplace.geometry.values import FileKind


class AttachmentKind(StrEnum):
    """Everything that may be laid beside an order; its value is the usual ending of a name."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"
    PDF = "pdf"
    STEP = "step"
    STL = "stl"
    THREE_MF = "3mf"
    DXF = "dxf"
    CSV = "csv"
    TXT = "txt"
    ZIP = "zip"


MEDIA_TYPES: Final = {
    AttachmentKind.PNG: "image/png",
    AttachmentKind.JPEG: "image/jpeg",
    AttachmentKind.WEBP: "image/webp",
    AttachmentKind.PDF: "application/pdf",
    AttachmentKind.STEP: "model/step",
    AttachmentKind.STL: "model/stl",
    AttachmentKind.THREE_MF: "model/3mf",
    AttachmentKind.DXF: "image/vnd.dxf",
    AttachmentKind.CSV: "text/csv",
    AttachmentKind.TXT: "text/plain",
    AttachmentKind.ZIP: "application/zip",
}
"""IANA's registry of media types."""

WANTED: Final = "Send a PNG, JPEG, WebP, PDF, STEP, STL, 3MF, DXF, CSV, plain text or ZIP file."
_CAD: Final = {
    FileKind.STEP: AttachmentKind.STEP,
    FileKind.STL: AttachmentKind.STL,
    FileKind.THREE_MF: AttachmentKind.THREE_MF,
    FileKind.DXF: AttachmentKind.DXF,
}
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xae\x42\x60\x82"
_JPEG: Final = b"\xff\xd8\xff"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_END: Final = b"PK\x05\x06"
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SEPARATORS: Final = (",", ";", "\t")
_MOST_ROWS: Final = 50
"""How many lines tell whether a text is a table."""


def sniff(path: Path) -> AttachmentKind:
    """The kind of the file at `path`. Raises EmptyFile, TruncatedFile, AttachmentKindUnknown."""
    size = path.stat().st_size
    if size == 0:
        raise EmptyFile(f"The file is empty. {WANTED}")
    with path.open("rb") as file:
        head = file.read(WINDOW_BYTES)
        file.seek(max(0, size - WINDOW_BYTES))
        tail = file.read(WINDOW_BYTES)
    return _picture_or_paper(head, tail, size) or _part(head, tail, size) or _archive(head, tail) or _text(path, head)


def _picture_or_paper(head: bytes, tail: bytes, size: int) -> AttachmentKind | None:
    if head.startswith(_PNG):
        return _whole(AttachmentKind.PNG, has_end=_PNG_END in tail)
    if head.startswith(_JPEG):
        return AttachmentKind.JPEG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _whole(AttachmentKind.WEBP, has_end=int.from_bytes(head[4:8], "little") + 8 <= size)
    if head.startswith(b"%PDF-"):
        return _whole(AttachmentKind.PDF, has_end=b"%%EOF" in tail)
    return None


def _part(head: bytes, tail: bytes, size: int) -> AttachmentKind | None:
    try:
        return _CAD.get(sniff_bytes(head=head, tail=tail, size=size))
    except (UnknownFileType, NotQuiteStl, NoGeometry):
        return None


def _archive(head: bytes, tail: bytes) -> AttachmentKind | None:
    return _whole(AttachmentKind.ZIP, has_end=_ZIP_END in tail) if head.startswith(_ZIP) else None


def _text(path: Path, head: bytes) -> AttachmentKind:
    """Raises AttachmentKindUnknown for what has control characters anywhere: that is no text."""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            if _CONTROLS.search(piece):
                raise AttachmentKindUnknown(f"The content is of no kind that is taken. {WANTED}")
    lines = head.decode("utf-8-sig", "replace").splitlines()
    whole_lines = lines if len(head) < WINDOW_BYTES else lines[:-1]
    return AttachmentKind.CSV if _is_table(whole_lines[:_MOST_ROWS]) else AttachmentKind.TXT


def _is_table(lines: list[str]) -> bool:
    return any(_is_divided(lines, separator) for separator in _SEPARATORS)


def _is_divided(lines: list[str], separator: str) -> bool:
    """A cell may hold line ends in quotes, so that rows are counted, not lines."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=separator, strict=True) if row]
    except csv.Error:
        return False
    cells = {len(row) for row in rows}
    return len(rows) > 1 and len(cells) == 1 and cells.pop() > 1


def _whole(kind: AttachmentKind, *, has_end: bool) -> AttachmentKind:
    if not has_end:
        raise TruncatedFile(f"The {kind.upper()} file stops before its end. Please export or upload it again.")
    return kind
