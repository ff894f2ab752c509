"""Shipments in parcels: told by the factory, seen by both sides, and holding what left."""

import pytest

from tests.blueprints.factory.test_jobs import PARCEL, holds_everywhere
from tests.uploads import problem

pytestmark = pytest.mark.usefixtures("app")

BOX = {"pieces": 10, "weight_g": 8400, "length_mm": 400, "width_mm": 300, "height_mm": 200}


@pytest.fixture
def accepted(deal):
    deal.factory.post(f"{deal.job}/accept")
    return deal


def ship(accepted, *parcels, **more):
    return accepted.factory.post(f"{accepted.job}/ship", json={**PARCEL, "parcels": list(parcels), **more})


def test_both_sides_see_each_parcel_and_how_to_follow_it(app, accepted):
    reply = ship(accepted, BOX, {**BOX, "pieces": 15, "carrier": "UPS", "tracking_number": "1Z1"})

    (seen,) = reply.json["shipments"]
    first, second = seen["parcels"]
    assert (reply.json["state"], seen["pieces"], seen["carrier"]) == ("shipped", 25, "DHL")
    assert {**BOX, **PARCEL, "id": first["id"], "number": 1} == first
    assert (second["number"], second["pieces"], second["carrier"], second["tracking_number"]) == (2, 15, "UPS", "1Z1")
    assert accepted.customer.get(accepted.order).json["jobs"][0]["shipments"] == [seen]
    assert accepted.customer.get("/v1/customer/orders").json["items"][0]["jobs"][0]["shipments"] == [seen]
    assert holds_everywhere(app)


def test_goods_that_leave_under_one_number_are_one_parcel(app, accepted):
    (seen,) = accepted.factory.post(f"{accepted.job}/ship", json=PARCEL).json["shipments"]

    unknown = dict.fromkeys(("weight_g", "length_mm", "width_mm", "height_mm"))
    assert seen["parcels"] == [{"id": seen["parcels"][0]["id"], "number": 1, "pieces": 25, **PARCEL, **unknown}]
    assert holds_everywhere(app)


def test_a_parcel_that_was_forgotten_is_noticed(accepted):
    refused = ship(accepted, BOX)

    assert problem(refused) == (422, "parcels_unequal")
    assert (refused.json["left"], refused.json["in_parcels"]) == (25, 10)
    assert accepted.factory.get(accepted.job).json["shipments"] == []


def test_whoever_ships_once_more_is_told_that_all_has_left(accepted):
    assert ship(accepted, BOX, {**BOX, "pieces": 15}).json["state"] == "shipped"
    assert problem(ship(accepted, BOX)) == (409, "illegal_move")


def test_fewer_pieces_in_parcels_are_a_delivery_in_part(app, accepted):
    assert ship(accepted, BOX, pieces=10).json["state"] == "in_production"
    assert ship(accepted, {**BOX, "pieces": 15}).json["state"] == "shipped"
    assert holds_everywhere(app)


@pytest.mark.parametrize(
    ("parcels", "more", "answer"),
    [
        ([BOX], {}, (422, "parcels_unequal")),
        ([BOX], {"pieces": 11}, (422, "parcels_unequal")),
        ([BOX, {**BOX, "pieces": 16}], {}, (422, "more_pieces_than_ordered")),
        ([{**BOX, "weight_g": 840_000}], {}, (422, "parcel_impossible")),
        *(
            ([{**BOX, field: value}], {}, (422, "validation_failed"))
            for field, value in (
                ("pieces", 0),
                ("pieces", -1),
                ("weight_g", 0),
                ("weight_g", 25_000_001),
                ("weight_g", 1.5),
                ("length_mm", -400),
                ("width_mm", 13_601),
                ("height_mm", None),
                ("carrier", ""),
                ("tracking_number", "1" * 81),
                ("colour", "red"),
            )
        ),
        ([{name: value for name, value in BOX.items() if name != "weight_g"}], {}, (422, "validation_failed")),
        ([{**BOX, "pieces": 1}] * 101, {}, (422, "validation_failed")),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_has_left(accepted, parcels, more, answer):
    assert problem(ship(accepted, *parcels, **more)) == answer
    seen = accepted.factory.get(accepted.job).json
    assert (seen["state"], seen["shipments"]) == ("accepted", [])
