"""Closed-form parts in every format of meshes: closed or not, which way round, cavities, bodies."""

import math

import numpy as np
import pytest

from marketplace.adapters.geometry_kernel.meshes import welding
from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.meshes.soup import Soup
from marketplace.geometry.values import FileKind, RemarkKind
from tests.marketplace.adapters.geometry_kernel.meshes.mesh_files import (
    binary_stl,
    inside_out,
    joined,
    obj,
    part_of,
    text_stl,
    threemf,
)
from tests.marketplace.adapters.geometry_kernel.meshes.solids import block, icosphere

WRITERS = {
    "binary": (FileKind.STL, binary_stl),
    "text": (FileKind.STL, text_stl),
    "obj": (FileKind.OBJ, obj),
    "3mf": (FileKind.THREE_MF, threemf),
}


@pytest.fixture(params=WRITERS)
def read(request, tmp_path):
    """Reads a mesh that was written in one of the formats."""
    kind, writer = WRITERS[request.param]
    return lambda mesh: part_of(tmp_path, writer(mesh), kind)


def prism(sides: int, radius: float, height: float) -> Mesh:
    turns = 2 * np.pi * np.arange(sides) / sides
    ring = np.stack([radius * np.cos(turns), radius * np.sin(turns), np.zeros(sides)], axis=1)
    vertices = np.vstack([ring, ring + np.array([0, 0, height]), [[0, 0, 0], [0, 0, height]]])
    here, there = np.arange(sides), (np.arange(sides) + 1) % sides
    floor = np.stack([np.full(sides, 2 * sides), there, here], axis=1)
    roof = np.stack([np.full(sides, 2 * sides + 1), here + sides, there + sides], axis=1)
    walls = [np.stack([here, there, there + sides], axis=1), np.stack([here, there + sides, here + sides], axis=1)]
    return Mesh(vertices, np.vstack([floor, roof, *walls]).astype(np.int32))


def enclosed(mesh: Mesh) -> float:
    first, second, third = np.moveaxis(mesh.corners, 1, 0)
    return float(np.einsum("ij,ij->", first, np.cross(second, third)) / 6)


def test_a_block(read):
    part = read(block((10, 20, 30), (100, -50, 7)))
    core = part.core

    assert (core.is_closed, core.is_manifold, core.bodies, core.shells, core.cavities) == (True, True, 1, 1, 0)
    assert core.volume_mm3 == pytest.approx(6000, rel=1e-6)
    assert core.area_mm2 == pytest.approx(2200, rel=1e-6)
    assert core.box_mm == pytest.approx((10, 20, 30), rel=1e-6)
    assert core.corner_mm == pytest.approx((100, -50, 7))
    assert (core.overlaps, core.remarks, core.triangles) == (False, (), 12)
    assert (len(part.mesh.vertices), len(part.mesh.triangles)) == (8, 12)


def test_a_prism_of_many_sides(read):
    core = read(prism(96, 12.0, 40.0)).core
    base = 96 / 2 * 12.0**2 * math.sin(2 * math.pi / 96)

    assert core.is_closed
    assert core.volume_mm3 == pytest.approx(base * 40, rel=1e-6)
    assert core.area_mm2 == pytest.approx(2 * base + 96 * 2 * 12 * math.sin(math.pi / 96) * 40, rel=1e-6)


def test_a_ball_with_a_hollow_in_it(read):
    outer, inner = icosphere(3, 20.0), icosphere(3, 12.0)
    part = read(joined(outer, inside_out(inner)))

    assert (part.core.is_closed, part.core.shells, part.core.cavities) == (True, 2, 1)
    assert part.core.volume_mm3 == pytest.approx(enclosed(outer) - enclosed(inner), rel=1e-6)
    assert part.core.overlaps is False


def test_a_body_within_a_hollow(read):
    shells = [block((30, 30, 30)), inside_out(block((20, 20, 20), (5, 5, 5))), block((4, 4, 4), (10, 10, 10))]
    core = read(joined(*shells)).core

    assert (core.is_closed, core.volume_mm3, core.cavities) == (True, pytest.approx(27_000 - 8_000 + 64), 1)


def test_a_mesh_that_is_inside_out_is_turned_round(read):
    hollow = joined(block((10, 10, 10)), inside_out(block((2, 2, 2), (4, 4, 4))))
    part = read(inside_out(hollow))

    assert (part.core.is_closed, part.core.volume_mm3) == (True, pytest.approx(992))
    assert [remark.kind for remark in part.core.remarks] == [RemarkKind.MENDED]
    assert enclosed(part.mesh) == pytest.approx(992)


def test_one_body_of_two_that_is_inside_out_is_turned_round(read):
    part = read(joined(block((10, 10, 10)), inside_out(block((5, 5, 5), (20, 0, 0)))))

    assert (part.core.is_closed, part.core.volume_mm3) == (True, pytest.approx(1125))
    assert "1 of 2 shells" in part.core.remarks[0].message
    assert enclosed(part.mesh) == pytest.approx(1125)


