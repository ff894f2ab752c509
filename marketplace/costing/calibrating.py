"""Fitting a work centre's factors to what its past jobs really took: robust, drawn to the published figures.

One question, asked of machine time, of set-up time and of prices alike: by which factor θ do all jobs together differ
from what was computed? With y the logarithm of truth ÷ computed for each job:

    y = ln θ + σ·ε,    ε: Student's t with 4 degrees of freedom, so that a gross slip in one job weighs next to nothing;
    ln θ: normal around 0 (the published figure) with the width τ of `prior_width`; σ: log-normal around 0.25.

The posterior of (ln θ, σ) is summed on a grid: no search that may not end, no random numbers, the same jobs give the
same answer on every machine. Everything shown is read off it: the factor (its median), between which numbers it lies
nine times in ten, between which the next job lies, and what the others alone say of each job (leave one out).
Method: Lange, Little, Taylor, Robust statistical modeling using the t distribution, J. Am. Stat. Assoc. 84 (1989);
outliers as in Iglewicz, Hoaglin, How to detect and handle outliers (1993): more than 3.5 scales from the median.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.costing.own_constants import FURTHEST
from marketplace.costing.values import Spread

Column = npt.NDArray[np.float64]

VERSION: Final = 1
"""Of the method: rises when the same jobs would give another answer."""
FEWEST_JOBS: Final = 5
MOST_JOBS: Final = 50
COMFORTABLE: Final = 10
"""Fewer jobs are taken with a warning: 10–50 are what others ask for as well."""
INSIDE: Final = 0.9
"""How often the truth lies in an interval."""
BELIEVABLE: Final = 1_000
"""A truth farther from what was computed, either way, is another unit or another job."""
DEGREES: Final = 4
USUAL_SCATTER: Final = 0.25
SCATTER_WIDTH: Final = 0.7
LEAST_PRIOR: Final = math.log(2) / 1.645
"""Where a process says nothing of its spread: nine of ten shops lie within a factor two of the published figures."""
OUTLYING: Final = 3.5
CONTRADICTORY: Final = 3.0
"""Jobs that scatter by more than this factor either way contradict each other, or the model."""

_LOCATIONS: Final = 201
_SCALES: Final = 33


@dataclass(frozen=True, slots=True)
class Fitted:
    """What jobs say of one factor. Errors are shares: 0.2 is one fifth too much or too little."""

    factor: float
    low: float
    high: float
    """Between these the factor lies, nine times in ten."""
    next_low: float
    next_high: float
    """Between these the next job's truth ÷ computed lies, nine times in ten, once the factor is applied."""
    error_before: float
    """Median of |computed ÷ truth − 1| with the published figures."""
    error_after: float
    """The same, each job computed with the factor that the others alone give."""
    covered: float
    """Share of the jobs that lie in the interval that the others alone give."""
    outliers: tuple[int, ...]
    """Places of the jobs that no other job bears out; they are in the fit, with next to no weight."""
    is_at_bound: bool
    """Whether the jobs ask for more than a work centre may claim, so that the factor was cut."""

    @property
    def is_contradictory(self) -> bool:
        """Whether the jobs scatter so widely that one factor explains little."""
        return max(self.next_high, 1 / self.next_low) > CONTRADICTORY

    @property
    def spread_bps(self) -> tuple[int, int]:
        """The next job's interval as factors in basis points, around the computed time."""
        return (
            min(max(round(self.next_low * 10_000), 500), 10_000),
            max(min(round(self.next_high * 10_000), 200_000), 10_000),
        )


def prior_width(spread: Spread) -> float:
    """How far the shops of a process lie from its published figures: the standard deviation of the logarithm."""
    published = math.log(spread.time_high_bps / spread.time_low_bps) / (2 * 1.645)
    return max(published, LEAST_PRIOR)


