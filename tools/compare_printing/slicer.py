"""What PrusaSlicer says of a part: print time, filament, and the processor time that saying so takes."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROGRAM: Final = "prusa-slicer"
TIMEOUT_S: Final = 600

_TIME: Final = re.compile(r"^; estimated printing time \(normal mode\) = (.+)$", re.MULTILINE)
_FILAMENT: Final = re.compile(r"^; filament used \[mm\] = ([\d.]+)", re.MULTILINE)
_VERSION: Final = re.compile(r"PrusaSlicer[- ]([\w.]+)")
_SECONDS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class NoProgram(RuntimeError):
    """PrusaSlicer is not installed and we may not install it."""


class NotSliced(RuntimeError):
    """PrusaSlicer refused the part; the message is what it said last."""


@dataclass(frozen=True)
class Sliced:
    """Seconds of printing (heating not among them), millimetres of filament, and processor seconds of the slicer."""

    time_s: float
    filament_mm: float
    cpu_s: float


def install() -> None:
    """Make sure that PrusaSlicer is there: installed now by root, asked for otherwise. Raises NoProgram."""
    if shutil.which(PROGRAM):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", PROGRAM]
        subprocess.run(command, check=False)
    if not shutil.which(PROGRAM):
        raise NoProgram(f"PrusaSlicer is missing. On Debian and Ubuntu: sudo apt-get install {PROGRAM}")


def version() -> str:
    """The slicer's own version, such as 2.5.0."""
    done = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    found = _VERSION.search(done.stdout)
    return found[1] if found else "unknown"


def sliced(part: Path, profile: Path) -> Sliced:
    """Slice an STL file as drawn by the profile. Raises NotSliced."""
    with tempfile.TemporaryDirectory() as room:
        code = Path(room) / "part.gcode"
        cpu_s = _run(part, profile, code)
        return parsed(code.read_text(encoding="utf-8", errors="replace"), cpu_s)


def parsed(code: str, cpu_s: float) -> Sliced:
    """The figures in the comments of a G-code. Raises NotSliced where one is missing."""
    time_said, filament = _TIME.search(code), _FILAMENT.search(code)
    if time_said is None or filament is None:
        raise NotSliced("its G-code states no time or no filament")
    return Sliced(seconds(time_said[1]), float(filament[1]), cpu_s)


def seconds(said: str) -> float:
    """Seconds in a time such as `1d 2h 3m 4s`."""
    return float(sum(int(count) * _SECONDS[unit] for count, unit in re.findall(r"(\d+)([dhms])", said)))


def _run(part: Path, profile: Path, code: Path) -> float:
    """Slice into `code`; returns the slicer's processor seconds, user and system."""
    command = [PROGRAM, "--export-gcode", "--load", str(profile), "--output", str(code), str(part)]
    before = os.times()
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise NotSliced("it took too long") from error
    after = os.times()
    if done.returncode != 0 or not Path(command[5]).exists():
        raise NotSliced(
            (done.stderr or done.stdout).strip().splitlines()[-1][-200:] if done.stderr or done.stdout else ""
        )
    return after.children_user - before.children_user + after.children_system - before.children_system
