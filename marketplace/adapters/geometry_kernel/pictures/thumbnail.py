"""A small picture of a part: shaded, edges drawn, background transparent; readable on white and on dark pages."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, sampled
from marketplace.adapters.geometry_kernel.meshes.rays import NOTHING, Indices, Rays
from marketplace.adapters.geometry_kernel.pictures import png as files
from marketplace.adapters.geometry_kernel.pictures import views
from marketplace.adapters.geometry_kernel.pictures.views import Camera, Seen

PIXELS: Final = 512
FINER: Final = 2
"""Each pixel is looked at in 2 by 2 places where the surface turns or ends."""

_Mask = npt.NDArray[np.bool_]

_TONES: Final = 63
"""Tones of the palette; with four shares of a pixel that may be covered, and nothing at all, 253 colours."""
_RAMP: Final = np.array([[22, 31, 46], [70, 95, 128], [118, 150, 186], [196, 212, 228]])
"""From lines to the lightest side. The sides' own tones stand out from white and from black alike (a contrast of
about 3 to 1, WCAG 2.2, 1.4.11); the dark outline helps on white."""
_CREASE: Final = np.cos(np.radians(28))
_STEP_SHARE: Final = 0.006
"""Of the picture's side: one surface that lies so much behind another is set off by a line."""
_KEY_LIGHT: Final = np.array([-0.55, 0.7, 0.45])
_FILL_LIGHT: Final = np.array([0.8, 0.2, 0.4])
_SPARSE: Final = 0.02
"""Share of the picture below which a part is drawn stronger than it is."""
_SPECKS: Final = 40_000


def png(mesh: Mesh, rays: Rays) -> bytes:
    """The picture of a part, 512 pixels square, from the corner that shows most. Open meshes show both sides."""
    camera = views.chosen(mesh, rays)
    surface = _surface(mesh, camera)
    coarse = _Raster.looked_at(camera, rays)
    busy = _spread(_lines(coarse, surface, camera))
    raster = coarse.finer(busy, camera, rays).strengthened(mesh, camera)
    return files.encoded(_indices(raster, surface, _lines(raster, surface, camera)), _palette())


@dataclass(frozen=True, slots=True)
class _Surface:
    """For each triangle as the viewer sees it: unit normal turned to the viewer, and how light it is (0 to 1)."""

    normals: Floats
    tones: Floats


def _surface(mesh: Mesh, camera: Camera) -> _Surface:
    normals = mesh.normals @ camera.axes.T
    normals *= np.where(normals[:, 2:] < 0, -1.0, 1.0)
    key, fill = (light / np.linalg.norm(light) for light in (_KEY_LIGHT, _FILL_LIGHT))
    tones = 0.36 + 0.5 * np.clip(normals @ key, 0, 1) + 0.14 * np.clip(normals @ fill, 0, 1)
    return _Surface(normals, tones)


@dataclass(frozen=True, slots=True)
class _Raster:
    """Square rows of places, each with the triangle seen there and its depth."""

    triangles: Indices
    depths_mm: Floats

    @classmethod
    def looked_at(cls, camera: Camera, rays: Rays) -> "_Raster":
        """The picture, one look for each pixel."""
        seen = views.look(camera, rays, *views.grid(PIXELS))
        return cls(seen.triangles.reshape(PIXELS, PIXELS), seen.depths_mm.reshape(PIXELS, PIXELS))

    def finer(self, busy: _Mask, camera: Camera, rays: Rays) -> "_Raster":
        """Twice as many places each way, looked at anew where it is busy; elsewhere the pixel's one look serves."""
        triangles, depths_mm = (_repeated(each) for each in (self.triangles, self.depths_mm))
        rows, columns = np.nonzero(_repeated(busy))
        side = PIXELS * FINER
        seen: Seen = views.look(camera, rays, (columns + 0.5) / side, (rows + 0.5) / side)
        triangles[rows, columns] = seen.triangles
        depths_mm[rows, columns] = seen.depths_mm
        return _Raster(triangles, depths_mm)

    def strengthened(self, mesh: Mesh, camera: Camera) -> "_Raster":
        """The same; where little is seen, points of the surface are put in that looks passed by, and it is thickened.

        A rod of a thousandth of its length is a line that shows on any background.
        """
        is_seen = np.count_nonzero(self.triangles != NOTHING) > _SPARSE * self.triangles.size
        if is_seen or not mesh.areas.any():
            return self
        return self._with_specks(mesh, camera)._thickened()

    def _with_specks(self, mesh: Mesh, camera: Camera) -> "_Raster":
        specks = sampled(mesh, _SPECKS)
        across, upwards, near = ((specks.points - camera.middle) @ camera.axes.T).T
        side = len(self.triangles)
        columns = np.clip((across / camera.side_mm + 0.5) * side, 0, side - 1).astype(int)
        rows = np.clip((0.5 - upwards / camera.side_mm) * side, 0, side - 1).astype(int)
        triangles, depths_mm = self.triangles.copy(), self.depths_mm.copy()
        unseen = triangles[rows, columns] == NOTHING
        triangles[rows[unseen], columns[unseen]] = specks.triangle_of[unseen]
        depths_mm[rows[unseen], columns[unseen]] = camera.back_mm - near[unseen]
        return _Raster(triangles, depths_mm)

    def _thickened(self) -> "_Raster":
        """Three places more on every side; the margin around the part has room for it."""
        triangles, depths_mm = self.triangles.copy(), self.depths_mm.copy()
        for axis, by in ((0, 1), (0, -1), (1, 1), (1, -1)) * 3:
            beside = np.roll(triangles, by, axis)
            grows = (triangles == NOTHING) & (beside != NOTHING)
            depths_mm[grows] = np.roll(depths_mm, by, axis)[grows]
            triangles[grows] = beside[grows]
        return _Raster(triangles, depths_mm)


