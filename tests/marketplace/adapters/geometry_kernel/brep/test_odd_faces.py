"""What real files have: free-form faces, seams, degenerate edges, mirrored bodies, nothing at all."""

import pytest
from OCP.BRepBuilderAPI import BRepBuilderAPI_NurbsConvert, BRepBuilderAPI_Transform
from OCP.gp import gp_Ax2, gp_Dir, gp_Pnt, gp_Trsf

from marketplace.adapters.geometry_kernel.brep import adjacency, faces
from marketplace.adapters.geometry_kernel.brep.features import features
from marketplace.geometry.features import Features
from tests.marketplace.adapters.geometry_kernel.brep.parts import part_of
from tests.marketplace.adapters.geometry_kernel.geometry_parts import ball, box, compound, cone, cut, cylinder
from tests.stopwatch import cpu_seconds

PLATE = ((0, 0, 0), (100, 60, 20))
UP = (0, 0, 1)


def test_free_form_faces_are_skipped_but_their_edges_are_known():
    block = cut(box(*PLATE), box((10, 10, 8), (50, 30, 30)), cylinder((80, 30, -1), UP, 8, 22))
    part = part_of(BRepBuilderAPI_NurbsConvert(block, True).Shape())
    table = faces.table(part.faces)
    edges = adjacency.edges(table)

    assert (table.surface == faces.Surface.OTHER).all()
    assert table.area.sum() == pytest.approx(faces.table(part_of(block).faces).area.sum(), rel=1e-3)
    assert (edges.meeting == adjacency.Meeting.CONCAVE).sum() == 8
    assert features(part) == ((), Features())


@pytest.mark.parametrize("shape", [ball((0, 0, 0), 10), cone((0, 0, 0), UP, 10, 0, 5), compound()])
def test_poles_tips_and_nothing_have_no_features(shape):
    assert features(part_of(shape)) == ((), Features())


def test_a_mirrored_part_has_the_same_features():
    block = cut(box(*PLATE), box((10, 10, 8), (50, 30, 30)), cylinder((80, 30, 5), UP, 8, 22))
    mirror = gp_Trsf()
    mirror.SetMirror(gp_Ax2(gp_Pnt(7, 8, 9), gp_Dir(1, 2, 3)))
    mirrored = BRepBuilderAPI_Transform(block, mirror, True).Shape()

    (hole,), found = features(part_of(mirrored))
    (pocket,) = found.pockets
    assert (hole.diameter_mm, hole.depth_mm, hole.is_through) == (8, 15, False)
    assert (pocket.depth_mm, pocket.length_mm, pocket.width_mm) == pytest.approx((12, 40, 20))
    assert found.sharp_edges.count == 4


def test_features_far_from_the_origin_are_the_same():
    block = cut(box((1e5, 1e5, 0), (1e5 + 100, 1e5 + 60, 20)), cylinder((1e5 + 50, 1e5 + 30, 5), UP, 8, 22))

    (hole,), _ = features(part_of(block))
    assert (hole.diameter_mm, hole.depth_mm, hole.is_through) == (8, 15, False)


def test_time_grows_with_the_faces():
    spent = [seconds(comb(teeth)) for teeth in (100, 400)]

    assert spent[1] < 4 * spent[0] * 3 + 0.2


def comb(teeth):
    return compound(
        *(
            cut(box((20 * i, 0, 0), (20 * i + 15, 60, 20)), box((20 * i + 3, 5, 9), (20 * i + 9, 20, 21)))
            for i in range(teeth)
        )
    )


def seconds(shape):
    part = part_of(shape)
    return min(cpu_seconds(lambda: features(part)) for _ in range(3))
