"""How good published figures were: counted from what factories stood by, and never of fewer than three of them."""

import pytest

from marketplace.calibration import queries, service
from marketplace.capability import queries as capability
from marketplace.kernel.transaction import transaction
from marketplace.workflows.pricing import calibrating
from marketplace.workflows.pricing.calibrating import JobsTold, JobTold, ShapeTold

SHAPE = ShapeTold(volume_mm3=60_000, area_mm2=20_000, box_mm=(100, 50, 20))
COMPUTED = 30.566
"""Minutes of a piece by the published figures, worked by hand in the tests of routings; set-up takes 60."""


@pytest.fixture
def calibrated(app, scene, make_organisation):
    """`calibrated(*ratios)`: a new factory whose jobs took so many times what is computed; it accepts, or does not."""

    def make(*ratios, accepts=True, shop=None):
        shop = shop or scene.shop(make_organisation(hats=("factory",)))
        told = [
            JobTold("aluminium_6061", 1, shape=SHAPE, machine_min=COMPUTED * ratio, setup_min=60 * ratio)
            for ratio in ratios
        ]
        with app.app_context(), transaction():
            centre = capability.work_centre_to_change(shop.owner.actor, shop.work_centre_id)
            made = calibrating.propose(centre, JobsTold(told), by=shop.owner.actor).id
        if accepts:
            with app.app_context(), transaction():
                centre = capability.work_centre_to_change(shop.owner.actor, shop.work_centre_id)
                one = queries.for_factory_to_decide(shop.owner.actor, shop.work_centre_id, made)
                service.accept(one, centre, by=shop.owner.actor)
        return shop

    return make


def test_nothing_is_told_of_fewer_than_three_factories(calibrated, client):
    first = calibrated(*[2.0] * 5)
    calibrated(*[2.0] * 5)
    calibrated(*[2.0] * 5, accepts=False)
    calibrated(*[2.0] * 5, shop=first)

    assert client.get("/v1/accuracy").json == {"fewest_factories": 3, "processes": []}


def test_of_three_factories_the_median_error_and_the_coverage_are_told(calibrated, client):
    """|1/5 − 1| = 0.8 five times, |1/1.05 − 1| = 0.0476 ten times, whose truth alone lies in milling's interval."""
    calibrated(*[5.0] * 5)
    calibrated(*[1.05] * 5)
    calibrated(*[1.05] * 5)

    (shown,) = client.get("/v1/accuracy").json["processes"]
    assert (shown["process"], shown["factories"], shown["calibrations"], shown["jobs"]) == ("cnc_milling", 3, 3, 15)
    assert shown["machine_error"] == pytest.approx(1 - 1 / 1.05, abs=2e-3)
    assert shown["setup_error"] == pytest.approx(1 - 1 / 1.05, abs=1e-3)
    assert shown["machine_covered"] == pytest.approx(10 / 15)


def test_only_the_latest_calibration_of_a_work_centre_counts(calibrated, client):
    shops = [calibrated(*[2.0] * 5) for _ in range(3)]
    calibrated(*[1.25] * 6, shop=shops[0])

    (shown,) = client.get("/v1/accuracy").json["processes"]
    assert (shown["calibrations"], shown["jobs"]) == (3, 16)


def test_the_page_takes_one_query(calibrated, client, statements):
    calibrated(*[2.0] * 5)
    with statements() as sent:
        client.get("/v1/accuracy")
    assert len([each for each in sent if "calibrations" in each]) == 1
