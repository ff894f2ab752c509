"""What is laid down for a part, worked by hand on blocks; and that it does what a slicer's settings say."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.costing import printing
from marketplace.costing.constants import constants
from marketplace.costing.extruding import printed
from marketplace.costing.routings import route
from marketplace.costing.values import Figure, Making, PartFacts
from tests.marketplace.costing.layered import block

SIDE, HEIGHT = 40.0, 20.0
BOX = (SIDE, SIDE, HEIGHT)
SPACING = 0.45 - 0.2 * (1 - math.pi / 4)


def profile(**changes):
    """The defaults without what is fitted, but for the changes."""
    plain = {"solid_growth": 0, "anchor_share": 0, "infill_density": 1, "corner_share": 1, "skirt_loops": 0}
    k = dict(constants("fdm"))
    for name, value in (plain | changes).items():
        k[name] = replace(k[name], value=value)
    return k


def cube(**changes):
    return printed(block(*BOX), BOX, profile(**changes))


def test_walls_are_the_perimeter_at_their_depth():
    """Outer line in the middle of its width: 4 × (40 − 0.45); the inner one 0.407 mm further in, over 99 layers."""
    laid = cube()

    outer, inner = 4 * (SIDE - 0.45), 4 * (SIDE - 0.45 - 2 * SPACING)
    assert laid.wall_mm == pytest.approx(99 * (outer + inner), rel=0.01)
    assert laid.layers == pytest.approx(100)


def test_plastic_is_walls_shells_and_a_share_of_the_rest():
    """2 mm of shells in all are solid; of 18 mm there are 15 % within the walls; infill overlaps walls by 0.1 mm."""
    within = (SIDE - 2 * (2 * SPACING + 0.0215)) ** 2
    walls = (SIDE**2 - within) * 0.975
    expected = walls * HEIGHT + within * 1.01 * (2 + 18 * 0.15)

    assert cube(bridge_flow=1).plastic_mm3 == pytest.approx(expected, rel=0.01)


def test_a_part_filled_wholly_takes_its_own_volume():
    assert cube(infill_share=1, bridge_flow=1).plastic_mm3 == pytest.approx(SIDE**2 * HEIGHT, rel=0.02)


def test_a_wall_as_thick_as_its_lines_has_no_infill():
    laid = printed(block(60, 1.7, 10), (60, 1.7, 10), profile())

    assert laid.plastic_mm3 == pytest.approx(60 * 1.7 * 10, rel=0.05)
    assert laid.sparse_mm + laid.solid_mm < 0.02 * laid.wall_mm


def test_a_layer_waits_until_it_has_cooled():
    """A post of 24 × 24 mm without roof and floor: some 9 s a layer by its speeds, 15 s to cool; the first one 80 s."""
    small = block(24, 24, 10)

    waiting = printed(small, (24, 24, 10), profile(top_layers=0, bottom_layers=0))
    hasty = printed(small, (24, 24, 10), profile(top_layers=0, bottom_layers=0, shortest_layer_time=0))

    assert hasty.cooling_s == pytest.approx(0, abs=1e-6)
    assert waiting.cooling_s > 0
    assert waiting.seconds == pytest.approx(49 * 15 + 80, rel=0.1)
    assert waiting.plastic_mm3 == hasty.plastic_mm3


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("outer_wall_speed", 20),
        ("inner_wall_speed", 30),
        ("solid_speed", 40),
        ("infill_speed", 20),
        ("top_speed", 15),
        ("travel_speed", 60),
        ("infill_acceleration", 300),
        ("jerk", 2),
        ("largest_flow", 2),
        ("hop_time", 1),
        ("first_layer_speed", 5),
        ("layer_height", 0.1),
        ("walls", 4),
        ("infill_share", 0.5),
        ("top_layers", 12),
        ("skirt_loops", 4),
        ("brim_width", 5),
    ],
)
def test_what_slows_a_printer_takes_longer(setting, value):
    assert cube(**{setting: value}).seconds > cube().seconds * 1.001


@pytest.mark.parametrize(
    "setting", ["walls", "infill_share", "top_layers", "bottom_layers", "skirt_loops", "brim_width"]
)
def test_more_of_anything_is_more_plastic(setting):
    more = cube(**{setting: float(profile()[setting].value) * 1.5 + 0.5})

    assert more.plastic_mm3 > cube().plastic_mm3


def test_bridges_are_laid_over_sparse_infill_and_are_thinner():
    within = (SIDE - 2 * (2 * SPACING + 0.0215)) ** 2
    laid, full = cube(bridge_growth=1), cube(bridge_growth=1, bridge_flow=1)

    assert laid.bridge_mm == pytest.approx(within / SPACING, rel=0.01)
    assert full.plastic_mm3 - laid.plastic_mm3 == pytest.approx(within * 0.2 * 0.05, rel=0.01)


def test_supports_are_charged_where_the_profile_has_them():
    part = block(*BOX, props_mm2=100.0)
    without = printed(part, BOX, profile())
    sparse = printed(part, BOX, profile(supports=1))
    dense = printed(part, BOX, profile(supports=1, support_spacing=0.5))

    assert without.support_mm == 0
    assert without.plastic_mm3 < sparse.plastic_mm3 < dense.plastic_mm3
    assert without.seconds < sparse.seconds < dense.seconds


def test_a_skirt_goes_round_the_box():
    around = 2 * (SIDE + SIDE) + 2 * math.pi * 2
    more = cube(skirt_loops=1).plastic_mm3 - cube().plastic_mm3

    assert more == pytest.approx(around * SPACING * 3 * 0.2, rel=1e-6)


@given(
    height=st.lists(st.sampled_from([0.1, 0.15, 0.2, 0.3]), min_size=1, max_size=4),
    walls=st.integers(1, 5),
    share=st.floats(0, 1),
    sides=st.tuples(st.floats(1, 200), st.floats(1, 200), st.floats(0.2, 100)),
)
def test_a_column_of_work_centres_is_each_of_them(height, walls, share, sides):
    k = profile(walls=walls, infill_share=share, supports=1)
    layers = block(*sides, props_mm2=5.0)

    together = printed(layers, sides, k | {"layer_height": Figure(np.array(height), "mm", "work_centre")})

    for row, each in enumerate(height):
        alone = printed(layers, sides, k | {"layer_height": Figure(each, "mm", "work_centre")})
        assert together.seconds[row] == pytest.approx(alone.seconds, rel=1e-12)
        assert together.plastic_mm3[row] == pytest.approx(alone.plastic_mm3, rel=1e-12)
        assert 0 < alone.seconds < math.inf
        assert 0 < alone.plastic_mm3 < 10 * math.prod(sides) + 1000


def facts(**changes):
    return PartFacts(volume_mm3=32_000, area_mm2=6_400, box_mm=BOX, layers=block(*BOX), **changes)


def test_a_routing_counts_heating_and_waste_on_top(pla):
    routing = route("fdm", pla, facts(), Making(3))
    laid = printing.laid_down(facts(), constants("fdm"))

    (printing_step,) = (step for step in routing.operations if step.name == "Print")
    assert printing_step.machine_mmin_each == round((240 + laid.seconds) / 60 * 1000)
    assert routing.material_mg_each == round(laid.plastic_mm3 * 1.24 * 1.05)
    assert "walls" in [variable.label for variable in printing_step.variables]


def test_a_part_without_layers_has_a_price_in_a_wider_interval(pla):
    known, unknown = (route("fdm", pla, each, Making(1)) for each in (facts(), replace(facts(), layers=None)))

    assert unknown.material_mg_each == pytest.approx(known.material_mg_each, rel=0.25)
    assert unknown.total_mmin() == pytest.approx(known.total_mmin(), rel=0.4)
    assert unknown.spread.time_high_bps - unknown.spread.time_low_bps > 2 * (
        known.spread.time_high_bps - known.spread.time_low_bps
    )


@pytest.mark.parametrize("factor", [25.4, 1 / 25.4])
def test_layers_measured_for_another_unit_are_not_believed(factor):
    layers = block(*BOX)
    scaled = replace(layers, depths_mm=tuple(depth * factor for depth in layers.depths_mm))

    assert printing.has_layers(facts())
    assert not printing.has_layers(replace(facts(), layers=scaled))


def test_the_interval_says_what_it_was_calibrated_on(pla):
    routing = route("fdm", pla, facts(), Making(1))

    assert routing.spread.source == "slicer_fit"
    assert routing.spread.time_low_bps < 10_000 < routing.spread.time_high_bps
    assert routing.spread.mass_low_bps < 10_000 < routing.spread.mass_high_bps
