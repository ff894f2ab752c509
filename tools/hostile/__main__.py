"""`python -m tools.hostile [FOLDER] [--seed N] [--count 5000]`: damage good files, measure each, tell how it went.

Good files are of our own making, and those of FOLDER (GEOMETRY_FILES) up to a megabyte.
"""

import argparse
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.values import FileKind
from marketplace.kernel.errors import Rejected
from tools import made_parts
from tools.hostile.campaign import LIMITS, Campaign, Good, Tally, good_files

ENDS: Final = ("measured", "refused", "crashed", "timedout", "outofmemory")
LARGEST_BYTES: Final = 1_000_000
ROUND: Final = 250
"""So many files between two words on how far it is."""


def main() -> int:
    """Run the campaign; 1 if anything but an error message came of a damaged file."""
    asked = _command_line().parse_args()
    seed = asked.seed if asked.seed is not None else secrets.randbelow(2**32)
    print(f"Seed {seed}: {asked.count:,} files from number {asked.first}.", flush=True)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as work, KernelMeasurer(LIMITS) as kernel:
        good = good_files(made_parts.write(Path(made))) + _theirs(asked.folder)
        campaign = Campaign(kernel, good, Path(work), seed=seed)
        end = asked.first + asked.count
        for first in range(asked.first, end, ROUND):
            campaign.run(first, min(ROUND, end - first), threads=asked.threads)
            print(
                f"{min(first + ROUND, end) - asked.first:>6} files, {time.perf_counter() - began:.0f} s",
                file=sys.stderr,
                flush=True,
            )
    print(report(campaign.tally))
    print(f"{len(good)} good files, {time.perf_counter() - began:.0f} s. Again: --seed {seed}")
    return 1 if campaign.tally.faults else 0


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.hostile", description="Damaged files against the kernel.")
    given, seed = os.environ.get("GEOMETRY_FILES"), os.environ.get("SEED")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(given) if given else None, help="more good files")
    parser.add_argument("--seed", type=int, default=int(seed) if seed else None, help="the same seed, the same files")
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--threads", type=int, default=2)
    return parser


def _theirs(folder: Path | None) -> list[Good]:
    """Files that are worth damaging: known by their content and not large."""
    found: list[Good] = []
    for path in sorted(folder.iterdir()) if folder else ():
        if path.is_file() and path.stat().st_size <= LARGEST_BYTES:
            try:
                found += good_files([path])
            except Rejected:
                continue
    return found


def report(tally: Tally) -> str:
    """Counts of outcomes by format, the worst, and the faults."""
    lines = [f"{'':8} {'files':>8}" + "".join(f" {end:>12}" for end in ENDS)]
    for kind in FileKind:
        counts = "".join(f" {tally.outcomes[kind, end]:>12,}" for end in ENDS)
        lines.append(f"{kind:8} {tally.count(kind):>8,}{counts}")
    lines.append(f"Slowest: {tally.slowest_s:.1f} s, number {tally.slowest}. Most memory: {tally.peak_mb:.0f} MB.")
    lines.append(f"Good files measured as always, one after each and more: {tally.good_after:,}.")
    lines += [f"FAULT: {fault}" for fault in tally.faults] or ["No hang, no escape, no dead kernel."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
