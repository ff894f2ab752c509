"""What gmsh says of a STEP file, in an environment of its own under .var."""

import json
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marketplace.geometry.figures import Sides
from tools.compare_geometry.triangles import NoAnswer, NoProgram
from tools.stack import ROOT

GMSH: Final = "gmsh==4.15.2"
FOLDER: Final = ROOT / ".var" / "compare-geometry" / "venv"
PYTHON: Final = FOLDER / "bin" / "python"
READER: Final = Path(__file__).with_name("gmsh_reader.py")
TIMEOUT_S: Final = 600


@dataclass(frozen=True)
class Solids:
    """How many solids, and their volume and area together, in mm; a box that may be too wide, one too narrow."""

    count: int
    volume_mm3: float
    area_mm2: float
    wide_mm: Sides
    narrow_mm: Sides

    def nearest_box_mm(self, ours: Sides) -> Sides:
        """Of each side, that of the two boxes which comes nearer to ours."""
        pairs = zip(ours, self.wide_mm, self.narrow_mm, strict=True)
        x, y, z = (min(wide, narrow, key=lambda side: abs(side - one)) for one, wide, narrow in pairs)
        return x, y, z


def install() -> None:
    """Put gmsh into its throw-away environment unless it is there. Raises NoProgram."""
    if _imports():
        return
    print(f"Setting up {FOLDER.relative_to(ROOT)} for {GMSH} ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", GMSH]
    if subprocess.run(pip, check=False).returncode or not _imports():
        raise NoProgram(
            f"{GMSH} could not be installed or does not start. It needs X libraries; on Debian and Ubuntu:"
            " sudo apt-get install libglu1-mesa libxcursor1 libxft2 libxinerama1"
        )


def _imports() -> bool:
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), "-c", "import gmsh"], capture_output=True, check=False).returncode == 0


def measured(path: Path) -> Solids:
    """What gmsh finds in the file. Raises NoAnswer."""
    command = [str(PYTHON), str(READER), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise NoAnswer("gmsh took too long") from error
    if done.returncode or not done.stdout.strip():
        raise NoAnswer("gmsh did not read it")
    return together(json.loads(done.stdout.strip().rpartition("\n")[2]))


def together(solids: list[dict[str, Any]]) -> Solids:
    """The solids of a file added up, with the box around all. Raises NoAnswer if there are none."""
    if not solids:
        raise NoAnswer("gmsh finds no solid in it")
    volume, area = (math.fsum(solid[name] for solid in solids) for name in ("volume", "area"))
    wide, narrow = (_around([solid[name] for solid in solids]) for name in ("wide", "narrow"))
    return Solids(len(solids), volume, area, wide, narrow)


def _around(boxes: list[list[float]]) -> Sides:
    """The sides of the box around boxes, each given by its least and its greatest corner."""
    x, y, z = (max(box[axis + 3] for box in boxes) - min(box[axis] for box in boxes) for axis in range(3))
    return x, y, z
