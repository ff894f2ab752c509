import math
from dataclasses import replace

import pytest

from marketplace.adapters.geometry_kernel.brep.features import features
from marketplace.geometry.features import Bottom, Callout, CalloutKind, Entry
from tests.marketplace.adapters.geometry_kernel.brep.parts import part_of
from tests.marketplace.adapters.geometry_kernel.geometry_parts import (
    ball,
    box,
    compound,
    cone,
    cut,
    cylinder,
    drill_point,
    fuse,
    upright_edges_rounded,
)

PLATE = ((0, 0, 0), (100, 60, 20))
UP, DOWN = (0, 0, 1), (0, 0, -1)


def holes(shape):
    return features(part_of(shape))[0]


def hole(shape):
    (found,) = holes(shape)
    return found


def bore(diameter, low, high, at=(50, 30)):
    return cylinder((*at, low), UP, diameter, high - low)


def entries(found):
    return [(widening.kind, widening.diameter_mm, widening.depth_mm) for widening in found.widenings]


@pytest.mark.parametrize(
    ("end", "bottom"),
    [
        (box((0, 0, 0), (1, 1, 1)), Bottom.FLAT),
        (cone((50, 30, 12), DOWN, 6, 0, drill_point(6)), Bottom.CONICAL),
        (cone((50, 30, 12), DOWN, 6, 0, drill_point(6, 90)), Bottom.CONICAL),
        (cone((50, 30, 12), DOWN, 6, 2, 1), Bottom.CONICAL),
        (ball((50, 30, 12), 6), Bottom.ROUND),
    ],
)
def test_a_blind_hole_says_how_it_ends(end, bottom):
    found = hole(cut(box((-9, -9, 0), (100, 60, 20)), bore(6, 12, 21), end))

    assert (found.diameter_mm, found.depth_mm, found.is_through, found.bottom) == (6, 8, False, bottom)
    assert found.at_mm == (50, 30, 16)


def test_a_through_hole_has_no_bottom_and_knows_its_wall():
    part = part_of(cut(box(*PLATE), bore(6, -1, 21)))
    ((found,), _) = features(part)

    assert (found.is_through, found.bottom, len(found.faces)) == (True, None, 1)
    assert found.axis == (0, 0, 1)


def test_counterbores_from_both_sides_belong_to_one_hole():
    found = hole(cut(box(*PLATE), bore(6, -1, 21), bore(11, 16, 21), bore(9, -1, 3)))

    assert (found.diameter_mm, found.depth_mm, found.is_through) == (6, 13, True)
    assert sorted(entries(found)) == [(Entry.COUNTERBORE, 9, 3), (Entry.COUNTERBORE, 11, 4)]


def test_steps_that_widen_outwards_are_all_counterbores():
    found = hole(cut(box(*PLATE), bore(4, 3, 21), bore(8, 10, 21), bore(12, 15, 21), bore(20, 18, 21)))

    assert (found.diameter_mm, found.depth_mm, found.bottom) == (4, 7, Bottom.FLAT)
    assert entries(found) == [(Entry.COUNTERBORE, d, h) for d, h in ((8, 5), (12, 3), (20, 2))]
    assert len(found.faces) == 8  # four walls, three seats, the bottom


def test_a_countersink_tells_its_angle():
    found = hole(cut(box(*PLATE), bore(5, -1, 21), cone((50, 30, 20), DOWN, 10, 5, 2.5)))

    (widening,) = found.widenings
    assert (widening.kind, widening.diameter_mm, widening.depth_mm) == (Entry.COUNTERSINK, 10, 2.5)
    assert widening.angle_deg == pytest.approx(90)


def test_a_counterbore_on_a_cone_tells_the_angle_of_its_seat():
    seat = cone((50, 30, 14), DOWN, 10, 5, 2.5)
    found = hole(cut(box(*PLATE), bore(5, -1, 21), bore(10, 14, 21), seat))

    (widening,) = found.widenings
    assert (widening.kind, widening.diameter_mm, widening.depth_mm) == (Entry.COUNTERBORE, 10, 6)
    assert widening.angle_deg == pytest.approx(90)
    assert found.depth_mm == 11.5


def test_a_counterbore_with_a_rounded_corner_is_one_still():
    from tests.marketplace.adapters.geometry_kernel.brep.plates import lowest_edges_rounded

    found = hole(cut(box(*PLATE), lowest_edges_rounded(bore(12, 14, 21), 14, 1), bore(6, -1, 21)))

    assert (found.diameter_mm, found.depth_mm, found.is_through) == (6, 14, True)
    assert entries(found) == [(Entry.COUNTERBORE, 12, 5)]


