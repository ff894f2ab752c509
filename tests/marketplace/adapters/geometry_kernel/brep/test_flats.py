import math

import numpy as np
import pytest

from marketplace.adapters.geometry_kernel.brep import flats, slivers, step, tessellation
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes import tangles, topology
from marketplace.adapters.geometry_kernel.meshes.crossings import crossed
from marketplace.adapters.geometry_kernel.meshes.rays import rays
from tests.marketplace.adapters.geometry_kernel.geometry_parts import ball, box, cut, cylinder, fuse, written

UP = (0, 0, 1)
SIDE, THICK, RADIUS = 100.0, 5.0, 3.0


def grid(count):
    pitch = SIDE / count
    places = [((column + 0.5) * pitch, (row + 0.5) * pitch, -1.0) for row in range(count) for column in range(count)]
    return cut(box((0, 0, 0), (SIDE, SIDE, THICK)), *(cylinder(place, UP, RADIUS, THICK + 2) for place in places))


def part_of(shape, tmp_path):
    return step.read(written(tmp_path / "part", shape), Limits())


def tessellated(part):
    return tessellation.tessellated(part, Limits())


def without_flats(part, monkeypatch):
    """The same part when OpenCASCADE makes all of its triangles."""
    monkeypatch.setattr(flats, "flats", lambda faces: {})
    return tessellated(part)


@pytest.mark.parametrize(
    "shape",
    [
        box((1, 2, 3), (4, 5, 6)),
        grid(3),
        cut(box((0, 0, 0), (30, 30, 30)), box((10, 10, 10), (40, 20, 20)), cylinder((0, 5, 5), (1, 0, 0), 2, 30)),
        cut(box((0, 0, 0), (20, 20, 20)), ball((10, 10, 10), 12)),
        fuse(cylinder((0, 0, 0), UP, 30, 20), cylinder((0, 0, 19), UP, 10, 40)),
    ],
    ids=["box", "grid", "slots", "room", "stepped"],
)
def test_flats_fit_between_the_other_faces_as_if_the_kernel_had_made_them(tmp_path, monkeypatch, shape):
    part = part_of(shape, tmp_path)
    ours, theirs = tessellated(part), without_flats(part, monkeypatch)

    assert topology.is_cycle(ours.triangles)
    assert len(ours.triangles) == len(theirs.triangles)
    for face in range(len(part.faces)):
        one, other = (mesh.crosses[mesh.face_of == face].sum(axis=0) for mesh in (ours, theirs))
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


def test_flats_are_all_planes_between_straight_edges_and_other_surfaces(tmp_path):
    part = part_of(grid(2), tmp_path)

    assert len(flats.flats(part.faces)) == 6
    assert len(part.faces) == 10


def test_a_curved_edge_between_two_planes_is_left_to_the_kernel_with_both(tmp_path):
    """A disc flush with the top and bottom of a block: half of it lies in the block, behind an arc between planes."""
    part = part_of(fuse(box((0, 0, 0), (40, 40, 10)), cylinder((40, 20, 0), UP, 8, 10)), tmp_path)
    mesh = tessellated(part)
    tops = [number for number in range(len(part.faces)) if _is_level(mesh, number)]

    assert len(tops) == 6
    assert len(set(tops) - set(flats.flats(part.faces))) == 4
    assert topology.is_cycle(mesh.triangles)
    assert mesh.areas[np.isin(mesh.face_of, tops)].sum() / 2 == pytest.approx(1600 + math.pi * 8, rel=2e-3)


def _is_level(mesh, face):
    return bool((np.abs(mesh.normals[mesh.face_of == face, 2]) > 0.999).all())


def test_holes_in_rows_leave_no_triangle_without_width_and_cross_nothing(tmp_path):
    mesh = tessellated(part_of(grid(5), tmp_path))
    beam = rays(mesh)

    assert mesh.areas.min() > 1e-6
    assert not crossed(mesh, beam, hair_mm=1e-4).any()
    assert tangles.runs_through_itself(mesh, beam, shells=1) is False


def test_a_flat_whose_border_crosses_itself_when_split_coarsely_makes_the_mesh_finer(tmp_path, monkeypatch):
    """A hole that ends a hair from the rim, between two corners of it: the chord there runs through the hole."""
    found = []

    def seen(points, triangles):
        found.append(is_any_turned_over(points, triangles))
        return found[-1]

    is_any_turned_over = slivers.is_any_turned_over
    monkeypatch.setattr(slivers, "is_any_turned_over", seen)
    hair, aside = 2e-3, math.radians(2.5)
    hole = ((20 - hair) * math.cos(aside), (20 - hair) * math.sin(aside), -1)
    part = part_of(cut(cylinder((0, 0, 0), UP, 60, 5), cylinder(hole, UP, 20, 7)), tmp_path)
    mesh = tessellated(part)

    assert found[0]
    assert not found[-1]
    assert topology.is_cycle(mesh.triangles)
    assert mesh.areas[mesh.normals[:, 2] > 0.5].sum() == pytest.approx(math.pi * 800, rel=1e-3)
