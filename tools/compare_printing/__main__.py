"""`make compare-printing [PRINT_FILES=folder] [PRINT_PROFILES=folder] [PRINT_MINUTES=30]`.

It exits 1 if a target is missed, 2 where there is no slicer. Without a folder of files, parts of families on which no
coefficient was fitted are made and compared: 128 prints, some six minutes of a free processor. After PRINT_MINUTES no
more files are begun: the table is of those that were compared, and that some are missing is said and is no success.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from marketplace.costing import printing, slicer_profiles
from marketplace.kernel.errors import Rejected
from tools.compare_printing import estimates, families, profiles, slicer, table
from tools.compare_printing.table import Row

MINUTES: Final = 30.0
"""After so many no more files are begun, unless PRINT_MINUTES says otherwise; the one that was begun is finished."""
SUFFIXES: Final = frozenset({".stl", ".obj", ".3mf"})


def main() -> int:
    try:
        slicer.install()
        with tempfile.TemporaryDirectory() as own:
            minutes = float(os.environ.get("PRINT_MINUTES") or MINUTES)
            return compared(_files(Path(own)), _profiles(Path(own)), seconds=60 * minutes)
    except (slicer.NoProgram, profiles.NoBundle) as error:
        print(error, file=sys.stderr)
        return 2


def _files(own: Path) -> list[Path]:
    given = os.environ.get("PRINT_FILES")
    if not given:
        return families.write(families.REPORTED, own)
    return sorted(path for path in Path(given).rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())


def _profiles(own: Path) -> list[Path]:
    given = os.environ.get("PRINT_PROFILES")
    return sorted(Path(given).glob("*.ini")) if given else profiles.write(own)


def compared(files: Sequence[Path], by: Sequence[Path], *, seconds: float = 60 * MINUTES) -> int:
    """Print the table for all files and profiles; 1 if a target is missed, or time ran out, or nothing was compared."""
    rows: list[Row] = []
    began = time.monotonic()
    print(f"PrusaSlicer {slicer.version()}; as drawn, one piece; no heating, no waste")
    print(table.head())
    for done, path in enumerate(files):
        gone = time.monotonic() - began
        if gone > seconds:
            left = len(files) - done
            print(f"{left} of {len(files)} files were not begun: {gone / 60:.0f} minutes are over (PRINT_MINUTES).")
            break
        print(_progress(done, len(files), gone), file=sys.stderr, flush=True)
        for row in _of_file(path, by):
            rows.append(row)
            print(table.line(row), flush=True)
    else:
        left = 0
    if not rows:
        print("Nothing was compared.", file=sys.stderr)
        return 1
    found = [*table.verdicts(rows), *table.verdicts_by_profile(rows)]
    print("\n".join(["", *table.groups(rows), "", *table.verdict_lines(found)]))
    return int(left > 0 or not all(each.holds for each in found))


def _progress(done: int, files: int, gone_s: float) -> str:
    """How far it is, and how much longer it takes if the rest are like those before."""
    ahead = f", about {gone_s / done * (files - done) / 60:.0f} min to go" if done else ""
    return f"file {done + 1} of {files}, {gone_s / 60:.1f} min gone{ahead}"


def _of_file(path: Path, by: Sequence[Path]) -> Iterator[Row]:
    """A row for each profile; files that we refuse or the slicer refuses are named and left out.

    Measuring the layers is once for all profiles: each bears its share of that cost. Reading the file is not in it.
    """
    try:
        part = estimates.measured(path)
    except (Rejected, estimates.NotPrintable) as refusal:
        print(f"{path.name}: not compared: {refusal}")
        return
    for profile in by:
        try:
            theirs = slicer.sliced(path, profile)
        except slicer.NotSliced as refusal:
            print(f"{path.name} by {profile.stem}: not compared: the slicer says: {refusal}")
            continue
        ours = estimates.estimated(part.facts, slicer_profiles.read(profile.read_text(encoding="utf-8")))
        spread = printing.interval(part.facts)
        yield Row(
            part=path.stem,
            profile=profile.stem,
            time_s=ours.time_s,
            their_time_s=theirs.time_s,
            filament_mm=ours.filament_mm,
            their_filament_mm=theirs.filament_mm,
            is_time_covered=estimates.covers(spread, ours.time_s, theirs.time_s, time=True),
            is_filament_covered=estimates.covers(spread, ours.filament_mm, theirs.filament_mm, time=False),
            cpu_s=ours.cpu_s + part.layers_s / len(by),
            their_cpu_s=theirs.cpu_s,
        )


if __name__ == "__main__":
    sys.exit(main())
