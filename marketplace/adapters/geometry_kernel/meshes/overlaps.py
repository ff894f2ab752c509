"""Whether bodies run through each other, by the volume of what two have in common; and all of them as one body.

Booleans by manifold3d (E. Lalish, github.com/elalish/manifold), whose result is a closed mesh by construction.
"""

from typing import Any, Final

import manifold3d
import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Whole
from marketplace.adapters.geometry_kernel.meshes.nesting import Nest
from marketplace.adapters.geometry_kernel.meshes.shells import Pairs, Shells

MAX_SHELLS: Final = 50
MAX_TRIANGLES: Final = 200_000
MAX_PAIR_TRIANGLES: Final = 2_000_000
"""Triangles of all pairs that are intersected, which bounds the time to some seconds."""
SHARED: Final = 1e-6
"""Share of the smaller body's volume; less in common is touching."""


def crossings(shells: Shells, nest: Nest) -> Pairs | None:
    """The pairs of shells that are neither apart nor one wholly inside the other; None: too many to try."""
    sizes = np.diff(shells.starts)
    if len(nest.meeting) == 0:
        return nest.meeting
    if len(shells) > MAX_SHELLS or sizes.sum() > MAX_TRIANGLES or sizes[nest.meeting].sum() > MAX_PAIR_TRIANGLES:
        return None
    solids = [_solid(shells.vertices, _outwards(shells, shell)) for shell in range(len(shells))]
    if any(solid is None for solid in solids):
        return None
    inside = {frozenset(pair) for pair in nest.pairs.tolist()}
    does_cross = [_cross(solids[a], solids[b], is_inside={a, b} in inside) for a, b in nest.meeting.tolist()]
    crossing: Pairs = nest.meeting[np.array(does_cross)]
    return crossing


def _cross(one: Any, other: Any, *, is_inside: bool) -> bool:
    common, smaller = (one ^ other).volume(), min(one.volume(), other.volume())
    return bool(common < smaller * (1 - SHARED)) if is_inside else bool(common > smaller * SHARED)


def _outwards(shells: Shells, shell: int) -> Whole:
    triangles = shells.triangles_of(shell)
    return triangles if shells.volumes[shell] > 0 else triangles[:, ::-1]


def united(shells: Shells, nest: Nest, triangles: Whole) -> Mesh | None:
    """The bodies as one, each with its cavities; `triangles` face the right way. None where that fails."""
    body_of = np.repeat(nest.outermost, np.diff(shells.starts))
    bodies = [_solid(shells.vertices, triangles[body_of == body]) for body in np.unique(nest.outermost)]
    if any(body is None for body in bodies):
        return None
    whole = manifold3d.Manifold.batch_boolean(bodies, manifold3d.OpType.Add).to_mesh64()
    vertices, faces = np.asarray(whole.vert_properties)[:, :3], np.asarray(whole.tri_verts)
    return Mesh(vertices.astype(np.float64), faces.astype(np.int32)) if len(faces) else None


def _solid(vertices: Floats, triangles: Whole) -> Any:
    """The body in manifold3d's form, or None where it takes it for no body."""
    used, numbers = np.unique(triangles, return_inverse=True)
    faces = np.ascontiguousarray(numbers.reshape(-1, 3), dtype=np.uint64)
    solid = manifold3d.Manifold(manifold3d.Mesh64(np.ascontiguousarray(vertices[used]), faces))
    return solid if solid.status() == manifold3d.Error.NoError else None
