"""Polymer powder beds against a part worked by hand."""

from dataclasses import replace

import pytest

from marketplace.capability.catalogue import material_for
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts
from marketplace.geometry.shape import OrientedBox
from tests.marketplace.costing.steps import step

AXES = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
HOUSING = PartFacts(volume_mm3=20_000, area_mm2=9_000, box_mm=(50, 40, 30))


def test_a_fused_part_pays_its_share_of_the_chamber():
    """MJF: 56.35 × 46.35 × 36.35 ÷ 0.6 = 158,232.9 mm³ of 380 × 284 × 380: 0.00385844.

    A full chamber 4,750 layers × 7.6 s + 60 min = 661.667 min: 2.553 min a piece; turning round 30 min and unpacking
    90 min by the same share; blasting 0.5 + 90 cm² × 0.01. Powder: a fifth of 20.2 + 58.749 g is less than the part.
    """
    routing = route("mjf", material_for("mjf", "pa12_mjf").facts, HOUSING, Making(7))

    assert step(routing, "Print").machine_mmin_each == 2_553
    assert step(routing, "Turn round").labour_mmin_each == 116
    assert step(routing, "Unpack and blast").labour_mmin_each == 1_747
    assert routing.material_mg_each == 20_200


def test_a_sintered_part_pays_for_the_powder_that_ages_around_it():
    """SLS: 55 × 45 × 35 ÷ 0.6 = 144,375 mm³ of 69.36 l: 0.00208153 of 5,000 × 30 s + 300 min = 2,800 min: 5.828 min.

    Powder: half of 18.6 g + 124,375 mm³ × 0.45 = 37.284 g is more than the part.
    """
    routing = route("sls", material_for("sls", "pa12_sls").facts, HOUSING, Making(7))

    assert step(routing, "Print").machine_mmin_each == 5_828
    assert routing.material_mg_each == 37_284


def test_a_part_lies_as_it_takes_least_room():
    material = material_for("mjf", "pa12_mjf").facts
    tilted = replace(HOUSING, oriented_box=OrientedBox((40, 30, 25), AXES))
    worse = replace(HOUSING, oriented_box=OrientedBox((60, 50, 40), AXES))
    drawn, less, same = (
        step(route("mjf", material, facts, Making(1)), "Print").machine_mmin_each for facts in (HOUSING, tilted, worse)
    )

    assert less < drawn
    assert same == drawn


@pytest.mark.parametrize("process", ["sls", "mjf"])
def test_preparing_the_lot_is_all_that_more_pieces_share(process):
    material = material_for(process, {"sls": "pa12_sls", "mjf": "pa12_mjf"}[process]).facts
    few, many = (route(process, material, HOUSING, Making(quantity, inspection="none")) for quantity in (1, 1000))

    assert few.operations == many.operations
    assert few.total_mmin() - many.total_mmin() / 1000 == pytest.approx(15_000 * 0.999)
