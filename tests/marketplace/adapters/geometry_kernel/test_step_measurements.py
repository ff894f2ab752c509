import math

import pytest

from marketplace.geometry.values import Units
from tests.marketplace.adapters.geometry_kernel.geometry_parts import (
    ball,
    box,
    compound,
    cone,
    cut,
    cylinder,
    drill_point,
    fuse,
    open_shell,
    upright_edges_rounded,
)

PLATE = ((0, 0, 0), (100, 60, 20))
UP = (0, 0, 1)


def holes_of(part):
    return sorted((hole.diameter_mm, hole.depth_mm, hole.is_through) for hole in part.holes)


def test_a_box_measures_its_closed_form(measured):
    part = measured(box(*PLATE))

    assert part.volume_mm3 == pytest.approx(120_000, rel=1e-12)
    assert part.area_mm2 == pytest.approx(2 * (6000 + 2000 + 1200), rel=1e-12)
    assert part.box_mm == (100, 60, 20)
    assert (part.is_closed, part.bodies, part.faces, part.triangles) == (True, 1, 6, None)
    assert (part.declared_units, part.holes) == (Units.MM, ())
    assert "cadquery-ocp-novtk 8.0.1" in part.engine


@pytest.mark.parametrize(
    ("units", "declared"), [("MM", Units.MM), ("INCH", Units.INCH), ("CM", Units.CM), ("M", Units.M)]
)
def test_geometry_arrives_in_millimetres_whatever_the_file_declares(measured, units, declared):
    part = measured(cut(box(*PLATE), cylinder((50, 30, -1), UP, 8, 22)), units=units)

    assert part.declared_units is declared
    assert part.box_mm == (100, 60, 20)
    assert part.volume_mm3 == pytest.approx(120_000 - 16 * math.pi * 20, rel=1e-9)
    assert holes_of(part) == [(8, 20, True)]


def test_a_cylinder_and_a_ball_measure_their_closed_forms(measured):
    rod = measured(cylinder((0, 0, 0), (1, 0, 0), 10, 40))
    sphere = measured(ball((5, 5, 5), 10))

    assert rod.volume_mm3 == pytest.approx(math.pi * 25 * 40, rel=1e-9)
    assert rod.area_mm2 == pytest.approx(math.pi * (2 * 25 + 10 * 40), rel=1e-9)
    assert rod.box_mm == (40, 10, 10)
    assert rod.holes == ()
    assert sphere.volume_mm3 == pytest.approx(math.pi / 6 * 1000, rel=1e-9)
    assert sphere.box_mm == pytest.approx((10, 10, 10), abs=1e-5)


def test_through_and_blind_holes_with_every_kind_of_bottom(measured):
    flat, pointed, spot, round_ = 6.0, 6.8, 5.0, 8.0
    part = measured(
        cut(
            box(*PLATE),
            cylinder((10, 10, -1), UP, 4.2, 22),
            cylinder((30, 10, 20), (0, 0, -1), flat, 10),
            cylinder((50, 10, 20), (0, 0, -1), pointed, 9),
            cone((50, 10, 11), (0, 0, -1), pointed, 0, drill_point(pointed)),
            cylinder((70, 10, 20), (0, 0, -1), spot, 7),
            cone((70, 10, 13), (0, 0, -1), spot, 0, drill_point(spot, 90)),
            cylinder((85, 40, 20), (0, 0, -1), round_, 9),
            ball((85, 40, 11), round_),
        )
    )

    assert holes_of(part) == [(4.2, 20, True), (5, 7, False), (6, 10, False), (6.8, 9, False), (8, 9, False)]


def test_cross_holes_are_measured_along_their_own_axes(measured):
    part = measured(
        cut(
            box(*PLATE),
            cylinder((20, 30, -1), UP, 10, 22),
            cylinder((-1, 30, 10), (1, 0, 0), 6, 102),
            cylinder((60, 0, 10), (0, 1, 0), 4, 12),
        )
    )

    found = {(hole.diameter_mm, hole.is_through): hole for hole in part.holes}
    assert found[10, True].axis == (0, 0, 1)
    assert found[10, True].at_mm == pytest.approx((20, 30, 10))
    assert found[4, False].axis == (0, 1, 0)
    assert found[4, False].at_mm == pytest.approx((60, 6, 10))
    assert found[6, True].depth_mm == pytest.approx(100)  # the wider hole interrupts it, but a drill goes on
    assert len(part.holes) == 3


