import itertools
import math

import pytest

from marketplace.adapters.geometry_kernel.brep.turned import turned
from tests.marketplace.adapters.geometry_kernel.brep.parts import moved, part_of, rotated
from tests.marketplace.adapters.geometry_kernel.geometry_parts import ball, box, compound, cone, cut, cylinder, fuse

Z = (0, 0, 1)
SKEW = (1, 2, 2)


def shaft(way=Z):
    """Ø20 × 40 and Ø30 × 50 on one axis."""
    end = tuple(40 * part / math.hypot(*way) for part in way)
    return fuse(cylinder((0, 0, 0), way, 20, 40), cylinder(end, way, 30, 50))


def ring(outer, inner, length):
    return cut(cylinder((0, 0, 0), Z, outer, length), cylinder((0, 0, -1), Z, inner, length + 2))


def prism(sides, across_corners, length):
    from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeFace, BRepBuilderAPI_MakePolygon
    from OCP.BRepPrimAPI import BRepPrimAPI_MakePrism
    from OCP.gp import gp_Pnt, gp_Vec

    outline = BRepBuilderAPI_MakePolygon()
    for corner in range(sides):
        turn = math.tau * corner / sides
        outline.Add(gp_Pnt(across_corners / 2 * math.cos(turn), across_corners / 2 * math.sin(turn), 0))
    outline.Close()
    return BRepPrimAPI_MakePrism(BRepBuilderAPI_MakeFace(outline.Wire()).Face(), gp_Vec(0, 0, length)).Shape()


def gear(teeth, outer, root, length):
    """Root cylinder with blocks for teeth, cut to the outer diameter."""
    from OCP.BRepAlgoAPI import BRepAlgoAPI_Common

    tooth = box((0, -0.12 * outer * math.pi / teeth * 2, 0), (outer, 0.12 * outer * math.pi / teeth * 2, length))
    whole = cylinder((0, 0, 0), Z, root, length)
    for number in range(teeth):
        whole = fuse(whole, rotated(tooth, Z, math.tau * number / teeth))
    return BRepAlgoAPI_Common(whole, cylinder((0, 0, 0), Z, outer, length)).Shape()


def test_a_stepped_shaft_is_all_round():
    found = turned(part_of(shaft()))

    assert found.axis == pytest.approx((0, 0, 1))
    assert found.at_mm == pytest.approx((0, 0, 45))
    assert (found.diameter_mm, found.length_mm, found.round_share) == pytest.approx((30, 90, 1))


def test_a_shaft_may_lie_in_any_direction_and_place():
    found = turned(part_of(moved(shaft(SKEW), (100, -20, 7))))

    assert found.axis == pytest.approx((1 / 3, 2 / 3, 2 / 3))
    assert found.at_mm == pytest.approx((115, 10, 37))
    assert (found.diameter_mm, found.length_mm) == pytest.approx((30, 90))


def test_grooves_bores_chamfers_and_balls_are_turned():
    grooved = cut(shaft(), moved(ring(30, 26, 4), (0, 0, 60)), cylinder((0, 0, -1), Z, 8, 100))
    chamfered = fuse(cylinder((0, 0, 0), Z, 20, 40), cone((0, 0, 40), Z, 20, 16, 2))

    assert turned(part_of(grooved)).round_share == pytest.approx(1)
    assert turned(part_of(chamfered)).length_mm == pytest.approx(42)
    assert turned(part_of(ball((1, 2, 3), 12))).diameter_mm == pytest.approx(12)
    assert turned(part_of(cone((0, 0, 0), Z, 20, 0, 30))).diameter_mm == pytest.approx(20)


def test_a_ring_bulges_to_its_crest():
    from OCP.BRepPrimAPI import BRepPrimAPI_MakeTorus

    found = turned(part_of(BRepPrimAPI_MakeTorus(20, 3).Shape()))

    assert (found.diameter_mm, found.length_mm) == pytest.approx((46, 6))


