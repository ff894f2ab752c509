from dataclasses import replace

from marketplace.geometry.features import Entry, Hole, Widening
from marketplace.workflows.questions import facts_of
from tests import uploads


def test_a_counterbore_is_bored_like_a_hole_of_its_own():
    bored = Widening(kind=Entry.COUNTERBORE, diameter_mm=11.0, depth_mm=6.0)
    hole = Hole(6.6, 10.0, is_through=True, axis=(0.0, 0.0, 1.0), at_mm=(0.0, 0.0, 5.0), widenings=(bored,))

    facts = facts_of(replace(uploads.a_cube(20), holes=(hole,)))

    assert facts.holes == ((6.6, 10.0), (11.0, 6.0))
