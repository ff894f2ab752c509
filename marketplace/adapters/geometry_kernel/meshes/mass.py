"""The centre of mass of what a closed mesh encloses."""

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.meshes.soup import BLOCK
from marketplace.geometry.figures import Place


def centre(mesh: Mesh) -> Place:
    """Centre of mass at even density, in mm.

    The divergence theorem, as a sum of tetrahedra from each triangle to one point (C. Zhang and T. Chen, "Efficient
    feature extraction for 2D/3D objects in mesh representation", ICIP 2001); that point is the middle of the box, since
    far from the origin the sum would lose its last digits. A cavity counts as missing mass.

    Raises ValueError where the mesh encloses nothing.
    """
    middle = (mesh.low + mesh.high) / 2
    whole, moments = 0.0, np.zeros(3)
    for start in range(0, len(mesh.triangles), BLOCK):
        part = Mesh(mesh.vertices, mesh.triangles[start : start + BLOCK])
        six_volumes = np.einsum("ij,ij->i", part.corners[:, 0] - middle, part.crosses)
        whole += float(six_volumes.sum())
        moments += six_volumes @ (part.corners.sum(axis=1) - 3 * middle)
    if not abs(whole) > np.finfo(float).eps * mesh.size**3:
        raise ValueError("a mesh that encloses nothing has no centre of mass")
    x, y, z = (float(axis) for axis in middle + moments / (4 * whole))
    return x, y, z
