from datetime import UTC, datetime
from itertools import pairwise

import pytest
from procrastinate.periodic import PeriodicTask

from marketplace.jobs.queue import Task
from marketplace.jobs.worker import EVERY

MINUTE, HOUR, DAY = 60, 3600, 86_400


SECONDS = {
    Task.RETRY_STALLED: 15,
    Task.CANCEL_UNPAID: 30,
    Task.DECLINE_UNANSWERED: MINUTE,
    Task.ACCEPT_UNCLAIMED: 10 * MINUTE,
    Task.SETTLE_UNANSWERED_CLAIMS: 10 * MINUTE,
    Task.REMIND_OF_FIRST_ARTICLES: 10 * MINUTE,
    Task.RESUME_MONEY: MINUTE,
    Task.RECONCILE_RECENT: HOUR,
    Task.RECONCILE_WHOLE: DAY,
    Task.RELEASE_DUE: MINUTE,
    Task.WATCH_PAYOUTS: 10 * MINUTE,
    Task.SEND_MAILS: 20,
    Task.PROLONG_BREAKDOWNS: 5 * MINUTE,
    Task.REFRESH_CALENDARS: 10 * MINUTE,
    Task.EXTEND_CAPACITY: HOUR,
    Task.WATCH_DISPUTES: HOUR,
    Task.ISSUE_DOCUMENTS: MINUTE,
    Task.ISSUE_MISSED_DOCUMENTS: DAY,
    Task.FORGET_THROTTLES: HOUR,
    Task.PROLONG_BREAKDOWNS: 5 * MINUTE,
    Task.REFRESH_CALENDARS: 10 * MINUTE,
    Task.SEND_MAILS: 20,
    Task.MEASURE_REPUTATION: DAY,
    Task.CLEAR_AWAY_FILES: DAY,
    Task.FORGET_OUTLIVED: DAY,
}


@pytest.mark.parametrize(("task", "seconds"), SECONDS.items())
def test_each_task_comes_round_as_often_as_it_says(task, seconds):
    """As procrastinate itself reads the cron line: seconds in the first field would be minutes to it."""
    periodic = PeriodicTask(task=object(), cron=EVERY[task], periodic_id="", configure_kwargs={})
    ticks = periodic.croniter
    ticks.set_current(datetime(2027, 3, 1, tzinfo=UTC).timestamp())
    times = [ticks.get_next(ret_type=float) for _ in range(5)]

    assert {after - before for before, after in pairwise(times)} == {seconds}


def test_every_periodic_task_is_looked_at_above():
    assert set(EVERY) == set(SECONDS)
