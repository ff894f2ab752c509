"""`make compare-geometry [GEOMETRY_FILES=folder]`: exits 1 if a figure differs beyond its limit, 2 without programs."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.outcomes import Measured
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import FileKind, Measurement, Units
from marketplace.kernel.errors import Rejected
from tools.compare_geometry import declared, parts, rows, solids, triangles
from tools.compare_geometry.rows import Left, Row

STL_VOLUME: Final = 1e-5
"""admesh adds up in single precision."""
STEP_LIMIT: Final = 1e-3
SUFFIXES: Final = frozenset({".stl", ".step", ".stp"})


def main() -> int:
    try:
        triangles.install()
        solids.install()
    except triangles.NoProgram as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as own:
        given = os.environ.get("GEOMETRY_FILES")
        if not given:
            parts.make(Path(own))
        return compared(Path(given or own))


def compared(folder: Path) -> int:
    """Print the table for the STL and STEP files below the folder; 1 if a figure differs or there is no such file."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    found: list[Row] = []
    left: list[Left] = []
    print(rows.head())
    with KernelMeasurer() as kernel:
        for path in paths:
            for item in _compared(kernel, path):
                (found if isinstance(item, Row) else left).append(item)
                if isinstance(item, Row):
                    print(rows.line(item), flush=True)
    print(f"\n{rows.summary(found, left)}")
    return int(not found or any(not row.agrees for row in found))


def _compared(kernel: KernelMeasurer, path: Path) -> Iterator[Row | Left]:
    try:
        kind = sniff(path)
        outcome = kernel.measure(path, kind)
    except Rejected as refusal:
        yield Left(path.name, f"we refuse it ({refusal.code})")
        return
    if not isinstance(outcome, Measured):
        yield Left(path.name, f"we do not measure it ({outcome.code})")
        return
    try:
        yield from _rows(path, outcome.measurement)
    except triangles.NoAnswer as reason:
        yield Left(path.name, str(reason))


def _rows(path: Path, part: Measurement) -> Iterable[Row | Left]:
    if part.kind is FileKind.STEP:
        return [*_solids(path, part), *_declared(path, part)]
    return _triangles(path, part)


def _triangles(path: Path, part: Measurement) -> Iterator[Row | Left]:
    """Open parts have no volume to compare; bodies that run through each other are one to us and two to admesh."""
    theirs = triangles.measured(path, max(part.box_mm))
    yield Row(path.name, "closed", _words(part.is_closed), _words(theirs.is_closed))
    if not (part.is_closed and theirs.is_closed):
        return
    yield Row(path.name, "shells", str(part.shells), str(theirs.shells))
    if part.overlaps:
        yield Left(path.name, "volume: its bodies run through each other")
    else:
        yield Row(path.name, "volume", part.volume_mm3, theirs.volume, STL_VOLUME)


def _solids(path: Path, part: Measurement) -> Iterator[Row]:
    theirs = solids.measured(path)
    yield Row(path.name, "solids", str(part.bodies), str(theirs.count))
    yield Row(path.name, "volume mm³", part.volume_mm3, theirs.volume_mm3, STEP_LIMIT)
    yield Row(path.name, "area mm²", part.area_mm2, theirs.area_mm2, STEP_LIMIT)
    yield Row(path.name, "box mm", part.box_mm, theirs.nearest_box_mm(part.box_mm), STEP_LIMIT)


def _declared(path: Path, part: Measurement) -> Iterator[Row]:
    """Of a single body in millimetres, what the CAD program declared of it."""
    if part.bodies != 1 or part.declared_units is not Units.MM:
        return
    ours = {"volume mm³": part.volume_mm3, "area mm²": part.area_mm2}
    for figure, theirs in declared.measured(path).items():
        yield Row(path.name, f"{figure} CAD", ours[figure], theirs, STEP_LIMIT)


def _words(is_closed: bool) -> str:
    return "closed" if is_closed else "open"


if __name__ == "__main__":
    sys.exit(main())