def fit(ratios: Sequence[float], *, width: float) -> Fitted:
    """What truth ÷ computed of 5 to 50 jobs says of their common factor; `width` is the prior's (`prior_width`)."""
    logs = np.log(np.asarray(ratios, dtype=float))
    grid = _Grid.around(logs, width)
    by_job = grid.likelihoods(logs)
    everything = grid.posterior(by_job.sum(axis=0))
    centre, scale = grid.median(everything), grid.mean_scale(everything)
    low, high = grid.quantiles(everything, INSIDE)
    next_low, next_high = grid.of_next(everything, INSIDE)
    alone = [grid.posterior(by_job.sum(axis=0) - each) for each in by_job]
    said = np.array([grid.median(each) for each in alone])
    places = np.array([grid.chance_below(each, y) for each, y in zip(alone, logs, strict=True)])
    bound = math.log(FURTHEST)
    kept = float(np.clip(centre, -bound, bound))
    return Fitted(
        factor=math.exp(kept),
        low=math.exp(float(np.clip(low, -bound, bound))),
        high=math.exp(float(np.clip(high, -bound, bound))),
        next_low=math.exp(next_low - kept),
        next_high=math.exp(next_high - kept),
        error_before=float(np.median(np.abs(np.expm1(-logs)))),
        error_after=float(np.median(np.abs(np.expm1(said - logs)))),
        covered=float(np.mean(np.abs(places - 0.5) <= INSIDE / 2)),
        outliers=tuple(np.flatnonzero(np.abs(logs - centre) > OUTLYING * scale).tolist()),
        is_at_bound=abs(centre) > bound,
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """The places (ln θ, ln σ) at which the posterior is summed, and what is believed of each before any job."""

    locations: Column
    scales: Column
    log_prior: Column

    @classmethod
    def around(cls, logs: Column, width: float) -> "_Grid":
        """Wide enough for the jobs and for the prior, and as fine as the jobs are sure."""
        middle = float(np.median(logs))
        deviation = 1.4826 * float(np.median(np.abs(logs - middle)))
        scatter = max(deviation, float(np.std(logs)) / 3, USUAL_SCATTER / 5)
        reach = 8 * max(scatter, USUAL_SCATTER) / math.sqrt(len(logs)) + 3 * scatter
        locations = np.linspace(middle - reach, middle + reach, _LOCATIONS)
        scales = np.exp(np.linspace(math.log(0.005), math.log(4.0), _SCALES))
        prior = -0.5 * (locations[:, None] / width) ** 2
        prior = prior - 0.5 * (np.log(scales / USUAL_SCATTER)[None, :] / SCATTER_WIDTH) ** 2
        return cls(locations, scales, prior)

    def likelihoods(self, logs: Column) -> Column:
        """The logarithm of each job's chance at each place: jobs × locations × scales."""
        off = (logs[:, None, None] - self.locations[None, :, None]) / self.scales[None, None, :]
        seen: Column = -0.5 * (DEGREES + 1) * np.log1p(off**2 / DEGREES) - np.log(self.scales)[None, None, :]
        return seen

    def posterior(self, log_likelihood: Column) -> Column:
        """Shares that add up to one."""
        total = log_likelihood + self.log_prior
        weights = np.exp(total - total.max())
        shares: Column = weights / weights.sum()
        return shares

    def quantiles(self, posterior: Column, inside: float) -> tuple[float, float]:
        """Between which the location lies so often."""
        rising = np.cumsum(posterior.sum(axis=1)) - 0.5 * posterior.sum(axis=1)
        low, high = np.interp([(1 - inside) / 2, (1 + inside) / 2], rising, self.locations)
        return float(low), float(high)

    def median(self, posterior: Column) -> float:
        """The location that is as likely too small as too large."""
        return self.quantiles(posterior, 0.0)[0]

    def mean_scale(self, posterior: Column) -> float:
        """How far jobs scatter."""
        return float(posterior.sum(axis=0) @ self.scales)

    def chance_below(self, posterior: Column, y: float) -> float:
        """How likely the next job lies below this."""
        return float((posterior * t_chance((y - self.locations[:, None]) / self.scales[None, :])).sum())

    def of_next(self, posterior: Column, inside: float) -> tuple[float, float]:
        """Between which the next job lies so often: by halving, to a ten-thousandth."""
        return self._next_at(posterior, (1 - inside) / 2), self._next_at(posterior, (1 + inside) / 2)

    def _next_at(self, posterior: Column, chance: float) -> float:
        low, high = self.locations[0] - 30.0, self.locations[-1] + 30.0
        for _ in range(24):
            middle = (low + high) / 2
            if self.chance_below(posterior, middle) < chance:
                low = middle
            else:
                high = middle
        return float((low + high) / 2)


def t_chance(t: Any) -> Any:
    """The distribution function of Student's t with four degrees of freedom, in closed form (Abramowitz, Stegun)."""
    share = t / np.sqrt(DEGREES + np.square(t))
    return 0.5 + 0.75 * (share - share**3 / 3)
