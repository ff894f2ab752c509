"""How a part leaves a two-part mould."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Samples, sampled
from marketplace.adapters.geometry_kernel.meshes.rays import Rays
from marketplace.adapters.geometry_kernel.meshes.visibility import axes, seen
from marketplace.geometry.shape import Draft

SAMPLES: Final = 20_000

MOST_AXES: Final = 9
"""The drawing's three and six of the largest planes."""

UPRIGHT_DEG: Final = 0.5
SLIGHT_DEG: Final = 1.0
ROUNDING_DEG: Final = 0.01
"""A face drawn with just so much draft has enough, though its vertices are rounded."""

EQUAL_SHARE: Final = 0.002
"""Areas that differ by less than this share of the whole are equal for the choice of the pull."""

_LARGE_SHARE: Final = 0.02
"""A plane has at least this share of the area."""

_DRAWN_AXES: Final = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@dataclass(frozen=True, slots=True)
class _Opened:
    """Areas in mm2 for one pull, as in `Draft`."""

    pull: Floats
    undercut: float
    upright: float
    slight: float
    projected: float


def draft(mesh: Mesh, rays: Rays) -> Draft:
    """The pull that leaves the least undercut, for each undercut costs a slide; of those the one with the least upright
    area, which scrapes along the steel; of those the one with the least projected area, which the clamp holds shut.

    Tried are the drawing's axes and those square to the largest planes, at most nine.
    """
    samples = sampled(mesh, SAMPLES)
    normals = mesh.normals[samples.triangle_of]
    pulls = axes(np.concatenate([_DRAWN_AXES, _plane_normals(normals)]), most=MOST_AXES)
    opened = _best([_opened(mesh, rays, samples, normals, pull) for pull in pulls], samples.area_each * SAMPLES)
    x, y, z = opened.pull.tolist()
    return Draft(
        pull=(x, y, z),
        undercut_mm2=opened.undercut,
        upright_mm2=opened.upright,
        slight_mm2=opened.slight,
        projected_mm2=opened.projected,
    )


def _opened(mesh: Mesh, rays: Rays, samples: Samples, normals: Floats, pull: Floats) -> _Opened:
    """The mould opened along `pull`: what neither half can leave is undercut, and its draft counts for nothing.

    A face takes the half it faces. What is seen from one end covers the outline just once, so that its shadow is the
    outline's area.
    """
    above, below = seen(mesh, rays, samples, np.stack([pull, -pull]))
    leaning = normals @ pull
    leaves = above | below
    degrees = np.degrees(np.arcsin(np.clip(np.abs(leaning), 0, 1)))
    shadow = (np.clip(leaning[above], 0, None).sum() + np.clip(-leaning[below], 0, None).sum()) / 2
    counts = np.array([
        np.count_nonzero(~leaves),
        np.count_nonzero(leaves & (degrees < UPRIGHT_DEG - ROUNDING_DEG)),
        np.count_nonzero(leaves & (degrees < SLIGHT_DEG - ROUNDING_DEG)),
        shadow,
    ])  # fmt: skip
    return _Opened(pull, *(counts * samples.area_each).tolist())


def _best(opened: list[_Opened], area: float) -> _Opened:
    """The least undercut, then the least upright, then the least projected; the first of equals."""
    near = EQUAL_SHARE * area
    least = min(one.undercut for one in opened)
    opened = [one for one in opened if one.undercut <= least + near]
    least = min(one.upright for one in opened)
    opened = [one for one in opened if one.upright <= least + near]
    least = min(one.projected for one in opened)
    return next(one for one in opened if one.projected <= least + near)


def _plane_normals(normals: Floats) -> Floats:
    """Normals that many samples share, the most frequent first, whichever side they face."""
    rounded = np.round(normals * 1_000)
    first = np.take_along_axis(rounded, (rounded != 0).argmax(axis=1)[:, None], axis=1)
    _, examples, counts = np.unique(rounded * np.sign(first), axis=0, return_index=True, return_counts=True)
    large = np.flatnonzero(counts >= _LARGE_SHARE * len(normals))
    planes: Floats = normals[examples[large[np.argsort(-counts[large], kind="stable")]]]
    return planes
