"""Solid parts with closed-form answers for tools and moulds, made with manifold3d."""

from typing import Any

import numpy as np
from manifold3d import CrossSection, Manifold

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh

Triple = tuple[float, float, float]

SEGMENTS = 64


def block(size: Triple, at: Triple = (0, 0, 0)) -> Manifold:
    """A box around `at`."""
    return Manifold.cube(size, center=True).translate(at)


def bore(diameter: float, length: float, *, turned: Triple = (0, 0, 0), at: Triple = (0, 0, 0)) -> Manifold:
    """A rod along Z around the origin, turned by degrees about X, Y and Z, then moved."""
    return Manifold.cylinder(length, diameter / 2, circular_segments=SEGMENTS, center=True).rotate(turned).translate(at)


def frustum(low: float, high: float, height: float) -> Manifold:
    """A square pyramid without its tip, from side `low` at z = 0 to side `high` at `height`."""
    return CrossSection.square((low, low), center=True).extrude(height, scale_top=(high / low, high / low))


def ball(radius: float) -> Manifold:
    return Manifold.sphere(radius, circular_segments=128)


def meshed(solid: Manifold) -> Mesh:
    """Its triangles, with equal vertices welded."""
    made: Any = solid.to_mesh64()
    return Mesh(np.asarray(made.vert_properties)[:, :3].astype(np.float64), np.asarray(made.tri_verts, dtype=np.int32))
