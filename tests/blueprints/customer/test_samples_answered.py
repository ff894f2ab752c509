"""A customer gets offers for every sensible process of each sample part as soon as it is measured."""

import pytest

from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.capability import catalogue
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import Units
from tests.databases import ROOT
from tests.stopwatch import within

SAMPLES = [ROOT / "samples" / name for name in ("bracket.step", "clip.stl")]


@pytest.fixture(scope="module")
def measured():
    with KernelMeasurer() as kernel:
        return {path.name: kernel.measure(path, sniff(path)).measurement for path in SAMPLES}


@pytest.fixture
def fair(scene, make_organisation):
    """Three shops for each process, each of which works all its materials."""
    for _ in range(3):
        owner = make_organisation(hats=("factory",))
        for process in catalogue.processes():
            materials = [each.id for each in catalogue.materials_of(process)]
            scene.shop(owner, process=process, materials=materials, name=process, open_min=1_440, days=120)


@pytest.mark.parametrize("name", [path.name for path in SAMPLES])
def test_every_process_that_is_not_blocked_answers_in_time(browser, customer, scene, fair, measured, name):
    revision = scene.part(customer, measured[name], units=Units.MM)
    where = f"/v1/customer/parts/{revision.part_id}/revisions/1/processes"
    asked = {"quantity": 10, "currency": "EUR"}
    browser.get(where, query_string=asked)

    ways = within(3, lambda: browser.get(where, query_string=asked)).json["processes"]

    answered = [way["process"] for way in ways if way["best"]["answer"]]
    assert {"cnc_milling", "fdm"} & set(answered)
    for way in ways:
        problem = way["best"]["problem"]
        assert way["process"] in answered or problem, way["process"]
        assert way["is_blocked"] == (problem is not None and problem["code"] == "cannot_be_priced"), way["process"]
