"""Milling on three axes against sums worked by hand, and what makes it slower."""

from dataclasses import replace

import numpy as np
import pytest

from marketplace.costing import holes, milling
from marketplace.costing.constants import constants
from marketplace.costing.errors import MaterialNotRouted
from marketplace.costing.routings import route
from marketplace.costing.values import Bore, Making, PartFacts
from marketplace.geometry.features import Features, Pocket
from marketplace.geometry.shape import Reach
from tests.marketplace.costing.steps import step

UP, DOWN, RIGHT, LEFT = (0.0, 0.0, 1.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)


def reached(*directions, ratio=None, hidden=0.0, three_axis=True):
    return Reach(directions, hidden, None, three_axis, 20.0, None, tool_ratio=ratio)


def pocket(depth, width, length):
    return Pocket(depth, width, length, None, False, UP, (0.0, 0.0, 0.0))


def test_a_milled_block_takes_the_time_worked_by_hand(block, aluminium):
    """Stock 106.35 × 56.35 × 26.35 = 157,910.872875 mm³; removed 97,910.872875.

    Roughing 97,910.872875 ÷ 5,000 × 1.2 = 23.498609 min. Finishing: 525 m/min on 10 mm would be 16,711 rpm, the spindle
    gives 8,000; feed 8,000 × 3 × 0.0625 = 1,500 mm/min; 20,000 ÷ (6 × 1,500) × 1.2 = 2.666667 min. Handling: 4 tools
    × 6 s = 0.4 min and 2 × 2 min × 10 ^ lg₂ 0.95 = 3.373335 min. Mass 157,910.872875 × 2.7 = 426,359.36 mg. Set-up
    2 × 30 min; programming 2 × 15 min and the first piece 20 min, by hand.
    """
    routing = route("cnc_milling", aluminium, block, Making(10))

    assert step(routing, "Program and prove").labour_mmin == 50_000
    assert step(routing, "Set up").setup_mmin == 60_000
    assert step(routing, "Rough mill").machine_mmin_each == 23_499
    assert step(routing, "Finish mill").machine_mmin_each == 2_667
    assert step(routing, "Change tools and load").machine_mmin_each == 3_773
    assert step(routing, "Change tools and load").labour_mmin_each == 3_373
    assert routing.material_mg_each == 426_359


def test_the_minutes_to_hold_are_set_up_and_every_piece_rounded_up_once(block, aluminium):
    """60 + 10 × (23.499 + 2.667 + 3.773) = 359.39 min, so 360; one piece 89.939, so 90."""
    routing = route("cnc_milling", aluminium, block, Making(10))

    assert routing.machine_minutes(10) == 360
    assert routing.machine_minutes(1) == 90


def test_a_hole_is_drilled_in_the_time_worked_by_hand(aluminium):
    """5 mm × 20 mm: 76 m/min gives 76,000 ÷ (π·5) = 4,838.31 rpm; travel 20 + 1.5 + 2 = 23.5 mm.

    At 0.076 mm/rev 23.5 ÷ 367.7116 = 0.0639088 min; four diameters deep, so × 1.3 = 0.0830815; and 3 s.
    """
    assert holes.hole_minutes(5, 20, aluminium, constants("cnc_milling")) == pytest.approx(0.1330815, abs=1e-6)


@pytest.mark.parametrize(("diameter", "feed"), [(3.175, 0.038), (3.2, 0.076), (6.35, 0.076), (12.7, 0.14), (26, 0.508)])
def test_the_drill_feed_follows_the_diameter_with_edges_included(aluminium, diameter, feed):
    k = constants("cnc_milling")
    rpm = holes.spindle_rpm(76, diameter, k)

    assert holes.hole_minutes(diameter, diameter, aluminium, k) == pytest.approx(
        (1.3 * diameter + 2) / (rpm * feed) + 0.05
    )


def test_holes_add_drilling_a_spot_drill_and_one_drill_per_diameter(block, aluminium):
    plain = route("cnc_milling", aluminium, block, Making(1))
    drilled = route("cnc_milling", aluminium, replace(block, holes=((5, 20), (5, 10), (8, 20))), Making(1))

    assert "Drill" not in [operation.name for operation in plain.operations]
    assert step(drilled, "Drill").machine_mmin_each > 0
    extra_tools = 3
    assert (
        step(drilled, "Change tools and load").machine_mmin_each
        - step(plain, "Change tools and load").machine_mmin_each
        == extra_tools * 100
    )
    assert step(drilled, "Finish mill").machine_mmin_each < step(plain, "Finish mill").machine_mmin_each


