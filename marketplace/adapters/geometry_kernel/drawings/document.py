"""A DXF file opened by ezdxf: text or binary, R12 to 2018, within bounds that are known before anything is parsed.

Everything that ezdxf would load late is loaded with this module: the child that reads a file can open nothing else.
"""

import codecs
import re
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import ezdxf.recover
import ezdxf.units
from ezdxf import filemanagement
from ezdxf.audit import AuditError
from ezdxf.lldxf import tagger  # noqa: F401 - ezdxf imports these when it reads, which the child cannot
from ezdxf.lldxf.const import DXFStructureError
from ezdxf.render import arrows  # noqa: F401
from ezdxf.tools import standards, zipmanager  # noqa: F401
from ezdxf.tools.codepage import codepage_to_encoding

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import TooComplex, TruncatedFile, Unreadable

MAX_BYTES: Final = 32 << 20
MAX_ENTITIES: Final = 100_000
"""Entities and table entries of the file together; reading one costs about 0.05 ms."""

BINARY: Final = b"AutoCAD Binary DXF\r\n\x1a\x00"
_TEXT_ENTITY: Final = re.compile(rb"(?:^|\n)[ \t]*0[ \t]*\r?\n[ \t]*[A-Z3]")
_BINARY_ENTITY: Final = re.compile(rb"\0(?:[A-Z3][A-Z0-9_]{2,40})\0")

_END: Final = re.compile(rb"[\n\r\0][ \t]*EOF[\s\0\x1a]*\Z")
TAIL_BYTES: Final = 4096
"""Where the end mark is looked for: editors and modems append blanks."""

_MARKS: Final = (b"AcDbEntity", b"AcDbPolyline")
_HEADER: Final = [b"0", b"SECTION", b"2", b"HEADER", b"9", b"$ACADVER", b"1", b"AC1015", b"0", b"ENDSEC"]
"""Release 2000: a drawing without a header counts as one of release 12, which knows no such polylines."""
_BEFORE_MARKS: Final = frozenset({b"5", b"102", b"330", b"360"})
"""Group codes of handles and owners."""
_OF_POLYLINE: Final = frozenset({b"90", b"70", b"43", b"38", b"39", b"10"})
"""Group codes that a polyline has beside those of every entity."""

for _encoding in {*codepage_to_encoding.values(), "utf-8", "cp1252", "ascii", "latin-1"}:
    with suppress(LookupError):
        codecs.lookup(_encoding)  # a codec is a module, imported when first asked for


def opened(path: Path, limits: Limits) -> Any:
    """The drawing (ezdxf.document.Drawing), mended where its structure is broken.

    Raises TooComplex, TruncatedFile or Unreadable.
    """
    content = path.read_bytes()
    _few_enough(content, limits)
    _complete(content)
    try:
        return filemanagement.readfile(path)
    except Exception:  # noqa: BLE001 - a malformed drawing raises anything in ezdxf, far from where it is malformed
        return _recovered(content)


def _complete(content: bytes) -> None:
    """A drawing ends with the mark EOF; one that was cut off would have lost holes, and look whole without them."""
    if not _END.search(content, max(0, len(content) - TAIL_BYTES)):
        raise TruncatedFile("The drawing stops before its end mark “EOF”. Please export or upload it again.")


def _few_enough(content: bytes, limits: Limits) -> None:
    pattern = _BINARY_ENTITY if content.startswith(BINARY) else _TEXT_ENTITY
    if len(content) > min(MAX_BYTES, limits.file_bytes) or sum(1 for _ in pattern.finditer(content)) > MAX_ENTITIES:
        raise TooComplex(
            f"The drawing has more than {MAX_ENTITIES:,} entities. Please export the part alone, or split it."
        )


def _recovered(content: bytes) -> Any:
    """A drawing whose structure is mended; not its numbers, for a wrong number is worse than none."""
    try:
        drawing, audit = _mended(content)
    except Exception:  # noqa: BLE001 - see above
        raise _damaged() from None
    if any(error.code == AuditError.INVALID_FLOATING_POINT_VALUE for error in audit.errors):
        raise _damaged()
    return drawing


def _mended(content: bytes) -> tuple[Any, Any]:
    try:
        return ezdxf.recover.read(BytesIO(content))
    except DXFStructureError:
        return ezdxf.recover.read(BytesIO(_marked(content)))


def _marked(content: bytes) -> bytes:
    """A text drawing in which each polyline says where its common and its own values begin.

    ezdxf reads no LWPOLYLINE that leaves these marks (group code 100) out, as simple exporters do. AutoCAD DXF
    reference, “Common Group Codes for Entities” and LWPOLYLINE.
    """
    lines = content.splitlines()
    marked: list[bytes] = []
    missing: tuple[bytes, ...] = ()
    for code, value in zip(map(bytes.strip, lines[::2]), lines[1::2], strict=False):
        if code == b"0":
            missing = _MARKS if value.strip() == b"LWPOLYLINE" else ()
        elif code == b"100" and value.strip() in missing:
            missing = missing[missing.index(value.strip()) + 1 :]
        elif code not in _BEFORE_MARKS:
            due = missing if code in _OF_POLYLINE else missing[:-1]
            missing = missing[len(due) :]
            marked += [line for mark in due for line in (b"100", mark)]
        marked += [code, value]
    header = [] if b"HEADER" in content else _HEADER
    return b"\n".join([*header, *marked, b""])


def _damaged() -> Unreadable:
    return Unreadable("The drawing is damaged. Open it in your CAD program and export it again as DXF.")
