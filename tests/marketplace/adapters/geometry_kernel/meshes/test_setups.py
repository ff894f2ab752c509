"""The choice of set-ups from tables of what is seen."""

import numpy as np
import pytest

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats
from marketplace.adapters.geometry_kernel.meshes.setups import Views, is_three_axis, setups

SAMPLES = 10_000
DRAWN = [(0, 0, 1), (1, 0, 0), (0, 1, 0)]


def views(axes: Floats, seen_by: dict[int, slice]) -> Views:
    """Each direction (axis i, then its opposite) sees the samples named; all lie equally deep and face nobody."""
    directions = np.stack([axes, -axes], axis=1).reshape(-1, 3)
    table = np.zeros((len(directions), SAMPLES), dtype=bool)
    for number, samples in seen_by.items():
        table[number, samples] = True
    return Views(directions, table, np.zeros(table.shape), np.ones(table.shape))


def leaning(count: int) -> Floats:
    """The drawn axes and others that are neither parallel nor square to them or to one another."""
    angles = np.radians(10 + 60 / count * np.arange(count))
    fan = np.stack([np.sin(angles) * 0.6, np.cos(angles) * 0.6, np.full(count, 0.8)], axis=1)
    return np.concatenate([np.array(DRAWN, dtype=float), fan])


def test_every_set_up_that_is_added_shows_something_more() -> None:
    odd = {6 + 2 * i: slice(9_960 + 10 * i, 9_970 + 10 * i) for i in range(4)}
    plan = setups(views(leaning(4), {0: slice(0, 9_960), **odd}))

    # half of what the odd ones see, 0.2 % of all, is let go
    assert plan.chosen == (0, 6, 8)


def test_the_most_useful_set_up_comes_first() -> None:
    plan = setups(views(np.array(DRAWN, dtype=float), {1: slice(0, 2_000), 4: slice(2_000, SAMPLES)}))

    assert plan.chosen == (4, 1)
    assert plan.is_three_axis


def test_one_direction_takes_the_place_of_two() -> None:
    seen = {0: slice(0, 8_000), 6: slice(8_200, 9_800), 8: slice(8_000, 9_000), 10: slice(9_000, SAMPLES)}

    assert len(setups(views(leaning(3), seen)).chosen) == 3


def test_where_nothing_is_seen_there_is_no_set_up() -> None:
    assert setups(views(np.array(DRAWN, dtype=float), {})).chosen == ()


@pytest.mark.parametrize(
    ("directions", "enough"), [(DRAWN, True), ([*DRAWN, (0, 0, -1)], True), ([(0, 0, 1), (0, 0.6, 0.8)], False)]
)
def test_three_axes_are_at_right_angles(directions: list[tuple[float, ...]], enough: bool) -> None:
    assert is_three_axis(np.array(directions, dtype=float)) is enough
