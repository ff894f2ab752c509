"""Tells a story at a terminal: chapters, steps with their figures and times, and what is being waited for."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import Any, Final, TextIO, TypeVar

from tools.client import Refused

WIDTH: Final = 110
LABEL: Final = 22
POLL_S: Final = 0.05
SILENT_S: Final = 5.0
"""Where lines cannot be rewritten, waiting is told of this often."""
BOLD, GREEN, RED, DIM, PLAIN = "\033[1m", "\033[32m", "\033[31m", "\033[2m", "\033[0m"

Found = TypeVar("Found")


class Unexpected(Exception):
    """Something is not as the story says."""

    def __init__(self, what: str, *, expected: object, came: object) -> None:
        self.what, self.expected, self.came = what, expected, came
        super().__init__(f"{what}: expected {expected}, got {came}")


class StepFailed(Exception):
    """A step of the story did not happen; the cause says why."""

    def __init__(self, chapter: str, step: str) -> None:
        self.chapter, self.step = chapter, step
        super().__init__(f"chapter {chapter}, step “{step}”")


class Teller:
    """Writes to a terminal in colour and rewrites the line of the step under way; plain lines anywhere else."""

    def __init__(self, out: TextIO | None = None, *, is_brief: bool = False) -> None:
        self._out = out or sys.stdout
        self._is_brief = is_brief
        self._is_live = self._out.isatty()
        self._chapter = ""
        self._facts: list[str] = []
        self._step = ""
        self.steps = 0
        self.while_waiting: Callable[[], None] = lambda: None
        """Called at each look while something is awaited; raises when waiting is in vain."""

    def say(self, line: str = "") -> None:
        """One line, as it is."""
        self._rewind()
        print(line, file=self._out, flush=True)

    def chapter(self, number: int, title: str) -> None:
        """A new chapter begins."""
        self._chapter = f"{number} {title}"
        self.say(f"\n{self._in(BOLD, self._chapter)}")

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step: told with its figures and its time once it is done. Raises StepFailed."""
        self._step, self._facts = title, []
        self._live(f"  … {title}")
        began = time.perf_counter()
        try:
            yield
        except Exception as error:
            self._tell(RED, "✗", title, time.perf_counter() - began)
            raise StepFailed(self._chapter, title) from error
        self.steps += 1
        self._tell(GREEN, "✓", title, time.perf_counter() - began)

    def fact(self, label: str, value: object) -> None:
        """A figure of the step under way."""
        first, *rest = [part for line in str(value).splitlines() for part in wrap(line, WIDTH - LABEL - 6)] or [""]
        self._facts += [f"{label:<{LABEL - 2}}  {first}", *(f"{'':<{LABEL}}{line}" for line in rest)]

    def table(self, rows: Sequence[tuple[str, str]]) -> None:
        """Figures under each other: labels at the left, amounts at the right."""
        left, right = (max(map(len, column), default=0) for column in zip(*rows, strict=True))
        self._facts += [f"{label:<{left}}  {amount:>{right}}" for label, amount in rows]

    def block(self, text: str) -> None:
        """Lines of the step under way that stand as they are."""
        self._facts += text.splitlines()

    def until(self, what: str, probe: Callable[[], Found | None], *, seconds: float = 60) -> Found:
        """Ask again and again until there is an answer, and tell that we wait. Raises Unexpected when time runs out."""
        began = told = time.monotonic()
        while not (found := probe()):
            self.while_waiting()
            now = time.monotonic()
            if now - began > seconds:
                raise Unexpected(what, expected=f"within {seconds:g} s", came="nothing yet")
            self._live(f"  … {self._step}: {what} ({now - began:.1f} s)")
            if not self._is_live and now - told > SILENT_S:
                told = now
                self.say(f"  … {what} ({now - began:.0f} s)")
            time.sleep(POLL_S)
        return found

    def _tell(self, colour: str, sign: str, title: str, seconds: float) -> None:
        took = f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
        dots = self._in(DIM, "." * max(2, WIDTH - len(title) - len(took) - 6))
        self.say(f"  {self._in(colour, sign)} {title} {dots} {took}")
        for line in [] if self._is_brief else self._facts:
            self.say(f"      {line}".rstrip())

    def _live(self, line: str) -> None:
        if self._is_live:
            self._out.write(f"\r\033[K{self._in(DIM, line[: WIDTH + 20])}")
            self._out.flush()

    def _rewind(self) -> None:
        if self._is_live:
            self._out.write("\r\033[K")

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{PLAIN}" if self._is_live else text


def equal(what: str, came: Any, expected: Any) -> None:
    """Raises Unexpected unless both are the same."""
    if came != expected:
        raise Unexpected(what, expected=expected, came=came)


def near(what: str, came: float, expected: float, *, within: float) -> str:
    """The relative distance, in words. Raises Unexpected where it is larger than `within`."""
    off = abs(came - expected) / max(abs(expected), 1e-12)
    if off > within:
        raise Unexpected(what, expected=f"{expected:.6f} ± {within:g}", came=came)
    return f"off by {off:.0e}" if off else "exact"


def refused(what: str, ask: Callable[[], object], *, status: int, code: str) -> Refused:
    """The refusal that must come. Raises Unexpected when another one comes, or none."""
    try:
        came = ask()
    except Refused as refusal:
        equal(what, (refusal.status, refusal.code), (status, code))
        return refusal
    raise Unexpected(what, expected=f"{status} {code}", came=came)
