"""What a confined process can still do: nothing of what a stranger's file might want."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tools.samples import FOLDER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces and chroot are Linux")

PLAIN_USER = 1000

PROBE = """
import ctypes, json, os, resource, socket, sys
from pathlib import Path
from marketplace.adapters.geometry_kernel import confinement, syscalls

room, port, user, report = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), os.dup(1)
secret = os.open("/etc/passwd", os.O_RDONLY)
if user:
    os.setgroups([]); os.setresgid(user, user, user); os.setresuid(user, user, user)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # dumpable again, as a process is that began as this user
neighbour = os.getppid()
prepared = syscalls.prepared()
left = confinement.leave_the_network()
confinement.hold_few_files()
space = confinement.address_space_bytes()
confinement.confine(room, cpu_s=5, memory_bytes=64 << 20, baseline_bytes=space, keep=(report,))
os.dup2(report, 2)

def refused(act):
    try:
        act()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return ""

def call():
    with socket.socket() as caller:
        caller.settimeout(2)
        caller.connect(("127.0.0.1", port))

def fork():
    if os.fork() == 0:
        os._exit(0)

def thread():
    import _thread
    try:
        _thread.start_new_thread(int, ())
    except RuntimeError as error:
        raise OSError from error

found = {
    "filtered": prepared is not None,
    "thread": refused(thread),
    "signal": refused(lambda: os.kill(neighbour, 0)),
    "priority": refused(lambda: os.setpriority(os.PRIO_PROCESS, neighbour, 5)),
    "limits": refused(lambda: resource.prlimit(neighbour, resource.RLIMIT_CPU)),
    "socket": refused(lambda: socket.socket()),
    "pipe": refused(lambda: os.pipe()),
    "reads": Path("part").read_text(),
    "left_the_network": left,
    "uid": os.getuid(),
    "passwd": refused(lambda: open("/etc/passwd").read()),
    "python": refused(lambda: open(os.__file__).read()),
    "proc": refused(lambda: os.listdir("/proc")),
    "root": sorted(os.listdir("/")) if not refused(lambda: os.listdir("/")) else None,
    "open_file": refused(lambda: os.fstat(secret)),
    "write": refused(lambda: Path("note").write_text("x" * 10)),
    "network": refused(call),
    "fork": refused(fork),
    "root_again": refused(lambda: os.setuid(0)),
    "chroot_again": refused(lambda: os.chroot("/")),
    "memory": refused(lambda: bytearray(256 << 20)),
    "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
    "cpu_s": resource.getrlimit(resource.RLIMIT_CPU)[0],
}
os.write(report, json.dumps(found).encode())
"""


@pytest.fixture
def room():
    """A folder that another user can reach, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755)
        (path / "part").write_text("a file")
        yield path


@pytest.fixture
def probe(room):
    """Confine a process in a room and hear what it could do; `user` is who it is before."""

    def run(user):
        if user:
            os.chown(room, user, user)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            command = [sys.executable, "-c", PROBE, str(room), str(listener.getsockname()[1]), str(user)]
            done = subprocess.run(command, cwd=FOLDER.parent, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    return run


IS_ROOT = os.geteuid() == 0


@pytest.mark.parametrize(
    "user",
    [
        pytest.param(0, id="as we are"),
        pytest.param(PLAIN_USER, id="as a plain user", marks=pytest.mark.skipif(not IS_ROOT, reason="needs root")),
    ],
)
def test_a_confined_process_reads_its_file_and_nothing_else(probe, user):
    found = probe(user)

    assert found["reads"] == "a file"
    assert found["open_file"] == "OSError"
    assert found["fork"] == "BlockingIOError"
    assert found["root_again"]
    assert found["chroot_again"]
    assert found["write"]
    assert found["memory"] == "MemoryError"
    assert (found["files"], found["core"], found["cpu_s"]) == (64, 0, 5)
    assert found["thread"]
    assert found["signal"] == "PermissionError"
    if found["filtered"]:
        assert found["socket"] == found["pipe"] == found["priority"] == found["limits"] == "PermissionError"
    if found["left_the_network"]:
        assert found["network"]
        assert found["root"] in (["part"], ["note", "part"])
        assert found["passwd"] == found["python"] == found["proc"] == "FileNotFoundError"
    if IS_ROOT and not user:
        assert found["uid"] == 65534
        assert found["write"] == "PermissionError"


DEADLY = """
import ctypes, os, sys
from marketplace.adapters.geometry_kernel import syscalls
libc = ctypes.CDLL(None)
libc.prctl(38, 1, 0, 0, 0)
if not syscalls.restrict():
    os.write(1, b"none")
    os._exit(0)
{act}
os.write(1, b"alive")
os._exit(0)
"""


@pytest.mark.parametrize(
    "act",
    [
        "os.execv('/bin/true', ['true'])",
        "libc.ptrace(0, 0, 0, 0)",
        "libc.unshare(0x10000000)",
        "libc.mount(None, b'/', None, 0, None)",
    ],
    ids=["exec", "ptrace", "unshare", "mount"],
)
def test_what_no_reader_of_files_asks_for_by_mistake_ends_the_child(act):
    done = subprocess.run(
        [sys.executable, "-c", DEADLY.format(act=act)], cwd=FOLDER.parent, capture_output=True, check=False
    )

    if done.stdout == b"none":
        pytest.skip("no libseccomp here")
    assert (done.returncode, done.stdout) == (-signal.SIGSYS, b"")


def test_a_filtered_process_may_end_itself_by_a_signal():
    script = DEADLY.format(act="os.abort()")
    done = subprocess.run([sys.executable, "-c", script], cwd=FOLDER.parent, capture_output=True, check=False)

    assert done.stdout == b"none" or done.returncode == -signal.SIGABRT
