"""Makes the sample parts, the same bytes every time: `python tools/samples.py [FOLDER]`, by default in `samples/`.

`TRUTHS` holds what each must measure, by closed form; tests and the demo compare with it.
"""

import math
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marketplace.adapters.geometry_kernel import headless

FOLDER: Final = Path(__file__).resolve().parents[1] / "samples"

Point = tuple[float, float, float]
Triangle = tuple[Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a sample is. Holes: (diameter, depth, is it through); an open part has no volume."""

    volume_mm3: float
    area_mm2: float
    box_mm: Point
    is_closed: bool
    holes: tuple[tuple[float, float, bool], ...] = ()
    triangles: int | None = None
    faces: int | None = None


# The bracket: an L of two 10 mm legs, each 50 mm long outside, 80 mm wide.
WIDTH, LEG, THICK = 80.0, 50.0, 10.0
FOOT_HOLE, WALL_HOLE, PIN_HOLE, PIN_DEPTH = 6.6, 9.0, 5.0, 15.0
FOOT_HOLES: Final = ((15.0, 35.0), (65.0, 35.0))  # x, y in the lying leg, through along z
WALL_HOLES: Final = ((20.0, 30.0), (60.0, 30.0))  # x, z in the standing leg, through along y
PIN: Final = (40.0, 5.0)  # x, y in the top edge, blind along -z

# The clip: a C of 288°, whose two arcs are drawn with straight chords.
OUTER, INNER, HEIGHT, CHORDS, OPENING = 14.0, 11.0, 12.0, 48, math.radians(72)


def _bracket_truth() -> Truth:
    profile, outline = LEG * THICK + THICK * (LEG - THICK), 4 * LEG
    through = [(FOOT_HOLE, THICK)] * len(FOOT_HOLES) + [(WALL_HOLE, THICK)] * len(WALL_HOLES)
    drilled = sum(math.pi * d * d / 4 * depth for d, depth in [*through, (PIN_HOLE, PIN_DEPTH)])
    walls = sum(math.pi * d * depth for d, depth in [*through, (PIN_HOLE, PIN_DEPTH)])
    mouths = sum(2 * math.pi * d * d / 4 for d, _ in through)  # the blind hole's floor makes up for its mouth
    return Truth(
        volume_mm3=profile * WIDTH - drilled,
        area_mm2=2 * profile + outline * WIDTH + walls - mouths,
        box_mm=(WIDTH, LEG, LEG),
        is_closed=True,
        holes=(*((d, depth, True) for d, depth in through), (PIN_HOLE, PIN_DEPTH, False)),
        faces=8 + len(through) + 2,
    )


def _clip_truth() -> Truth:
    step = (math.tau - OPENING) / CHORDS
    profile = CHORDS * (OUTER**2 - INNER**2) * math.sin(step) / 2
    arcs = CHORDS * 2 * (OUTER + INNER) * math.sin(step / 2)
    points = [corner for triangle in _clip() for corner in triangle]
    x, y, z = (max(axis) - min(axis) for axis in zip(*points, strict=True))
    return Truth(
        volume_mm3=profile * HEIGHT,
        area_mm2=2 * profile + (arcs + 2 * (OUTER - INNER)) * HEIGHT,
        box_mm=(x, y, z),
        is_closed=True,
        triangles=8 * CHORDS + 4,
    )


def _bracket() -> Any:
    """The bracket as an OpenCASCADE shape."""
    headless.allow()
    from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeFace, BRepBuilderAPI_MakePolygon
    from OCP.BRepPrimAPI import BRepPrimAPI_MakePrism
    from OCP.gp import gp_Pnt, gp_Vec

    outline = BRepBuilderAPI_MakePolygon()
    for y, z in ((0, 0), (LEG, 0), (LEG, THICK), (THICK, THICK), (THICK, LEG), (0, LEG)):
        outline.Add(gp_Pnt(0.0, float(y), float(z)))
    outline.Close()
    shape = BRepPrimAPI_MakePrism(BRepBuilderAPI_MakeFace(outline.Wire()).Face(), gp_Vec(WIDTH, 0, 0)).Shape()
    for x, y in FOOT_HOLES:
        shape = _drilled(shape, (x, y, -1.0), (0, 0, 1), FOOT_HOLE, THICK + 2)
    for x, z in WALL_HOLES:
        shape = _drilled(shape, (x, -1.0, z), (0, 1, 0), WALL_HOLE, THICK + 2)
    return _drilled(shape, (*PIN, LEG), (0, 0, -1), PIN_HOLE, PIN_DEPTH)


def _drilled(shape: Any, start: Point, way: tuple[int, int, int], diameter: float, depth: float) -> Any:
    from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut
    from OCP.BRepPrimAPI import BRepPrimAPI_MakeCylinder
    from OCP.gp import gp_Ax2, gp_Dir, gp_Pnt

    drill = BRepPrimAPI_MakeCylinder(gp_Ax2(gp_Pnt(*start), gp_Dir(*map(float, way))), diameter / 2, depth).Shape()
    return BRepAlgoAPI_Cut(shape, drill).Shape()


def write_step(shape: Any, path: Path, *, units: str = "MM") -> None:
    """Write a shape as STEP AP214 with a header that names neither a machine nor an hour.

    OpenCASCADE numbers what it writes, so only the first file of a process has the same bytes every time.
    """
    from OCP.Interface import Interface_Static
    from OCP.Message import Message
    from OCP.STEPControl import STEPControl_AsIs, STEPControl_Controller, STEPControl_Writer

    Message.DefaultMessenger_s().ChangePrinters().Clear()
    STEPControl_Controller.Init_s()
    Interface_Static.SetCVal_s("write.step.unit", units)
    Interface_Static.SetCVal_s("write.step.product.name", path.stem)
    writer = STEPControl_Writer()
    writer.Transfer(shape, STEPControl_AsIs)
    writer.Write(str(path))
    text = path.read_text(encoding="ascii")
    header = f"FILE_NAME('{path.name}','2026-01-01T00:00:00',('Commonforge'),('Commonforge'),'','','');"
    path.write_text(re.sub(r"FILE_NAME\(.*?\);", header, text, count=1, flags=re.DOTALL), encoding="ascii")


def _clip() -> list[Triangle]:
    """The clip as triangles, seen from outside counter-clockwise."""
    angles = [OPENING / 2 + (math.tau - OPENING) * i / CHORDS for i in range(CHORDS + 1)]
    rings = [[(r * math.cos(a), r * math.sin(a), z) for a in angles] for r, z in _CORNERS]
    sides = [quad for ring, after in zip(rings, [*rings[1:], rings[0]], strict=True) for quad in _band(ring, after)]
    first, last = [ring[0] for ring in rings], [ring[-1] for ring in rings]
    return [*sides, *_halves(*first), *_halves(*reversed(last))]


_CORNERS: Final = ((INNER, 0.0), (OUTER, 0.0), (OUTER, HEIGHT), (INNER, HEIGHT))


def _band(ring: list[Point], after: list[Point]) -> Iterator[Triangle]:
    for i in range(CHORDS):
        yield from _halves(ring[i], ring[i + 1], after[i + 1], after[i])


def _halves(a: Point, b: Point, c: Point, d: Point) -> tuple[Triangle, Triangle]:
    return (a, b, c), (a, c, d)


def write_stl(triangles: list[Triangle], path: Path) -> None:
    """Write triangles as binary STL; normals are left zero, as readers compute them."""
    body = b"".join(struct.pack("<12fH", 0, 0, 0, *(n for corner in t for n in corner), 0) for t in triangles)
    path.write_bytes(b"Commonforge sample".ljust(80) + struct.pack("<I", len(triangles)) + body)


def make(folder: Path) -> None:
    """Write every sample into the folder."""
    folder.mkdir(exist_ok=True)
    write_step(_bracket(), folder / "bracket.step")
    write_stl(_clip(), folder / "clip.stl")
    write_stl(_clip()[:-1], folder / "open_clip.stl")


def _truths() -> dict[str, Truth]:
    clip = _clip_truth()
    missing = (OUTER - INNER) * HEIGHT / 2  # half of one end face
    opened = Truth(0.0, clip.area_mm2 - missing, clip.box_mm, is_closed=False, triangles=8 * CHORDS + 3)
    return {"bracket.step": _bracket_truth(), "clip.stl": clip, "open_clip.stl": opened}


TRUTHS: Final = _truths()

if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for sample, truth in TRUTHS.items():
        print(f"{sample:15} {truth.volume_mm3:12.3f} mm³ {truth.area_mm2:12.3f} mm²  closed: {truth.is_closed}")
