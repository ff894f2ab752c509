"""Many work centres at once: a column of constants gives what each scalar gives; and what may only rise or fall."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from marketplace.costing.constants import constants, sources
from marketplace.costing.errors import LotTooLarge, ToleranceNotForProcess
from marketplace.costing.routings import PLANNERS, route
from marketplace.costing.values import Figure

TIMES = ("setup_mmin", "machine_mmin_each", "labour_mmin_each", "tooling_mmin", "labour_mmin")
CLASSES = ("coarse", "standard", "fine", "precise", "ultra")


def routed(question, own=None):
    try:
        return route(*question, *([] if own is None else [own]))
    except LotTooLarge:
        assume(False)


@given(data=st.data())
def test_a_column_of_constants_gives_what_each_scalar_gives(asked, data):
    question = data.draw(asked)
    usual = constants(question[0])
    scales = data.draw(st.dictionaries(st.sampled_from(sorted(usual)), SCALES, min_size=1))
    own = {name: column(usual[name], factors) for name, factors in scales.items()}
    together = routed(question, own)

    for row in range(3):
        alone = routed(question, {name: replace(each, value=float(each.value[row])) for name, each in own.items()})
        assert rows(together.material_mg_each, row) == alone.material_mg_each
        for many, one in zip(together.operations, alone.operations, strict=True):
            assert many.name == one.name
            assert [rows(getattr(many, name), row) for name in TIMES] == [getattr(one, name) for name in TIMES]


SCALES = st.tuples(*[st.floats(0.5, 2.0)] * 3)


def column(figure, factors):
    values = np.array([figure.value * each for each in factors])
    return Figure(np.minimum(values, 1.0) if figure.value <= 1 else values, figure.unit, "work_centre")


def rows(number, row):
    return int(number[row]) if isinstance(number, np.ndarray) else number


@given(data=st.data())
def test_a_tighter_tolerance_never_takes_less(asked, data):
    process, material, facts, making = data.draw(asked)
    held = [each for each in CLASSES if f"tolerance_{each}" in constants(process)]
    times = [routed((process, material, facts, replace(making, tolerance=each))).total_mmin() for each in held]

    assert times == sorted(times)


@pytest.mark.parametrize("tolerance", CLASSES)
@pytest.mark.parametrize("process", sorted(PLANNERS))
@settings(max_examples=10)
@given(data=st.data())
def test_a_tolerance_is_refused_or_takes_no_less_than_the_wider_one(asked_of, process, tolerance, data):
    """No class is given away: what a process does not say how to hold, it does not promise."""
    _, material, facts, making = data.draw(asked_of(process))
    tight = (process, material, facts, replace(making, tolerance=tolerance))
    if f"tolerance_{tolerance}" not in constants(process):
        with pytest.raises(ToleranceNotForProcess):
            route(*tight)
        return
    wider = CLASSES[max(CLASSES.index(tolerance) - 1, 0)]
    loose = (process, material, facts, replace(making, tolerance=wider))
    assert routed(tight).total_mmin() >= routed(loose).total_mmin()


@given(data=st.data(), more=st.integers(1, 5_000))
def test_more_pieces_never_take_more_time_or_material_apiece(asked, data, more):
    process, material, facts, making = data.draw(asked)
    few = routed((process, material, facts, making))
    many = routed((process, material, facts, replace(making, quantity=making.quantity + more)))

    assert many.material_mg_each <= few.material_mg_each
    for name in ("machine_mmin_each", "labour_mmin_each"):
        assert total(many, name) <= total(few, name)
    for name in ("setup_mmin", "tooling_mmin", "labour_mmin"):
        assert total(many, name) / many.quantity <= (total(few, name) + ROUNDED) / few.quantity


ROUNDED = 1
"""A time of the lot is rounded to a whole number, up or down."""


def total(routing, name):
    return sum(getattr(operation, name) for operation in routing.operations)


@pytest.mark.parametrize("process", sorted(PLANNERS))
def test_the_published_tolerances_are_in_order(process):
    held = [constants(process)[name].value for each in CLASSES if (name := f"tolerance_{each}") in constants(process)]

    assert held == sorted(held)


@given(data=st.data())
def test_every_spread_stands_around_its_figure_and_names_its_source(routings, data):
    routing = data.draw(routings)
    spread = routing.spread

    assert 0 < spread.time_low_bps <= 10_000 <= spread.time_high_bps
    assert 0 < spread.mass_low_bps <= 10_000 <= spread.mass_high_bps
    assert spread.source in sources()
