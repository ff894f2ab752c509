import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.geometry.features import Features
from marketplace.geometry.values import FileKind, Measurement
from marketplace.manufacturability import judging
from marketplace.manufacturability.judging import PROCESSES, NoRulesForProcess, by_process, findings
from marketplace.manufacturability.metrics import readings, thread_mm
from marketplace.manufacturability.rules import RULES, read
from marketplace.manufacturability.values import Bound, Metric, Severity
from tests.marketplace.manufacturability.parts import (
    BENT,
    BUILD,
    CUBE,
    DRAFT,
    DRAWN,
    FITTING,
    POCKET,
    REACH,
    SHEET,
    TURNED,
    WALLS,
    hole,
    part_with,
    with_drawing,
    with_pocket,
    with_sheet,
)

UNITS = {"mm", "ratio", "count", "%", "thicknesses"}
STEPS = {Metric.WALL: 0.01, Metric.THIN_WALLS: 0.01, Metric.THICKEST_WALL: 0.01, Metric.THREAD_SIZE: 0.001}
"""Metrics that are as coarse as this; others are told apart at a hundred-thousandth."""


def rules_found(part: Measurement, process: str) -> set[str]:
    return {finding.rule for finding in findings(part, process)}


@pytest.mark.parametrize("process", sorted(PROCESSES))
def test_a_plain_part_that_suits_the_process_can_be_made(process):
    assert findings(FITTING.get(process, CUBE), process) == ()


CASES = [(rule, process) for rule in RULES for process in rule.processes]


@pytest.mark.parametrize(("rule", "process"), CASES, ids=lambda each: getattr(each, "id", each))
def test_each_rule_speaks_beyond_its_limit_and_not_at_it(rule, process):
    step = 1 if rule.unit == "count" else STEPS.get(rule.metric, max(rule.limit, 1) * 1e-5)
    beyond = rule.limit + step * (1 if rule.bound is Bound.ABOVE else -1)

    assert rule.id not in rules_found(part_with(rule.metric, rule.limit), process)
    assert rule.id in rules_found(part_with(rule.metric, beyond), process)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_says_where_its_limit_is_from(rule):
    assert rule.source
    assert rule.unit in UNITS
    assert math.isfinite(rule.limit)


def test_rules_have_names_of_their_own():
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_within_a_topic_the_gravest_rule_stands_first():
    order = list(Severity)
    for process in PROCESSES:
        for topic in {rule.topic for rule in RULES}:
            mine = [rule.severity for rule in RULES if rule.topic == topic and process in rule.processes]
            assert mine == sorted(mine, key=order.index)


def test_every_metric_is_looked_at_by_some_rule():
    assert {rule.metric for rule in RULES} == set(Metric)


ROW = """
[[rule]]
id = "a"
topic = "t"
metric = "bodies"
bound = "above"
limit = 1
unit = "count"
severity = "blocks"
message = "{value} is too many."
source = "a book"
"""


@pytest.mark.parametrize(
    "text",
    [
        ROW + ROW,
        ROW.replace("{value}", "{wert}"),
        ROW.replace("{value}", "{}"),
        ROW.replace("a book", ""),
        ROW.replace('"bodies"', '"wishes"'),
        ROW.replace('"blocks"', '"forbids"'),
        ROW.replace("limit = 1", 'limit = "1"'),
        ROW + 'processes = ["magic"]',
        ROW + 'process = "fdm"',
        ROW.replace('unit = "count"', ""),
    ],
)
def test_a_table_that_is_wrong_is_not_read(text):
    assert len(read(ROW)) == 1
    with pytest.raises(ValueError, match=r"."):
        read(text)


@pytest.mark.parametrize("process", sorted(PROCESSES))
def test_open_geometry_is_blocked_for_every_process(process):
    remarks = findings(replace(CUBE, is_closed=False, volume_mm3=0.0), process)

    assert judging.is_blocked(remarks)
    assert "geometry_open" in {remark.rule for remark in remarks}


def test_a_deep_hole_is_found_once_at_its_place_with_its_figures():
    remarks = findings(replace(CUBE, holes=(hole(2.5, 30.0), hole(8.0, 8.0, at=(9.0, 9.0, 9.0)))), "cnc_milling")

    assert [(r.rule, r.severity, r.value, r.limit, r.unit, r.place) for r in remarks] == [
        ("cnc_hole_far_too_deep", Severity.BLOCKS, 12.0, 10, "ratio", (1.0, 2.0, 3.0))
    ]
    assert remarks[0].faces == (7,)
    assert "12 times" in remarks[0].message


