import contextlib
import io
import struct
import zipfile
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.geometry.errors import (
    EmptyFile,
    FileTooLarge,
    LengthMismatch,
    NoGeometry,
    TruncatedFile,
    UnknownFileType,
)
from marketplace.geometry.sniffing import MAX_BYTES, WINDOW_BYTES, sniff, sniff_bytes
from marketplace.geometry.values import FileKind
from marketplace.kernel.errors import Rejected
from tests.stopwatch import within

STEP = b"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n"
FACET = b"facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\n"
OBJ = b"# made by hand\n\nmtllib /etc/passwd\no part\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"
DXF = b"999\nmade by hand\n  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n  0\nEOF\n"
TEXT_STL = b"solid part\n" + FACET + b"endsolid part\n"


def binary_stl(declared: int, held: int, header: bytes = b"exported by some CAD") -> bytes:
    return header.ljust(80) + struct.pack("<I", declared) + bytes(50 * held)


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "content")
    return content.getvalue()


MODEL = archive("[Content_Types].xml", "_rels/.rels", "3D/3dmodel.model")


def kind_of(content: bytes) -> FileKind:
    return sniff_bytes(head=content[:WINDOW_BYTES], tail=content[-WINDOW_BYTES:], size=len(content))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (STEP, FileKind.STEP),
        (b"\xef\xbb\xbf" + STEP, FileKind.STEP),
        (b"\r\n  /* made by hand */ /* twice */\n" + STEP, FileKind.STEP),
        (STEP.replace(b"\n", b"\r\n"), FileKind.STEP),
        (STEP + b"SIGNATURE;\nabc\nENDSEC;\n", FileKind.STEP),
        (TEXT_STL, FileKind.STL),
        (b"\n  SOLID part\n  FACET NORMAL 0 0 1\n" + FACET + b"ENDSOLID\n\n", FileKind.STL),
        (binary_stl(1, 1), FileKind.STL),
        (binary_stl(3, 3, b"solid but binary"), FileKind.STL),
        (binary_stl(2, 2, b"ISO standard block"), FileKind.STL),
        (OBJ, FileKind.OBJ),
        (OBJ.replace(b"\n", b"\r\n"), FileKind.OBJ),
        (b"v -1 0 0\n" * 20_000 + b"f 1 2 3\n", FileKind.OBJ),
        (DXF, FileKind.DXF),
        (DXF.replace(b"\n", b"\r\n"), FileKind.DXF),
        (DXF[19:], FileKind.DXF),
        (b"AutoCAD Binary DXF\r\n\x1a\0" + bytes(50), FileKind.DXF),
        (MODEL, FileKind.THREE_MF),
        (archive("3D/Other.Model", *map(str, range(500)), "[CONTENT_TYPES].XML"), FileKind.THREE_MF),
    ],
)
def test_content_decides(content, kind):
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (b" ", UnknownFileType),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3" + bytes(200), UnknownFileType),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), UnknownFileType),
        (b"PK\x03\x04" + bytes(300), UnknownFileType),
        (b"hello, please make me a bracket " * 20, UnknownFileType),
        (b"MZ" + bytes(range(256)) * 2, UnknownFileType),
        (bytes(range(256)) * 4, UnknownFileType),
        (b"solid state physics, a poem\nwithout triangles\n" * 9, UnknownFileType),
        (b"STEP ISO-10303-21;" + STEP[13:], UnknownFileType),
        (STEP[:-20], TruncatedFile),
        (STEP[:14], TruncatedFile),
        (TEXT_STL[:-30], TruncatedFile),
        (TEXT_STL.replace(b"endsolid part\n", b""), TruncatedFile),
        (OBJ.replace(b"f 1 2 3", b"l 1 2"), UnknownFileType),
        (b"f is a letter\nv is one too\n" * 5, UnknownFileType),
        (DXF[:-6], TruncatedFile),
        (MODEL[:-40], TruncatedFile),
        (archive("word/document.xml", "[Content_Types].xml"), UnknownFileType),
        (archive("3D/3dmodel.model"), UnknownFileType),
        (archive("part.step"), UnknownFileType),
        (binary_stl(2**31, 0), LengthMismatch),
        (binary_stl(60_000_000, 12), LengthMismatch),
        (binary_stl(12, 11), LengthMismatch),
        (binary_stl(11, 12), LengthMismatch),
        (binary_stl(12, 12)[:-1], LengthMismatch),
        (binary_stl(0, 0), NoGeometry),
    ],
)
def test_what_is_refused(content, refusal):
    with pytest.raises(refusal) as refused:
        kind_of(content)

    assert refused.value.code == refusal.code != Rejected.code
    assert refused.value.message.endswith(".")


def test_a_refusal_names_what_the_file_looks_like():
    with pytest.raises(UnknownFileType, match="PDF"):
        kind_of(b"%PDF-1.7 part.step")


def test_declared_and_held_triangles_are_told():
    with pytest.raises(LengthMismatch, match=r"declares 2,147,483,648 triangles but holds 0"):
        kind_of(binary_stl(2**31, 0))


def test_too_many_bytes_are_refused_without_reading_them():
    with pytest.raises(FileTooLarge):
        sniff_bytes(head=STEP, tail=STEP, size=MAX_BYTES + 1)


def test_the_name_does_not_matter(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(STEP[:-19] + b"/* " + b"x" * 200_000 + b" */\n" + STEP[-19:])

    assert sniff(path) is FileKind.STEP


@given(st.binary(max_size=300))
def test_any_bytes_are_known_or_refused(content):
    try:
        assert kind_of(content) in FileKind
    except Rejected as refusal:
        assert refusal.code.startswith("file_")


@pytest.mark.parametrize(
    "junk",
    [
        b"/*",
        b"/**/",
        b"/* */ ",
        b" ",
        b"solid\n",
        b"endsolid ",
        b"ISO-10303-21 ",
        b"999\n",
        b"0\n",
        b"#",
        b"# \n",
        b"v 1\n",
        b"f ",
        b"PK\x01\x02",
    ],
)
def test_crafted_repetitions_take_no_time(junk):
    content = junk * (WINDOW_BYTES // len(junk))
    for edge in (content, b"solid\nfacet normal\n" + content, STEP[:14] + content, MODEL[:4] + content):
        within(0.5, partial(rejected_or_not, edge + b"?"))


def rejected_or_not(edge):
    with contextlib.suppress(Rejected):
        kind_of(edge)


def test_a_refusal_names_what_we_take():
    with pytest.raises(UnknownFileType, match="STEP, STL, 3MF, OBJ or DXF"):
        kind_of(b"hello")
