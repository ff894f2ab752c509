"""From how a child ended to what that means for its file."""

import logging
import os
import signal
from dataclasses import dataclass
from typing import Final

from marketplace.adapters.geometry_kernel import answers, child
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.outcomes import Crashed, Measured, Outcome, OutOfMemory, Pictures, Refused, TimedOut
from marketplace.kernel.errors import Unavailable

log: Final = logging.getLogger(__name__)

MAX_CODE_CHARS: Final = 60
MAX_MESSAGE_CHARS: Final = 500
NEAR_LIMIT: Final = 0.8
UNAVAILABLE: Final = "Parts cannot be measured at the moment. Please try again later."


class KernelUnavailable(Unavailable):
    """The geometry kernel does not start, or cannot shut its children in."""

    code = "kernel_unavailable"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: wait status, whether its time was up, what it used, what it answered."""

    status: int
    overdue: bool
    cpu_s: float
    peak_kb: int
    answer: bytes


def outcome(ending: Ending, limits: Limits) -> Outcome:
    """What the ending means. An answer counts only from a child that left in peace."""
    log.info("geometry child ended: cpu %.3f s, peak %d MB", ending.cpu_s, ending.peak_kb // 1024)
    if ending.overdue:
        return TimedOut(limits.wall_s)
    if os.WIFSIGNALED(ending.status):
        return _killed(os.WTERMSIG(ending.status), ending.peak_kb, limits)
    return _left(os.WEXITSTATUS(ending.status), ending.answer, limits)


def _left(status: int, answer: bytes, limits: Limits) -> Outcome:
    if status == child.NOT_CONFINED:
        raise KernelUnavailable(UNAVAILABLE)
    if status == child.NO_MEMORY:
        return OutOfMemory()
    return _answered(answer, limits) if status == 0 else Crashed(0)


def _killed(by: int, peak_kb: int, limits: Limits) -> Outcome:
    """A kernel that gets no memory mostly falls over a null pointer: near the limit a crash means out of memory.

    SIGKILL is neither ours nor the CPU limit's, which come first: the system wanted its memory back.
    """
    if by == signal.SIGXCPU:
        return TimedOut(limits.cpu_s)
    if by == signal.SIGKILL or peak_kb * 1024 >= NEAR_LIMIT * limits.memory_bytes:
        return OutOfMemory()
    return Crashed(by)


def _answered(answer: bytes, limits: Limits) -> Outcome:
    try:
        return _meaning(*answers.unpacked(answer, most_record_bytes=limits.record_bytes))
    except answers.MalformedAnswer as error:
        log.warning("a geometry child answered nonsense: %.200s", error)
        return Crashed(0)


def _meaning(said: answers.Record, pictures: Pictures | None) -> Outcome:
    if said.detail:
        log.warning("a file was not read: %.500s", said.detail)
    if said.measured is not None:
        return Measured(said.measured, pictures, said.cpu_s)
    if said.out_of_memory:
        return OutOfMemory()
    if said.refused is None:
        raise answers.MalformedAnswer("neither measured nor refused")
    return Refused(said.refused[:MAX_CODE_CHARS], said.message[:MAX_MESSAGE_CHARS])
