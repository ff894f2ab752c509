"""Coarser copies of large meshes enclose what the mesh does."""

import manifold3d
import numpy as np
import pytest

from marketplace.adapters.geometry_kernel import measuring
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes import rays, topology, walls
from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.meshes.thinning import thinned
from marketplace.geometry.values import FileKind, RemarkKind
from tests.marketplace.adapters.geometry_kernel.meshes.mesh_files import binary_stl
from tests.marketplace.adapters.geometry_kernel.meshes.solids import any_rotation, block, cut, icosphere, turned, volume


def refined(solid, length):
    """The same body in triangles of no longer edges."""
    body = manifold3d.Manifold(manifold3d.Mesh64(solid.vertices.copy(), solid.triangles.astype(np.uint64)))
    finer = body.refine_to_length(length).to_mesh64()
    return Mesh(np.array(finer.vert_properties[:, :3]), np.array(finer.tri_verts, dtype=np.int32))


def test_a_mesh_that_is_small_enough_stays_itself():
    assert thinned(ball := icosphere(2), 320) is ball


@pytest.mark.parametrize("most", [1_000, 3_000, 10_000])
def test_a_copy_of_a_ball_has_its_volume_and_no_border(most):
    coarse = thinned(icosphere(5, 10.0), most)

    assert most / 4 < len(coarse.triangles) <= most
    assert topology.is_cycle(coarse.triangles)
    assert np.linalg.norm(coarse.vertices, axis=1) == pytest.approx(10.0)
    assert volume(coarse) == pytest.approx(volume(icosphere(5, 10.0)), rel=40 / most)


@pytest.mark.parametrize("seed", [1, 2])
def test_walls_thinner_than_the_triangles_left_keep_their_thickness(seed):
    """Two sides of a wall are never made one, though they lie nearer to each other than vertices that become one."""
    tray = cut(block((60, 40, 20)), block((59.4, 39.4, 20), (0.3, 0.3, 0.3)))
    coarse = turned(thinned(refined(tray, 0.6), 8_000), any_rotation(seed))

    longest = np.linalg.norm(coarse.corners - np.roll(coarse.corners, 1, axis=1), axis=2).max()
    assert longest > 3 * 0.3
    assert topology.is_cycle(coarse.triangles)
    assert walls.walls(coarse, rays.rays(coarse)).typical_mm == pytest.approx(0.3, rel=0.01)


def test_folds_are_taken_out():
    """A strip that the copy lays upon itself is not there any more."""
    fin = cut(block((60, 40, 20)), block((29.99, 40, 15), (0, 0, 5)), block((29.99, 40, 15), (30.01, 0, 5)))
    coarse = thinned(refined(fin, 0.7), 3_000)
    places, back = (
        {tuple(np.roll(corners, -corners.argmin())) for corners in triangles}
        for triangles in (coarse.triangles, coarse.triangles[:, ::-1])
    )

    assert topology.is_cycle(coarse.triangles)
    assert not places & back


def test_core_figures_of_a_large_mesh_are_those_of_the_whole(tmp_path, monkeypatch):
    """Volume, area, box, centre and hull do not know of the copy; the customer is told of it."""
    monkeypatch.setattr(measuring, "MOST_TRIANGLES", 5_000)
    path = tmp_path / "part"
    path.write_bytes(binary_stl(refined(block((30, 20, 10), (5, 5, 5)), 0.4)))
    part = measuring.measure(FileKind.STL, path, Limits()).measurement

    assert (part.volume_mm3, part.area_mm2) == (pytest.approx(6000, rel=1e-6), pytest.approx(2200, rel=1e-6))
    assert part.centre_mm == pytest.approx((20, 15, 10), abs=1e-5)
    assert (part.hull_mm3, part.box_mm) == (pytest.approx(6000, rel=1e-6), pytest.approx((30, 20, 10)))
    assert part.triangles > 20_000
    assert [remark.kind for remark in part.remarks] == [RemarkKind.THINNED]
    assert part.walls.typical_mm == pytest.approx(10, rel=0.01)
