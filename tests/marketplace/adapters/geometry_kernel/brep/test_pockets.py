import pytest

from marketplace.adapters.geometry_kernel.brep.features import features
from tests.marketplace.adapters.geometry_kernel.brep.parts import part_of, rotated
from tests.marketplace.adapters.geometry_kernel.brep.plates import lowest_edges_rounded
from tests.marketplace.adapters.geometry_kernel.geometry_parts import (
    box,
    cut,
    cylinder,
    fuse,
    upright_edges_rounded,
)

PLATE = ((0, 0, 0), (100, 60, 20))
UP = (0, 0, 1)


def pockets(shape):
    return features(part_of(shape))[1].pockets


def sizes(shape):
    return sorted(
        (pocket.depth_mm, pocket.length_mm, pocket.width_mm, pocket.radius_mm, pocket.is_through)
        for pocket in pockets(shape)
    )


def block(low, high, radius):
    return upright_edges_rounded(box(low, high), radius)


def test_a_pocket_tells_depth_size_corner_and_place():
    (pocket,) = pockets(cut(box(*PLATE), block((10, 10, 8), (50, 30, 30), 4)))

    assert (pocket.depth_mm, pocket.length_mm, pocket.width_mm, pocket.radius_mm) == (12, 40, 20, 4)
    assert (pocket.axis, pocket.at_mm, pocket.is_through) == ((0, 0, 1), (30, 20, 8), False)
    assert len(pocket.faces) == 9  # the floor, four walls, four corners


def test_a_sharp_pocket_has_radius_0():
    assert sizes(cut(box(*PLATE), box((10, 10, 8), (50, 30, 30)))) == [(12, 40, 20, 0, False)]


def test_a_turned_pocket_keeps_its_sides():
    shape = cut(box((-60, -60, 0), (60, 60, 20)), rotated(block((-20, -10, 8), (20, 10, 30), 4), (0, 0, 1), 0.5))

    assert sizes(shape) == [pytest.approx((12, 40, 20, 4, False), abs=1e-6)]


def test_a_pocket_with_a_fillet_around_its_floor_is_as_wide_as_between_its_walls():
    tool = lowest_edges_rounded(block((10, 10, 8), (50, 30, 30), 4), 8, 1.5)

    assert sizes(cut(box(*PLATE), tool)) == [(12, 40, 20, 4, False)]


def test_a_chamfer_around_the_top_belongs_to_the_pocket():
    from OCP.BRepFilletAPI import BRepFilletAPI_MakeChamfer
    from OCP.TopAbs import TopAbs_EDGE
    from OCP.TopoDS import TopoDS

    from tests.marketplace.adapters.geometry_kernel.brep.plates import _heights
    from tests.marketplace.adapters.geometry_kernel.geometry_parts import sub_shapes

    shape = cut(box(*PLATE), box((10, 10, 8), (50, 30, 30)))
    chamfer = BRepFilletAPI_MakeChamfer(shape)
    for edge in sub_shapes(shape, TopAbs_EDGE)[::2]:
        middle = _middle(edge)
        if _heights(edge) == (20, 20) and 9 < middle[0] < 51 and 9 < middle[1] < 31:
            chamfer.Add(1.0, TopoDS.Edge(edge))

    assert sizes(chamfer.Shape()) == [(12, 40, 20, 0, False)]


def _middle(edge):
    from OCP.BRepAdaptor import BRepAdaptor_Curve
    from OCP.TopoDS import TopoDS

    curve = BRepAdaptor_Curve(TopoDS.Edge(edge))
    point = curve.Value((curve.FirstParameter() + curve.LastParameter()) / 2)
    return point.X(), point.Y()


def test_a_stepped_pocket_is_two():
    shape = cut(box(*PLATE), block((10, 10, 14), (60, 50, 30), 5), block((20, 20, 4), (40, 40, 30), 2))

    assert sizes(shape) == [(6, 50, 40, 5, False), (10, 20, 20, 2, False)]


def test_islands_and_holes_in_the_floor_leave_it_one_pocket():
    island = block((40, 20, 8), (50, 30, 16), 2)
    shape = fuse(cut(box(*PLATE), block((10, 10, 8), (80, 50, 30), 6)), island)
    drilled = cut(shape, cylinder((20, 20, -1), UP, 5, 30))

    assert sizes(drilled) == [(12, 70, 40, 6, False)]


def test_a_slot_through_the_plate_is_an_opening():
    slot = fuse(box((20, 20, -1), (60, 30, 21)), cylinder((20, 25, -1), UP, 10, 22), cylinder((60, 25, -1), UP, 10, 22))
    (opening,) = pockets(cut(box(*PLATE), slot))

    assert (opening.depth_mm, opening.length_mm, opening.width_mm, opening.radius_mm) == (20, 50, 10, 5)
    assert (opening.is_through, opening.at_mm) == (True, (40, 25, 10))


def test_a_sharp_window_is_an_opening_with_sharp_corners():
    assert sizes(cut(box(*PLATE), box((20, 20, -1), (60, 30, 21)))) == [(20, 40, 10, 0, True)]


@pytest.mark.parametrize(
    "shape",
    [
        box(*PLATE),
        cut(box(*PLATE), box((-1, 20, 10), (101, 40, 21))),
        cut(box(*PLATE), box((-1, 20, 10), (50, 40, 21))),
        cut(box(*PLATE), box((-1, -1, 10), (50, 61, 21))),
        cut(box(*PLATE), box((10, 10, 5), (90, 50, 15))),
        cut(box(*PLATE), cylinder((50, 30, 10), UP, 20, 20)),
        fuse(box(*PLATE), box((20, 20, 20), (40, 40, 30))),
        fuse(box(*PLATE), cylinder((50, 30, 20), UP, 20, 20)),
    ],
    ids=["plate", "slot from end to end", "slot open to a side", "step", "closed cavity", "hole", "block", "boss"],
)
def test_what_is_open_or_closed_or_round_is_no_pocket(shape):
    assert pockets(shape) == ()


def test_a_chamfer_between_walls_is_no_floor():
    inside = cut(box((0, 0, 0), (100, 60, 40)), box((5, 5, 5), (95, 55, 41)))
    wedge = cut(box((5, 5, 5), (11, 55, 11)), rotated(box((0, -100, 0), (50, 100, 50)), (0, 1, 0), -0.785398163))
    shape = fuse(inside, wedge)

    assert all(pocket.axis == (0, 0, 1) for pocket in pockets(shape))
