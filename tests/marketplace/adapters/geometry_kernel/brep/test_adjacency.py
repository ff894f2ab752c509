import math

import numpy as np
import pytest
from OCP.gp import gp_Pnt, gp_Trsf, gp_Vec
from OCP.TopLoc import TopLoc_Location

from marketplace.adapters.geometry_kernel.brep import adjacency, faces
from marketplace.adapters.geometry_kernel.brep.adjacency import Meeting
from marketplace.adapters.geometry_kernel.brep.faces import Surface
from tests.marketplace.adapters.geometry_kernel.brep.parts import part_of
from tests.marketplace.adapters.geometry_kernel.geometry_parts import (
    ball,
    box,
    cone,
    cut,
    cylinder,
    fuse,
    upright_edges_rounded,
)

PLATE = ((0, 0, 0), (100, 60, 20))


def tables(shape):
    table = faces.table(part_of(shape).faces)
    return table, adjacency.edges(table)


def count(edges):
    return {meeting.name: int((edges.meeting == meeting).sum()) for meeting in Meeting}


def test_planes_know_their_normal_out_of_the_material():
    table, _ = tables(box(*PLATE))

    normals = {tuple(np.round(axis).astype(int)) for axis in table.axis}
    assert normals == {(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)}
    outside = (table.place - (50, 30, 10) + 1e-3 * table.axis) * table.axis
    assert (outside.sum(axis=1) > 0).all()
    assert sorted(table.area) == pytest.approx([1200, 1200, 2000, 2000, 6000, 6000])


@pytest.mark.parametrize(
    ("tool", "surface", "radius"),
    [
        (cylinder((50, 30, -1), (0, 0, 1), 8, 30), Surface.CYLINDER, 4),
        (ball((50, 30, 20), 14), Surface.SPHERE, 7),
        (cone((50, 30, 20), (0, 0, -1), 10, 4, 5), Surface.CONE, 5),
    ],
)
def test_a_hollow_is_told_from_what_stands_out(tool, surface, radius):
    hollow, _ = tables(cut(box(*PLATE), tool))
    standing, _ = tables(tool)

    (row,) = np.flatnonzero(hollow.on(surface))
    assert hollow.is_hollow[row]
    assert hollow.radius[row] == pytest.approx(radius)
    assert not standing.is_hollow[standing.on(surface)].any()


def test_a_box_has_twelve_convex_edges_and_its_inside_out_concave_ones():
    _, solid = tables(box(*PLATE))
    _, cavity = tables(cut(box((-1, -1, -1), (101, 61, 21)), box(*PLATE)))

    assert count(solid) == {"CONVEX": 12, "CONCAVE": 0, "SMOOTH": 0}
    assert count(cavity) == {"CONVEX": 12, "CONCAVE": 12, "SMOOTH": 0}
    assert sorted(solid.length) == pytest.approx([20] * 4 + [60] * 4 + [100] * 4)


def test_rounded_edges_are_smooth():
    _, edges = tables(upright_edges_rounded(box(*PLATE), 5))

    assert count(edges) == {"CONVEX": 16, "CONCAVE": 0, "SMOOTH": 8}


def test_a_boss_meets_its_plate_concave_and_a_hole_its_mouth_convex():
    table, edges = tables(
        fuse(cut(box(*PLATE), cylinder((20, 20, 10), (0, 0, 1), 8, 20)), cylinder((70, 30, 20), (0, 0, 1), 10, 6))
    )

    circles = edges.curve == adjacency.Curve.CIRCLE
    found = {
        (round(float(point[2])), Meeting(meeting).name)
        for point, meeting in zip(edges.middle[circles], edges.meeting[circles], strict=True)
        if point[2] <= 26
    }
    assert found == {(10, "CONCAVE"), (20, "CONVEX"), (20, "CONCAVE"), (26, "CONVEX")}
    assert sorted(edges.length[circles]) == pytest.approx([8 * math.pi] * 2 + [10 * math.pi] * 2)
    assert table.is_hollow.sum() == 1


def test_moved_solids_are_described_where_they_are():
    move = gp_Trsf()
    move.SetRotation(_quarter_turn())
    move.SetTranslationPart(gp_Vec(1000, -500, 7))
    table, edges = tables(cut(box(*PLATE), box((10, 10, 10), (30, 30, 30))).Moved(TopLoc_Location(move)))

    assert count(edges) == {"CONVEX": 16, "CONCAVE": 8, "SMOOTH": 0}
    assert table.place[:, 0].min() > 900
    low = gp_Pnt(100, 60, 20).Transformed(move)
    assert np.linalg.norm(edges.points - (low.X(), low.Y(), low.Z()), axis=2).min() == pytest.approx(0, abs=1e-9)


def _quarter_turn():
    from OCP.gp import gp_Quaternion

    return gp_Quaternion(gp_Vec(1, 2, 3), 1.1)


def test_the_edges_of_a_face_lead_to_its_neighbours():
    _, edges = tables(box(*PLATE))

    for face in range(6):
        assert len(set(edges.beyond(edges.of(face), face))) == 4
    assert len(edges.of_all(range(6))) == 12
