"""What a file is, its content says; what is none of the kinds is not taken."""

import io
import zipfile
import zlib

import pytest

from marketplace.attachments.errors import AttachmentKindUnknown
from marketplace.attachments.kinds import MEDIA_TYPES, AttachmentKind, sniff
from marketplace.geometry.errors import EmptyFile, TruncatedFile
from tests.uploads import STEP, STL, TRUNCATED_STEP


def chunk(name: bytes, held: bytes = b"") -> bytes:
    return len(held).to_bytes(4, "big") + name + held + zlib.crc32(name + held).to_bytes(4, "big")


PNG = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0" * 13) + chunk(b"IEND")
JPEG = b"\xff\xd8\xff\xe0" + b"\x01" * 64 + b"\xff\xd9"
WEBP = b"RIFF" + (12).to_bytes(4, "little") + b"WEBPVP8 " + b"\0" * 4
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
DXF = b"0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n"
CSV = b"hole;nominal;measured\n1;8.00;8.01\n2;8.00;7.99\n"
TEXT = b"Bitte die Kante brechen.\nDanke.\n"


def archive(**members: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return kept.getvalue()


GOOD = {
    AttachmentKind.PNG: PNG,
    AttachmentKind.JPEG: JPEG,
    AttachmentKind.WEBP: WEBP,
    AttachmentKind.PDF: PDF,
    AttachmentKind.STEP: STEP,
    AttachmentKind.STL: STL,
    AttachmentKind.THREE_MF: archive(**{"[Content_Types].xml": "<Types/>", "3D/part.model": "<model/>"}),
    AttachmentKind.DXF: DXF,
    AttachmentKind.CSV: CSV,
    AttachmentKind.TXT: TEXT,
    AttachmentKind.ZIP: archive(photo="x"),
}


@pytest.fixture
def sniffed(tmp_path):
    def write(content: bytes) -> AttachmentKind:
        path = tmp_path / "file"
        path.write_bytes(content)
        return sniff(path)

    return write


def test_every_kind_is_tried_here_and_has_a_media_type():
    assert set(GOOD) == set(AttachmentKind) == set(MEDIA_TYPES)


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_is_what_its_content_says(sniffed, kind):
    assert sniffed(GOOD[kind]) is kind


@pytest.mark.parametrize(
    "content",
    [PNG[:-12], WEBP[:-8], PDF[:-6], TRUNCATED_STEP, archive(photo="x")[:-22]],
    ids=["png", "webp", "pdf", "step", "zip"],
)
def test_a_file_that_stops_before_its_end_is_refused(sniffed, content):
    with pytest.raises(TruncatedFile):
        sniffed(content)


@pytest.mark.parametrize(
    "content",
    [b"\x7fELF\x02\x01\x01\x00", b"MZ\x90\x00", b"\x1f\x8b\x08\x00", b"GIF89a\x01\x00", b"a letter\x00", b"\x00" * 500],
    ids=["program", "windows program", "gzip", "gif", "text with a zero", "zeros"],
)
def test_what_is_of_no_kind_is_refused(sniffed, content):
    with pytest.raises(AttachmentKindUnknown):
        sniffed(content)


def test_a_zero_far_behind_the_beginning_makes_a_text_none(sniffed):
    assert sniffed(b"x\n" * 100_000) is AttachmentKind.TXT
    with pytest.raises(AttachmentKindUnknown):
        sniffed(b"x\n" * 100_000 + b"\0")


def test_an_empty_file_is_refused(sniffed):
    with pytest.raises(EmptyFile):
        sniffed(b"")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"a,b\n1,2\n", AttachmentKind.CSV),
        (b"a\tb\n1\t2", AttachmentKind.CSV),
        (b'\xef\xbb\xbf"a, b",c\n"1\n2",3\n', AttachmentKind.CSV),
        (b"a,b\n1\n", AttachmentKind.TXT),
        (b"a,b\n", AttachmentKind.TXT),
        (b'a,"b\n', AttachmentKind.TXT),
        (b"<html><script>alert(1)</script></html>", AttachmentKind.TXT),
        ("Prüfmaß;8,00\nBohrung;8,01\n".encode("cp1252"), AttachmentKind.CSV),
    ],
)
def test_a_table_is_text_whose_rows_have_as_many_cells(sniffed, content, kind):
    assert sniffed(content) is kind
