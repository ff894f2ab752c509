"""The zygote and its children as processes."""

import os
import select
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from marketplace.adapters.geometry_kernel import answers, endings
from marketplace.adapters.geometry_kernel.endings import Ending, KernelUnavailable, outcome
from marketplace.adapters.geometry_kernel.limits import Limits, packed, unpacked
from marketplace.adapters.geometry_kernel.measurer import ENVIRONMENT, KernelMeasurer
from marketplace.geometry.outcomes import Crashed, Measured, OutOfMemory, Pictures, Refused, TimedOut
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import FileKind
from tools.samples import FOLDER

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
SAMPLES = sorted(FOLDER.iterdir())
REPOSITORY = FOLDER.parent


def test_nothing_starts_before_the_first_file():
    script = (
        "import sys\n"
        "from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer\n"
        "with KernelMeasurer() as measurer: assert measurer.zygote_pid is None\n"
        "print(sorted({'OCP', 'numpy', 'trimesh', 'scipy'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_several_threads_measure_at_once(kernel):
    files = SAMPLES * 4
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda path: kernel.measure(path, sniff(path)), files))

    assert together == [kernel.measure(path, sniff(path)) for path in files]
    assert all(isinstance(each, Measured) for each in together)


@LINUX
def test_the_zygote_has_no_secrets_no_threads_and_no_leftovers(kernel, monkeypatch):
    kernel.measure(SAMPLES[0], sniff(SAMPLES[0]))
    about = Path(f"/proc/{kernel.zygote_pid}")
    names = {line.partition(b"=")[0].decode() for line in (about / "environ").read_bytes().split(b"\0") if line}
    rooms = Path((about / "cmdline").read_text().split("\0")[-2])

    assert names == set(ENVIRONMENT)
    assert not {name for name in names if any(word in name for word in ("PATH", "HOME", "KEY", "SECRET", "URL"))}
    assert len(list((about / "task").iterdir())) == 1
    assert rooms.is_dir()
    assert list(rooms.iterdir()) == []


def test_a_dead_zygote_is_replaced_by_the_next_call(kernel):
    before = kernel.measure(SAMPLES[0], sniff(SAMPLES[0]))
    died = kernel.zygote_pid
    os.kill(died, signal.SIGKILL)

    assert kernel.measure(SAMPLES[0], sniff(SAMPLES[0])) == before
    assert kernel.zygote_pid != died


def test_a_zygote_that_dies_during_a_file_costs_one_more_try(kernel):
    before = kernel.measure(SAMPLES[0], sniff(SAMPLES[0]))
    os.kill(kernel.zygote_pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(kernel.measure, SAMPLES[0], sniff(SAMPLES[0]))
        os.kill(kernel.zygote_pid, signal.SIGKILL)

        assert waiting.result() == before


@LINUX
def test_a_killed_worker_takes_its_zygote_and_its_folders_along():
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer\n"
        "from marketplace.geometry.values import FileKind\n"
        "measurer = KernelMeasurer()\n"
        "measurer.measure(Path(sys.argv[1]), FileKind.STL)\n"
        "print(measurer.zygote_pid, measurer._zygote.rooms, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", script, str(FOLDER / "clip.stl")]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert done.returncode == -signal.SIGKILL
    pid, rooms = done.stdout.split()
    assert has_ended(int(pid))
    assert not Path(rooms).exists()


def has_ended(pid: int) -> bool:
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], 20)[0])
    finally:
        os.close(process)


def test_a_closed_measurer_opens_again_and_cleans_up():
    measurer = KernelMeasurer()
    assert isinstance(measurer.measure(FOLDER / "clip.stl", FileKind.STL), Measured)
    first = measurer.zygote_pid
    measurer.close()

    assert measurer.zygote_pid is None
    assert has_ended(first)
    measurer.close()


def test_a_missing_file_is_the_callers_mistake(kernel, tmp_path):
    with pytest.raises(FileNotFoundError):
        kernel.measure(tmp_path / "nothing", FileKind.STEP)


def test_an_order_travels_unchanged():
    limits = Limits(wall_s=1, cpu_s=2, memory_bytes=3 << 33, triangles=5)

    for kind in FileKind:
        assert unpacked(packed(kind, limits)) == (kind, limits)


def ended(record: bytes = b"", *, status: int = 0, overdue: bool = False, peak_kb: int = 200_000) -> object:
    answer = answers.packed(record)
    return outcome(Ending(status=status, overdue=overdue, cpu_s=0.1, peak_kb=peak_kb, answer=answer), Limits())


@pytest.mark.parametrize(
    ("ending", "meaning"),
    [
        ({"status": signal.SIGSEGV}, Crashed(signal.SIGSEGV)),
        ({"status": signal.SIGABRT}, Crashed(signal.SIGABRT)),
        ({"status": signal.SIGSEGV, "peak_kb": 1_900_000}, OutOfMemory()),
        ({"status": signal.SIGABRT, "peak_kb": 1_900_000}, OutOfMemory()),
        ({"status": signal.SIGKILL}, OutOfMemory()),
        ({"status": signal.SIGKILL, "overdue": True}, TimedOut(60)),
        ({"status": signal.SIGXCPU}, TimedOut(45)),
        ({"status": 1 << 8}, Crashed(0)),
        ({"status": 2 << 8}, OutOfMemory()),
        ({"record": b'{"out_of_memory": true}'}, OutOfMemory()),
        ({"record": b'{"refused": "file_odd", "message": "Odd."}'}, Refused("file_odd", "Odd.")),
        ({"record": b""}, Crashed(0)),
        ({"record": b"[" * 200_000}, Crashed(0)),
        ({"record": b"\xff\xfe"}, Crashed(0)),
        ({"record": b"null"}, Crashed(0)),
        ({"record": b"{}"}, Crashed(0)),
        ({"record": b'{"measured": {"volume_mm3": 1}}'}, Crashed(0)),
        ({"record": b'{"measured": NaN}'}, Crashed(0)),
        ({"record": b'{"refused": 7, "message": []}'}, Crashed(0)),
        ({"record": b'{"measured": {}}', "status": signal.SIGSEGV}, Crashed(signal.SIGSEGV)),
    ],
)
def test_how_an_ending_is_read(ending, meaning):
    assert ended(**ending) == meaning


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"short",
        answers.packed(b"{}")[:-1],
        answers.packed(b"{}") + b"x",
        answers.packed(b"{}", Pictures(b"GIF8", b"")),
    ],
)
def test_an_answer_whose_parts_do_not_fit_counts_as_a_crash(answer):
    ending = Ending(status=0, overdue=False, cpu_s=0.1, peak_kb=200_000, answer=answer)

    assert outcome(ending, Limits()) == Crashed(0)


def test_a_record_longer_than_we_accept_counts_as_a_crash():
    assert ended(b" " * (Limits().record_bytes + 1)) == Crashed(0)


def test_pictures_travel_beside_the_record():
    pictures = Pictures(b"\x89PNG\r\n\x1a\nrest", b"glTFrest")
    answer = answers.packed(b'{"refused": "odd"}', pictures)

    assert answers.unpacked(answer, most_record_bytes=100) == (answers.Record(refused="odd"), pictures)


def test_a_long_refusal_is_cut():
    refused = ended(b'{"refused": "%s", "message": "%s"}' % (b"c" * 9999, b"m" * 9999))

    assert (len(refused.code), len(refused.message)) == (endings.MAX_CODE_CHARS, endings.MAX_MESSAGE_CHARS)


def test_a_child_that_could_not_be_confined_is_our_fault_and_not_the_files():
    with pytest.raises(KernelUnavailable):
        ended(status=3 << 8)