def test_a_washer_a_disc_and_a_pipe_are_turned():
    for part, diameter, length in (
        (ring(30, 17, 3), 30, 3),
        (cylinder((0, 0, 0), Z, 80, 2), 80, 2),
        (ring(20, 16, 200), 20, 200),
    ):
        found = turned(part_of(part))
        assert (found.diameter_mm, found.length_mm, found.round_share) == pytest.approx((diameter, length, 1))


def test_a_revolved_profile_counts_as_round():
    """A barrel whose profile is a spline is a surface of revolution, not a cylinder."""
    from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeEdge, BRepBuilderAPI_MakeFace, BRepBuilderAPI_MakeWire
    from OCP.BRepPrimAPI import BRepPrimAPI_MakeRevol
    from OCP.collections import Array1_gp_Pnt
    from OCP.Geom import Geom_BezierCurve
    from OCP.gp import gp_Ax1, gp_Dir, gp_Pnt

    poles = Array1_gp_Pnt(1, 3)
    for number, point in enumerate(((10, 0, 0), (20, 0, 20), (10, 0, 40)), start=1):
        poles.SetValue(number, gp_Pnt(*map(float, point)))
    corners = [gp_Pnt(10, 0, 40), gp_Pnt(0, 0, 40), gp_Pnt(0, 0, 0), gp_Pnt(10, 0, 0)]
    wire = BRepBuilderAPI_MakeWire(BRepBuilderAPI_MakeEdge(Geom_BezierCurve(poles)).Edge())
    for start, end in itertools.pairwise(corners):
        wire.Add(BRepBuilderAPI_MakeEdge(start, end).Edge())
    profile = BRepBuilderAPI_MakeFace(wire.Wire()).Face()
    barrel = BRepPrimAPI_MakeRevol(profile, gp_Ax1(gp_Pnt(0, 0, 0), gp_Dir(0, 0, 1))).Shape()
    with_pin = fuse(barrel, cylinder((0, 0, 40), Z, 6, 10))

    found = turned(part_of(with_pin))

    assert (found.diameter_mm, found.length_mm, found.round_share) == pytest.approx((30, 50, 1), rel=1e-4)


def test_a_keyway_flats_and_a_cross_hole_take_from_the_share_but_leave_it_turned():
    keyed = cut(shaft(), box((-3, 11, 50), (3, 20, 80)))
    through_keyed = cut(cylinder((0, 0, 0), Z, 30, 90), box((-4, 11, -1), (4, 20, 91)))
    flat = cut(shaft(), box((-20, 8, -1), (20, 20, 20)))
    crossed = cut(shaft(), cylinder((-50, 0, 60), (1, 0, 0), 5, 100))

    for part in (keyed, through_keyed, flat, crossed):
        found = turned(part_of(part))
        assert 0.8 < found.round_share < 0.99
        assert found.diameter_mm == pytest.approx(30)


def test_a_hexagon_keeps_its_corners():
    bolt = fuse(prism(6, 20, 8), cylinder((0, 0, 8), Z, 10, 60))
    bored = cut(prism(6, 20, 30), cylinder((0, 0, -1), Z, 10, 40))

    assert turned(part_of(prism(6, 20, 30))) is None
    assert turned(part_of(bored)) is None
    assert turned(part_of(bolt)) is None


def test_teeth_are_not_turned():
    assert turned(part_of(gear(20, 60, 50, 12))) is None
    assert turned(part_of(fuse(gear(20, 60, 50, 4), cylinder((0, 0, 0), Z, 20, 60)))) is None


def test_a_plate_is_not_turned_however_large_its_hole():
    plate = box((-50, -50, 0), (50, 50, 5))

    assert turned(part_of(cut(plate, cylinder((0, 0, -1), Z, 90, 7)))) is None
    assert turned(part_of(fuse(plate, cylinder((0, 0, 0), Z, 60, 200)))) is None
    assert turned(part_of(box((0, 0, 0), (10, 10, 10)))) is None


def test_two_bodies_are_not_one_turned_part():
    assert turned(part_of(compound(shaft(), cylinder((100, 0, 0), Z, 10, 20)))) is None


def test_a_file_of_surfaces_is_not_turned():
    assert turned(part_of()) is None
