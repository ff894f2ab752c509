import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.adapters.geometry_kernel.brep.sheet import sheet
from marketplace.geometry.bending import bend_allowance
from marketplace.geometry.features import Hole
from marketplace.geometry.shape import Walls
from tests.marketplace.adapters.geometry_kernel.brep.parts import moved, part_of, rotated
from tests.marketplace.adapters.geometry_kernel.brep.sheets import Profile, sheet_of
from tests.marketplace.adapters.geometry_kernel.geometry_parts import (
    ball,
    box,
    compound,
    cone,
    cut,
    cylinder,
    fuse,
    upright_edges_rounded,
)

Z = (0, 0, 1)
PLATE = ((0, 0, 0), (100, 60, 3))
L, U, ZED, HAT = (
    Profile((30, 50), (90,)),
    Profile((30, 50, 30), (90, 90)),
    Profile((30, 50, 30), (90, -90)),
    Profile((15, 25, 40, 25, 15), (90, -90, -90, 90)),
)


def drilled(shape, *places, diameter=6, way=Z, length=1_000):
    starts = (tuple(at - length / 2 * part for at, part in zip(place, way, strict=True)) for place in places)
    return cut(shape, *(cylinder(start, way, diameter, length) for start in starts))


def test_a_plate_with_openings_is_cut_round_them():
    plate = cut(drilled(box(*PLATE), (10, 10, 0), (90, 10, 0), diameter=8), box((40, 20, -1), (60, 40, 4)))

    found = sheet_of(plate)

    assert found.thickness_mm == pytest.approx(3)
    assert found.flat_mm2 == pytest.approx(6_000 - 2 * math.pi * 16 - 400)
    assert found.cut_mm == pytest.approx(320 + 2 * math.pi * 8 + 80)
    assert found.pierces == 4
    assert found.flat_box_mm == pytest.approx((100, 60))
    assert found.bends == ()
    assert (found.hole_to_bend_mm, found.flange_mm) == (None, None)


def test_a_disc_and_a_ring_are_sheet_though_they_can_be_turned():
    disc = cylinder((0, 0, 0), (1, 2, 2), 80, 2)
    ring = cut(cylinder((0, 0, 0), Z, 80, 2), cylinder((0, 0, -1), Z, 40, 4))

    assert sheet_of(disc).cut_mm == pytest.approx(math.pi * 80)
    assert sheet_of(disc).flat_box_mm == pytest.approx((80, 80), rel=1e-3)
    assert (sheet_of(ring).pierces, sheet_of(ring).cut_mm) == (2, pytest.approx(math.pi * 120))


@pytest.mark.parametrize("profile", [L, U, ZED, HAT], ids=["L", "U", "Z", "hat"])
def test_a_bent_strip_has_the_blank_of_its_flats_and_allowances(profile):
    found = sheet_of(rotated(moved(profile.solid, (5, -3, 400)), (1, 1, 3), 0.7))

    assert found.thickness_mm == pytest.approx(2)
    assert found.flat_mm2 == pytest.approx(profile.area)
    assert found.cut_mm == pytest.approx(2 * (profile.length + profile.width))
    assert found.pierces == 1
    assert found.flat_box_mm == pytest.approx(sorted((profile.length, profile.width), reverse=True))
    assert [(bend.radius_mm, bend.angle_deg, bend.length_mm) for bend in found.bends] == [
        pytest.approx((3, 90, 40)) for _ in profile.angles
    ]