def test_two_bad_holes_are_two_findings_and_blocking_ones_come_first():
    remarks = findings(replace(CUBE, holes=(hole(5.0, 30.0), hole(5.0, 60.0, at=(7.0, 7.0, 7.0)))), "cnc_milling")

    assert [(r.rule, r.place) for r in remarks] == [
        ("cnc_hole_far_too_deep", (7.0, 7.0, 7.0)),
        ("cnc_hole_deep", (1.0, 2.0, 3.0)),
    ]


def test_a_thousand_bad_holes_do_not_make_a_thousand_findings():
    holes = tuple(hole(0.1, 0.1, at=(float(n), 0.0, 0.0)) for n in range(1000))
    remarks = findings(replace(CUBE, holes=holes), "cnc_milling")

    assert len(remarks) == judging.MAX_FINDINGS_PER_RULE
    assert {remark.rule for remark in remarks} == {"cnc_hole_far_too_small"}


def test_several_bodies_block_milling_and_warn_in_printing():
    two = replace(CUBE, bodies=2)

    assert [r.severity for r in findings(two, "cnc_milling")] == [Severity.BLOCKS]
    assert [r.severity for r in findings(two, "fdm")] == [Severity.WARNS]


@pytest.mark.parametrize("side", [0.05, 45_000.0])
def test_absurd_sizes_ask_for_the_units(side):
    assert any("units" in remark.message for remark in findings(replace(CUBE, box_mm=(side,) * 3), "fdm"))


def test_a_process_without_rules_is_not_silently_approved():
    with pytest.raises(NoRulesForProcess):
        findings(CUBE, "wishful_thinking")


@pytest.mark.parametrize("process", sorted(PROCESSES - {"laser_cutting"}))
def test_a_drawing_is_no_solid(process):
    assert rules_found(DRAWN, process) == {"needs_solid"}
    assert rules_found(replace(DRAWN, is_closed=False, bodies=3), process) == {"needs_solid"}


def test_a_drawing_is_judged_by_its_own_lines_for_laser_cutting():
    opened = with_drawing(is_closed=False, open_chains=3, open_at_mm=(5.0, 6.0, 0.0))

    assert [(r.rule, r.value, r.place) for r in findings(opened, "laser_cutting")] == [
        ("laser_open_lines", 3.0, (5.0, 6.0, 0.0))
    ]
    assert rules_found(with_drawing(is_closed=False), "laser_cutting") == {"laser_not_closed"}
    assert "laser_bent" in rules_found(with_drawing(bends=2), "laser_cutting")


def test_a_solid_that_was_not_recognised_is_neither_turned_nor_cut_from_sheet():
    mesh = replace(CUBE, kind=FileKind.STL, triangles=12, faces=None)

    assert rules_found(mesh, "turning") == {"turning_not_round"}
    assert rules_found(mesh, "laser_cutting") == rules_found(mesh, "bending") == {"sheet_not_sheet"}


def test_measured_walls_take_the_place_of_the_mean_wall_and_of_the_smallest_side():
    foil = replace(CUBE, box_mm=(30.0, 30.0, 0.6), volume_mm3=0.6 * 900, area_mm2=1872.0)

    assert rules_found(foil, "cnc_milling") == {"cnc_thin"}
    assert rules_found(replace(foil, walls=replace(WALLS, thinnest_mm=0.6)), "cnc_milling") == {"cnc_thin_walls"}


def test_one_sharp_edge_warns_and_thin_walls_all_over_block():
    edge, shell = replace(WALLS, thinnest_mm=0.1), replace(WALLS, thinnest_mm=0.1, thin_mm=0.4)

    assert [r.severity for r in findings(replace(CUBE, walls=edge), "fdm")] == [Severity.WARNS]
    assert [r.rule for r in findings(replace(CUBE, walls=shell), "fdm")] == ["fdm_walls_far_too_thin"]


def test_a_pocket_that_goes_through_is_cut_from_both_sides():
    assert "cnc_corner_far_too_deep" in rules_found(with_pocket(depth_mm=12.0, radius_mm=1.0), "cnc_milling")
    through = with_pocket(depth_mm=12.0, radius_mm=1.0, is_through=True)
    assert [(r.rule, r.value, r.faces) for r in findings(through, "cnc_milling")] == [
        ("cnc_corner_deep", 6.0, POCKET.faces)
    ]


def test_a_print_is_judged_as_it_lies_best():
    worst = replace(BUILD, overhang_mm2=5_000.0, support_mm3=27_000.0)

    assert rules_found(replace(CUBE, builds=(worst, BUILD)), "fdm") == set()
    assert "print_much_support" in rules_found(replace(CUBE, builds=(BUILD, worst)), "fdm")


