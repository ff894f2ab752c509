"""What inspection adds to a routing."""

from dataclasses import replace

import numpy as np
import pytest

from marketplace.costing.constants import constants
from marketplace.costing.inspecting import inspect, piece_minutes
from marketplace.costing.routings import route
from marketplace.costing.tolerances import classes
from marketplace.costing.values import Figure, Making, PartFacts
from marketplace.geometry.shape import Bend, Sheet

FACTS = PartFacts(volume_mm3=60_000, area_mm2=20_000, box_mm=(100, 50, 20), holes=((5, 20), (8, 20)))
BENT = Sheet(2, 5000, 300, 1, bends=(Bend(2, 90, 50, (1, 0, 0), (0, 0, 0)),) * 3)


@pytest.fixture
def k():
    return constants("cnc_milling")


def test_a_sample_takes_the_minutes_worked_by_hand(k):
    """Three overall sizes and two holes at 0.3125 min, 0.5 min of handling: 2.0625 min; 20 of 90 pieces: 41.25 min."""
    (step,) = inspect(FACTS, Making(90), k)

    assert step.labour_mmin == 41_250


def test_a_first_article_is_measured_reported_and_reviewed_once(k):
    """(2.0625 + 5 × 1) × 1.6 + 30 = 41.3 min, and the sample as usual."""
    first, sample = inspect(FACTS, Making(90, inspection="first_article"), k)

    assert first.labour_mmin == 41_300
    assert sample == inspect(FACTS, Making(90), k)[0]


def test_bends_are_measured_like_holes(k):
    bent = replace(FACTS, sheet=BENT)

    assert piece_minutes(bent, Making(1), k) == pytest.approx(piece_minutes(FACTS, Making(1), k) + 3 * 0.3125)


def test_a_finer_class_never_takes_less_time(k):
    times = [piece_minutes(FACTS, Making(1, tolerance=each), k) for each in classes()]

    assert times == sorted(times)
    assert times[-1] > times[0]


def test_no_inspection_is_no_step_and_every_level_costs_no_less_than_the_one_before(block, aluminium):
    routings = [
        route("cnc_milling", aluminium, block, Making(60, inspection=each))
        for each in ("none", "reduced", "standard", "tightened", "full")
    ]
    times = [routing.total_mmin() for routing in routings]

    assert [step.name for step in routings[0].operations if step.name == "Inspect"] == []
    assert times == sorted(times)


def test_a_column_of_constants_gives_what_each_gives_alone(k):
    sizes = np.array([0.1, 0.3125, 2.0])
    (many,) = inspect(FACTS, Making(90), {**k, "inspection_size_time": Figure(sizes, "min", "work_centre")})
    alone = [
        inspect(FACTS, Making(90), {**k, "inspection_size_time": Figure(each, "min", "work_centre")})[0].labour_mmin
        for each in sizes.tolist()
    ]

    assert many.labour_mmin.tolist() == alone
