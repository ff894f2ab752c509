"""Milling on five axes: one clamping or two, and the rest as on three."""

from dataclasses import replace

import pytest

from marketplace.costing import five_axis
from marketplace.costing.routings import route
from marketplace.costing.values import Making
from marketplace.geometry.shape import Reach
from tests.marketplace.costing.steps import step

UP, DOWN, RIGHT, LEFT = (0.0, 0.0, 1.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)
FRONT, BACK = (0.0, -1.0, 0.0), (0.0, 1.0, 0.0)
JUST_OVER = (0.9659258, 0.0, -0.258819)
"""105° from upright, as far as a table tilts."""
TOO_FAR = (0.8660254, 0.0, -0.5)


def reached(*directions, hidden=0.0):
    return Reach(directions, hidden, None, False, 20.0, None)


@pytest.mark.parametrize(
    ("directions", "set_ups"),
    [
        ((UP,), 1),
        ((UP, RIGHT, LEFT, FRONT, BACK), 1),
        ((RIGHT, UP, LEFT), 1),
        ((UP, JUST_OVER), 1),
        ((UP, DOWN), 2),
        ((UP, DOWN, RIGHT, LEFT, FRONT, BACK), 2),
        ((UP, LEFT, TOO_FAR), 2),
        ((UP, LEFT, FRONT, BACK, TOO_FAR), 2),
    ],
)
def test_five_sides_are_one_clamping_and_the_sixth_another(block, aluminium, directions, set_ups):
    routing = route("cnc_milling_5axis", aluminium, replace(block, reach=reached(*directions)), Making(1))

    assert step(routing, "Set up").setup_mmin == set_ups * 45_000
    assert step(routing, "Program and prove").labour_mmin == set_ups * 30_000 + 20_000


def test_a_part_of_unknown_reach_takes_two(block, aluminium):
    assert step(route("cnc_milling_5axis", aluminium, block, Making(1)), "Set up").setup_mmin == 90_000


def test_where_three_axes_clamp_five_times_five_axes_take_fewer_minutes(block, aluminium):
    facts = replace(block, reach=reached(UP, RIGHT, LEFT, FRONT, BACK))
    three, five = (
        route(process, aluminium, facts, Making(1)).total_mmin() for process in ("cnc_milling", "cnc_milling_5axis")
    )

    assert five < three


def test_tilted_faces_are_no_doubt_but_hidden_ones_are(block, aluminium):
    tilted, hidden = (
        route("cnc_milling_5axis", aluminium, replace(block, reach=reached(UP, hidden=area)), Making(1)).doubts
        for area in (0.0, 5_000.0)
    )
    assert tilted == ()
    assert hidden == ("Part of its surface is seen from no direction that was tried.",)


def test_no_direction_at_all_is_no_clamping():
    assert not five_axis.is_one_clamping(())