def test_a_blind_hole_with_a_rounded_corner_has_a_flat_bottom():
    from tests.marketplace.adapters.geometry_kernel.brep.plates import lowest_edges_rounded

    shape = cut(box(*PLATE), lowest_edges_rounded(bore(12, 8, 21), 8, 1))
    ((found,), others) = features(part_of(shape))

    assert (found.depth_mm, found.bottom) == (11, Bottom.FLAT)
    assert others.pockets == ()
    assert [(rounding.radius_mm, rounding.is_inside, rounding.count) for rounding in others.roundings] == [(1, True, 1)]


def test_a_drilled_hole_goes_on_behind_a_round_cavity_that_crosses_it():
    found = {
        h.diameter_mm: h for h in holes(cut(box(*PLATE), bore(10, -1, 21), cylinder((-1, 30, 10), (1, 0, 0), 4, 80)))
    }

    assert (found[4].depth_mm, found[4].is_through, found[4].bottom) == (79, False, Bottom.FLAT)
    assert (found[10].depth_mm, found[10].is_through) == (20, True)


def test_a_groove_in_a_bore_does_not_divide_it():
    found = hole(cut(box(*PLATE), bore(20, -1, 21), bore(24, 12, 14)))

    assert (found.diameter_mm, found.depth_mm, found.is_through, found.widenings) == (20, 20, True, ())


def test_cross_holes_through_a_tube_stay_two():
    tube = cut(cylinder((0, 0, 0), UP, 100, 40), cylinder((0, 0, -1), UP, 90, 42))
    found = [h for h in holes(cut(tube, cylinder((-60, 0, 20), (1, 0, 0), 6, 120))) if h.diameter_mm == 6]

    assert [h.is_through for h in found] == [True, True]
    reach = math.sqrt(50**2 - 0) - math.sqrt(45**2 - 3**2)
    assert [h.depth_mm for h in found] == pytest.approx([reach, reach], rel=1e-4)


def test_holes_across_a_slot_stay_two():
    clevis = cut(box(*PLATE), box((40, -1, 5), (60, 61, 21)))
    found = holes(cut(clevis, cylinder((-1, 30, 14), (1, 0, 0), 6, 102)))

    assert [(h.diameter_mm, h.depth_mm, h.is_through) for h in found] == [(6, 40, True)] * 2


def test_a_recess_at_the_end_of_a_blind_hole_is_no_entry():
    found = sorted(holes(cut(box(*PLATE), bore(6, 4, 21), bore(12, 4, 9))), key=lambda h: h.diameter_mm)

    assert [(h.diameter_mm, h.depth_mm, h.is_through, h.widenings) for h in found] == [
        (6, 11, False, ()),
        (12, 5, False, ()),
    ]


def test_a_ring_groove_is_no_hole():
    part = part_of(cut(box(*PLATE), cut(bore(30, 16, 21), bore(24, 15, 22))))
    found, others = features(part)

    assert found == ()
    (groove,) = others.pockets
    assert (groove.depth_mm, groove.length_mm, groove.width_mm) == (4, 30, 30)


def test_slots_corners_and_notches_are_no_holes():
    slot = fuse(box((10, 10, 10), (30, 18, 30)), bore(8, 10, 30, (10, 14)), bore(8, 10, 30, (30, 14)))
    keyhole = fuse(bore(8, 10, 30, (50, 20)), box((50, 17, 10), (65, 23, 30)))
    pocket = upright_edges_rounded(box((60, 30, 12), (90, 50, 30)), 4)
    notch = bore(10, 4, 10, (100, 30))

    assert holes(cut(upright_edges_rounded(box(*PLATE), 5), slot, keyhole, pocket, notch)) == ()


def test_the_wall_of_a_hole_may_be_halves():
    left = cut(box((0, 0, 0), (50, 60, 20)), bore(12, -1, 21))
    right = cut(box((50, 0, 0), (100, 60, 20)), bore(12, -1, 21))
    halved = hole(fuse(left, right))

    assert (halved.diameter_mm, halved.depth_mm, halved.is_through) == (12, 20, True)
    assert len(halved.faces) > 1


def test_holes_of_two_bodies_keep_the_numbers_of_their_faces():
    first = cut(box(*PLATE), bore(6, -1, 21))
    second = cut(box((0, 100, 0), (100, 160, 20)), bore(8, -1, 21, (50, 130)))
    part = part_of(compound(first, second))
    found, _ = features(part)

    assert [h.diameter_mm for h in found] == [6, 8]
    assert [h.faces[0] in numbers for h, numbers in zip(found, part.faces_of, strict=True)] == [True, True]


def test_a_callout_gives_its_hole_the_thread():
    part = part_of(cut(box(*PLATE), bore(5, -1, 21), bore(5, -1, 21, (20, 20))))
    walls = [found.faces for found in features(part)[0]]
    note = Callout(CalloutKind.NOTE, name="M6 x 1 - 6H THRU", faces=walls[1])
    other = Callout(CalloutKind.NOTE, name="DEBURR", faces=walls[0])

    found, _ = features(replace(part, callouts=(note, other)))
    assert [h.thread for h in found] == [None, "M6x1"]
