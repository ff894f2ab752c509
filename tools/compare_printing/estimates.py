"""What we say of a printed part: seconds without heating, mm³ of plastic without waste, and what saying so costs."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes import layers, reading
from marketplace.costing import printing
from marketplace.costing.constants import constants
from marketplace.costing.values import Figure, PartFacts, Spread
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import FileKind

FILAMENT_MM2: Final = math.pi * 1.75**2 / 4
"""Section of the filament that all profiles print with."""
_LOWEST: Final = 10_000


@dataclass(frozen=True)
class Part:
    """A part as costing knows it; seconds of processor time to read it, and to measure its layers."""

    facts: PartFacts
    reading_s: float
    layers_s: float


@dataclass(frozen=True)
class Estimate:
    """Seconds, millimetres of filament, and the processor time of the formulas alone."""

    time_s: float
    filament_mm: float
    cpu_s: float


class NotPrintable(RuntimeError):
    """The file is not closed, or not of triangles."""


def measured(path: Path) -> Part:
    """Read a file of triangles and measure its layers, as the worker's kernel does. Raises NotPrintable, Rejected."""
    kind = sniff(path)
    if kind not in (FileKind.STL, FileKind.OBJ, FileKind.THREE_MF):
        raise NotPrintable("not a file of triangles")
    began = time.process_time()
    part = reading.read(kind, path, Limits())
    read = time.process_time()
    if not part.core.is_closed:
        raise NotPrintable("open: no price without a volume")
    found = layers.layers(part.mesh)
    done = time.process_time()
    facts = PartFacts(part.core.volume_mm3, part.core.area_mm2, part.core.box_mm, layers=found)
    return Part(facts, read - began, done - read)


def estimated(facts: PartFacts, profile: Mapping[str, Figure]) -> Estimate:
    """A print of the part by a profile."""
    k = {**constants("fdm"), **profile}
    began = time.process_time()
    if printing.has_layers(facts):
        laid = printing.laid_down(facts, k)
        seconds, plastic = laid.seconds, laid.plastic_mm3
    else:
        seconds, plastic = printing.rough_seconds(facts, k), printing.plastic_mm3(facts, k)
    return Estimate(float(seconds), float(plastic) / FILAMENT_MM2, time.process_time() - began)


def covers(spread: Spread, ours: float, theirs: float, *, time: bool) -> bool:
    """Whether the truth lies in the interval around our figure."""
    low, high = (spread.time_low_bps, spread.time_high_bps) if time else (spread.mass_low_bps, spread.mass_high_bps)
    return ours * low / _LOWEST <= theirs <= ours * high / _LOWEST