def test_what_three_axes_do_not_reach_is_sent_to_five():
    hidden = replace(CUBE, reach=replace(REACH, hidden_mm2=200.0, hidden_at_mm=(1.0, 1.0, 1.0), is_three_axis=False))

    milled = findings(hidden, "cnc_milling")
    assert judging.is_blocked(milled)
    assert any("5-axis" in remark.message for remark in milled)
    assert [r.severity for r in findings(hidden, "cnc_milling_5axis")] == [Severity.WARNS]


def test_a_flange_is_spoken_of_once():
    short = with_sheet(flange_mm=3.0, flange_at_mm=(1.0, 1.0, 1.0))

    assert [r.rule for r in findings(short, "bending")] == ["bend_flange_far_too_short"]


@pytest.mark.parametrize(
    ("name", "millimetres"),
    [
        ("M6", 6), ("M2.5x0.45 - 6H", 2.5), ("MF 8x1", 8), ("1/4-20 UNC", 6.35), ("#8-32", 4.1656),
        ("No. 10-24", 4.826), ("G1/8", None), ("Makes sense", None), ("", None), ("1/0-20", None), ("M6.5.4", None),
    ],
)  # fmt: skip
def test_threads_are_read_by_their_designations(name, millimetres):
    assert thread_mm(name) == (None if millimetres is None else pytest.approx(millimetres))


def test_all_processes_at_once_say_the_same_as_each():
    for metric in Metric:
        part = part_with(metric, 3)
        assert by_process(part) == {process: findings(part, process) for process in PROCESSES}


figures = st.floats(0, 1e6)


holes = st.builds(hole, figures, figures, thread=st.none() | st.text(min_size=1, max_size=9) | st.just("M0"))


@given(
    box=st.tuples(figures, figures, figures),
    volume=figures,
    area=figures,
    is_closed=st.booleans(),
    bodies=st.integers(0, 9),
    holes=st.lists(holes, max_size=3).map(tuple),
    process=st.sampled_from(sorted(PROCESSES)),
)
def test_any_measurement_can_be_judged(box, volume, area, is_closed, bodies, holes, process):
    part = replace(CUBE, box_mm=box, volume_mm3=volume, area_mm2=area, is_closed=is_closed, bodies=bodies, holes=holes)
    remarks = findings(part, process)

    assert judging.is_blocked(remarks) or is_closed
    assert all(remark.message and "{" not in remark.message for remark in remarks)


def _filled(value):
    """Groups of figures all of which are the value, or missing."""
    bend = replace(SHEET.bends[0], radius_mm=value)
    return {
        "walls": replace(WALLS, thinnest_mm=value, thin_mm=value, typical_mm=value, thickest_mm=value),
        "builds": (replace(BUILD, overhang_mm2=value, support_mm3=value),),
        "draft": replace(DRAFT, undercut_mm2=value, upright_mm2=value, slight_mm2=value),
        "reach": replace(REACH, directions=(), hidden_mm2=value, tool_ratio=value),
        "turned": replace(TURNED, diameter_mm=value, length_mm=value),
        "sheet": replace(SHEET, thickness_mm=value, bends=(bend,), hole_to_bend_mm=value, flange_mm=value),
        "features": Features(
            pockets=(replace(POCKET, depth_mm=value, width_mm=value, radius_mm=value),), smallest_inner_radius_mm=value
        ),
        "drawing": replace(DRAWN.drawing, narrowest_mm=value, smallest_hole_mm=value),
    }


@given(value=figures | st.just(0.0), groups=st.sets(st.sampled_from(sorted(_filled(1.0)))), is_closed=st.booleans())
def test_any_further_figures_can_be_judged(value, groups, is_closed):
    found = {name: group for name, group in _filled(value).items() if name in groups}
    part = replace(CUBE, area_mm2=value, volume_mm3=value, box_mm=(value,) * 3, is_closed=is_closed, **found)

    for remarks in by_process(part).values():
        assert judging.is_blocked(remarks) or is_closed
        assert all(math.isfinite(remark.value) for remark in remarks)


def test_an_old_record_without_further_figures_is_silent_about_them():
    asked = {Metric.THIN_WALLS, Metric.SETUPS, Metric.TOOL_RATIO, Metric.UPRIGHT_SHARE, Metric.CORNER_DEPTH_RATIO}

    assert all(readings(metric, CUBE) == () for metric in asked)


def test_bent_sheet_is_dear_to_mill_and_a_flat_plate_is_not():
    flat = replace(BENT, sheet=replace(SHEET, bends=(), flange_mm=None))

    for process in ("cnc_milling", "cnc_milling_5axis"):
        assert [(r.rule, r.severity, r.value) for r in findings(BENT, process)] == [
            ("cnc_bent_sheet", Severity.WARNS, 1.0)
        ]
        assert not findings(flat, process)
    assert not findings(BENT, "bending")
