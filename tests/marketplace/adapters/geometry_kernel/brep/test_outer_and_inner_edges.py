"""Bosses, roundings and sharp inner edges."""

import math

import pytest

from marketplace.adapters.geometry_kernel.brep import sharp_edges
from marketplace.adapters.geometry_kernel.brep.features import features
from tests.marketplace.adapters.geometry_kernel.brep.parts import part_of
from tests.marketplace.adapters.geometry_kernel.brep.plates import lowest_edges_rounded
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

PLATE = ((0, 0, 0), (100, 60, 20))
UP, DOWN = (0, 0, 1), (0, 0, -1)


def recognised(shape):
    return features(part_of(shape))[1]


def bosses(shape):
    return [(boss.diameter_mm, boss.height_mm, boss.axis) for boss in recognised(shape).bosses]


def roundings(shape):
    return [(r.radius_mm, r.is_inside, r.count) for r in recognised(shape).roundings]


def test_a_boss_stands_on_its_plane_whichever_way_it_points():
    shape = fuse(box(*PLATE), cylinder((30, 30, 20), UP, 12, 8), cylinder((70, 30, 0), DOWN, 9, 5))

    assert sorted(bosses(shape)) == [(9, 5, (0, 0, -1)), (12, 8, (0, 0, 1))]
    assert {boss.at_mm for boss in recognised(shape).bosses} == {(30, 30, 24), (70, 30, -2.5)}


def test_of_bosses_on_each_other_the_lowest_counts():
    shape = fuse(box(*PLATE), cylinder((30, 30, 20), UP, 12, 8), cylinder((30, 30, 28), UP, 6, 4))

    assert [boss[:2] for boss in bosses(shape)] == [(12, 8)]


@pytest.mark.parametrize(
    "shape",
    [
        cylinder((0, 0, 0), UP, 20, 50),
        fuse(cylinder((0, 0, 0), UP, 30, 20), cylinder((0, 0, 20), UP, 16, 30)),
        fuse(box(*PLATE), box((0, 0, 40), (100, 60, 60)), cylinder((50, 30, 20), UP, 12, 20)),
        fuse(box(*PLATE), cone((50, 30, 20), UP, 12, 6, 8)),
        fuse(box(*PLATE), ball((50, 30, 20), 12)),
        upright_edges_rounded(box(*PLATE), 5),
    ],
    ids=["rod", "shaft", "pillar", "cone", "ball", "rounded"],
)
def test_shafts_pillars_and_what_is_not_round_are_no_bosses(shape):
    assert bosses(shape) == []


def test_rounds_outside_and_fillets_inside_are_told_apart():
    pocket = upright_edges_rounded(box((10, 10, 8), (50, 30, 30)), 4)

    assert roundings(cut(upright_edges_rounded(box(*PLATE), 5), pocket)) == [(5, False, 4), (4, True, 4)]


def test_faces_that_touch_are_one_fillet():
    tool = lowest_edges_rounded(upright_edges_rounded(box((10, 10, 8), (50, 30, 30)), 4), 8, 1.5)
    shape = cut(box(*PLATE), tool)

    assert roundings(shape) == [(1.5, True, 1), (4, True, 4)]
    assert recognised(shape).smallest_inner_radius_mm == 1.5


def test_slot_ends_are_no_fillets_but_limit_the_tool():
    slot = fuse(box((20, 20, 10), (60, 30, 21)), cylinder((20, 25, 10), UP, 10, 22), cylinder((60, 25, 10), UP, 10, 22))
    found = recognised(cut(box(*PLATE), slot))

    assert found.roundings == ()
    assert found.smallest_inner_radius_mm == 5
    x, y, z = found.smallest_inner_radius_at_mm
    assert math.hypot(abs(x - 40) - 20, y - 25) == pytest.approx(5)
    assert (abs(x - 40) > 20, z) == (True, 15)


def test_holes_have_no_inner_radius():
    assert recognised(cut(box(*PLATE), cylinder((50, 30, 5), UP, 6, 30))).smallest_inner_radius_mm is None


def sharp(shape):
    found = recognised(shape).sharp_edges
    return (found.count, found.length_mm) if found else (0, 0)


def test_upright_corners_of_a_pocket_are_sharp_and_its_floor_is_not():
    shape = cut(box(*PLATE), box((10, 10, 8), (50, 30, 30)))

    assert sharp(shape) == (4, 48)
    x, y, z = recognised(shape).sharp_edges.at_mm
    assert (x in (10, 50), y in (10, 30), z) == (True, True, 14)


@pytest.mark.parametrize(
    "shape",
    [
        box(*PLATE),
        cut(box(*PLATE), box((-1, -1, 10), (50, 61, 21))),
        cut(box(*PLATE), box((-1, 20, 10), (101, 40, 21))),
        cut(box(*PLATE), box((50, -1, -1), (101, 30, 21))),
        cut(box(*PLATE), upright_edges_rounded(box((10, 10, 8), (50, 30, 30)), 4)),
        cut(box(*PLATE), cylinder((50, 30, 10), UP, 20, 20)),
        fuse(box(*PLATE), cylinder((50, 30, 20), UP, 20, 20)),
        cut(cylinder((0, 0, 0), UP, 30, 40), cut(cylinder((0, 0, 10), UP, 40, 5), cylinder((0, 0, 9), UP, 20, 9))),
    ],
    ids=["plate", "step", "slot", "corner cut away", "rounded pocket", "hole", "boss", "groove of a shaft"],
)
def test_what_an_end_mill_or_a_lathe_can_cut_is_not_sharp(shape):
    assert sharp(shape) == (0, 0)


def test_the_corner_of_a_blind_slot_is_sharp():
    """Open to one side: both upright corners at its blind end can be cut along the slot."""
    assert sharp(cut(box(*PLATE), box((-1, 20, 10), (50, 40, 21)))) == (0, 0)
    assert sharp(cut(box(*PLATE), box((10, 20, 10), (50, 40, 21)))) == (4, 40)


def test_another_body_stands_in_no_tools_way():
    step = cut(box(*PLATE), box((-1, -1, 10), (50, 61, 21)))

    assert sharp(compound(step, box((0, 0, 50), (100, 60, 60)), box((-90, 0, 0), (-80, 60, 60)))) == (0, 0)


def test_only_so_many_edges_are_looked_at_the_longest_first(monkeypatch):
    tools = [box((5 + 10 * i, 10, 10 - i), (10 + 10 * i, 20, 21)) for i in range(9)]

    shape = cut(box(*PLATE), *tools)
    assert sharp(shape) == (36, 4 * sum(range(10, 19)))

    monkeypatch.setattr(sharp_edges, "MAX_LOOKED_AT", 8)
    assert sharp(shape) == (8, 4 * 18 + 4 * 17)
