"""Our dispatching on small job shops whose optima are proven, and on shops by chance."""

from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.adapters.sequencers import ByConstraints, ByRules, best_installed
from marketplace.capacity import dispatching
from marketplace.capacity.dispatching import RULES, Schedule, Task

PROVEN = {
    "ft06": (
        55,
        """
        2:1 0:3 1:6 3:7 5:3 4:6
        1:8 2:5 4:10 5:10 0:10 3:4
        2:5 3:4 5:8 0:9 1:1 4:7
        1:5 0:5 2:5 3:3 4:8 5:9
        2:9 1:3 4:5 5:4 0:3 3:1
        1:3 3:3 5:9 0:10 4:4 2:1
    """,
    ),
    "la01": (
        666,
        """
        1:21 0:53 4:95 3:55 2:34
        0:21 3:52 4:16 2:26 1:71
        3:39 4:98 1:42 2:31 0:12
        1:77 0:55 4:79 2:66 3:77
        0:83 3:34 2:64 1:19 4:37
        1:54 2:43 4:79 0:92 3:62
        3:69 4:77 1:87 2:87 0:93
        2:38 0:60 1:41 3:24 4:83
        3:17 1:49 4:25 0:44 2:98
        4:77 3:79 2:43 1:75 0:96
    """,
    ),
    "la03": (
        597,
        """
        1:23 2:45 0:82 4:84 3:38
        2:21 1:29 0:18 4:41 3:50
        2:38 3:54 4:16 0:52 1:52
        4:37 0:54 2:74 1:62 3:57
        4:57 0:81 1:61 3:68 2:30
        4:81 0:79 1:89 2:89 3:11
        3:33 2:20 0:91 4:20 1:66
        4:24 1:84 0:32 2:55 3:8
        4:56 0:7 3:54 2:64 1:39
        4:40 1:83 0:19 2:8 3:7
    """,
    ),
    "la05": (
        593,
        """
        1:72 0:87 4:95 2:66 3:60
        4:5 3:35 0:48 2:39 1:54
        1:46 3:20 2:21 0:97 4:55
        0:59 3:19 4:46 1:34 2:37
        4:23 2:73 3:25 1:24 0:28
        3:28 0:45 4:5 1:78 2:83
        0:53 3:71 1:37 4:29 2:12
        4:12 2:87 3:33 1:55 0:38
        2:49 3:83 1:40 0:48 4:7
        2:65 3:17 0:90 4:27 1:23
    """,
    ),
    "la08": (
        863,
        """
        3:92 2:94 0:12 4:91 1:7
        2:21 1:19 0:87 3:11 4:66
        1:14 3:13 0:75 4:16 2:20
        2:95 4:66 0:7 1:77 3:7
        2:34 4:89 3:6 1:45 0:15
        4:88 3:77 2:20 1:53 0:76
        4:9 3:27 0:52 1:88 2:74
        3:69 2:52 0:62 1:88 4:98
        3:90 0:62 4:9 2:61 1:52
        4:5 2:54 3:59 0:88 1:15
        0:41 1:50 4:78 3:53 2:23
        0:38 4:72 2:91 3:68 1:71
        0:45 3:95 4:52 2:25 1:6
        3:30 1:66 0:23 4:36 2:17
        2:95 0:71 3:76 1:8 4:88
    """,
    ),
}
"""Instances with the minutes of their shortest schedule, as machine:minutes; ft06 of Muth and Thompson (Industrial
Scheduling, 1963), la.. of Lawrence (Resource constrained project scheduling, 1984)."""


def shop_of(text):
    return [[Task(*map(int, task.split(":"))) for task in line.split()] for line in text.strip().splitlines()]


SHOPS = {name: shop_of(text) for name, (_, text) in PROVEN.items()}
RANDOM_SHOPS = st.lists(
    st.lists(st.builds(Task, st.integers(0, 3), st.integers(1, 20)), max_size=5), min_size=1, max_size=6
)


def gap(name):
    return dispatching.best(SHOPS[name]).minutes / PROVEN[name][0] - 1


def test_the_median_is_near_the_optimum():
    gaps = {name: gap(name) for name in PROVEN}

    assert all(each >= 0 for each in gaps.values()), "shorter than proven possible: the schedule is wrong"
    assert median(gaps.values()) <= 0.05, gaps
    assert max(gaps.values()) <= 0.20, gaps


def test_the_same_shop_gives_the_same_schedule():
    assert dispatching.best(SHOPS["ft06"]) == dispatching.best(SHOPS["ft06"])


def least(shop):
    """No schedule is shorter than a machine's work, or a job's."""
    of_machine = {}
    for tasks in shop:
        for machine, minutes in tasks:
            of_machine[machine] = of_machine.get(machine, 0) + minutes
    return max([*of_machine.values(), *(sum(task.minutes for task in tasks) for tasks in shop)], default=0)


@given(RANDOM_SHOPS)
@settings(max_examples=40)
def test_every_schedule_can_be_kept(shop):
    found = [dispatching.built(shop, rule) for rule in RULES.values()]
    back = [dispatching.built(dispatching.turned(shop), rule, is_turned=True) for rule in RULES.values()]
    best = dispatching.best(shop, tries=6)

    for each in (*found, *back, best):
        assert dispatching.is_possible(shop, each)
        assert least(shop) <= each.minutes <= sum(task.minutes for tasks in shop for task in tasks)
        assert dispatching.pressed(shop, each).minutes <= each.minutes
    assert best.minutes <= min(each.minutes for each in (*found, *back))


def test_what_cannot_be_kept_is_known():
    shop = [[Task(0, 5), Task(1, 5)], [Task(0, 5)]]

    assert dispatching.is_possible(shop, Schedule(((0, 5), (5,)), 10))
    assert not dispatching.is_possible(shop, Schedule(((0, 5), (4,)), 10)), "one machine at two tasks"
    assert not dispatching.is_possible(shop, Schedule(((0, 4), (5,)), 10)), "one job at two tasks"


@pytest.mark.parametrize("sequencer", [ByRules, ByConstraints])
def test_whoever_puts_jobs_into_order_gives_a_schedule_that_can_be_kept(sequencer):
    """One contract for both; the solver is an extra that may not be installed."""
    if sequencer is ByConstraints:
        pytest.importorskip("ortools", reason="the extra `ortools` is not installed")
    shop = SHOPS["ft06"]

    found = sequencer().schedule(shop, seconds=2)

    assert dispatching.is_possible(shop, found)
    assert found.minutes == dispatching.length(shop, found.starts)
    assert 55 <= found.minutes <= (55 if sequencer is ByConstraints else 60)
    assert sequencer().schedule([], seconds=1) == Schedule((), 0)


def test_the_best_that_is_installed_is_taken(monkeypatch):
    for is_there, kind in ((object(), ByConstraints), (None, ByRules)):
        monkeypatch.setattr("marketplace.adapters.sequencers.find_spec", lambda _, found=is_there: found)
        assert isinstance(best_installed(), kind)
