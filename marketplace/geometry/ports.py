"""What the marketplace asks of a geometry kernel."""

from pathlib import Path
from typing import Protocol

from marketplace.geometry.outcomes import Outcome
from marketplace.geometry.values import FileKind


class Measurer(Protocol):
    """Measures hostile files; never raises for what is in them and never takes its caller down."""

    def measure(self, path: Path, kind: FileKind) -> Outcome:
        """Measure the file at `path`, whose content was sniffed as `kind`."""
        ...

    def engine(self, kind: FileKind) -> str:
        """What measures files of this kind, with its version; one engine measures the same file the same."""
        ...
