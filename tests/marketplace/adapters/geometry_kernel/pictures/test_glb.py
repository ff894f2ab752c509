"""Models for a browser, loaded by another reader of glTF."""

import io
import json
import struct

import numpy as np
import pytest
import trimesh

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.pictures.decimation import decimated
from marketplace.adapters.geometry_kernel.pictures.glb import MOST_TRIANGLES, glb
from marketplace.adapters.geometry_kernel.pictures.smoothing import shaded
from tests.marketplace.adapters.geometry_kernel.pictures.scenery import ball, block, mesh_of


def loaded(model: bytes) -> trimesh.Trimesh:
    """The model's only mesh, where its node puts it."""
    return trimesh.load(io.BytesIO(model), file_type="glb").to_mesh()


def document(model: bytes) -> dict:
    (length,) = struct.unpack_from("<I", model, 12)
    assert model[16:20] == b"JSON"
    return json.loads(model[20 : 20 + length])


def with_faces(mesh: Mesh, face_of) -> Mesh:
    return Mesh(mesh.vertices, mesh.triangles, np.asarray(face_of, dtype=np.int32))


def test_a_block_stands_upright_in_metres():
    part = block(40, 30, 20)
    moved = Mesh(part.vertices + np.array([100, 200, 300]), part.triangles)

    bounds = loaded(glb(moved)).bounds * 1000

    assert bounds[0] == pytest.approx([80, 290, -215], abs=0.01)
    assert bounds[1] == pytest.approx([120, 310, -185], abs=0.01)


@pytest.mark.parametrize("subdivisions", [3, 5, 6])
def test_a_model_keeps_the_volume_and_stays_small(subdivisions):
    part = ball(radius=50, subdivisions=subdivisions)
    truth = trimesh.Trimesh(part.vertices, part.triangles).volume

    model = glb(part)

    found = loaded(model)
    found.merge_vertices(merge_norm=True)
    assert found.volume * 1e9 == pytest.approx(truth, rel=2e-3)
    assert len(found.faces) <= MOST_TRIANGLES * 1.05
    assert len(model) < 400_000


def test_a_model_says_in_which_units_it_was_drawn():
    assert "confirmed" in document(glb(block(1, 2, 3)))["asset"]["extras"]["units"]


def test_header_lengths_and_alignment_follow_the_standard():
    model = glb(block(1, 2, 3))
    said = document(model)

    magic, version, length = struct.unpack_from("<4s2I", model)
    (json_length,) = struct.unpack_from("<I", model, 12)
    binary_length, kind = struct.unpack_from("<I4s", model, 20 + json_length)
    assert (magic, version, length) == (b"glTF", 2, len(model))
    assert (kind, 28 + json_length + binary_length) == (b"BIN\0", len(model))
    assert said["buffers"] == [{"byteLength": binary_length}]
    assert all(view["byteOffset"] % 4 == 0 for view in said["bufferViews"])
    assert all(view["byteOffset"] + view["byteLength"] <= binary_length for view in said["bufferViews"])
    assert said["accessors"][0]["max"] == [10922, 21845, 32767]


def test_triangles_are_sorted_by_face_and_the_extras_say_where_each_is():
    part = with_faces(block(1, 1, 1), [7, 3, 3, 7, 5, 5, 0, 0, 9, 9, 1, 1])

    faces = document(glb(part))["meshes"][0]["extras"]["faces"]

    assert faces == [[0, 0, 2], [1, 2, 2], [3, 4, 2], [5, 6, 2], [7, 8, 2], [9, 10, 2]]
    triangles = loaded(glb(part)).triangles_center * 1000
    want = [part.corners[part.face_of == face].mean(axis=1) for face, *_ in faces]
    assert triangles == pytest.approx(np.vstack(want)[:, [0, 2, 1]] * [1, 1, -1], abs=1e-3)


def test_a_mesh_without_faces_has_no_extras():
    assert "extras" not in document(glb(block(1, 1, 1)))["meshes"][0]


def test_faces_stay_with_their_triangles_when_a_mesh_is_made_coarser():
    """The upper and the lower half of a ball are two faces: no triangle of one is found in the other."""
    part = ball(radius=10, subdivisions=6)
    halves = with_faces(part, part.corners.mean(axis=1)[:, 2] > 0)

    coarse = decimated(halves, 2_000)

    assert len(coarse.triangles) <= 6_000
    assert set(np.unique(coarse.face_of)) == {0, 1}
    middles = coarse.corners.mean(axis=1)[:, 2]
    clear = np.abs(middles) > 0.5
    assert ((middles > 0) == (coarse.face_of == 1))[clear].all()