def test_a_bend_lies_where_its_inside_is():
    (bend,) = sheet_of(L.solid).bends

    assert bend.axis == pytest.approx((0, 1, 0))
    middle = 3 / math.sqrt(2)
    assert bend.at_mm == pytest.approx((30 + middle, 20, 5 - middle))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    st.lists(st.floats(8, 60), min_size=2, max_size=4),
    st.lists(st.floats(20, 70), min_size=3, max_size=3),
    st.floats(0.5, 3),
    st.floats(0.5, 6),
)
def test_any_zigzag_unfolds(flats, angles, thickness, radius):
    signed = tuple(angle * (-1) ** number for number, angle in enumerate(angles))
    profile = Profile(tuple(flats), signed[: len(flats) - 1], thickness, radius, width=70)

    found = sheet_of(profile.solid)

    assert found.thickness_mm == pytest.approx(thickness, rel=1e-5)
    assert found.flat_mm2 == pytest.approx(profile.area, rel=1e-6)
    assert found.cut_mm == pytest.approx(2 * (profile.length + 70), rel=1e-6)
    assert sorted(found.flat_box_mm) == pytest.approx(sorted((profile.length, 70)), rel=1e-6)
    assert sorted(bend.angle_deg for bend in found.bends) == pytest.approx(
        sorted(map(abs, signed[: len(flats) - 1])), rel=1e-5
    )


def test_bends_may_follow_each_other_without_a_flat_between():
    jog = Profile((20, 0, 25), (60, -60))

    found = sheet_of(jog.solid)

    assert len(found.bends) == 2
    assert found.flat_box_mm == pytest.approx((jog.length, 40))


def test_a_bend_may_turn_right_round():
    found = sheet_of(Profile((40, 30), (180,)).solid)

    assert [bend.angle_deg for bend in found.bends] == [pytest.approx(180)]
    assert found.flat_box_mm == pytest.approx((70 + bend_allowance(180, 3, 2), 40))
    assert found.flange_mm == pytest.approx(30 + 5)


def test_a_rolled_strip_is_one_bend():
    gutter = cut(cylinder((0, 0, 0), Z, 104, 200), cylinder((0, 0, -1), Z, 100, 202), box((0, -60, -1), (60, 60, 201)))

    found = sheet_of(gutter)

    assert [(bend.radius_mm, bend.angle_deg, bend.length_mm) for bend in found.bends] == [pytest.approx((50, 180, 200))]
    assert found.flat_mm2 == pytest.approx(math.pi * 51 * 200)
    assert found.flat_box_mm == pytest.approx((200, math.pi * 51))


def test_the_shortest_flange_reaches_from_the_outside_of_its_bend():
    found = sheet_of(Profile((30, 60, 12), (90, 90)).solid)

    assert found.flange_mm == pytest.approx(12 + 3 + 2)
    x, y, z = found.flange_at_mm
    assert (x, y) == pytest.approx((24, 20))
    assert z in (pytest.approx(68), pytest.approx(70))


def test_a_web_is_a_flange_from_mould_line_to_mould_line():
    assert sheet_of(Profile((30, 6, 30), (90, -90)).solid).flange_mm == pytest.approx(6 + 2 * 5)
    blunt = Profile((30, 14), (40,)).solid
    assert sheet_of(blunt).flange_mm == pytest.approx(14 + 5 * math.tan(math.radians(20)))


@pytest.mark.parametrize("gap", [0.5, 4.0, 9.0])
def test_a_hole_lies_so_far_from_the_beginning_of_its_bend(gap):
    near = drilled(L.solid, (30 - gap - 3, 12, 0))

    found = sheet_of(near)

    assert found.pierces == 2
    assert found.hole_to_bend_mm == pytest.approx(gap)
    assert found.hole_to_bend_at_mm[:2] == pytest.approx((30 - gap, 12))
    assert found.cut_mm == pytest.approx(2 * (L.length + 40) + math.pi * 6)


def test_an_opening_that_is_no_round_hole_counts_too():
    slotted = cut(L.solid, box((10, 10, -1), (28.5, 14, 3)))

    assert sheet_of(slotted).hole_to_bend_mm == pytest.approx(1.5)


