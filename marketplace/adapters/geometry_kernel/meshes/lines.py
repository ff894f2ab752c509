"""Text in blocks that end with a line, so that a large file is never held whole."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from marketplace.geometry.errors import Unreadable

BLOCK_BYTES: Final = 1 << 20
MAX_LINE_BYTES: Final = 1 << 20


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """The rest of the file in blocks of whole lines; the last may lack its end. Lines end with CR LF, LF or CR.

    Raises Unreadable for a line longer than a megabyte: no exporter writes one.
    """
    rest = b""
    while piece := file.read(BLOCK_BYTES):
        whole, end, rest = (rest + piece.replace(b"\r", b"\n")).rpartition(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            raise Unreadable("The file has a line of more than a million characters. Please export it again.")
        if whole or end:
            yield whole + end
    if rest:
        yield rest
