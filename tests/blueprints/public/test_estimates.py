"""Prices for strangers: over all live listings, none named, as often as an address may ask."""

import json
from dataclasses import replace
from statistics import median

import pytest
from sqlalchemy import update

from marketplace.accounts import throttling
from marketplace.accounts.models import Organisation
from marketplace.capability import catalogue
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from tests.architecture.test_bad_input import MALFORMED, ODD, faults_of, places, put
from tests.scenes import BRACKET

BLOCK = {
    "volume_mm3": 60_000,
    "area_mm2": 20_000,
    "box_mm": [100, 60, 20],
    "quantity": 25,
    "currency": "EUR",
    "process": "cnc_milling",
    "material": "aluminium_6061",
}


@pytest.fixture
def shops(make_organisation, scene):
    owners = [make_organisation(f"Shop {n}", hats=("factory",)) for n in range(4)]
    return [scene.shop(owner, machine_rate=rate) for owner, rate in zip(owners, (6000, 4000, 9000, 7000), strict=True)]


@pytest.fixture
def unthrottled(monkeypatch):
    monkeypatch.setattr(throttling, "count", lambda *_, **__: None)


def ask(client, **change):
    return client.post("/v1/estimates", json={**BLOCK, **change})


def test_the_median_and_the_range_are_those_of_quotes_and_no_listing_is_named(
    client, shops, scene, make_organisation, as_user
):
    (found,) = ask(client).json["estimates"]
    customer = make_organisation("Customer")
    part = scene.part(customer, replace(BRACKET, holes=()))
    quote = {"revision_id": str(part.id), **{n: BLOCK[n] for n in ("process", "material", "quantity", "currency")}}
    totals = [
        each["total"]["minor"] for each in as_user(customer).post("/v1/customer/quotes", json=quote).json["offers"]
    ]

    assert found["prices"]["listings"] == len(totals) == 4
    shown = {name: found["prices"][name]["minor"] for name in ("lowest", "median", "highest")}
    assert shown == {"lowest": min(totals), "median": round(median(totals)), "highest": max(totals)}
    assert found["indicative"] is None and found["problem"] is None
    assert found["doubts"][0].startswith("Worked from volume")
    assert shown["median"] not in totals
    assert not [shop for shop in shops if str(shop.listing_id) in json.dumps(found)]
    assert not [shop for shop in shops if str(shop.owner.organisation_id) in json.dumps(found)]


def test_for_a_controlled_file_only_those_who_may_see_it_are_counted(client, shops, scene, make_organisation):
    (nobody,) = ask(client, is_controlled=True).json["estimates"]
    scene.shop(make_organisation(hats=("factory",)), machine_rate=99_000, centre_has={"takes_controlled": True})
    (found,) = ask(client, is_controlled=True).json["estimates"]

    assert nobody["prices"] is None
    assert found["prices"]["listings"] == 1
    assert ask(client).json["estimates"][0]["prices"]["listings"] == 5


def test_without_a_process_or_material_every_one_is_estimated(client, shops, unthrottled):
    def pairs(**named):
        found = ask(client, **{"process": None, "material": None, **named}).json["estimates"]
        return [(each["process"], each["material"]) for each in found]

    assert pairs() == [(way.id, material.id) for way, material in catalogue.pairs()]
    assert pairs(process="fdm") == [("fdm", each.id) for each in catalogue.materials_of("fdm")]
    assert pairs(material="aluminium_6061") == [
        (way, "aluminium_6061") for way in catalogue.materials()["aluminium_6061"].processes
    ]