def test_a_thread_is_tapped_in_and_out_at_its_pitch(aluminium):
    """M6 × 10, pitch 1: half of 76 m/min on 5 mm is 2,419.155 rpm; 2 × 12 ÷ 2,419.155 = 0.009921 min; and 2 s."""
    k = constants("cnc_milling")
    bore = Bore(5, 10, pitch_mm=1)

    assert holes.thread_minutes(bore, aluminium, k) == pytest.approx(0.0432541, abs=1e-6)
    drilled = holes.hole_minutes(5, 10, aluminium, k)
    assert holes.bore_minutes(bore, aluminium, k) == pytest.approx(drilled + 0.0432541, abs=1e-6)


def test_a_counterbore_takes_a_fifth_longer_than_a_hole_of_its_size_and_a_cutter_of_its_own(aluminium):
    k = constants("cnc_milling")

    assert holes.bore_minutes(Bore(11, 6, widens=True), aluminium, k) == pytest.approx(
        1.2 * holes.hole_minutes(11, 6, aluminium, k)
    )
    assert holes.tools([Bore(6.6, 10), Bore(11, 6, widens=True)]) == 3


def test_each_direction_it_is_worked_from_is_a_set_up(block, aluminium):
    """Three directions: 3 × 30 min; hands 3 × 15 + 20; loading 3 × 2 min; tools 3 × 2."""
    routing = route("cnc_milling", aluminium, replace(block, reach=reached(UP, DOWN, RIGHT)), Making(1))

    assert step(routing, "Set up").setup_mmin == 90_000
    assert step(routing, "Program and prove").labour_mmin == 65_000
    assert step(routing, "Change tools and load").labour_mmin_each == 6_000
    assert step(routing, "Change tools and load").machine_mmin_each == 6_600


def test_without_a_direction_the_usual_number_of_set_ups_is_taken(block, aluminium):
    routing = route("cnc_milling", aluminium, replace(block, reach=reached()), Making(1))

    assert step(routing, "Set up").setup_mmin == 60_000


def test_a_narrow_and_deep_pocket_is_roughed_by_a_small_long_tool(block, aluminium):
    """10 mm wide: the tool is 8 of 12 mm, so (8 ÷ 12)² = 0.4444; 30 deep is 3.75 diameters, so × 0.385 = 0.171111.

    30 × 10 × 20 = 6,000 mm³ count 6,000 × (1 ÷ 0.171111 − 1) = 29,064.935 extra: ÷ 5,000 × 1.2 = 6.975584 min more.
    """
    plain = route("cnc_milling", aluminium, block, Making(1))
    pocketed = replace(block, features=Features(pockets=(pocket(30, 10, 20),)))

    more = step(route("cnc_milling", aluminium, pocketed, Making(1)), "Rough mill").machine_mmin_each
    assert more - step(plain, "Rough mill").machine_mmin_each == pytest.approx(6_976, abs=1)


def test_a_wide_shallow_pocket_costs_nothing_extra(block, aluminium):
    pocketed = replace(block, features=Features(pockets=(pocket(10, 40, 60),)))

    plain, same = (step(route("cnc_milling", aluminium, each, Making(1)), "Rough mill") for each in (block, pocketed))
    assert plain.machine_mmin_each == same.machine_mmin_each


def test_pockets_never_count_more_than_what_is_removed(block, aluminium):
    k = constants("cnc_milling")
    deep = replace(block, features=Features(pockets=(pocket(100, 1, 1e6),)))

    extra, _ = milling.slow_mm3(deep, 1000.0, 1.0, k)
    assert extra == pytest.approx(1000 * (1 / k["slowest_rate"].value - 1))


def test_where_no_pockets_were_recognised_a_long_tool_slows_a_fifth_of_the_volume(block, aluminium):
    """97,910.87 removed: 0.2 × (1 ÷ 0.385 − 1) = 0.319481 more of 23.498609 min."""
    slow, quick = (
        step(route("cnc_milling", aluminium, replace(block, reach=reached(UP, ratio=ratio)), Making(1)), "Rough mill")
        for ratio in (3.1, 3.0)
    )
    assert quick.machine_mmin_each == 23_499
    assert slow.machine_mmin_each == pytest.approx(31_006, abs=1)


