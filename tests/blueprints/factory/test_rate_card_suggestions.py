"""Live in minutes: a suggested rate card is edited, or not, and set as it is."""

import pytest

from marketplace.capability import catalogue, machine_classes
from marketplace.capability.machine_classes import classes
from marketplace.capability.models import WorkCentre
from marketplace.capability.rules import check_makes_sense
from marketplace.costing import own_constants, tolerances

URL = "/v1/factory/work-centres"


@pytest.fixture
def shop(make_organisation, as_user):
    return as_user(make_organisation(hats=("factory",)))


def opened(shop, process="cnc_milling", materials=("aluminium_6061", "brass")):
    described = {
        "name": process,
        "process": process,
        "machines": 1,
        "envelope_mm": [300, 400, 500],
        "materials": list(materials),
        "time_zone": "UTC",
    }
    return f"{URL}/{shop.post(URL, json=described).json['id']}"


def suggested(shop, centre, **query):
    return shop.get(f"{centre}/rate-card-suggestion", query_string={"machine_class": "mill_3axis_small", **query})


def test_a_suggestion_in_the_currency_of_the_usual_prices_is_a_whole_card(shop):
    centre = opened(shop)
    reply = suggested(shop, centre, currency="USD", material_markup_bps=5_000)

    assert reply.status_code == 200, reply.json
    assert reply.json["fill_in"] == []
    usual = reply.json["usual_material_prices"]["aluminium_6061"]
    assert (usual["low_minor_per_kg"], usual["high_minor_per_kg"]) == (320, 480)
    assert reply.json["card"]["material_minor_per_kg"]["aluminium_6061"] == 600
    assert reply.json["constants"] == {"spindle_limit": 10_000}
    assert all(reply.json["sources"].values())
    card = shop.post(f"{centre}/rate-cards", json=reply.json["card"])
    assert card.status_code == 201, card.json
    assert card.json["machine_rate_per_h"]["text"] == "60.00 USD"


def test_what_has_to_be_filled_in_is_named_and_then_the_card_is_whole(shop):
    centre = opened(shop)
    found = suggested(shop, centre, currency="EUR").json

    assert found["fill_in"] == ["aluminium_6061", "brass"]
    assert shop.post(f"{centre}/rate-cards", json=found["card"]).status_code == 422
    edited = {**found["card"], "material_minor_per_kg": dict.fromkeys(found["fill_in"], 900)}
    assert shop.post(f"{centre}/rate-cards", json=edited).status_code == 201


def test_the_class_itself_names_a_mark_up_on_material(shop):
    found = suggested(shop, opened(shop), currency="USD").json
    assert found["material_markup_bps"] == 3_000
    assert found["card"]["material_minor_per_kg"]["aluminium_6061"] == 520


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"machine_class": "desktop_fdm", "currency": "USD"}, "machine_class_not_for_process"),
        ({"machine_class": "perpetual_motion", "currency": "USD"}, "machine_class_unknown"),
        ({"currency": "JPY"}, "currency_not_suggested"),
        ({"currency": "XXX"}, "validation_failed"),
        ({}, "validation_failed"),
        ({"currency": "USD", "material_markup_bps": -1}, "validation_failed"),
    ],
)
def test_what_cannot_be_suggested_is_refused(shop, query, code):
    reply = suggested(shop, opened(shop), **query)
    assert (reply.status_code, reply.json["code"]) == (422, code)


def test_a_suggestion_is_for_the_work_centres_own_factory(shop, make_organisation, as_user):
    centre = opened(shop)
    assert suggested(as_user(make_organisation(hats=("factory",))), centre, currency="USD").status_code == 404


@pytest.mark.parametrize("name", sorted(classes()))
def test_every_class_makes_a_card_and_constants_that_are_taken(name):
    found = classes()[name]
    materials = [each.id for each in catalogue.materials_of(found.process)]
    own_constants.check(found.process, found.constants)
    check_makes_sense(found.process, materials, found.constants)
    assert found.tolerance in tolerances.classes()
    for currency, hourly in found.machine.items():
        assert hourly.low_minor_per_h <= hourly.usual_minor_per_h <= hourly.high_minor_per_h
        centre = WorkCentre(process=found.process, materials=materials)
        made = machine_classes.suggestion(centre, name, currency)
        assert set(made.unpriced) | set(made.card.material_minor_per_kg) == set(materials)
        assert made.card.machine_rate_minor_per_h == hourly.usual_minor_per_h


def test_machine_classes_are_public_with_a_source_for_every_rate(client):
    shown = client.get("/v1/machine-classes")
    assert shown.headers["Cache-Control"] == "public, max-age=300"
    assert [each["id"] for each in shown.json["machine_classes"]] == list(classes())
    mill = next(each for each in shown.json["machine_classes"] if each["id"] == "mill_3axis_small")
    assert mill["machine"]["USD"] == {
        "low_minor_per_h": 4_000,
        "usual_minor_per_h": 6_000,
        "high_minor_per_h": 10_000,
        "source": "selectionhardware",
    }
    cited = {rate["source"] for each in shown.json["machine_classes"] for rate in each["machine"].values()}
    assert cited <= set(shown.json["sources"])
