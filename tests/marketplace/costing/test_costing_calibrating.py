"""Calibration against synthetic shops whose truth is known: what is recovered, how surely, what is said of slips."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.costing import calibrating, past_jobs
from marketplace.costing.calibrating import FEWEST_JOBS, LEAST_PRIOR, MOST_JOBS, fit, prior_width, t_chance
from marketplace.costing.errors import JobImpossible, JobsOutOfRange, TruthImpossible
from marketplace.costing.own_constants import FURTHEST, figures
from marketplace.costing.past_jobs import MARGIN, PastJob, proposal
from marketplace.costing.prices import price
from marketplace.costing.rates import Charges, RateCard
from marketplace.costing.routings import PLANNERS, RUN_FACTOR, SETUP_FACTOR, route
from marketplace.costing.values import Making, PartFacts, Spread

CARD = RateCard("EUR", 6_000, 4_000, {"aluminium_6061": 800}, minimum_order_minor=5_000, margin_bps=2_000)


def shop(rng, jobs, *, scatter=None):
    """The logarithms of true ÷ computed of a random shop, and that of its factor."""
    factor = rng.normal(0, LEAST_PRIOR)
    scale = math.exp(rng.normal(math.log(0.25), 0.5)) if scatter is None else scatter
    return factor + scale * rng.standard_normal(jobs), factor, scale


def blocks(rng, jobs):
    """Random milled blocks with holes, in lots of random size."""
    for _ in range(jobs):
        x, y, z = rng.uniform(20, 150, 3)
        yield (
            PartFacts(
                volume_mm3=x * y * z * rng.uniform(0.2, 0.8),
                area_mm2=2.5 * (x * y + y * z + z * x),
                box_mm=(x, y, z),
                holes=((5.0, min(10.0, z)),) * int(rng.integers(0, 5)),
            ),
            Making(int(rng.integers(1, 200))),
        )


def told(rng, aluminium, jobs, *, run=1.0, setup=1.0, scatter=0.15, own=None):
    """Past jobs of a shop whose times are the computed ones by these factors, scattered."""
    found = []
    for facts, making in blocks(rng, jobs):
        routing = route("cnc_milling", aluminium, facts, making, figures("cnc_milling", own or {}))
        machine = sum(step.machine_mmin_each for step in routing.operations) * making.quantity
        standing = sum(step.setup_mmin for step in routing.operations)
        noise = np.exp(scatter * rng.standard_normal(2))
        found.append(
            PastJob(facts, aluminium, making, round(machine * run * noise[0]), round(standing * setup * noise[1]))
        )
    return found


@pytest.mark.parametrize("seed", [11, 12])
def test_nine_of_ten_intervals_of_random_shops_hold_the_true_factor_and_the_next_job(seed):
    rng = np.random.default_rng(seed)
    held, next_held = [], []
    for jobs in (5, 8, 20) * 60:
        logs, factor, scale = shop(rng, jobs)
        found = fit(np.exp(logs), width=LEAST_PRIOR)
        held.append(found.low <= math.exp(factor) <= found.high)
        next_job = math.exp(factor + scale * rng.standard_normal()) / found.factor
        next_held.append(found.next_low <= next_job <= found.next_high)

    assert 0.85 <= np.mean(held) <= 0.95, f"seed {seed}: {np.mean(held):.3f} of the factors"
    assert 0.85 <= np.mean(next_held) <= 0.97, f"seed {seed}: {np.mean(next_held):.3f} of the next jobs"


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("slip", [10.0, 0.1])
def test_one_gross_slip_in_ten_moves_next_to_nothing_and_is_named(seed, slip):
    rng = np.random.default_rng(seed)
    logs, factor, scale = shop(rng, 10, scatter=0.15)
    clean = fit(np.exp(logs), width=LEAST_PRIOR)
    logs[3] = factor + math.log(slip)
    spoilt = fit(np.exp(logs), width=LEAST_PRIOR)

    assert spoilt.outliers == (3,), f"seed {seed}"
    assert abs(math.log(spoilt.factor / clean.factor)) < scale, f"seed {seed}"
    assert spoilt.low <= clean.factor <= spoilt.high, f"seed {seed}"


@settings(max_examples=30)
@given(st.lists(st.floats(1e-3, 1e3), min_size=FEWEST_JOBS, max_size=MOST_JOBS), st.floats(LEAST_PRIOR, 2))
def test_nothing_outside_its_bounds_is_ever_proposed(ratios, width):
    found = fit(ratios, width=width)

    assert 1 / FURTHEST <= found.low <= found.factor <= found.high <= FURTHEST * (1 + 1e-9)
    low, high = found.spread_bps
    assert 0 < low <= 10_000 <= high
    assert 0 <= found.covered <= 1
    assert all(math.isfinite(each) for each in (found.error_before, found.error_after, found.next_low, found.next_high))


def test_jobs_that_ask_for_more_than_a_factor_may_be_are_cut_and_said_to_be():
    found = fit([60.0] * 10, width=LEAST_PRIOR)

    assert found.is_at_bound
    assert found.factor == pytest.approx(FURTHEST)


def test_few_jobs_are_drawn_to_the_published_figure_and_many_are_believed():
    few, many = (
        fit([2.0, 1.5, 3.0, 1.2, 2.9], width=LEAST_PRIOR),
        fit([2.0, 1.5, 3.0, 1.2, 2.9] * 10, width=LEAST_PRIOR),
    )

    assert 1 < few.factor < many.factor < 2.2
    assert few.high / few.low > many.high / many.low


def test_the_same_jobs_in_another_order_say_the_same():
    ratios = [1.1, 0.8, 1.3, 0.9, 1.6, 1.0]
    assert fit(ratios, width=0.5).factor == pytest.approx(fit(ratios[::-1], width=0.5).factor, rel=1e-9)


def test_the_chance_function_is_students():
    """Quantiles of t with four degrees of freedom: 2.131847 at 95 %, 0.740697 at 75 % (printed tables)."""
    assert t_chance(2.131847) == pytest.approx(0.95, abs=1e-6)
    assert t_chance(0.740697) == pytest.approx(0.75, abs=1e-6)
    assert t_chance(-1e9) == pytest.approx(0, abs=1e-9)


def test_a_process_that_spreads_widely_believes_its_shops_sooner():
    assert prior_width(Spread()) == LEAST_PRIOR
    assert prior_width(Spread(time_low_bps=2_000, time_high_bps=20_000)) == pytest.approx(math.log(10) / 3.29)


@pytest.mark.parametrize("seed", range(4))
def test_known_factors_are_recovered_from_jobs_within_their_interval(aluminium, seed):
    rng = np.random.default_rng(100 + seed)
    jobs = told(rng, aluminium, 20, run=1.6, setup=0.5)
    found = proposal("cnc_milling", jobs, {}, None)

    run, setup = (found.told[kind].fit for kind in (RUN_FACTOR, SETUP_FACTOR))
    assert run.factor == pytest.approx(1.6, rel=0.15), f"seed {seed}"
    assert setup.factor == pytest.approx(0.5, rel=0.15), f"seed {seed}"
    assert run.error_after < run.error_before
    assert run.error_after < 0.25
    assert found.constants == {RUN_FACTOR: round(run.factor, 4), SETUP_FACTOR: round(setup.factor, 4)}
    assert found.margin is None


def test_what_was_fitted_computes_the_jobs_better_than_what_is_published(aluminium):
    jobs = told(np.random.default_rng(5), aluminium, 12, run=2.0)
    found = proposal("cnc_milling", jobs, {}, None)
    own = figures("cnc_milling", found.constants)

    def error(constants):
        return np.median([abs(machine(job, constants) / job.machine_mmin - 1) for job in jobs])

    def machine(job, constants):
        steps = route("cnc_milling", aluminium, job.facts, job.making, constants).operations
        return sum(step.machine_mmin_each for step in steps) * job.making.quantity

    assert error(own) < 0.2 < error({})


def test_factors_are_fitted_on_top_of_a_work_centres_other_constants(aluminium):
    own = {"setup_time": 90, "non_cutting_share": 0.6}
    jobs = told(np.random.default_rng(6), aluminium, 20, run=1.0, setup=1.0, own=own)

    assert proposal("cnc_milling", jobs, own, None).constants[SETUP_FACTOR] == pytest.approx(1, rel=0.15)
    assert proposal("cnc_milling", jobs, {}, None).constants[SETUP_FACTOR] == pytest.approx(3, rel=0.2)


def test_prices_alone_show_the_margin(aluminium):
    """Sold at a margin of 35 %, by a card that says 20 %: the margin follows, the times stay."""
    rng = np.random.default_rng(7)
    sold = replace(CARD, margin_bps=3_500, minimum_order_minor=0)
    jobs = []
    for facts, making in blocks(rng, 15):
        total = price(route("cnc_milling", aluminium, facts, making), sold.rates("aluminium_6061", making), Charges())
        jobs.append(
            PastJob(facts, aluminium, making, price_minor=round(total.total_minor * math.exp(rng.normal(0, 0.05))))
        )
    found = proposal("cnc_milling", jobs, {}, CARD)

    assert found.constants == {}
    assert found.spread_bps is None
    assert found.margin.bps == pytest.approx(3_500, abs=300)
    assert found.margin.low_bps <= found.margin.bps <= found.margin.high_bps


def test_who_sold_below_cost_is_told_and_offered_no_margin_below_nothing(aluminium):
    jobs = [
        PastJob(facts, aluminium, making, price_minor=max(5_001, making.quantity * 30))
        for facts, making in blocks(np.random.default_rng(8), 10)
        if making.quantity > 170
    ]
    jobs = (jobs * 10)[:10]
    found = proposal("cnc_milling", jobs, {}, CARD)

    assert found.margin.bps == 0
    assert "no_margin" in [each["code"] for each in found.warnings]


def test_warnings_name_what_is_doubtful(aluminium):
    rng = np.random.default_rng(9)
    jobs = told(rng, aluminium, 6, run=1.2)
    jobs = [replace(job, setup_mmin=None) if n > 2 else job for n, job in enumerate(jobs)]
    jobs[1] = replace(jobs[1], machine_mmin=jobs[1].machine_mmin * 30)
    found = proposal("cnc_milling", jobs, {}, None)
    said = {(each["code"], each["of"]): each["jobs"] for each in found.warnings}

    assert said["not_fitted", SETUP_FACTOR] == [1, 2, 3]
    assert said["outliers", RUN_FACTOR] == [2]
    assert ("few_jobs", RUN_FACTOR) in said
    assert SETUP_FACTOR not in found.constants


def test_jobs_that_contradict_each_other_are_said_to(aluminium):
    jobs = told(np.random.default_rng(10), aluminium, 12, scatter=1.2)
    codes = [each["code"] for each in proposal("cnc_milling", jobs, {}, None).warnings]
    assert "contradictory" in codes


@pytest.mark.parametrize("count", [0, 1, 4, 51])
def test_fewer_than_five_jobs_or_more_than_fifty_are_refused(aluminium, block, count):
    with pytest.raises(JobsOutOfRange):
        proposal("cnc_milling", [PastJob(block, aluminium, Making(1), 1_000)] * count, {}, None)


def test_five_jobs_of_which_none_tells_the_same_are_refused(aluminium, block):
    jobs = [PastJob(block, aluminium, Making(1), 40_000)] * 4 + [PastJob(block, aluminium, Making(1), None, 60_000)]
    with pytest.raises(JobsOutOfRange):
        proposal("cnc_milling", jobs, {}, None)


def test_a_truth_beyond_belief_is_refused_and_its_job_named(aluminium, block):
    jobs = [PastJob(block, aluminium, Making(1), 40_000)] * 5
    with pytest.raises(TruthImpossible) as refused:
        proposal("cnc_milling", [*jobs, PastJob(block, aluminium, Making(1), 400_000_000)], {}, None)
    assert refused.value.details["job"] == 6


def test_a_job_that_the_process_does_not_make_is_refused_and_named(aluminium, block):
    jobs = [PastJob(block, aluminium, Making(1), 40_000)] * 5
    with pytest.raises(JobImpossible) as refused:
        proposal(
            "cnc_milling", [*jobs, PastJob(replace(block, box_mm=(5_000, 50, 20)), aluminium, Making(1), 1)], {}, None
        )
    assert (refused.value.details["job"], refused.value.details["because"]) == (6, "part_too_large")


def test_every_process_has_what_a_calibration_fits():
    for process in PLANNERS:
        assert set(past_jobs.FACTORS) <= set(figures(process, dict.fromkeys(past_jobs.FACTORS, 1)))
    assert set(past_jobs.TOLD_BY) == {*past_jobs.FACTORS, MARGIN}
    assert calibrating.VERSION == 1