@pytest.mark.parametrize(
    "shells",
    [
        [block((10, 10, 10)), block((2, 2, 2), (4, 4, 4))],
        [block((10, 10, 10)), inside_out(block((2, 2, 2), (4, 4, 9)))],
        [block((10, 10, 10)), inside_out(block((5, 5, 5), (7, 7, 7)))],
        [block((10, 10, 10)), block((10, 10, 10))],
        [block((10, 10, 10)), block((4, 4, 4)), inside_out(block((4, 4, 4), (30, 0, 0)))],
    ],
    ids=["body in body", "cavity through the wall", "cavity through a corner", "twice", "in a corner"],
)
def test_what_is_doubtful_is_not_closed(read, shells):
    core = read(joined(*shells)).core

    assert (core.is_closed, core.volume_mm3) == (False, 0)


def test_blocks_that_touch_at_an_edge_are_two_where_the_file_says_so(tmp_path):
    touching = joined(block((1, 1, 1)), block((1, 1, 1), (1, 1, 0)))

    in_stl = part_of(tmp_path, binary_stl(touching), FileKind.STL).core
    in_3mf = part_of(tmp_path, threemf(touching), FileKind.THREE_MF).core

    assert (in_stl.is_closed, in_stl.is_manifold) == (False, False)
    assert (in_3mf.is_closed, in_3mf.volume_mm3, in_3mf.shells) == (True, pytest.approx(2), 2)


def test_blocks_that_touch_at_a_corner_are_closed(read):
    core = read(joined(block((1, 1, 1)), block((1, 1, 1), (1, 1, 1)))).core

    assert (core.is_closed, core.volume_mm3, core.shells, core.overlaps) == (True, pytest.approx(2), 2, False)


def test_a_triangle_turned_over_opens_the_mesh_but_not_its_edges(read):
    one = block((1, 1, 1))
    one.triangles[3] = one.triangles[3, ::-1]
    core = read(one).core

    assert (core.is_closed, core.is_manifold, core.volume_mm3) == (False, True, 0)


def test_triangles_without_area_are_left_out_and_told(read):
    one = block((1, 1, 1))
    part = read(Mesh(one.vertices, np.vstack([one.triangles, [[0, 0, 1]]]).astype(np.int32)))

    assert (part.core.is_closed, part.core.triangles, len(part.mesh.triangles)) == (True, 13, 12)
    assert "1 triangles without area" in part.core.remarks[0].message


def test_a_sheet_folded_onto_itself_beside_a_body_is_not_closed(read):
    sheet = Mesh(np.array([[50.0, 0, 0], [60, 0, 0], [50, 9, 0]]), np.array([[0, 1, 2], [0, 2, 1]], dtype=np.int32))

    assert not read(joined(block((1, 1, 1)), sheet)).core.is_closed


def test_points_whose_keys_clash_are_still_told_apart(monkeypatch):
    one = block((3, 4, 5))
    soup = Soup(one.corners.reshape(-1, 3))
    told = welding.welded(soup)
    monkeypatch.setattr(welding, "_MIX", np.zeros(3, dtype=np.uint64))

    vertices, triangles = welding.welded(soup)

    assert len(vertices) == 8
    assert np.array_equal(vertices[triangles], one.corners)
    assert np.array_equal(vertices, told[0])


@pytest.mark.parametrize("side", [10, 20])
def test_bodies_side_by_side_are_all_counted(tmp_path, side):
    """However many, where no two boxes meet nothing is in doubt."""
    grid = np.stack(np.meshgrid(*[2.0 * np.arange(side)] * 3), axis=-1).reshape(-1, 1, 3)
    one = block((1, 1, 1))
    triangles = one.triangles + 8 * np.arange(len(grid))[:, None, None]
    bodies = Mesh((one.vertices + grid).reshape(-1, 3), triangles.reshape(-1, 3).astype(np.int32))
    core = part_of(tmp_path, binary_stl(bodies), FileKind.STL).core

    assert (core.is_closed, core.bodies, core.overlaps) == (True, side**3, False)
    assert core.volume_mm3 == pytest.approx(side**3)


def test_too_many_bodies_in_one_another_are_not_guessed(tmp_path):
    bodies = [block((9, 9, 9), (n * 1e-3, n * 1e-3, n * 1e-3)) for n in range(1000)]

    assert not part_of(tmp_path, binary_stl(joined(*bodies)), FileKind.STL).core.is_closed


@pytest.mark.parametrize(
    ("solid", "words"),
    [
        (Mesh(block((1, 1, 1)).vertices, block((1, 1, 1)).triangles[1:]), "3 edges on a gap"),
        (joined(block((1, 1, 1)), block((1, 1, 1), (1, 1, 0))), "1 edge with more than two triangles"),
        (joined(block((1, 1, 1)), block((1, 1, 1))), "18 edges with more than two triangles"),
        (
            Mesh(block((1, 1, 1)).vertices, np.concatenate([block((1, 1, 1)).triangles[1:], [[0, 3, 2]]])),
            "neighbouring triangles face opposite ways",
        ),
    ],
    ids=["gap", "touching", "twice", "turned"],
)
def test_why_a_surface_encloses_no_body_is_said(tmp_path, solid, words):
    core = part_of(tmp_path, binary_stl(solid), FileKind.STL).core

    assert core.is_closed is False
    assert [remark.message for remark in core.remarks if words in remark.message]
    assert all("gap" in remark.message for remark in core.remarks) == ("gap" in words)
