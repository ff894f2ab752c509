"""Archives made to hurt: bombs, lies, secrets and places outside."""

import struct
import warnings
import zipfile
from io import BytesIO

import pytest

from marketplace.geometry.outcomes import Measured, Refused
from marketplace.geometry.values import FileKind
from marketplace.kernel.errors import Rejected
from tests.marketplace.adapters.geometry_kernel.meshes.mesh_files import (
    TYPES,
    model_xml,
    object_xml,
    package,
    part_of,
    threemf,
)
from tests.marketplace.adapters.geometry_kernel.meshes.solids import block, icosphere
from tests.stopwatch import within

GOOD = threemf(block((1, 2, 3)))
MODEL = model_xml(object_xml(1, block((1, 2, 3))))


def with_entries(*more: tuple[str, bytes], model: str = MODEL) -> bytes:
    content = BytesIO(package(model))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings(action="ignore"):
        for name, text in more:
            archive.writestr(name, text)
    return content.getvalue()


def patched(content: bytes, offset: int, figure: int, form: str, name: bytes = b"3D/3dmodel.model") -> bytes:
    """Another figure in the directory's entry of a file (its name begins 46 bytes in)."""
    changed = bytearray(content)
    struct.pack_into(form, changed, content.rindex(name) - 46 + offset, figure)
    return bytes(changed)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
LAUGHING = MODEL.replace("<model ", f'<!DOCTYPE model [<!ENTITY a0 "ha">{LAUGHS}]><model ').replace(
    "<resources>", "<metadata>&a8;</metadata><resources>"
)
FETCHING = MODEL.replace("<model ", '<!DOCTYPE model SYSTEM "file:///etc/passwd"><model ')
SPACES = MODEL.replace("<resources>", "<resources>" + " " * (64 << 20))

HOSTILE = {
    "a bomb": (with_entries(("bomb.png", bytes(60 << 20))), "file_too_complex"),
    "a bomb in the model": (package(SPACES), "file_too_complex"),
    "many small bombs": (with_entries(*((f"{n}.png", bytes(9 << 20)) for n in range(30))), "file_too_complex"),
    "too many entries": (with_entries(*((f"{n}.png", b"") for n in range(1001))), "file_too_complex"),
    "a large directory": (with_entries(*((f"{n:0>60000}.png", b"") for n in range(20))), "file_too_complex"),
    "laughs": (package(LAUGHING), "file_unreadable"),
    "a document elsewhere": (package(FETCHING), "file_unreadable"),
    "one name twice": (with_entries(("3D/3dmodel.model", MODEL.encode())), "file_unreadable"),
    "one name in two cases": (with_entries(("3d/3DMODEL.model", MODEL.encode())), "file_unreadable"),
    "a place above": (with_entries(("../../etc/cron.d/x", b"")), "file_unreadable"),
    "an absolute place": (with_entries(("/etc/x", b"")), "file_unreadable"),
    "a drive": (with_entries(("C:/x", b"")), "file_unreadable"),
    "encrypted": (patched(GOOD, 8, 1, "<H"), "file_unreadable"),
    "packed unusually": (patched(GOOD, 10, 12, "<H"), "file_unreadable"),
    "a size too small": (patched(GOOD, 24, 100, "<I"), "file_unreadable"),
    "a wild size": (patched(GOOD, 24, 0xFFFFFFF0, "<I"), "file_too_complex"),
    "another place": (patched(GOOD, 42, 7, "<I"), "file_unreadable"),
    "a wrong sum": (patched(GOOD, 16, 7, "<I"), "file_unreadable"),
    "no relationships": (GOOD.replace(b"_rels/.rels", b"_rels/.else"), "file_unreadable"),
    "no types": (GOOD.replace(b"[Content_Types]", b"[Malcontent_Ty]"), "file_unreadable"),
    "half": (GOOD[: len(GOOD) // 2], "file_unreadable"),
    "no archive": (b"PK\x03\x04" + bytes(100), "file_unreadable"),
}


@pytest.mark.parametrize("which", HOSTILE)
def test_a_hostile_archive_is_refused(tmp_path, which):
    content, code = HOSTILE[which]

    refused = within(5, lambda: refusal(tmp_path, content))

    assert refused.code == code


def refusal(tmp_path, content):
    with pytest.raises(Rejected) as refused:
        part_of(tmp_path, content, FileKind.THREE_MF)
    return refused.value


def test_a_size_too_large_in_the_directory_changes_nothing(tmp_path):
    content = patched(GOOD, 24, 5_000_000, "<I")

    assert part_of(tmp_path, content, FileKind.THREE_MF).core.volume_mm3 == pytest.approx(6)


def test_an_archive_within_the_archive_is_not_opened(tmp_path):
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(64 << 20))
    content = with_entries(("inner.zip", inner.getvalue()))

    assert part_of(tmp_path, content, FileKind.THREE_MF).core.volume_mm3 == pytest.approx(6)


def test_an_honest_file_may_be_packed_well(tmp_path):
    content = with_entries(("Metadata/notes.txt", TYPES.encode() + bytes(4 << 20)))

    assert part_of(tmp_path, content, FileKind.THREE_MF).core.is_closed


def test_the_confined_kernel_reads_3mf_and_refuses_bombs(tried):
    ball = tried(threemf(icosphere(2, 5.0)), FileKind.THREE_MF)
    bomb = tried(HOSTILE["a bomb"][0], FileKind.THREE_MF)
    laughs = tried(HOSTILE["laughs"][0], FileKind.THREE_MF)

    assert isinstance(ball, Measured)
    assert (ball.measurement.is_closed, ball.measurement.bodies) == (True, 1)
    assert isinstance(bomb, Refused)
    assert bomb.code == "file_too_complex"
    assert isinstance(laughs, Refused)
    assert "document type" in laughs.message


def test_the_confined_kernel_unites_bodies_without_a_thread(tried):
    from tests.marketplace.adapters.geometry_kernel.meshes.mesh_files import binary_stl, joined

    outcome = tried(binary_stl(joined(block((10, 10, 10)), block((10, 10, 10), (5, 5, 5)))), FileKind.STL)

    assert isinstance(outcome, Measured)
    assert outcome.measurement.volume_mm3 == pytest.approx(1875)
