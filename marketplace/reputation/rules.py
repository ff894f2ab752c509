"""The published function from stored events to figures. Pure: whole numbers, one rounding, at the end.

Shrinkage of a mean towards the mean of all by a prior of so many events' weight: the posterior mean of a beta-binomial
(shares) or a normal model (times) with a prior of that weight; A. Gelman et al., Bayesian Data Analysis, 3rd ed.,
sections 2.4 and 2.5.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from marketplace.orders.rules import ANSWER_TIME
from marketplace.reputation.values import Event, Facts, Figure, FigureName

PRIOR_WEIGHT: Final = 10
"""With so few events of its own, a factory's figure is half its own and half the marketplace's."""
LOOKED_BACK: Final = timedelta(days=365)
"""Jobs that were placed before that no longer count."""
ALL: Final = 10_000
"""Of a share, in basis points."""
MINUTE: Final = timedelta(minutes=1)

FORMULA: Final = (
    "value = (sum of the points of the factory's events + prior_weight * marketplace mean) / (number of events + "
    "prior_weight), rounded half up; while the marketplace has no mean yet, the factory's own mean"
)
UNITS: Final[Mapping[FigureName, str]] = {
    FigureName.ON_TIME: "basis points",
    FigureName.RIGHT_FIRST_TIME: "basis points",
    FigureName.ANSWER_TIME: "minutes",
}
MEANS: Final[Mapping[FigureName, str]] = {
    FigureName.ON_TIME: (
        "Of jobs that were taken: those whose last ordered piece left on the promised day or before, in the factory's "
        "own days. Given up, or not shipped and the day has passed: not on time. What the carrier does afterwards does "
        "not count, time in which the clock of a job stands does not, and a delay that the staff has put down to the "
        "carrier or the platform is left out."
    ),
    FigureName.RIGHT_FIRST_TIME: (
        "Of jobs whose goods were accepted, went back, or had a claim settled: those without a claim that ended in a "
        "remedy."
    ),
    FigureName.ANSWER_TIME: (
        "From the offer of a paid job to the factory's first answer: yes, no, or other terms. No answer counts as the "
        "whole time that there is."
    ),
}


def on_time(job: Facts, now: datetime) -> Event | None:
    """Whether the ordered pieces left in time; None while that is open, or was not the factory's doing."""
    if job.shipped_at is not None:
        left = job.shipped_at.astimezone(job.zone).date()
        if left <= job.ships_on:
            return Event(job.job_id, job.shipped_at, ALL, f"shipped on {left}, promised for {job.ships_on}")
        return _late(job, job.shipped_at, f"shipped on {left}, promised for {job.ships_on}")
    if job.given_up_at is not None:
        return _late(job, job.given_up_at, "given up by the factory after it had taken it")
    if job.is_awaited and now.astimezone(job.zone).date() > job.ships_on:
        return _late(job, now, f"not shipped, promised for {job.ships_on}")
    return None


def _late(job: Facts, at: datetime, says: str) -> Event | None:
    """Nothing where it was the carrier's doing, the platform's, or the customer's who did not answer."""
    return None if job.excuse is not None or job.stood_at(at) else Event(job.job_id, at, 0, says)


def right_first_time(job: Facts, now: datetime) -> Event | None:
    """Whether the goods were right as they came; None while that is open."""
    if job.put_right_at is not None:
        return Event(job.job_id, job.put_right_at, 0, "a claim was settled by a remedy")
    if job.ended_at is not None:
        return Event(job.job_id, job.ended_at, ALL, "accepted without a claim that was settled by a remedy")
    return None


def answer_time(job: Facts, now: datetime) -> Event | None:
    """How many minutes the factory took to answer, the whole time at most; None if it did not have to."""
    if job.offered_at is None or job.answered_at is None:
        return None
    stood = job.stood_between(job.offered_at, job.answered_at)
    took = min(job.answered_at - job.offered_at - stood, ANSWER_TIME) // MINUTE
    return Event(job.job_id, job.answered_at, took, f"answered after {took} minutes")


MADE_BY: Final[Mapping[FigureName, Callable[[Facts, datetime], Event | None]]] = {
    FigureName.ON_TIME: on_time,
    FigureName.RIGHT_FIRST_TIME: right_first_time,
    FigureName.ANSWER_TIME: answer_time,
}


def events(name: FigureName, jobs: Iterable[Facts], now: datetime) -> list[Event]:
    """The events behind a figure, the latest first."""
    made = [event for job in jobs if (event := MADE_BY[name](job, now)) is not None]
    return sorted(made, key=lambda event: (event.at, event.job_id), reverse=True)


def figure(name: FigureName, behind: Sequence[Event], mean: int | None) -> Figure:
    """A figure from its events and the marketplace's mean."""
    own = sum(event.points for event in behind)
    return Figure(name, value(own, len(behind), mean), len(behind), own, mean)


def value(own_points: int, number: int, mean: int | None) -> int | None:
    """The factory's mean, shrunk towards the marketplace's; None if neither has any event."""
    if mean is None:
        return rounded(own_points, number) if number else None
    return rounded(own_points + PRIOR_WEIGHT * mean, number + PRIOR_WEIGHT)


def rounded(dividend: int, divisor: int) -> int:
    """A quotient of whole numbers that are not negative, rounded half up."""
    return (2 * dividend + divisor) // (2 * divisor)
