"""`python -m tools.bench_geometry [FOLDER] [--quick]`: a table of files × steps, cold and warm.

Files are of our own making, a mesh of 1.3 million triangles among them, and those of FOLDER (GEOMETRY_FILES).
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.sniffing import sniff
from marketplace.kernel.errors import Rejected
from tools import made_parts
from tools.bench.geometry import plate
from tools.bench_geometry.costs import Cost, cold, per_minute, warm
from tools.bench_geometry.targets import Promise, promises
from tools.samples import write_step

AROUND, ACROSS = 1300, 500
"""A rippled ring of 1.3 million triangles."""
HEADS: Final = (
    "read",
    "measure",
    "features",
    "rules",
    "preview",
    "CPU s",
    "wall s",
    "peak MB",
    "cold CPU",
    "cold wall",
)


def main() -> int:
    """Measure and tell; 1 if a promise is missed."""
    asked = _command_line().parse_args()
    with tempfile.TemporaryDirectory() as folder, KernelMeasurer() as kernel:
        files = [*_ours(Path(folder), quick=asked.quick), *_theirs(asked.folder)]
        print(_row("CPU seconds, warm, unless it says otherwise", HEADS), flush=True)
        warm(kernel, files[0], 1)
        told = list(_told(kernel, files, runs=1 if asked.quick else 3))
    _summary([cost for cost, _ in told])
    kept = [promise for _, made in told for promise in made]
    missed = [promise for promise in kept if not promise.is_kept]
    for promise in missed:
        print(promise)
    print(f"{len(kept) - len(missed)} of {len(kept)} promises kept.")
    return 1 if missed else 0


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.bench_geometry", description="What measuring costs here.")
    given = os.environ.get("GEOMETRY_FILES")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(given) if given else None, help="more CAD files")
    parser.add_argument("--quick", action="store_true", help="each file once, and no large mesh")
    return parser


def _ours(folder: Path, *, quick: bool) -> Iterator[Path]:
    yield from made_parts.write(folder)
    path = folder / "drilled.step"
    write_step(plate(), path)
    yield path
    if not quick:
        large = folder / "large.stl"
        large.write_bytes(made_parts.binary_stl(made_parts.torus(AROUND, ACROSS, ripple=1.0)))
        yield large


def _theirs(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and _is_cad(path))


def _is_cad(path: Path) -> bool:
    try:
        sniff(path)
    except Rejected:
        return False
    return True


def _told(kernel: KernelMeasurer, files: list[Path], *, runs: int) -> Iterator[tuple[Cost, list[Promise]]]:
    for path in files:
        cost, first = warm(kernel, path, runs), cold(path)
        print(_row(f"{path.name} ({path.stat().st_size / 1000:,.0f} kB)", _cells(cost, first)), flush=True)
        yield cost, promises(path, sniff(path), cost)


def _cells(cost: Cost, first: Cost) -> tuple[str, ...]:
    if cost.refused:
        steps = (*[""] * 4, cost.refused)
    else:
        figures = (cost.read_s, cost.measure_s, cost.of("features"), cost.rules_s, cost.of("preview"))
        steps = tuple(f"{figure:.3f}" for figure in figures)
    totals = (f"{cost.cpu_s:.2f}", f"{cost.wall_s:.2f}", f"{cost.peak_mb:.0f}")
    return (*steps, *totals, f"{first.cpu_s:.2f}", f"{first.wall_s:.2f}")


def _row(what: str, cells: tuple[str, ...]) -> str:
    return " ".join([what[:44].ljust(44), *(cell.rjust(9) for cell in cells)])


def _summary(costs: list[Cost]) -> None:
    whole = [cost for cost in costs if not cost.refused]
    print(f"\n{len(whole)} of {len(costs)} files measured; {per_minute(whole):.0f} files a minute and core, warm.")


if __name__ == "__main__":
    sys.exit(main())
