"""What we promised of measuring, by kind and size of file, in CPU seconds of a warm kernel."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from marketplace.geometry.values import FileKind
from tools.bench_geometry.costs import Cost

STEP_CPU_S: Final = ((250_000, 0.7), (600_000, 1.5), (2_000_000, 4.0))
"""A STEP file up to so many bytes, everything with its preview."""
DXF_CPU_S: Final = 0.1
PNG_CPU_S: Final = 0.3
LARGE_BYTES: Final = 60_000_000
LARGE_CORE_CPU_S: Final = 3.0
LARGE_PEAK_MB: Final = 500.0
"""The core figures of an STL of 1.3 million triangles: volume, area, box, closed."""


@dataclass(frozen=True)
class Promise:
    """One figure with the limit that we promised."""

    what: str
    value: float
    limit: float
    unit: str

    @property
    def is_kept(self) -> bool:
        return self.value <= self.limit

    def __str__(self) -> str:
        mark = "met" if self.is_kept else "MISSED"
        return f"{self.what}: {self.value:.2f} {self.unit}, promised ≤ {self.limit:g} {self.unit}: {mark}"


def promises(path: Path, kind: FileKind, cost: Cost) -> list[Promise]:
    """What was promised of a file of this kind and size that was measured."""
    size = path.stat().st_size
    if cost.refused:
        return []
    if kind is FileKind.DXF:
        return [Promise(f"{path.name}: everything", cost.cpu_s, DXF_CPU_S, "CPU s")]
    found = [Promise(f"{path.name}: preview", cost.of("preview"), PNG_CPU_S, "CPU s")] if size < LARGE_BYTES else []
    if kind is FileKind.STEP:
        limits = [limit for bytes_, limit in STEP_CPU_S if size <= bytes_]
        found += [Promise(f"{path.name}: everything", cost.cpu_s, limit, "CPU s") for limit in limits[:1]]
    elif size >= LARGE_BYTES:
        found.append(Promise(f"{path.name}: volume, area, box, closed", cost.read_s, LARGE_CORE_CPU_S, "CPU s"))
        found.append(Promise(f"{path.name}: peak memory of everything", cost.peak_mb, LARGE_PEAK_MB, "MB"))
    return found