def test_a_narrow_cross_hole_does_not_interrupt_a_wide_one(measured):
    part = measured(cut(box(*PLATE), cylinder((20, 30, -1), UP, 10, 22), cylinder((-1, 30, 10), (1, 0, 0), 3, 102)))

    assert (10, 20, True) in holes_of(part)


def test_counterbores_and_countersinks(measured):
    part = measured(
        cut(
            box(*PLATE),
            cylinder((20, 20, -1), UP, 6.6, 22),
            cylinder((20, 20, 20), (0, 0, -1), 11, 6.8),
            cylinder((60, 20, -1), UP, 5, 22),
            cone((60, 20, 20), (0, 0, -1), 10, 5, 2.5),
        )
    )

    assert holes_of(part) == [(5, 17.5, True), (6.6, 13.2, True)]
    assert sorted(w.diameter_mm for hole in part.holes for w in hole.widenings) == [10, 11]


def test_slots_fillets_pockets_and_bosses_are_not_holes(measured):
    slot = fuse(box((10, 10, 10), (30, 18, 30)), cylinder((10, 14, 10), UP, 8, 20), cylinder((30, 14, 10), UP, 8, 20))
    keyhole = fuse(cylinder((50, 20, 10), UP, 8, 20), box((50, 17, 10), (65, 23, 30)))
    pocket = upright_edges_rounded(box((60, 30, 12), (90, 50, 30)), 4)
    boss = cylinder((20, 45, 20), UP, 12, 8)
    bite = cylinder((100, 30, 4), UP, 10, 6)
    part = measured(fuse(cut(upright_edges_rounded(box(*PLATE), 5), slot, keyhole, pocket, bite), boss))

    assert part.is_closed
    assert part.holes == ()


def test_a_hole_whose_wall_is_two_half_cylinders(measured):
    halves = fuse(box((0, 0, 0), (50, 60, 20)), box((50, 0, 0), (100, 60, 20)))
    left = cut(box((0, 0, 0), (50, 60, 20)), cylinder((50, 30, -1), UP, 12.25, 22))
    right = cut(box((50, 0, 0), (100, 60, 20)), cylinder((50, 30, -1), UP, 12.25, 22))
    part = measured(fuse(left, right))

    assert part.volume_mm3 == pytest.approx(measured(halves).volume_mm3 - math.pi / 4 * 12.25**2 * 20, rel=1e-9)
    assert holes_of(part) == [(12.25, 20, True)]


def test_slanted_holes_keep_their_diameter_and_axis(measured):
    way = (0.0, math.sin(math.radians(30)), math.cos(math.radians(30)))
    part = measured(cut(box(*PLATE), cylinder((50, 15, -10), way, 6, 60)))

    (hole,) = part.holes
    assert (hole.diameter_mm, hole.is_through) == (6, True)
    assert hole.axis == pytest.approx(way)
    assert hole.depth_mm == pytest.approx(20 / way[2] + 6 * math.tan(math.radians(30)), rel=1e-6)


def test_a_closed_cavity_is_no_hole_to_drill_through(measured):
    part = measured(cut(box(*PLATE), cylinder((50, 30, 5), UP, 10, 10)))

    assert part.volume_mm3 == pytest.approx(120_000 - math.pi * 25 * 10, rel=1e-9)
    assert holes_of(part) == [(10, 10, False)]


def test_two_solids_are_two_bodies_and_add_up(measured):
    part = measured(compound(box((0, 0, 0), (10, 10, 10)), box((20, 0, 0), (30, 10, 10))))

    assert (part.bodies, part.faces, part.is_closed) == (2, 12, True)
    assert part.volume_mm3 == pytest.approx(2000)
    assert part.box_mm == (30, 10, 10)


def test_free_surfaces_beside_a_solid_do_not_count(measured):
    solid, stray = box((0, 0, 0), (10, 10, 10)), open_shell(box((500, 0, 0), (600, 90, 90)))
    part = measured(compound(solid, stray))

    assert (part.volume_mm3, part.area_mm2) == (pytest.approx(1000), pytest.approx(600))
    assert (part.box_mm, part.bodies, part.faces, part.is_closed) == ((10, 10, 10), 1, 6, True)


def test_surfaces_alone_are_measured_but_not_closed(measured):
    part = measured(open_shell(box((0, 0, 0), (10, 20, 30))))

    assert (part.is_closed, part.bodies, part.volume_mm3, part.faces) == (False, 0, 0, 5)
    assert part.box_mm == (10, 20, 30)
    assert part.area_mm2 > 0
