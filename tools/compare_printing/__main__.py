"""`make compare-printing [PRINT_FILES=folder] [PRINT_PROFILES=folder]`: exits 1 if a target is missed.

It exits 2 where there is no slicer.
Without a folder of files, parts of families on which no coefficient was fitted are made and compared.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from marketplace.costing import printing, slicer_profiles
from marketplace.kernel.errors import Rejected
from tools.compare_printing import estimates, families, profiles, slicer, table
from tools.compare_printing.table import Row

SUFFIXES: Final = frozenset({".stl", ".obj", ".3mf"})


def main() -> int:
    try:
        slicer.install()
        with tempfile.TemporaryDirectory() as own:
            return compared(_files(Path(own)), _profiles(Path(own)))
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


def compared(files: Sequence[Path], by: Sequence[Path]) -> int:
    """Print the table for all files and profiles; 1 if a target is missed or nothing could be compared."""
    rows: list[Row] = []
    print(f"PrusaSlicer {slicer.version()}; as drawn, one piece; no heating, no waste")
    print(table.head())
    for path in files:
        for row in _of_file(path, by):
            rows.append(row)
            print(table.line(row), flush=True)
    if not rows:
        print("Nothing was compared.", file=sys.stderr)
        return 1
    found = table.verdicts(rows)
    print("\n".join(["", *table.groups(rows), "", *table.verdict_lines(found)]))
    return int(not all(each.holds for each in found))


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
