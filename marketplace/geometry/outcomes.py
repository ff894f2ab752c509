"""How an attempt to measure a file ended. Everything but `Measured` carries a code and a message for the customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from marketplace.geometry.values import Measurement


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a customer looks at: a thumbnail (PNG) and a model for a browser (binary glTF; empty for a drawing)."""

    thumbnail: bytes
    model: bytes


@dataclass(frozen=True, slots=True)
class Measured:
    """The kernel read the file to its end."""

    measurement: Measurement
    pictures: Pictures | None = None
    cpu_s: Mapping[str, float] = field(default_factory=dict, compare=False)
    """CPU seconds of each step, in the order in which they were taken."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The file was read and is not a part we can measure; the message says why."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """The kernel died while reading; `signal` is 0 when it left without a sensible answer."""

    signal: int
    code: ClassVar[str] = "file_crashes_kernel"
    message: ClassVar[str] = (
        "The file breaks the CAD kernel that reads it. Open it in your CAD program, repair it and export it again."
    )


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Reading took longer than we allow."""

    seconds: float
    code: ClassVar[str] = "file_takes_too_long"

    @property
    def message(self) -> str:
        """What the customer can do about it."""
        return f"Measuring the file took longer than {self.seconds:g} seconds. Export a simpler model and try again."


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """Reading took more memory than we allow."""

    code: ClassVar[str] = "file_takes_too_much_memory"
    message: ClassVar[str] = "Measuring the file takes more memory than we allow. Export a simpler model and try again."


Outcome = Measured | Refused | Crashed | TimedOut | OutOfMemory
