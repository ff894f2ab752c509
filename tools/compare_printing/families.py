"""Families of parts as people print them, each drawn from a few numbers; some to fit on, others to report on.

Every part stands as it would be printed. The numbers come from a generator with a fixed seed, so that a family is the
same parts every time.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from manifold3d import CrossSection, Manifold

from tools.made_parts import binary_stl

Random = np.random.Generator
Maker = Callable[[Random], Any]

PARTS_EACH: Final = 4
_FINEST_MM: Final = 1e-4
"""Corners nearer than this would fall together in an STL."""


def parts(families: Mapping[str, Maker], count: int = PARTS_EACH) -> Iterator[tuple[str, Any]]:
    """`count` parts of each family by name, `family_n`."""
    for family, make in families.items():
        for number in range(count):
            yield f"{family}_{number}", make(np.random.default_rng([number, *family.encode()]))


def write(families: Mapping[str, Maker], folder: Path, count: int = PARTS_EACH) -> list[Path]:
    """The parts as STL files in the folder."""
    paths = []
    for name, part in parts(families, count):
        paths.append(folder / f"{name}.stl")
        paths[-1].write_bytes(stl(part))
    return paths


def stl(part: Any) -> bytes:
    """A part as a binary STL."""
    mesh = part.simplify(_FINEST_MM).to_mesh()
    return binary_stl((np.asarray(mesh.vert_properties)[:, :3], np.asarray(mesh.tri_verts)))


def _block(x: float, y: float, z: float, at: tuple[float, float, float] = (0, 0, 0)) -> Any:
    return Manifold.cube((x, y, z)).translate(at)


def _post(radius: float, height: float, at: tuple[float, float, float] = (0, 0, 0), top: float = -1) -> Any:
    segments = max(16, min(96, int(radius * 8)))
    return Manifold.cylinder(height, radius, top, circular_segments=segments).translate(at)


def _rounded(x: float, y: float, z: float, radius: float) -> Any:
    """A plate with round corners."""
    inner = CrossSection.square((x - 2 * radius, y - 2 * radius)).translate((radius, radius))
    return Manifold.extrude(inner.offset(radius, _round(), circular_segments=48), z)


def _round() -> Any:
    from manifold3d import JoinType

    return JoinType.Round


def _side_hole(radius: float, length: float, at: tuple[float, float, float]) -> Any:
    """A hole along x."""
    return _post(radius, length).rotate((0, 90, 0)).translate(at)


def bracket(random: Random) -> Any:
    """An angle with a gusset and holes through both legs."""
    length, depth, height = random.uniform((25, 20, 20), (80, 50, 60))
    wall = random.uniform(3, 7)
    part = _block(length, depth, wall) + _block(wall, depth, height)
    gusset = CrossSection([[(0, 0), (min(length, height) * 0.7, 0), (0, min(length, height) * 0.7)]])
    part += Manifold.extrude(gusset, wall).rotate((90, 0, 0)).translate((0, depth / 2 + wall / 2, 0))
    radius = random.uniform(1.6, 3.2)
    for across in (0.22, 0.78):
        part -= _post(radius, 3 * wall, (length * 0.75, depth * across, -wall))
        part -= _side_hole(radius, 3 * wall, (-wall, depth * across, height * 0.75))
    return part


def plate(random: Random) -> Any:
    """A flat plate with rows of holes, sometimes a slot."""
    x, y, z = random.uniform((30, 20, 1.6), (110, 80, 9))
    part = _rounded(x, y, z, random.uniform(2, 6))
    for across in np.linspace(0.15, 0.85, random.integers(2, 6)):
        for along in np.linspace(0.15, 0.85, random.integers(2, 4)):
            part -= _post(random.uniform(1.2, min(4, y / 12)), 3 * z, (x * across, y * along, -z))
    if random.random() < 0.5:
        part -= _block(x * 0.4, 3, 3 * z, (x * 0.3, y / 2 - 1.5, -z))
    return part


def tray(random: Random) -> Any:
    """An open box with a floor, walls and screw posts in its corners."""
    x, y, z = random.uniform((35, 30, 12), (100, 75, 40))
    wall, floor = random.choice([1.2, 1.6, 2.0, 2.8]), random.uniform(1.2, 3)
    part = _rounded(x, y, z, 3) - _block(x - 2 * wall, y - 2 * wall, z, (wall, wall, floor))
    for across in (wall + 3.3, x - wall - 3.3):
        for along in (wall + 3.3, y - wall - 3.3):
            part += _post(3.5, z - 2, (across, along, 0)) - _post(1.3, z, (across, along, 4))
    return part


def bush(random: Random) -> Any:
    """Turned: a stepped shaft or flanged sleeve, standing."""
    radius, height = random.uniform((7, 10), (28, 60))
    part = _post(radius, height * 0.35) + _post(radius * random.uniform(0.5, 0.85), height)
    part += _post(radius * 1.3, random.uniform(2, 5))
    return part - _post(radius * random.uniform(0.15, 0.42), 3 * height, (0, 0, -height))


def stone(random: Random) -> Any:
    """Round all over: balls that run together, cut flat where they stand."""
    size = random.uniform(10, 26)
    balls = [
        Manifold.sphere(size * random.uniform(0.5, 1), circular_segments=64).translate(
            (*(random.uniform(-0.5, 0.5, 2) * size), size * random.uniform(0.4, 0.9))
        )
        for _ in range(4)
    ]
    body = Manifold.batch_boolean(balls, _adding())
    return body ^ _block(200, 200, 200, (-100, -100, 0))


def _adding() -> Any:
    from manifold3d import OpType

    return OpType.Add


def pegs(random: Random) -> Any:
    """A base with many pegs: much moving about between small islands."""
    across, along = random.integers(3, 8, 2)
    pitch, base, height = random.uniform((6, 1.5, 5), (12, 4, 20))
    part = _block(pitch * across, pitch * along, base)
    for i in range(across):
        for j in range(along):
            part += _post(pitch * random.uniform(0.18, 0.36), height, ((i + 0.5) * pitch, (j + 0.5) * pitch, 0))
    return part


def block(random: Random) -> Any:
    """A solid block with a pocket and side holes: much infill."""
    x, y, z = random.uniform((25, 20, 12), (70, 55, 45))
    part = _block(x, y, z) - _block(x * 0.4, y * 0.5, z, (x * 0.3, y * 0.25, z * random.uniform(0.3, 0.7)))
    return part - _side_hole(z * random.uniform(0.08, 0.2), 3 * x, (-x, y * 0.12 + 2, z / 2))


def arch(random: Random) -> Any:
    """A bridge on two legs: overhangs and supports."""
    x, y, z = random.uniform((30, 10, 15), (80, 35, 45))
    leg, deck = random.uniform((4, 2.5), (10, 8))
    part = _block(leg, y, z) + _block(leg, y, z, (x - leg, 0, 0)) + _block(x, y, deck, (0, 0, z - deck))
    return part - _post(y * 0.2, 3 * z, (x / 2, y / 2, -z))


def mount(random: Random) -> Any:
    """A block as machines are made of: slanted, with bolts, nut traps, pockets and cross holes everywhere."""
    x, y, z = random.uniform((35, 30, 12), (75, 65, 32))
    part = _rounded(x, y, z, 4) ^ _block(x, y, 99).rotate((0, float(random.uniform(4, 14)), 0)).translate(
        (0, 0, -99 + z)
    )
    for across in np.linspace(0.12, 0.88, int(random.integers(3, 5))):
        for along in np.linspace(0.15, 0.85, int(random.integers(2, 4))):
            at = x * across, y * along
            part -= _post(random.uniform(1.4, 2.2), 3 * z, (*at, -z))
            part -= Manifold.cylinder(3.0, 3.2, circular_segments=6).translate((*at, -0.5))
    part -= _block(x * 0.3, y * 0.3, z, (x * 0.33, y * 0.36, z * random.uniform(0.3, 0.6)))
    for along in (0.28, 0.72):
        part -= _side_hole(random.uniform(1.5, 3.5), 3 * x, (-x, y * along, z * 0.45))
    return part + _rounded(x * 0.4, y, z * 0.3, 2).translate((x * 0.8, 0, 0))


def shade(random: Random) -> Any:
    """A thin-walled dome with windows and a rim."""
    radius, wall = random.uniform((14, 1.0), (28, 3.2))
    stretch = float(random.uniform(0.6, 1.4))
    outer, inner = (Manifold.sphere(r, circular_segments=72) for r in (radius, radius - wall))
    dome = (outer - inner).scale((1, 1, stretch)) ^ _block(99, 99, 99, (-49.5, -49.5, 0))
    for turn in range(int(random.integers(2, 5))):
        dome -= _side_hole(radius * 0.18, 99, (0, 0, radius * stretch * 0.4)).rotate((0, 0, 55.0 * turn))
    return dome + (_post(radius + 3, 2.4) - _post(radius - wall, 9, (0, 0, -2)))


FITTED: Final[Mapping[str, Maker]] = MappingProxyType(
    {make.__name__: make for make in (bracket, plate, tray, bush, stone, pegs, block, arch, mount, shade)}
)
"""On these the coefficients were fitted."""


def gear(random: Random) -> Any:
    """A spur gear with a bore and a hub."""
    teeth = int(random.integers(10, 32))
    radius, width = random.uniform((9, 4), (30, 14))
    angles = np.linspace(0, math.tau, teeth * 8, endpoint=False)
    phase = np.clip(1.8 * np.sin(angles * teeth), -1, 1)
    around = radius * (1 + phase * 1.1 / teeth)
    outline = CrossSection([np.stack([around * np.cos(angles), around * np.sin(angles)], axis=1)])
    part = Manifold.extrude(outline, width) + _post(radius * 0.4, width * 1.6)
    return part - _post(radius * 0.18, 4 * width, (0, 0, -width))


def clamp(random: Random) -> Any:
    """A pipe clamp lying on its side: a split ring with ears."""
    radius, wall, width = random.uniform((8, 3, 8), (24, 6, 24))
    part = _post(radius + wall, width) + _block(radius + 3 * wall, 2 * wall + 4, width, (0, -wall - 2, 0))
    part = part - _post(radius, 3 * width, (0, 0, -width)) - _block(99, 3, 3 * width, (0, -1.5, -width))
    bolt = _post(1.7, 99).rotate((90, 0, 0)).translate((radius + 2 * wall, 50, width / 2))
    return part - bolt


def sieve(random: Random) -> Any:
    """A basket: a frame with a grid of ribs for a floor."""
    x, y, z = random.uniform((35, 30, 6), (90, 70, 18))
    wall, rib, pitch = random.uniform((1.6, 1.2, 6), (4, 2.4, 12))
    part = _block(x, y, z) - _block(x - 2 * wall, y - 2 * wall, 3 * z, (wall, wall, -z))
    for at in np.arange(pitch, x - rib, pitch):
        part += _block(rib, y, min(3, z), (at, 0, 0))
    for at in np.arange(pitch, y - rib, pitch):
        part += _block(x, rib, min(3, z), (0, at, 0))
    return part


def knob(random: Random) -> Any:
    """A cone with grips and a blind hole from below."""
    radius, height = random.uniform((10, 12), (26, 32))
    part = _post(radius, height, top=radius * random.uniform(0.5, 0.9))
    for angle in np.linspace(0, math.tau, int(random.integers(5, 12)), endpoint=False):
        part -= _post(radius * 0.15, 3 * height, (radius * math.cos(angle), radius * math.sin(angle), -height))
    return part - _post(3.1, height * 0.6, (0, 0, -1))


def duct(random: Random) -> Any:
    """An adapter from round to round, thin-walled and leaning out."""
    low, high, height = random.uniform((10, 14, 20), (22, 34, 60))
    wall = random.choice([0.9, 1.35, 1.8, 2.4])
    outer = _post(low, 6) + _post(low, height, (0, 0, 6), top=high) + _post(high, 8, (0, 0, height + 6))
    inner = _post(low - wall, 6.001) + _post(low - wall, height, (0, 0, 6), top=high - wall)
    return outer - inner.translate((0, 0, -0.0005)) - _post(high - wall, 9, (0, 0, height + 5.999))


def wedge(random: Random) -> Any:
    """A slope with a bore across it: shallow roofs."""
    x, y, z = random.uniform((30, 18, 10), (80, 50, 40))
    slope = CrossSection([[(0, 0), (x, 0), (x, z * 0.2), (x * 0.2, z), (0, z)]])
    part = Manifold.extrude(slope, y).rotate((90, 0, 0)).translate((0, y, 0))
    return part - _post(min(3.0, y / 6), 3 * y).rotate((-90, 0, 0)).translate((x * 0.3, -y, z * 0.4))


def hook(random: Random) -> Any:
    """A wall hook printed standing: arms in the air."""
    width, height, reach = random.uniform((10, 35, 18), (25, 80, 45))
    wall = random.uniform(4, 8)
    part = _block(wall, width, height) + _block(reach, width, wall, (0, 0, height * 0.35))
    part += _block(wall, width, height * 0.25, (reach - wall, 0, height * 0.35))
    return part - _side_hole(2.2, 3 * wall, (-wall, width / 2, height * 0.85))


def case(random: Random) -> Any:
    """A lid upside down with ribs, slots for air and a rim."""
    x, y, z = random.uniform((45, 35, 8), (110, 80, 22))
    wall, roof = random.uniform((1.5, 1.5), (2.5, 3))
    part = _rounded(x, y, z, 4) - _rounded(x - 2 * wall, y - 2 * wall, z, 3).translate((wall, wall, roof))
    for at in np.linspace(0.2, 0.8, int(random.integers(2, 5))):
        part += _block(1.5, y - 2 * wall, z * 0.6, (x * at, wall, 0))
        part -= _block(2, y * 0.5, 3 * roof, (x * at + 4, y * 0.25, -roof))
    return part


REPORTED: Final[Mapping[str, Maker]] = MappingProxyType(
    {make.__name__: make for make in (gear, clamp, sieve, knob, duct, wedge, hook, case)}
)
"""On these the errors are reported; no coefficient has seen them."""
