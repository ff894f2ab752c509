"""Libraries that would start threads, in a child that may start none.

manifold3d computes with oneTBB, which asks once, at its first work, on how many processors the process may run, and
starts a thread for each but one; where the system refuses a thread, it gives up. On one processor it starts none.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_processor() -> Iterator[None]:
    """Inside, this process runs on one processor; afterwards where it may have run before."""
    if not hasattr(os, "sched_setaffinity"):  # only Linux keeps our children from starting threads
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[os.getpid() % len(allowed)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
