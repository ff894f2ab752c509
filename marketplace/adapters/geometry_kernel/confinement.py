"""A process gives up what it does not need before it reads a stranger's file.

Each measure is taken where the platform and our rights allow it. As root the child becomes `nobody` inside a root
directory that holds only its file. As a plain user the same happens inside a user namespace, where there are any.

bubblewrap is not used for it: docs/decisions/0012-no-bubblewrap-around-each-file.md says what it gives, what is here
instead, and where a worker should stand inside one.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Final

from marketplace.adapters.geometry_kernel import syscalls

NOBODY: Final = 65534
OPEN_FILES: Final = 64
ZYGOTE_FILES: Final = 512

# linux/sched.h, linux/prctl.h, linux/capability.h
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_CAPABILITY_VERSION_3: Final = 0x20080522

_LIBC: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def leave_the_network() -> bool:
    """Move this process and its children to a network without interfaces; says whether that was allowed."""
    if _LIBC is None:
        return False
    if os.geteuid() == 0:
        return bool(_LIBC.unshare(_CLONE_NEWNET) == 0)
    uid, gid = os.geteuid(), os.getegid()
    if _LIBC.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    _keep_ids(uid, gid)
    return True


def _keep_ids(uid: int, gid: int) -> None:
    """Keep the ids we had, so that files we make still belong to us (user_namespaces(7))."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with contextlib.suppress(OSError):
            (Path("/proc/self") / name).write_text(text)


def hold_few_files() -> None:
    """Lower the number of open files of this process, so that a child can close them all quickly."""
    _bound(resource.RLIMIT_NOFILE, ZYGOTE_FILES, ZYGOTE_FILES)


def confine(room: Path, *, cpu_s: int, memory_bytes: int, baseline_bytes: int, keep: tuple[int, ...]) -> None:
    """Lock this process into `room` with the open files in `keep` and the limits given; there is no way back."""
    _silence()
    _close_all_but(keep)
    os.chdir(room)
    if _LIBC is not None:
        with contextlib.suppress(OSError):
            os.chroot(".")
    _limit(cpu_s=cpu_s, address_bytes=baseline_bytes + memory_bytes)
    _become_nobody()
    syscalls.restrict()


def address_space_bytes() -> int:
    """Address space of this process now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _silence() -> None:
    """OpenCASCADE prints to standard output; nobody reads it."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)


def _close_all_but(keep: tuple[int, ...]) -> None:
    start = 3
    for descriptor in sorted(keep):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _limit(*, cpu_s: int, address_bytes: int) -> None:
    """setrlimit(2). The soft CPU limit comes as SIGXCPU, so that it can be told from being out of memory."""
    _bound(resource.RLIMIT_CPU, cpu_s, cpu_s + 1)
    if _LIBC is not None:
        _bound(resource.RLIMIT_AS, address_bytes, address_bytes)
        _bound(resource.RLIMIT_NPROC, 0, 0)
    _bound(resource.RLIMIT_FSIZE, 0, 0)
    _bound(resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES)
    _bound(resource.RLIMIT_CORE, 0, 0)


def _bound(which: int, soft: int, hard: int) -> None:
    ceiling = resource.getrlimit(which)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(which, (soft, hard))


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    if _LIBC is None:
        return
    _drop_capabilities()
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _drop_capabilities() -> None:
    """A user namespace grants all capabilities inside it; capset(2) gives them back."""
    assert _LIBC is not None
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    _LIBC.capset(ctypes.byref(header), ctypes.byref(none))
