"""Whether a closed surface runs through itself so far that the volume it encloses cannot be told from it.

The signed volume counts a place as often as the surface goes round it: it is right if that is once wherever there is
material. Real files touch and cross themselves by hairs, so what counts is how much is wrong: a part of the surface
that has not exactly one layer of material under it bounds a wrong layer. A layer that is t thick over an area A holds
at most A·t/2, since the same layer lies behind its other side too.

Patches that meet nothing lie wrong as a whole or not at all, so a few places tell of each; the triangles that meet
others are looked at in many places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.meshes import topology
from marketplace.adapters.geometry_kernel.meshes.crossings import Flags, crossed
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, sampled
from marketplace.adapters.geometry_kernel.meshes.rays import CLEARANCE, NOTHING, Rays, most_rays
from marketplace.adapters.geometry_kernel.meshes.welding import FLOAT32_BITS
from marketplace.adapters.geometry_kernel.meshes.winding import Counts, Windings

MAX_TRIANGLES: Final = 300_000
"""Of a larger mesh not every edge is followed: an overlap is found if some of `LOOKS` rays see it."""
SHARE: Final = 1e-4
"""Of the volume; an error that is surely smaller is let pass."""

LOOKS: Final = 2_000
SUSPICIOUS: Final = 1e-3
"""Share of the rays inwards, or outwards, that begin where no ray from a sound surface would."""

MAX_PATCHES: Final = 64
PER_PATCH: Final = 3
MOST_PLACES, FEWEST_PLACES = 1_000, 50
MOST_PAIRS: Final = 20_000_000
"""Places times triangles: about a fifth of a second."""


@dataclass(frozen=True, slots=True)
class _Places:
    """Places on a surface, the outward normals there, and the area that each stands for."""

    points: Floats
    normals: Floats
    area_each: float


def runs_through_itself(mesh: Mesh, beam: Rays, *, shells: int) -> bool | None:
    """Whether the surface of closed bodies, of so many shells, is tangled by more than `SHARE` of the volume.

    Where the mesh stands for curved surfaces, skins are told apart only if they lie deeper in one another than both
    may be off. None where it cannot be told: the mesh is too large or too crowded, or has gaps.
    """
    is_small = len(mesh.triangles) <= MAX_TRIANGLES and most_rays(mesh) >= 2 * len(mesh.triangles)
    is_cut = crossed(mesh, beam, hair_mm=_hair(mesh)) if is_small else np.zeros(len(mesh.triangles), dtype=bool)
    is_suspicious = _is_suspicious(mesh, beam)
    is_clear = False if is_small else None
    if not (is_suspicious or is_cut.any() or (is_small and shells > 1)):
        return is_clear
    windings = Windings(mesh)
    everywhere = _pieces(mesh, is_cut, is_suspicious=is_suspicious)
    wrong_mm3 = sum(_wrong_mm3(mesh, beam, windings, places) for places in everywhere)
    if wrong_mm3 <= SHARE * _volume(mesh):
        return is_clear
    return True if topology.is_cycle(mesh.triangles) else None


def _is_suspicious(mesh: Mesh, beam: Rays) -> bool:
    """Whether rays that begin under the surface enter it once more, or such that begin above it leave it."""
    seen = sampled(mesh, LOOKS)
    normals = mesh.normals[seen.triangle_of]
    for side in (-1.0, 1.0):
        ways = side * normals
        met, _ = beam.first(seen.points + ways * (CLEARANCE * mesh.size), ways)
        is_wrong = side * np.einsum("ij,ij->i", mesh.normals[met], ways) > 0
        if (is_wrong & (met != NOTHING)).mean() > SUSPICIOUS:
            return True
    return False


def _pieces(mesh: Mesh, is_cut: Flags, *, is_suspicious: bool) -> Iterator[_Places]:
    """Places of each patch, of the triangles that are cut, and of all if rays made us suspicious."""
    most = int(np.clip(MOST_PAIRS // len(mesh.triangles), FEWEST_PLACES, MOST_PLACES))
    if is_suspicious:
        yield _places(mesh, np.ones(len(is_cut), dtype=bool), most)
        return
    if is_cut.any():
        yield _places(mesh, is_cut, most)
    yield from (_places(mesh, is_in, PER_PATCH) for is_in in _patches(mesh, is_cut))


def _patches(mesh: Mesh, is_cut: Flags) -> Iterator[Flags]:
    """The largest patches that hang together without the triangles that are cut."""
    free = np.flatnonzero(~is_cut)
    if len(free) == 0:
        return
    patch_of = topology.joints(mesh.triangles[free]).shell_of
    areas = np.bincount(patch_of, weights=mesh.areas[free])
    for patch in np.argsort(-areas)[:MAX_PATCHES]:
        is_in = np.zeros(len(is_cut), dtype=bool)
        is_in[free[patch_of == patch]] = True
        yield is_in


def _places(mesh: Mesh, is_in: Flags, count: int) -> _Places:
    """Places spread evenly over some triangles; none where those have no area."""
    some = Mesh(mesh.vertices, mesh.triangles[is_in])
    if not some.areas.sum() > 0:
        return _Places(np.empty((0, 3)), np.empty((0, 3)), 0.0)
    spread = sampled(some, count)
    return _Places(spread.points, some.normals[spread.triangle_of], spread.area_each)


def _wrong_mm3(mesh: Mesh, beam: Rays, windings: Windings, places: _Places) -> float:
    """The volume that is counted twice, or against the rest, at these places."""
    under = windings.around(places.points - _hair(mesh) * places.normals)
    wrong = np.flatnonzero(under != 1)
    points, normals, under = places.points[wrong], places.normals[wrong], under[wrong]
    if mesh.off_mm > 0:
        is_deep = _is_deep(windings, points, normals, under, 2 * mesh.off_mm)
        points, normals, under = points[is_deep], normals[is_deep], under[is_deep]
    ways = normals * np.where(under > 1, -1.0, 1.0)[:, None]
    _, depths = beam.first(points + ways * (CLEARANCE * mesh.size), ways)
    return places.area_each * float(np.minimum(depths, mesh.size).sum()) / 2


def _is_deep(windings: Windings, points: Floats, normals: Floats, under: Counts, blur_mm: float) -> Flags:
    """Which places lie wrong also as far below them, or above where they are inside out, as two skins may be off."""
    is_double = (under > 1) & (windings.around(points - blur_mm * normals) > 1)
    is_deep: Flags = is_double | ((under < 1) & (windings.around(points + blur_mm * normals) < 0))
    return is_deep


def _hair(mesh: Mesh) -> float:
    """How far under the surface we look: past the steps of a 4-byte float, in which files round their corners."""
    return max(1e-6 * mesh.size, 4 * float(np.abs(mesh.vertices).max()) * 2.0**-FLOAT32_BITS)


def _volume(mesh: Mesh) -> float:
    return float(np.einsum("ij,ij->", mesh.corners[:, 0] - mesh.low, mesh.crosses)) / 6