def _repeated(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.repeat(np.repeat(pixels, FINER, axis=0), FINER, axis=1)


def _lines(raster: _Raster, surface: _Surface, camera: Camera) -> _Mask:
    """Where a line is drawn: the outline, creases, and where one surface ends before another."""
    lines = np.zeros(raster.triangles.shape, dtype=bool)
    across, along = np.s_[:, :-1], np.s_[:, 1:]
    _draw(lines, (across, along), 0, raster, surface, camera)
    _draw(lines, (across[::-1], along[::-1]), 1, raster, surface, camera)
    lines &= raster.triangles != NOTHING
    return lines


def _draw(lines: _Mask, pair: tuple[Any, Any], axis: int, raster: _Raster, surface: _Surface, camera: Camera) -> None:
    """Draw lines between neighbours along one axis of the picture; only unlike triangles are looked at closely."""
    first, second = raster.triangles[pair[0]], raster.triangles[pair[1]]
    places = np.nonzero(first != second)
    here, there = first[places], second[places]
    is_edge = (here == NOTHING) | (there == NOTHING)
    inside = ~is_edge
    gap_mm = np.abs(raster.depths_mm[pair[0]][places][inside] - raster.depths_mm[pair[1]][places][inside])
    is_edge[inside] = _turns_or_steps(
        surface.normals[here[inside]], surface.normals[there[inside]], gap_mm, axis, camera
    )
    edges = tuple(each[is_edge] for each in places)
    lines[pair[0]][edges] = True
    lines[pair[1]][edges] = True


def _turns_or_steps(here: Floats, there: Floats, gap_mm: Floats, axis: int, camera: Camera) -> _Mask:
    """A crease, or a gap in depth that neither surface's own slope explains."""
    turns = np.einsum("ij,ij->i", here, there) < _CREASE
    slopes = [np.abs(each[:, axis]) / np.maximum(each[:, 2], 1e-6) for each in (here, there)]
    step_mm = camera.side_mm / PIXELS * np.minimum(*slopes) * 2 + camera.side_mm * _STEP_SHARE
    is_edge: _Mask = turns | (gap_mm > step_mm)
    return is_edge


def _spread(lines: _Mask) -> _Mask:
    """The lines and a pixel on each side, also of the outline."""
    spread = lines.copy()
    for axis in (0, 1):
        grown = spread.copy()
        for by in (-1, 1):
            grown |= np.roll(spread, by, axis)
        spread = grown
    return spread


def _indices(raster: _Raster, surface: _Surface, lines: _Mask) -> files.Bytes:
    """For each pixel the mean tone of what is seen in it, and how much of it is covered."""
    is_there = raster.triangles != NOTHING
    tones = np.where(is_there, surface.tones[raster.triangles], 0.0)
    tones[lines] *= 0.12
    blocks = (PIXELS, FINER, PIXELS, FINER)
    covered = is_there.reshape(blocks).sum(axis=(1, 3))
    mean = tones.reshape(blocks).sum(axis=(1, 3)) / np.maximum(covered, 1)
    steps = np.rint(np.clip(mean, 0, 1) * (_TONES - 1))
    indices = np.where(covered > 0, 1 + (covered - 1) * _TONES + steps, 0)
    pixels: files.Bytes = indices.astype(np.uint8)
    return pixels


def _palette() -> files.Bytes:
    """Nothing, then all tones for each share of a pixel that may be covered."""
    stops = np.linspace(0, 1, len(_RAMP))
    tones = np.linspace(0, 1, _TONES)
    ramp = np.stack([np.interp(tones, stops, _RAMP[:, channel]) for channel in range(3)], axis=1)
    shares = np.arange(1, FINER**2 + 1) * 255 / FINER**2
    colours = [np.column_stack([ramp, np.full(_TONES, share)]) for share in shares]
    palette: files.Bytes = np.rint(np.vstack([np.zeros((1, 4)), *colours])).astype(np.uint8)
    return palette
