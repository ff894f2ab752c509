"""From where a part is looked at: square pictures by parallel projection, as in a drawing's isometric view."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh
from marketplace.adapters.geometry_kernel.meshes.rays import NOTHING, Indices, Rays

CORNERS: Final = ((1.0, -1.2, 0.8), (-1.0, -1.2, 0.8), (1.0, 1.2, 0.8), (-1.0, 1.2, 0.8))
"""Where the viewer stands: above the part's four upper corners, z up; not quite isometric, so that edges of a cube do
not hide behind each other. The first is taken when nothing speaks for another."""

FILLED: Final = 0.94
"""How much of the picture's side the part takes."""

_TRIAL_PIXELS: Final = 72
_AHEAD: Final = 1.03
"""How much more another corner must show than those before it."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A square picture of `side_mm`, centred on `middle`, looked at from the direction `towards` the viewer."""

    right: Floats
    up: Floats
    towards: Floats
    middle: Floats
    side_mm: float
    back_mm: float
    """How far before the middle rays start: before all of the part."""

    @property
    def axes(self) -> Floats:
        """Rows: right, up and towards the viewer."""
        return np.stack([self.right, self.up, self.towards])

    def origins(self, columns: Floats, rows: Floats) -> Floats:
        """Where rays start for places in the picture: 0 to 1 from left to right and from top to bottom."""
        across = (columns - 0.5) * self.side_mm
        upwards = (0.5 - rows) * self.side_mm
        start = self.middle + self.towards * self.back_mm
        return start + across[:, None] * self.right + upwards[:, None] * self.up


@dataclass(frozen=True, slots=True)
class Seen:
    """For each place asked: the triangle seen there (NOTHING if none), and its distance behind the start in mm."""

    triangles: Indices
    depths_mm: Floats


def look(camera: Camera, rays: Rays, columns: Floats, rows: Floats) -> Seen:
    """What is seen at those places of the picture."""
    origins = camera.origins(columns, rows)
    return Seen(*rays.first(origins, np.broadcast_to(-camera.towards, origins.shape)))


def grid(pixels: int) -> tuple[Floats, Floats]:
    """Columns and rows of the middles of all pixels of a square picture, row by row."""
    middles = (np.arange(pixels) + 0.5) / pixels
    rows, columns = np.meshgrid(middles, middles, indexing="ij")
    return columns.ravel(), rows.ravel()


def chosen(mesh: Mesh, rays: Rays) -> Camera:
    """The corner from which most is seen: area in the picture, and sides that differ."""
    cameras = [_aimed(mesh, np.array(corner)) for corner in CORNERS]
    shown = [_shown(mesh, rays, camera) for camera in cameras]
    best = 0
    for which in range(1, len(cameras)):
        if shown[which] > shown[best] * _AHEAD:
            best = which
    return cameras[best]


def _aimed(mesh: Mesh, corner: Floats) -> Camera:
    towards = corner / np.linalg.norm(corner)
    right = np.cross((0.0, 0.0, 1.0), towards)
    right /= np.linalg.norm(right)
    up = np.cross(towards, right)
    centre = (mesh.low + mesh.high) / 2
    flat = (mesh.vertices - centre) @ np.stack([right, up]).T
    low, high = flat.min(axis=0), flat.max(axis=0)
    middle = centre + np.stack([right, up]).T @ ((low + high) / 2)
    side_mm = float((high - low).max()) / FILLED or 1.0
    return Camera(right, up, towards, middle, side_mm, back_mm=mesh.size + side_mm)


def _shown(mesh: Mesh, rays: Rays, camera: Camera) -> float:
    """Area of the part in mm2 as it appears, and half as much again for each place where the surface turns."""
    seen = look(camera, rays, *grid(_TRIAL_PIXELS))
    triangles = seen.triangles.reshape(_TRIAL_PIXELS, -1)
    here, there = triangles[:, :-1], triangles[:, 1:]
    both = (here != NOTHING) & (there != NOTHING) & (here != there)
    turns = np.einsum("ij,ij->i", mesh.normals[here[both]], mesh.normals[there[both]]) < 0.9
    seen_places = np.count_nonzero(triangles != NOTHING) + np.count_nonzero(turns)
    return float(seen_places * (camera.side_mm / _TRIAL_PIXELS) ** 2)
