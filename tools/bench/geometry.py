"""How much CPU the warm kernel needs for a STEP file of 250 KB."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.outcomes import Measured
from marketplace.geometry.values import FileKind
from tools.bench.cpu import metered
from tools.samples import write_step

SIDE, THICK, PITCH, DIAMETER = 8, 10.0, 10.0, 6.0
"""A plate with SIDE × SIDE through holes: about 250 KB as STEP."""


@dataclass(frozen=True)
class Figures:
    """What one file cost, at the median of the runs."""

    file_kb: float
    holes: int
    cpu_s: float
    wall_s: float
    bare_cpu_s: float
    """OpenCASCADE reading the file and computing its volume in this process, and nothing else."""


def measure(runs: int) -> Figures:
    """Measure the plate some times by one warm kernel. Raises RuntimeError if a figure of the plate is wrong."""
    with tempfile.TemporaryDirectory() as folder, KernelMeasurer() as kernel:
        path = Path(folder) / "plate.step"
        write_step(plate(), path)
        checked(kernel, path)
        costs = sorted(cost(kernel, path) for _ in range(runs))
        cpu_s, wall_s = costs[len(costs) // 2]
        bare = min(bare_cost(path) for _ in range(runs))
        return Figures(path.stat().st_size / 1000, SIDE * SIDE, cpu_s, wall_s, bare)


def cost(kernel: KernelMeasurer, path: Path) -> tuple[float, float]:
    """CPU seconds of the kernel's processes, and seconds by the clock, for one file."""
    assert kernel.zygote_pid is not None
    began = time.perf_counter()
    with metered({"kernel": kernel.zygote_pid}) as spent:
        checked(kernel, path)
    return spent.cpu_s["kernel"], time.perf_counter() - began


def bare_cost(path: Path) -> float:
    from OCP.BRepGProp import BRepGProp
    from OCP.GProp import GProp_GProps
    from OCP.STEPControl import STEPControl_Reader

    began = time.process_time()
    reader, properties = STEPControl_Reader(), GProp_GProps()
    reader.ReadFile(str(path))
    reader.TransferRoots()
    BRepGProp.VolumeProperties_s(reader.OneShape(), properties)
    return time.process_time() - began


def checked(kernel: KernelMeasurer, path: Path) -> None:
    outcome = kernel.measure(path, FileKind.STEP)
    if not isinstance(outcome, Measured) or len(outcome.measurement.holes) != SIDE * SIDE:
        raise RuntimeError(f"The plate was not measured as it is: {outcome}")


def plate() -> Any:
    """A square plate full of drilled holes, cut in one operation."""
    from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut
    from OCP.BRepPrimAPI import BRepPrimAPI_MakeBox, BRepPrimAPI_MakeCylinder
    from OCP.collections import List_TopoDS_Shape
    from OCP.gp import gp_Ax2, gp_Dir, gp_Pnt

    stock, drills = List_TopoDS_Shape(), List_TopoDS_Shape()
    stock.Append(BRepPrimAPI_MakeBox(SIDE * PITCH, SIDE * PITCH, THICK).Shape())
    for place in range(SIDE * SIDE):
        row, column = divmod(place, SIDE)
        axis = gp_Ax2(gp_Pnt((column + 0.5) * PITCH, (row + 0.5) * PITCH, -1.0), gp_Dir(0.0, 0.0, 1.0))
        drills.Append(BRepPrimAPI_MakeCylinder(axis, DIAMETER / 2, THICK + 2).Shape())
    cut = BRepAlgoAPI_Cut()
    cut.SetArguments(stock)
    cut.SetTools(drills)
    cut.Build()
    return cut.Shape()
