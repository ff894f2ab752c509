"""Every kind of hostile file we know of: refused with a reason or harmless, in time, and a good file after it works."""

from dataclasses import replace

import pytest

from marketplace.geometry.outcomes import Crashed, Measured, OutOfMemory, Refused
from marketplace.geometry.sniffing import sniff_bytes
from marketplace.geometry.values import FileKind
from marketplace.kernel.errors import Rejected
from tests.marketplace.adapters.geometry_kernel.hostile import archives, plain_files
from tools.made_parts import package

MOST_CPU_S = 10

CORPUS = {
    **{("3mf", name): (FileKind.THREE_MF, make) for name, make in archives.archives().items()},
    **{("3mf", name): (FileKind.THREE_MF, make) for name, make in archives.models().items()},
    **{("step", name): (FileKind.STEP, make) for name, make in plain_files.step_files().items()},
    **{("stl", name): (FileKind.STL, make) for name, make in plain_files.stl_files().items()},
    **{("obj", name): (FileKind.OBJ, make) for name, make in plain_files.obj_files().items()},
    **{("dxf", name): (FileKind.DXF, make) for name, make in plain_files.dxf_files().items()},
}
HARMLESS = {
    ("3mf", "a million entries by its own word"),  # the directory is read to its end, not to its word
    ("3mf", "two entries in one place"),  # only one of them is a model that is built
    ("3mf", "a name of a megabyte"),
    ("3mf", "a thousand attributes"),
    ("stl", "all corners in one place"),
    ("stl", "the same triangle 3,000 times"),
    ("obj", "a face of 300,000 corners"),
    ("obj", "corners without a face"),
    ("obj", "free forms"),
}
"""What is measured after all: the part beside what is odd about it, or nothing that is closed and so has a price."""

TWICE = ("step", "every entity twice")
"""Two bodies where one was meant; each figure counts both, and so does the number of bodies."""


def test_there_are_many_kinds_of_hostile_files():
    assert len(CORPUS) + len(plain_files.two_things()) >= 60


@pytest.fixture
def hurried(kernel, monkeypatch):
    """The shared kernel with ten seconds of CPU for each file."""
    monkeypatch.setattr(kernel, "limits", replace(kernel.limits, cpu_s=MOST_CPU_S))
    return kernel


@pytest.fixture
def attempt(hurried, tried):
    """Measure bytes as a kind, whatever sniffing says of them, then a good file with the same kernel."""

    def measure(content, kind):
        zygote = hurried.zygote_pid
        outcome = tried(content or b"\0", kind)
        after = tried(plain_files.STL, FileKind.STL)
        assert isinstance(after, Measured)
        assert after.measurement.volume_mm3 == pytest.approx(6)
        assert zygote in (None, hurried.zygote_pid)
        return outcome

    return measure


@pytest.mark.parametrize("which", CORPUS, ids=" ".join)
def test_a_hostile_file_is_told_what_it_is(attempt, which):
    kind, make = CORPUS[which]
    outcome = attempt(make(), kind)

    if which in HARMLESS:
        assert isinstance(outcome, Measured), outcome
        part = outcome.measurement
        assert not part.is_closed or part.volume_mm3 == pytest.approx(6)
    elif which == TWICE and isinstance(outcome, Measured):
        assert outcome.measurement.bodies == 2
    elif kind is FileKind.STEP:
        assert isinstance(outcome, Refused | Crashed | OutOfMemory), outcome
    else:
        assert isinstance(outcome, Refused), outcome
    if not isinstance(outcome, Measured):
        assert outcome.code.startswith("file_")
        assert outcome.message
        assert "root:" not in outcome.message


@pytest.mark.parametrize("which", plain_files.two_things())
def test_what_is_no_part_is_refused_by_its_content(attempt, which):
    content = plain_files.two_things()[which]()

    with pytest.raises(Rejected) as refusal:
        sniff_bytes(head=content[:65536], tail=content[-65536:], size=len(content))
    assert refusal.value.message
    assert not isinstance(attempt(content, FileKind.STEP), Measured)


def test_an_outside_library_of_materials_is_never_opened(attempt):
    outcome = attempt(b"mtllib ../../../../etc/passwd\n" + plain_files.OBJ, FileKind.OBJ)

    assert isinstance(outcome, Measured)
    assert outcome.measurement.volume_mm3 == pytest.approx(6)


def test_a_good_archive_is_still_a_part(attempt):
    assert attempt(package(archives.MODEL), FileKind.THREE_MF).measurement.volume_mm3 == pytest.approx(6)