def test_a_hole_that_runs_into_the_bend_has_no_distance_left():
    into = drilled(Profile((30, 50), (90,), radius=12).solid, (29, 20, 0))
    hole = Hole(diameter_mm=6, depth_mm=2.3, is_through=True, axis=(0, 0, 1), at_mm=(29, 20, 1.1))
    beside = replace(hole, at_mm=(29, 50, 1.1))
    found = sheet_of(into, holes=[hole, beside])

    assert sheet_of(into, holes=[beside]).hole_to_bend_mm is None
    assert found.hole_to_bend_mm == 0
    assert found.hole_to_bend_at_mm[:2] == pytest.approx((29, 20))


def test_a_bend_that_an_opening_cuts_up_is_one_bend():
    split = cut(L.solid, box((25, 15, -1), (60, 21, 12)))

    found = sheet_of(split)

    assert [(bend.angle_deg, bend.length_mm) for bend in found.bends] == [pytest.approx((90, 34))]
    assert found.flat_box_mm == pytest.approx((L.length, 40))
    assert found.pierces == 2


def test_a_channel_whose_floor_is_cut_out_is_still_laid_flat():
    """Two bridges are left between its flanges: a ring of flats that is no closed section."""
    window = cut(Profile((30, 50, 30), (90, 90), width=100).solid, box((20, 20, -1), (100, 80, 75)))
    channel = fuse(window, box((0, 0, 0), (15, 100, 2)))

    found = sheet_of(channel)

    assert len(found.bends) == 2
    assert found.flat_box_mm == pytest.approx((110 + 2 * bend_allowance(90, 3, 2), 100))


def wall(reach, width, turn):
    """20 mm high, on a bend that begins at `reach` from the middle of the floor."""
    return rotated(moved(Profile((5, 20), (90,), width=width).solid, (reach - 5, -width / 2, 0)), Z, turn)


def tray():
    """A floor of 100 × 50 crossed by 90 × 60; walls stand on bends at its four ends, free at the corners."""
    floor = fuse(box((-50, -25, 0), (50, 25, 2)), box((-45, -30, 0), (45, 30, 2)))
    quarter = math.pi / 2
    return fuse(floor, wall(50, 50, 0), wall(50, 50, math.pi), wall(30, 90, quarter), wall(30, 90, -quarter))


def test_a_tray_with_free_corners_is_laid_flat_in_two_directions():
    found = sheet_of(tray())

    reach = bend_allowance(90, 3, 2) + 20
    assert found.flat_mm2 == pytest.approx(100 * 50 + 90 * 60 - 90 * 50 + 2 * (50 + 90) * reach)
    assert len(found.bends) == 4
    assert found.pierces == 1
    assert found.flat_box_mm == pytest.approx((100 + 2 * reach, 60 + 2 * reach))


def test_a_tab_bent_out_of_a_plate_leaves_the_blank_as_large():
    tab = moved(Profile((10, 20), (90,), width=20).solid, (20, 20, 0))
    plate = fuse(cut(box((0, 0, 0), (100, 60, 2)), box((28, 15, -1), (70, 45, 3))), tab)

    found = sheet_of(plate)

    assert len(found.bends) == 1
    assert found.flat_box_mm == pytest.approx((100, 60))
    assert found.hole_to_bend_mm is None
    assert found.pierces == 2


def test_countersinks_and_chamfers_leave_a_sheet_a_sheet():
    sunk = cut(drilled(box(*PLATE), (20, 20, 0), diameter=5), cone((20, 20, 1), Z, 5, 9, 2.0001))
    chamfered = cut(box(*PLATE), moved(rotated(box((-5, -1, -5), (5, 61, 5)), (0, 1, 0), math.pi / 4), (-6.5, 0, 3)))

    assert sheet_of(sunk).pierces == 2
    assert sheet_of(sunk).flat_mm2 == pytest.approx(6_000, rel=0.01)
    assert sheet_of(chamfered).thickness_mm == pytest.approx(3)


