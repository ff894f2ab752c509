"""What a child does between its fork and its end: shut itself in, measure one file, write one answer."""

import importlib
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final, NoReturn

from marketplace.adapters.geometry_kernel import answers, confinement, headless
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry import records
from marketplace.geometry.errors import OutOfRange, TooComplex, Unreadable
from marketplace.geometry.values import FileKind
from marketplace.kernel.errors import Rejected

PART: Final = "part"
"""The name of the file in the child's room: ours, never the customer's."""

NO_ANSWER: Final = 1
NO_MEMORY: Final = 2
NOT_CONFINED: Final = 3


@dataclass(frozen=True, slots=True)
class Task:
    """One file to measure: read it from `source`, answer on `result`."""

    kind: FileKind
    limits: Limits
    room: Path
    source: int
    result: int
    baseline_bytes: int


def load_kernels() -> None:
    """Import everything a child needs: once confined it can import nothing."""
    headless.allow()
    _measuring()


def _measuring() -> ModuleType:
    """Imported late, so that the worker, which shares this module's words, never loads a kernel."""
    return importlib.import_module("marketplace.adapters.geometry_kernel.measuring")


def run(task: Task) -> NoReturn:
    """Measure and leave; never returns into the zygote's code. How it went is in the exit status."""
    status = NOT_CONFINED
    try:
        _enter(task)
        status = NO_ANSWER
        _write(task.result, _answer(task))
        status = 0
    except MemoryError:
        status = NO_MEMORY
    finally:
        os._exit(status)


def _enter(task: Task) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _copy(task.source, task.room / PART)
    confinement.confine(
        task.room,
        cpu_s=task.limits.cpu_s,
        memory_bytes=task.limits.memory_bytes,
        baseline_bytes=task.baseline_bytes,
        keep=(task.result,),
    )


def _copy(source: int, target: Path) -> None:
    """A copy that `nobody` may read, of what the worker opened."""
    with open(source, "rb") as file, target.open("wb") as copy:
        shutil.copyfileobj(file, copy, 1 << 20)
    target.chmod(0o444)


def _answer(task: Task) -> bytes:
    try:
        reading = _measuring().measure(task.kind, Path(PART), task.limits)
        records.from_json(reading.measurement.as_json())
        text = answers.encoded(answers.Record(measured=reading.measurement, cpu_s=dict(reading.cpu_s)))
        _short_enough(text, task.limits)
    except Rejected as refusal:
        return answers.packed(answers.encoded(answers.Record(refused=refusal.code, message=refusal.message)))
    except Exception as error:  # noqa: BLE001 - kernels raise anything; whatever it was, this file is not measured
        return answers.packed(answers.encoded(_failure(error)))
    return answers.packed(text, reading.pictures)


def _short_enough(text: bytes, limits: Limits) -> None:
    if len(text) > limits.record_bytes:
        raise TooComplex("The part has more features than we can list. Please split or simplify it.")


def _failure(error: Exception) -> answers.Record:
    name = type(error).__name__
    if isinstance(error, records.MalformedRecord):
        message = f"The part has sizes that no part can have: {error}."
        return answers.Record(refused=OutOfRange.code, message=message)
    if isinstance(error, MemoryError) or "OutOfMemory" in name:
        return answers.Record(out_of_memory=True)
    return answers.Record(
        refused=Unreadable.code,
        message="The CAD kernel cannot read this file. Open it in your CAD program and export it again.",
        detail=f"{name}: {error}"[:500],
    )


def _write(descriptor: int, answer: bytes) -> None:
    with open(descriptor, "wb") as pipe:
        pipe.write(answer)
