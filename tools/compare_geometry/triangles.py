"""What admesh says of an STL file."""

import math
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NEAR: Final = 1e-6
"""Corners this share of the part's size apart are one to admesh; we take them together when their numbers agree."""
TIMEOUT_S: Final = 600

_VOLUME: Final = re.compile(r"Volume\s*:\s*(\S+)")
_PARTS: Final = re.compile(r"Number of parts\s*:\s*(\d+)")
_DISCONNECTED: Final = re.compile(r"Total disconnected facets\s*:\s*\d+\s+(\d+)")


class NoProgram(RuntimeError):
    """An outside program is not installed and we may not install it."""


class NoAnswer(RuntimeError):
    """The outside program did not measure the file."""


@dataclass(frozen=True)
class Triangles:
    """Closed or open, shells, and the volume in the file's own units, cubed."""

    is_closed: bool
    shells: int
    volume: float


def install() -> None:
    """Make sure that admesh is there: installed now by root, asked for otherwise. Raises NoProgram."""
    if shutil.which("admesh"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "--yes", "--quiet", "admesh"], check=False)
    if not shutil.which("admesh"):
        raise NoProgram("admesh is missing. On Debian and Ubuntu: sudo apt-get install admesh")


def measured(path: Path, size: float) -> Triangles:
    """What admesh finds in the file, whose longest side is `size` in its own units. Raises NoAnswer.

    admesh prints six digits behind the point and computes in single precision: the part is brought to a size between
    512 and 1,024 by a power of two, which changes no digit of its coordinates. Stored normals, by which it would
    otherwise go, are computed anew (-v).
    """
    scale = 2.0 ** (9 - math.floor(math.log2(size))) if size > 0 else 1.0
    options = ["--exact", "--nearby", f"--tolerance={NEAR * size * scale}", "--iterations=1"]
    command = ["admesh", *options, "--normal-directions", "--normal-values", f"--scale={scale}", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise NoAnswer("admesh took too long") from error
    return parsed(done.stdout, scale)


def parsed(report: str, scale: float) -> Triangles:
    """The figures in admesh's report on a part that it scaled first. Raises NoAnswer.

    The sign of its volume says only which way round the file's triangles turn.
    """
    found = [pattern.search(report) for pattern in (_DISCONNECTED, _PARTS, _VOLUME)]
    if None in found:
        raise NoAnswer("admesh did not read it")
    open_facets, shells, volume = (match[1] for match in found if match)
    return Triangles(int(open_facets) == 0, int(shells), abs(float(volume)) / scale**3)