def test_a_large_block_is_cleared_by_large_tools_in_the_time_worked_by_hand(aluminium):
    """Stock 806.35 × 456.35 × 156.35 = 57,533,332.55 mm³, less 25,000,000: 32,533,332.55 removed.

    ÷ 147,484 = 220.58889, ^ 0.4 = 8.6583165 times as quick: 43,291.58 mm³/min, so ÷ 43,291.58 × 1.2 = 901.792 min.
    """
    large = PartFacts(25_000_000, 1_000_000, (800, 450, 150))
    routing = route("cnc_milling", aluminium, large, Making(1))

    assert step(routing, "Rough mill").machine_mmin_each == 901_792
    assert routing.doubts == ("A large block: a person should look at the tools that clear it.",)


def test_more_to_remove_never_takes_less_time_and_the_rate_stays_within_its_limit():
    k = constants("cnc_milling")
    volumes = np.geomspace(1, 8e9, 400)
    grown = milling.growth(volumes, k)

    assert (np.diff(volumes / grown) > 0).all()
    assert milling.growth(147_484, k) == 1.0 == grown[0]
    assert milling.growth(16 * 25.4**3, k) > 1.2
    assert milling.growth(1e6, k) > 2
    assert grown.max() == k["rough_most"].value


def test_narrow_pockets_of_a_large_block_are_cut_by_tools_that_fit_them(aluminium):
    """As in the small block: 29,064.935 mm³ extra at the usual rate, 6.975584 min more."""
    large = PartFacts(25_000_000, 1_000_000, (800, 450, 150))
    pocketed = replace(large, features=Features(pockets=(pocket(30, 10, 20),)))
    plain, more = (
        step(route("cnc_milling", aluminium, each, Making(1)), "Rough mill").machine_mmin_each
        for each in (large, pocketed)
    )

    assert more - plain == pytest.approx(6_976, abs=1)


def test_a_tight_tolerance_doubles_what_follows_it(block, aluminium):
    usual, tight = (
        route("cnc_milling", aluminium, replace(block, holes=((5, 20),)), Making(1, tolerance=each))
        for each in ("standard", "precise")
    )
    for name in ("Finish mill", "Drill"):
        assert step(tight, name).machine_mmin_each == pytest.approx(2 * step(usual, name).machine_mmin_each, abs=1)
    assert step(tight, "Rough mill") == step(usual, "Rough mill")
    assert step(tight, "Program and prove").labour_mmin == step(usual, "Program and prove").labour_mmin + 20_000


def test_hands_get_a_twentieth_quicker_with_each_doubling_up_to_a_thousand(block, aluminium):
    times = [
        step(route("cnc_milling", aluminium, block, Making(n)), "Deburr").labour_mmin_each
        for n in (1, 2, 4, 1000, 1001)
    ]
    assert times == [2000, 1900, 1805, 1200, 1200]


def test_a_material_without_figures_for_milling_is_refused(block, pla):
    with pytest.raises(MaterialNotRouted, match="removal rate of PLA"):
        route("cnc_milling", pla, block, Making(1))


@pytest.mark.parametrize(
    ("reach", "tolerance", "doubt"),
    [
        (reached(UP, three_axis=False), "standard", "tilted"),
        (reached(UP, hidden=201.0), "standard", "seen from no direction"),
        (reached(UP, ratio=7.0), "standard", "7 times as long"),
        (None, "ultra", "grinding"),
    ],
)
def test_a_person_should_look_at_what_may_not_be_milled_so(block, aluminium, reach, tolerance, doubt):
    (said,) = route("cnc_milling", aluminium, replace(block, reach=reach), Making(1, tolerance=tolerance)).doubts
    assert doubt in said


def test_a_plain_block_leaves_no_doubt_but_a_wide_spread(block, aluminium):
    routing = route(
        "cnc_milling", aluminium, replace(block, reach=reached(UP, DOWN, ratio=6.0, hidden=200.0)), Making(1)
    )

    assert routing.doubts == ()
    assert routing.spread.time_low_bps < 10_000 < routing.spread.time_high_bps
