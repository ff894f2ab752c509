"""Papers of shipments over HTTP: the factory prints all, the customer the packing list, nobody else any."""

import pytest

from tests.blueprints.factory.test_jobs import PARCEL
from tests.blueprints.factory.test_parcels import BOX
from tests.pages import words
from tests.uploads import problem

pytestmark = pytest.mark.usefixtures("app")

LOT = {
    "material": "EN AW-6061 T6",
    "lot_number": "H-4711",
    "supplier": "西南铝业",
    "certificate": "3.1",
    "certificate_number": "31-0815",
}


@pytest.fixture
def sent(deal):
    """The papers' place for each side; two parcels of an order have left, all in one shipment."""
    deal.factory.post(f"{deal.job}/accept")
    assert deal.factory.post(f"{deal.job}/inspection/lots", json=LOT).status_code == 201
    told = {**PARCEL, "parcels": [BOX, {**BOX, "pieces": 15}]}
    (shipment,) = deal.factory.post(f"{deal.job}/ship", json=told).json["shipments"]
    place = f"shipments/{shipment['id']}"
    return f"{deal.job}/{place}", f"{deal.order}/jobs/{deal.job_id}/{place}", shipment


def printed(browser, place):
    reply = browser.get(place)
    assert (reply.status_code, reply.content_type) == (200, "application/pdf"), reply.text
    assert reply.headers["Content-Disposition"].startswith("attachment; filename=")
    return words(reply.data)


def test_both_sides_print_the_same_packing_list(deal, sent):
    at_factory, at_customer, _ = sent
    told = printed(deal.customer, f"{at_customer}/packing-list")

    assert "1 / 2 10 8.4 kg 400 × 300 × 200 mm DHL JD014600006281230704" in told
    assert "25 16.8 kg" in told
    assert "H-4711 西南铝业 3.1 31-0815" in told
    assert printed(deal.factory, f"{at_factory}/packing-list") == told


def test_the_factory_prints_a_label_for_each_parcel(deal, sent):
    at_factory, at_customer, shipment = sent
    told = printed(deal.factory, f"{at_factory}/labels")

    assert all(parcel["id"] in told for parcel in shipment["parcels"])
    alone = printed(deal.factory, f"{at_factory}/parcels/2/label")
    assert [parcel["id"] in alone for parcel in shipment["parcels"]] == [False, True]
    assert problem(deal.factory.get(f"{at_factory}/parcels/3/label")) == (404, "parcel_not_found")
    assert deal.customer.get(f"{at_customer}/labels").status_code == 404


def test_a_shipment_of_another_job_or_of_others_does_not_exist(deal, sent, make_organisation, as_user):
    at_factory, at_customer, shipment = sent
    elsewhere = at_factory.replace(shipment["id"], deal.job_id)
    assert problem(deal.factory.get(f"{elsewhere}/packing-list")) == (404, "shipment_not_found")
    rival = as_user(make_organisation("Rival", hats=("factory", "customer")))
    assert problem(rival.get(f"{at_factory}/labels")) == (404, "job_not_found")
    assert problem(rival.get(f"{at_customer}/packing-list")) == (404, "order_not_found")
