"""Looking at printed pages: as words, and as pixels for a reader of codes."""

import json
import re
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import typst
from pypdf import PdfReader

from marketplace.adapters.documents.typesetting import fonts


def words(content: bytes) -> str:
    """All that stands on the pages of a PDF file, with single spaces."""
    pages = PdfReader(BytesIO(content)).pages
    return re.sub(r"[\s\u200b]+", " ", " ".join(page.extract_text() for page in pages))


def pictures(template: Path, figures: dict[str, Any], *, dots_an_inch: int) -> list[Any]:
    """Each page of a template as a printer would draw it: (rows, columns) of greys."""
    made = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=fonts(),
        sys_inputs={"figures": json.dumps(figures)},
        format="png",
        ppi=dots_an_inch,
    )
    return [_greys(page) for page in (made if isinstance(made, list) else [made])]


def _greys(png: bytes) -> Any:
    """The pixels of a PNG with three or four channels of 8 bits, each line behind its filter (ISO/IEC 15948 §9)."""
    at, packed, size = 8, b"", (0, 0, 0)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            columns, rows, depth, colour = struct.unpack(">2I2B", body[:10])
            assert depth == 8
            size = (rows, columns, {2: 3, 6: 4}[colour])
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    rows, columns, channels = size
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(rows, 1 + columns * channels)
    whole = np.zeros((rows + 1, columns + 1, channels), np.int64)
    for row, line in enumerate(lines, 1):
        _unfilter(int(line[0]), line[1:].reshape(columns, channels), whole[row], whole[row - 1])
    return np.ascontiguousarray(whole[1:, 1:, :3].mean(axis=2).astype(np.uint8))


def _unfilter(kind: int, line: Any, into: Any, above: Any) -> None:
    """One line; the first column of `into` and `above` stands for the nothing left of it."""
    if kind in (0, 2):
        into[1:] = (line + (above[1:] if kind == 2 else 0)) % 256
    elif kind == 1:
        into[1:] = np.cumsum(line, axis=0, dtype=np.int64) % 256
    else:
        for column in range(1, len(into)):
            left, up, corner = into[column - 1], above[column], above[column - 1]
            guess = (left + up) // 2 if kind == 3 else _paeth(left, up, corner)
            into[column] = (line[column - 1] + guess) % 256


def _paeth(left: Any, up: Any, corner: Any) -> Any:
    far = [np.abs(up - corner), np.abs(left - corner), np.abs(left + up - 2 * corner)]
    return np.where((far[0] <= far[1]) & (far[0] <= far[2]), left, np.where(far[1] <= far[2], up, corner))
