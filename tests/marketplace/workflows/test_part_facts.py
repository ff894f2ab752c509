"""What costing is told of a measured part."""

from dataclasses import replace

import pytest

from marketplace.costing.values import Bore
from marketplace.geometry.features import Entry, Hole, Widening
from marketplace.geometry.shape import Turned
from marketplace.workflows.pricing.part_facts import facts_of
from tests import uploads

UP, ACROSS = (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)


def drilled(axis=UP, at=(0.0, 0.0, 5.0), **more):
    return Hole(6.6, 10.0, is_through=True, axis=axis, at_mm=at, **more)


def test_a_counterbore_is_bored_like_a_hole_of_its_own():
    bored = Widening(kind=Entry.COUNTERBORE, diameter_mm=11.0, depth_mm=6.0)

    facts = facts_of(replace(uploads.a_cube(20), holes=(drilled(widenings=(bored,)),)))

    assert facts.holes == (Bore(6.6, 10.0), Bore(11.0, 6.0, widens=True))


@pytest.mark.parametrize(
    ("thread", "pitch"),
    [(None, 0.0), ("M8", 1.2), ("M8x1", 1.0), ("1/4-20 UNC", 1.27), ("G1/8", 0.99)],
)
def test_a_thread_is_cut_at_the_pitch_that_it_says_or_implies(thread, pitch):
    (bore,) = facts_of(replace(uploads.a_cube(20), holes=(drilled(thread=thread),))).holes

    assert bore.pitch_mm == pytest.approx(pitch)


@pytest.mark.parametrize(
    ("axis", "at", "is_central"),
    [
        (UP, (0.0, 0.0, 40.0), True),
        ((0.0, 0.0, -1.0), (0.04, 0.0, 0.0), True),
        (UP, (0.06, 0.0, 0.0), False),
        (ACROSS, (0.0, 0.0, 0.0), False),
        (UP, (5.0, 0.0, 0.0), False),
    ],
)
def test_a_hole_about_the_axis_of_a_turned_part_is_central(axis, at, is_central):
    turned = Turned(UP, (0.0, 0.0, 0.0), 20.0, 20.0, 1.0)

    (bore,) = facts_of(replace(uploads.a_cube(20), holes=(drilled(axis, at),), turned=turned)).holes
    assert bore.is_central is is_central
