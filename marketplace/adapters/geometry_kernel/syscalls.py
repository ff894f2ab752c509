"""What a confined child may ask of Linux: memory, time, reading, its one answer and its end. All else is refused.

seccomp(2) by libseccomp, where both are there. What is not on the list fails with EPERM, as if a right were missing;
new processes and threads fail with EAGAIN, as the limit on their number makes them anyway, so that libraries behave
the same with and without the filter. What no reader of files ever asks for by mistake ends the child at once.
"""

import ctypes
import errno
import os
import sys
from functools import cache
from typing import Any, Final

ALLOWED: Final = (
    # memory
    "brk mmap munmap mremap mprotect madvise mincore membarrier get_mempolicy "
    # reading, and writing to what is open already
    "read readv pread64 preadv write writev close lseek dup dup2 dup3 fcntl poll ppoll select pselect6 "
    "fstat newfstatat stat lstat statx fstatfs access faccessat faccessat2 readlink readlinkat getdents64 getcwd "
    # time and chance
    "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getrusage getrandom "
    # processors, and locks between threads
    "futex sched_yield sched_getaffinity sched_setaffinity getcpu set_robust_list get_robust_list rseq "
    # signals, who we are, and the end
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending sigaltstack restart_syscall "
    "getpid gettid getppid getpgrp getuid geteuid getgid getegid getrlimit uname sysinfo exit exit_group"
)

NEVER: Final = (
    "execve execveat ptrace process_vm_readv process_vm_writev mount umount2 pivot_root move_mount open_tree fsopen "
    "unshare setns bpf perf_event_open keyctl add_key request_key userfaultfd io_uring_setup open_by_handle_at "
    "init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff"
)

PROCESSES: Final = "clone clone3 fork vfork"

# seccomp.h of libseccomp 2.5
_ALLOW: Final = 0x7FFF0000
_KILL_PROCESS: Final = 0x80000000
_FAIL: Final = 0x00050000
_BAD_ARCHITECTURE: Final = 2
_EQUAL: Final = 4
_MASKED_EQUAL: Final = 7
_UNKNOWN: Final = -1

_FOR_WRITING: Final = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class _Comparison(ctypes.Structure):
    """struct scmp_arg_cmp: what an argument of a call must be."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("how", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


@cache
def _library() -> Any:
    """libseccomp, or None. A confined child can load nothing, so its parent has called this."""
    if sys.platform != "linux":
        return None
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return None
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_attr_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32]
    library.seccomp_syscall_resolve_name.argtypes = [ctypes.c_char_p]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.POINTER(_Comparison),
    ]
    return library


@cache
def prepared() -> Any:
    """The filter but for what depends on the process, or None. Once in the zygote, for all of its children."""
    library = _library()
    rules = library and library.seccomp_init(_FAIL | errno.EPERM)
    if not rules:
        return None
    library.seccomp_attr_set(rules, _BAD_ARCHITECTURE, _KILL_PROCESS)
    for name in ALLOWED.split():
        _add(rules, _ALLOW, name)
    for name in NEVER.split():
        _add(rules, _KILL_PROCESS, name)
    for name in PROCESSES.split():
        _add(rules, _FAIL | errno.EAGAIN, name)
    for name, flags in (("openat", 2), ("open", 1)):
        _add(rules, _ALLOW, name, _Comparison(flags, _MASKED_EQUAL, _FOR_WRITING, os.O_RDONLY))
    _add(rules, _ALLOW, "prlimit64", _Comparison(0, _EQUAL, 0, 0))
    return rules


def restrict() -> bool:
    """Allow this process nothing but the above from now on; says whether the system could do that.

    It may signal itself, which `abort` does, and nobody else: its neighbours are `nobody`, too.
    """
    rules = prepared()
    if rules is None:
        return False
    for name in ("tgkill", "kill"):
        _add(rules, _ALLOW, name, _Comparison(0, _EQUAL, os.getpid(), 0))
    return bool(_library().seccomp_load(rules) == 0)


def _add(rules: Any, action: int, name: str, *comparisons: _Comparison) -> None:
    """One rule; a call that this processor or library does not know is refused by the default anyway."""
    library = _library()
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number != _UNKNOWN:
        array = (_Comparison * max(1, len(comparisons)))(*comparisons)
        library.seccomp_rule_add_array(rules, action, number, len(comparisons), array)
