"""A DXF file opened by ezdxf: text or binary, R12 to 2018, within bounds that are known before anything is parsed.

Everything that ezdxf would load late is loaded with this module: the child that reads a file can open nothing else.
"""

import codecs
import re
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import ezdxf.recover
import ezdxf.units
from ezdxf import filemanagement
from ezdxf.audit import AuditError
from ezdxf.lldxf import tagger  # noqa: F401 - ezdxf imports these when it reads, which the child cannot
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
        return _recovered(path)


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


def _recovered(path: Path) -> Any:
    """A drawing whose structure is mended; not its numbers, for a wrong number is worse than none."""
    try:
        drawing, audit = ezdxf.recover.readfile(path)
    except Exception:  # noqa: BLE001 - see above
        raise _damaged() from None
    if any(error.code == AuditError.INVALID_FLOATING_POINT_VALUE for error in audit.errors):
        raise _damaged()
    return drawing


def _damaged() -> Unreadable:
    return Unreadable("The drawing is damaged. Open it in your CAD program and export it again as DXF.")
