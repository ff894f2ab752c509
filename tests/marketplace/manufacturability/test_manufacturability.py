import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.geometry.values import FileKind, Hole, Measurement
from marketplace.manufacturability import judging
from marketplace.manufacturability.judging import PROCESSES, NoRulesForProcess, findings
from marketplace.manufacturability.rules import RULES
from marketplace.manufacturability.values import Bound, Metric, Severity

CUBE = Measurement(
    kind=FileKind.STEP,
    declared_units=None,
    volume_mm3=30.0**3,
    area_mm2=6 * 30.0**2,
    box_mm=(30.0, 30.0, 30.0),
    is_closed=True,
    bodies=1,
    triangles=None,
    faces=6,
    holes=(),
    engine="test 1",
)


def hole(diameter: float, depth: float, at: tuple[float, float, float] = (1.0, 2.0, 3.0)) -> Hole:
    return Hole(diameter_mm=diameter, depth_mm=depth, is_through=False, axis=(0.0, 0.0, 1.0), at_mm=at)


def part_with(metric: Metric, value: float) -> Measurement:
    """A cube in which one metric has the value and no other is conspicuous."""
    return {
        Metric.OPEN_BODIES: lambda: replace(CUBE, is_closed=value == 0),
        Metric.BODIES: lambda: replace(CUBE, bodies=int(value)),
        Metric.HOLE_DIAMETER: lambda: replace(CUBE, holes=(hole(value, value),)),
        Metric.HOLE_DEPTH_RATIO: lambda: replace(CUBE, holes=(hole(8.0, 8.0 * value),)),
        Metric.SMALLEST_SIDE: lambda: replace(CUBE, box_mm=(value * 5, value * 5, value)),
        Metric.LARGEST_SIDE: lambda: replace(CUBE, box_mm=(value, value, value)),
        Metric.MEAN_WALL: lambda: replace(CUBE, volume_mm3=value * CUBE.area_mm2 / 2),
        Metric.SLENDERNESS: lambda: replace(CUBE, box_mm=(8.0 * value, 8.0, 8.0)),
    }[metric]()


def rules_found(part: Measurement, process: str) -> set[str]:
    return {finding.rule for finding in findings(part, process)}


@pytest.mark.parametrize("process", sorted(PROCESSES))
def test_a_plain_cube_can_be_made(process):
    assert findings(CUBE, process) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_speaks_beyond_its_limit_and_not_at_it(rule):
    process = rule.process or "fdm"
    counts = rule.unit == "count"
    beyond = rule.limit + (1 if counts else rule.limit * 1e-9) * (1 if rule.bound is Bound.ABOVE else -1)

    assert rule.id not in rules_found(part_with(rule.metric, rule.limit), process)
    assert rule.id in rules_found(part_with(rule.metric, beyond), process)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_says_where_its_limit_is_from(rule):
    assert rule.source
    assert rule.unit in {"mm", "ratio", "count"}
    assert math.isfinite(rule.limit)


def test_rules_have_names_of_their_own():
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_within_a_topic_the_gravest_rule_stands_first():
    order = list(Severity)
    for process in PROCESSES:
        for topic in {rule.topic for rule in RULES}:
            mine = [rule.severity for rule in RULES if rule.topic == topic and rule.process in (None, process)]
            assert mine == sorted(mine, key=order.index)


@pytest.mark.parametrize("process", sorted(PROCESSES))
def test_open_geometry_is_blocked_for_every_process(process):
    remarks = findings(replace(CUBE, is_closed=False, volume_mm3=0.0), process)

    assert judging.is_blocked(remarks)
    assert {remark.rule for remark in remarks} == {"geometry_open"}


def test_a_deep_hole_is_found_once_at_its_place_with_its_figures():
    remarks = findings(replace(CUBE, holes=(hole(2.5, 30.0), hole(8.0, 8.0, at=(9.0, 9.0, 9.0)))), "cnc_milling")

    assert [(r.rule, r.severity, r.value, r.limit, r.unit, r.place) for r in remarks] == [
        ("cnc_hole_far_too_deep", Severity.BLOCKS, 12.0, 10, "ratio", (1.0, 2.0, 3.0))
    ]
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


figures = st.floats(0, 1e6)


@given(
    box=st.tuples(figures, figures, figures),
    volume=figures,
    area=figures,
    is_closed=st.booleans(),
    bodies=st.integers(0, 9),
    holes=st.lists(st.builds(hole, figures, figures), max_size=3).map(tuple),
    process=st.sampled_from(sorted(PROCESSES)),
)
def test_any_measurement_can_be_judged(box, volume, area, is_closed, bodies, holes, process):
    part = replace(CUBE, box_mm=box, volume_mm3=volume, area_mm2=area, is_closed=is_closed, bodies=bodies, holes=holes)
    remarks = findings(part, process)

    assert judging.is_blocked(remarks) or is_closed
    assert all(remark.message and "{" not in remark.message for remark in remarks)