def test_triangles_that_cannot_be_simplified_are_thinned_to_the_largest(monkeypatch):
    part = ball(radius=10, subdivisions=4)
    stubborn = lambda points, triangles, **_: (points, triangles.astype(np.int64), np.empty((0, 2), dtype=np.int64))  # noqa: E731
    monkeypatch.setattr("fast_simplification.simplify", stubborn)

    thinned = decimated(with_faces(part, range(len(part.triangles))), 100)

    assert thinned.areas == pytest.approx(part.areas[thinned.face_of])
    assert len(thinned.triangles) == 300
    assert thinned.areas.min() >= np.sort(part.areas)[-300] - 1e-9


def test_a_mesh_that_is_small_enough_stays_as_it_is():
    part = block(1, 1, 1)

    assert decimated(part, 12) is part


def test_edges_are_sharp_and_round_sides_are_smooth():
    rod = shaded(mesh_of(trimesh.creation.cylinder(radius=5, height=20, sections=48)))

    is_cap = np.abs(rod.normals[:, 2]) > 0.999
    is_side = np.abs(rod.normals[:, 2]) < 1e-9
    assert (is_cap | is_side).all()
    outwards = rod.vertices[is_side, :2] / np.linalg.norm(rod.vertices[is_side, :2], axis=1, keepdims=True)
    assert np.einsum("ij,ij->i", outwards, rod.normals[is_side, :2]).min() > np.cos(np.radians(4))
    assert is_side.sum() == 96


def test_faces_part_a_surface_even_where_it_is_flat():
    part = block(1, 1, 1)

    assert len(shaded(with_faces(part, range(12))).vertices) == 36
    assert len(shaded(part).vertices) == 24


@pytest.mark.parametrize("corners", [[[0, 0, 0], [1, 0, 0], [2, 0, 0]], [[5, 5, 5], [5, 5, 5], [5, 5, 5]]])
def test_a_mesh_without_area_is_still_a_valid_model(corners):
    model = glb(Mesh(np.array(corners, dtype=float), np.array([[0, 1, 2]], dtype=np.int32)))

    assert np.isfinite(loaded(model).vertices).all()


def test_a_heap_of_loose_triangles_has_a_model_of_bounded_size():
    random = np.random.default_rng(5)
    corners = (random.random((80_000, 1, 3)) * 100 + random.random((80_000, 3, 3)) * 20).reshape(-1, 3)
    model = glb(Mesh(corners, np.arange(240_000, dtype=np.int32).reshape(-1, 3)))

    assert 0 < len(loaded(model).faces) <= MOST_TRIANGLES * 3
    assert len(model) < 3 << 20


@pytest.mark.parametrize(("count", "kind"), [(15_000, 5123), (22_000, 5125)])
def test_many_corners_take_long_indices(monkeypatch, count, kind):
    monkeypatch.setattr("marketplace.adapters.geometry_kernel.pictures.glb.decimated", lambda mesh, most: mesh)
    corners = np.random.default_rng(6).random((3 * count, 3))
    model = glb(Mesh(corners, np.arange(3 * count, dtype=np.int32).reshape(-1, 3)))

    assert document(model)["accessors"][2]["componentType"] == kind
    assert len(loaded(model).faces) == count


def test_bosses_on_a_wall_stay_when_a_mesh_is_made_coarser():
    """Sixty pins of slivers: each keeps its volume, nearly."""
    pin = trimesh.creation.cylinder(radius=2, height=6, sections=256)
    pins = [pin.copy().apply_translation([10 * (k % 10), 10 * (k // 10), 3]) for k in range(60)]
    coarse = decimated(mesh_of(trimesh.util.concatenate(pins)), 20_000)

    pin_of = np.rint(coarse.corners[:, 0, :2] / 10).astype(int) @ np.array([1, 10])
    volumes = np.bincount(pin_of, np.linalg.det(coarse.corners) / 6)

    assert len(coarse.triangles) < 30_000
    assert volumes == pytest.approx(np.full(60, pin.volume), rel=0.03)