def test_where_no_listing_could_the_usual_price_stands_in(client):
    (found,) = ask(client).json["estimates"]

    assert found["prices"] is None
    assert found["indicative"]["at_least"]["minor"] < found["indicative"]["at_most"]["minor"]
    assert found["indicative"]["doubts"][0].startswith("No factory stands behind")
    assert found["indicative"]["total"]["currency"] == "USD" != BLOCK["currency"]
    assert "In USD: nothing is converted here." in found["indicative"]["doubts"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"box_mm": [3000, 60, 20]}, "part_too_large"),
        ({"volume_mm3": 200_000}, "part_facts_impossible"),
        ({"quantity": 1_000_000}, "lot_too_large"),
        ({"process": "turning"}, "shape_not_for_process"),
    ],
)
def test_what_stands_against_one_stands_in_it(client, unthrottled, change, code):
    (found,) = ask(client, **change).json["estimates"]

    assert (found["problem"]["code"], found["prices"], found["indicative"]) == (code, None, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"process": "alchemy"}, "process_unknown"),
        ({"material": "unobtainium"}, "material_unknown"),
        ({"material": "pla"}, "material_not_for_process"),
        ({"tolerance": "perfect", "process": None, "material": None}, "tolerance_unknown"),
        ({"area_mm2": 7_400}, "part_facts_impossible"),
        ({"volume_mm3": 0}, "validation_failed"),
        ({"volume_mm3": "60000"}, "validation_failed"),
        ({"volume_mm3": True}, "validation_failed"),
        ({"box_mm": [1, 2]}, "validation_failed"),
        ({"box_mm": [1, 2, 0]}, "validation_failed"),
        ({"listing_id": "x"}, "validation_failed"),
        ({"currency": "QQQ"}, "validation_failed"),
    ],
)
def test_what_cannot_be_asked_is_refused(client, unthrottled, change, code):
    reply = ask(client, **change)

    assert (reply.status_code, reply.json["code"]) == (422, code)


def test_a_ball_has_as_little_surface_as_there_is(client):
    """Of 60,000 mm³: (36 π · 60,000²) ^ ⅓ = 7,411.7 mm²."""
    assert ask(client, area_mm2=7_411.7, box_mm=[49, 49, 49]).status_code == 200
    assert "7,412 mm²" in ask(client, area_mm2=7_400).json["detail"]


def test_an_odd_value_anywhere_is_no_fault_of_ours(client, unthrottled):
    wrong = []
    for at in places(BLOCK):
        for value in ODD:
            reply = client.post(
                "/v1/estimates", data=json.dumps(put(BLOCK, at, value)), content_type="application/json"
            )
            wrong += [f"{value!r:.30} at {at} {fault}" for fault in faults_of(reply)]
    for body in MALFORMED:
        wrong += faults_of(client.post("/v1/estimates", data=body, content_type="application/json"), 400)

    assert wrong == []


def test_an_address_that_asks_too_often_waits(client):
    replies = [ask(client) for _ in range(throttling.ESTIMATE_FROM_IP.at_once + 1)]

    assert {each.status_code for each in replies[:-1]} == {200}
    assert (replies[-1].status_code, replies[-1].json["code"]) == (429, "too_many_tries")
    assert 1 <= int(replies[-1].headers["Retry-After"]) <= 2


def test_whoever_asks_for_everything_asks_less_often(client):
    everything = {"process": None, "material": None}
    worth = -(-len(catalogue.pairs()) // 10)
    replies = [ask(client, **everything).status_code for _ in range(throttling.ESTIMATE_FROM_IP.at_once // worth + 1)]

    assert worth > 10
    assert replies == [200] * (len(replies) - 1) + [429]
    with clock.moved_by(throttling.ESTIMATE_FROM_IP.every * 5):
        assert [ask(client, **everything).status_code, ask(client).status_code] == [429, 200]


def test_p1_the_statements_do_not_grow_with_what_is_listed(client, shops, scene, make_organisation, statements):
    counts = []
    ask(client)
    for number in range(2):
        with statements() as sent:
            assert ask(client).status_code == 200
        counts.append(len(sent))
        scene.shop(make_organisation(hats=("factory",)), name=f"More {number}")
        ask(client)

    assert counts[0] == counts[1]


def test_f1_relabelling_nationality_changes_no_estimate(app, client, shops):
    before = ask(client).json
    with app.app_context(), transaction():
        session().execute(update(Organisation).values(country="BR"))

    assert ask(client).json == before
