"""Injection moulding against a cover worked by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capability.catalogue import material_for
from marketplace.costing import moulding
from marketplace.costing.constants import constants
from marketplace.costing.errors import ToleranceNotForProcess
from marketplace.costing.routings import route
from marketplace.costing.values import Figure, Making, PartFacts
from marketplace.geometry.shape import Draft, Walls
from tests.marketplace.costing.steps import step

OPENS = Draft(pull=(0, 0, 1), undercut_mm2=0, upright_mm2=0, slight_mm2=0, projected_mm2=6_000)
COVER = PartFacts(
    volume_mm3=20_000,
    area_mm2=21_000,
    box_mm=(100, 60, 20),
    walls=Walls(thinnest_mm=1.8, thin_mm=1.9, typical_mm=2, thickest_mm=4, at_mm=(0, 0, 0)),
    draft=OPENS,
)


@pytest.fixture(scope="module")
def plastic():
    return material_for("injection_moulding", "abs_moulded").facts


@pytest.fixture
def k():
    return constants("injection_moulding")


def test_a_cover_cools_by_its_wall_squared(plastic, k):
    """4 ÷ (π² × 0.12) × ln(4/π × 185 ÷ 25) = 7.575597 s, and 17.5 % for its shape: 8.901327 s."""
    assert moulding.cooling_seconds(2, plastic, k) == pytest.approx(8.901327, abs=1e-6)
    assert moulding.cooling_seconds(4, plastic, k) == pytest.approx(4 * moulding.cooling_seconds(2, plastic, k))


def test_a_cycle_takes_the_time_worked_by_hand(plastic, k):
    """Clamp 60 cm² × 40 MPa ÷ 100 × 1.1 = 26.4 t; fill 26,648 mm³ at 80 cm³/s is less than 0.5 s.

    0.5 + 8.9013 + 3 + 26.4 × 0.008 = 12.6125 s; with 3 % scrap 0.216515 min. Runner 1.4 × 20^−0.48 = 0.33238 of the
    part, a quarter ground in: 20,000 × 1.249284 × 1.03 × 1.05 = 27,022.0 mg.
    """
    routing = route("injection_moulding", plastic, COVER, Making(1000))

    assert moulding.clamp_tonnes(COVER, k) == pytest.approx(26.4)
    assert step(routing, "Mould").machine_mmin_each == 217
    assert routing.material_mg_each == 27_022


def test_a_mould_takes_the_hours_worked_by_hand(plastic):
    """Base 16 + 25 × 21 × 0.04 = 37 h; size 5 + 0.085 × 60^1.2 = 16.566; shape 45 × 1.2^1.27 = 56.725 h.

    With ejectors 2.5 × √60 129.656 h. Two and a half thousand mm² of undercut: three slides of 65 h.
    """
    undercut = replace(COVER, draft=replace(OPENS, undercut_mm2=2_500))
    plain, sliding = (route("injection_moulding", plastic, facts, Making(1000)) for facts in (COVER, undercut))

    assert step(plain, "Make the mould").tooling_mmin == 7_779_368
    assert step(sliding, "Make the mould").tooling_mmin == 7_779_368 + 3 * 65 * 60_000
    assert step(plain, "Try out").tooling_mmin == 960_000
    assert len(sliding.doubts) == len(plain.doubts) + 1


def test_holes_have_surfaces_of_which_many_alike_go_faster(k):
    one, ten = (replace(COVER, holes=((5, 2),) * count) for count in (1, 10))

    assert moulding.patches(COVER, k) == 12
    assert moulding.patches(one, k) == 14
    assert moulding.patches(ten, k) == pytest.approx(12 + 2 * 10**0.7)


def test_a_trace_of_undercut_is_of_the_sampling_and_not_of_the_part(plastic):
    traced = replace(COVER, draft=replace(OPENS, undercut_mm2=20))

    assert route("injection_moulding", plastic, traced, Making(10)).operations == (
        route("injection_moulding", plastic, COVER, Making(10)).operations
    )


def test_what_was_not_measured_is_estimated_and_doubted(plastic):
    """Projected: the two longest sides; wall: 2 × volume ÷ area, never more than the part's least side."""
    bare = replace(COVER, walls=None, draft=None)

    assert moulding.projected_mm2(bare) == 6_000
    assert moulding.wall_mm(bare) == pytest.approx(2 * 20_000 / 21_000)
    assert moulding.wall_mm(replace(bare, area_mm2=100)) == 20
    assert len(route("injection_moulding", plastic, bare, Making(10)).doubts) == 3
    assert len(route("injection_moulding", plastic, COVER, Making(100_000)).doubts) == 2


def test_more_cavities_cost_more_mould_and_less_machine_and_never_more_than_the_clamp_holds(plastic, k):
    """1,000 t hold 37 cavities of 26.4 t; a mould of four takes 37 + 3 × 21 h of base and 92.656 h × 4^0.7."""
    four = {"cavities": Figure(4, "cavities", "work_centre")}
    one, many = (route("injection_moulding", plastic, COVER, Making(1000), own) for own in ({}, four))

    assert step(many, "Mould").machine_mmin_each < step(one, "Mould").machine_mmin_each
    assert step(many, "Make the mould").tooling_mmin == pytest.approx((100 + 92.65614 * 4**0.7) * 60_000, abs=2)
    assert moulding.cavities(COVER, {**k, "cavities": Figure(99, "cavities", "work_centre")}) == 37
    assert moulding.cavities(COVER, {**k, "largest_clamp": Figure(1, "t", "work_centre")}) == 1


def test_a_mould_does_not_hold_grades_for_fits(plastic):
    with pytest.raises(ToleranceNotForProcess) as refusal:
        route("injection_moulding", plastic, COVER, Making(10, tolerance="precise"))
    assert refusal.value.details["held"] == ["coarse", "standard", "fine"]


@given(st.floats(0.5, 8), st.floats(0.5, 8))
def test_a_thicker_wall_never_cools_faster(one, other):
    plastic = material_for("injection_moulding", "pp_moulded").facts
    thin, thick = sorted((one, other))

    k = constants("injection_moulding")

    assert 0 < moulding.cooling_seconds(thin, plastic, k) <= moulding.cooling_seconds(thick, plastic, k)


def test_every_plastic_solidifies_between_its_temperatures(k):
    for each in ("pp", "pe_hd", "ps", "abs", "pmma", "pc", "pom", "pa66_gf30", "tpe"):
        facts = material_for("injection_moulding", f"{each}_moulded").facts
        values = {name: figure.value for name, figure in facts.forming.items()}
        assert values["mould"] < values["eject"] < values["melt"]
        assert 0.05 < values["diffusivity"] < 0.2
        assert 1 < moulding.cooling_seconds(2, facts, k) < 30, each
        assert 0 < values["shrinkage"] < 0.04


def test_the_clamp_of_many_work_centres_is_a_column(k):
    limits = Figure(np.array([10.0, 100.0, 2000.0]), "t", "work_centre")
    wanted = Figure(np.array([8.0, 8.0, 8.0]), "cavities", "work_centre")
    found = moulding.cavities(COVER, {**k, "largest_clamp": limits, "cavities": wanted})

    assert found.tolist() == [1, math.floor(100 / 26.4), 8]
