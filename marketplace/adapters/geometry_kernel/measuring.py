"""One file from its bytes to all that is known of it: read, measured, pictured. Runs in the child only."""

from dataclasses import dataclass
from pathlib import Path

from marketplace.adapters.geometry_kernel.brep import step
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes import stl
from marketplace.geometry.outcomes import Pictures
from marketplace.geometry.values import FileKind, Measurement

_READERS = {FileKind.STEP: step.measure, FileKind.STL: stl.measure}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds, and what it looks like."""

    measurement: Measurement
    pictures: Pictures | None = None


def measure(kind: FileKind, path: Path, limits: Limits) -> Reading:
    """Read and measure a file; raises the refusals of its reader."""
    return Reading(_READERS[kind](path, limits))
