"""A work centre's own constants: what may be replaced, what follows, and what never harms another factory."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.capability.catalogue import materials_of
from marketplace.capability.rules import SAMPLES
from marketplace.costing.constants import constants
from marketplace.costing.errors import ConstantsImpossible
from marketplace.costing.own_constants import FURTHEST, check, figures, replaceable
from marketplace.costing.routings import PLANNERS, route
from marketplace.costing.values import TIMES, Figure, Making
from marketplace.kernel.errors import Rejected


@pytest.mark.parametrize("process", sorted(PLANNERS))
def test_the_published_figure_of_every_constant_is_one_that_a_work_centre_may_have(process):
    published = {name: constants(process)[name].value for name in replaceable(process)}
    check(process, published)
    assert "largest_side" not in published


@pytest.mark.parametrize(
    "own",
    [
        {"spindle_limit": 8_000 * FURTHEST * 1.01},
        {"spindle_limit": 8_000 / FURTHEST * 0.99},
        {"spindle_limit": float("nan")},
        {"spindle_limit": float("inf")},
        {"spindle_limit": -1},
        {"setups": 1.5},
        {"setups": 0},
        {"non_cutting_share": 1.01},
        {"largest_side": 1_000},
        {"layer_height": 0.2},
        {"run_time_factor": 0},
    ],
)
def test_a_figure_out_of_its_range_or_of_another_process_is_refused_and_named(own):
    with pytest.raises(ConstantsImpossible) as refused:
        check("cnc_milling", own)
    assert refused.value.details["constants"] == list(own)


def test_factors_stretch_machine_time_and_set_up_and_are_shown(block, aluminium):
    plain = route("cnc_milling", aluminium, block, Making(10))
    own = figures("cnc_milling", {"run_time_factor": 1.5, "setup_time_factor": 0.5})
    routing = route("cnc_milling", aluminium, block, Making(10), own)

    for before, after in zip(plain.operations, routing.operations, strict=True):
        assert after.machine_mmin_each == round(before.machine_mmin_each * 1.5)
        assert after.setup_mmin == round(before.setup_mmin * 0.5)
        assert after.labour_mmin_each == before.labour_mmin_each
        shown = {variable.label: variable for variable in after.variables}
        assert ("run time factor" in shown) == (before.machine_mmin_each > 0)
        assert ("setup time factor" in shown) == (before.setup_mmin > 0)
    assert "work_centre" in routing.sources
    assert plain == route("cnc_milling", aluminium, block, Making(10), {})


def test_a_column_of_factors_gives_each_row_what_its_own_gives_alone(block, aluminium):
    factors = [0.05, 0.7, 1.0, 20.0]
    many = {"run_time_factor": Figure(np.array(factors), "ratio", "work_centre")}
    together = route("cnc_milling", aluminium, block, Making(3), many)
    for row, factor in enumerate(factors):
        alone = route("cnc_milling", aluminium, block, Making(3), figures("cnc_milling", {"run_time_factor": factor}))
        for one, all_ in zip(alone.operations, together.operations, strict=True):
            assert one.machine_mmin_each == np.broadcast_to(all_.machine_mmin_each, 4)[row]


def test_a_name_that_the_process_has_no_longer_is_passed_over():
    assert figures("cnc_milling", {"a_constant_of_old": 3, "setups": 1}) == {
        "setups": Figure(1.0, "set-ups", "work_centre")
    }


@settings(max_examples=60)
@given(st.sampled_from(sorted(PLANNERS)), st.data())
def test_whatever_is_within_its_range_gives_times_or_a_refusal(process, data):
    """At the ends of the ranges, in any combination: no time below nothing, no crash."""
    ranges = replaceable(process)
    names = data.draw(st.sets(st.sampled_from(sorted(ranges)), min_size=1, max_size=6))
    own = {name: data.draw(st.sampled_from([ranges[name].smallest, ranges[name].largest])) for name in names}
    check(process, own)
    for facts in SAMPLES:
        try:
            routing = route(process, materials_of(process)[0].facts, facts, Making(10), figures(process, own))
        except Rejected:
            continue
        assert all(getattr(step, name) >= 0 for step in routing.operations for name in TIMES)
        assert routing.material_mg_each >= 0