@pytest.mark.parametrize(
    "milled",
    [
        cut(box(*PLATE), box((20, 20, 1.5), (50, 40, 4))),
        cut(box(*PLATE), box((20, 20, 2.5), (50, 40, 4))),
        cut(box(*PLATE), box((50, -1, 2), (101, 61, 4))),
        cut(box(*PLATE), cylinder((20, 20, 1), Z, 5, 5)),
        cut(box(*PLATE), cylinder((20, 20, 2), Z, 5, 5), cone((20, 20, 1), Z, 0, 5, 1)),
        cut(box(*PLATE), cylinder((20, 20, -1), Z, 5, 9), cylinder((20, 20, 1), Z, 9, 9)),
        fuse(box(*PLATE), cylinder((50, 30, 0), Z, 8, 6)),
        fuse(box(*PLATE), box((0, 0, 0), (3, 60, 5))),
    ],
    ids=["half-deep pocket", "shallow pocket", "step", "blind hole", "drilled blind", "counterbore", "boss", "lip"],
)
def test_what_is_milled_from_a_plate_is_no_sheet(milled):
    assert sheet_of(milled) is None


def test_sharp_walls_are_no_sheet():
    open_box = cut(box((0, 0, 0), (60, 40, 30)), box((1, 1, 1), (59, 39, 31)))
    shallow = cut(box((0, 0, 0), (100, 100, 4)), box((1, 1, 1), (99, 99, 5)))
    angle = cut(box((0, 0, 0), (50, 40, 50)), box((2, -1, 2), (51, 41, 51)))

    assert sheet_of(open_box) is None
    assert sheet_of(shallow) is None
    assert sheet_of(angle) is None


def test_blocks_tubes_and_hollows_are_no_sheet():
    round_tube = cut(cylinder((0, 0, 0), Z, 30, 200), cylinder((0, 0, -1), Z, 26, 202))
    square_tube = cut(
        upright_edges_rounded(box((0, 0, 0), (40, 40, 200)), 5),
        upright_edges_rounded(box((2, 2, -1), (38, 38, 201)), 3),
    )
    shell = cut(ball((0, 0, 0), 50), ball((0, 0, 0), 48))

    for part in (box((0, 0, 0), (30, 20, 10)), round_tube, square_tube, shell, ball((0, 0, 0), 10)):
        assert sheet_of(part) is None


def test_a_square_tube_that_is_slit_is_sheet():
    square_tube = cut(
        upright_edges_rounded(box((0, 0, 0), (40, 40, 200)), 5),
        upright_edges_rounded(box((2, 2, -1), (38, 38, 201)), 3),
        box((-1, 19, -1), (3, 21, 201)),
    )

    found = sheet_of(square_tube)

    assert len(found.bends) == 4
    assert found.flat_box_mm == pytest.approx((200, 4 * 30 - 2 + 4 * bend_allowance(90, 3, 2)))


@pytest.mark.parametrize(("thick", "is_sheet"), [(9.9, True), (10.1, False)])
def test_a_sheet_is_eight_times_as_long_as_thick(thick, is_sheet):
    plate = box((0, 0, 0), (80, 80, thick))

    assert (sheet_of(plate) is not None) == is_sheet


@pytest.mark.parametrize(("typical", "is_sheet"), [(3.0, True), (2.8, True), (2.6, False), (3.4, False)])
def test_walls_measured_by_rays_must_agree(typical, is_sheet):
    walls = Walls(thinnest_mm=1, thin_mm=2, typical_mm=typical, thickest_mm=5, at_mm=(0, 0, 0))

    assert (sheet_of(box(*PLATE), walls=walls) is not None) == is_sheet


def test_two_bodies_and_none_are_no_sheet():
    two = compound(box(*PLATE), box((0, 0, 10), (100, 60, 13)))

    assert sheet_of(two) is None
    assert sheet(part_of(), volume_mm3=0, area_mm2=0, walls=None, holes=()) is None
