"""The centre of mass of what a closed mesh encloses."""

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.geometry.figures import Place


def centre(mesh: Mesh) -> Place:
    """Centre of mass at even density, in mm.

    The divergence theorem, as a sum of tetrahedra from each triangle to one point (C. Zhang and T. Chen, "Efficient
    feature extraction for 2D/3D objects in mesh representation", ICIP 2001); that point is the middle of the box, since
    far from the origin the sum would lose its last digits. A cavity counts as missing mass.

    Raises ValueError where the mesh encloses nothing.
    """
    middle = (mesh.low + mesh.high) / 2
    first = mesh.corners[:, 0] - middle
    six_volumes = np.einsum("ij,ij->i", first, mesh.crosses)
    whole = float(six_volumes.sum())
    if not abs(whole) > np.finfo(float).eps * mesh.size**3:
        raise ValueError("a mesh that encloses nothing has no centre of mass")
    sums = mesh.corners.sum(axis=1) - 3 * middle
    x, y, z = (float(axis) for axis in middle + six_volumes @ sums / (4 * whole))
    return x, y, z
