"""The steps of measuring one file: what each cost, and what of them failed without taking the rest along."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from marketplace.geometry.values import Remark, RemarkKind
from marketplace.kernel.errors import Rejected

Found = TypeVar("Found")


@dataclass(slots=True)
class Steps:
    """CPU seconds by step, in the order in which they were first taken, and remarks on what was not found."""

    cpu_s: dict[str, float] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Count what is done inside as part of the step."""
        began = time.process_time()
        try:
            yield
        finally:
            self.cpu_s[name] = self.cpu_s.get(name, 0.0) + time.process_time() - began

    def tried(self, name: str, what: str, find: Callable[[], Found]) -> Found | None:
        """What `find` finds; a part has a price without its further figures, so a failure is a remark.

        Refusals and the lack of memory pass.
        """
        try:
            with self.timed(name):
                return find()
        except (Rejected, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - kernels raise anything on odd geometry; the core figures stand
            self.miss(what)
            return None

    def miss(self, what: str) -> None:
        """Remark that something was not found."""
        self.remarks.append(Remark(RemarkKind.NOT_MEASURED, f"We could not find {what}; the part is odd there."))
