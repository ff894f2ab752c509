"""Papers of shipments: every word is on the page, in Chinese too, and a reader of codes finds the parcel."""

from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
import zxingcpp

from marketplace.adapters.documents.typesetting import TypstTypesetter
from marketplace.orders.models import Incoterm, Parcel, Shipment
from marketplace.shipping import codes, papers
from marketplace.shipping.errors import ParcelNotFound
from marketplace.shipping.queries import Sent
from tests.pages import pictures, words

THEN = datetime(2027, 3, 1, 9, tzinfo=UTC)
IDS = [UUID(f"0195508f-7c00-7000-8000-00000000000{number}") for number in range(10)]
ADDRESS = {
    "name": "Müller & Söhne GmbH",
    "street": "Industriestraße 12",
    "postal_code": "70565",
    "city": "Stuttgart",
    "region": "",
    "country": "DE",
    "phone": "+49 711 123456",
}
LOT = {
    "material": "EN AW-6061 T6",
    "lot_number": "H-4711",
    "supplier": "西南铝业",
    "certificate": "3.1",
    "certificate_number": "31-0815",
}


def parcel(number, *, weight_g=8400, sides=(400, 300, 200), **more):
    length, width, height = sides
    told = {"pieces": 10, "carrier": "DHL", "tracking_number": f"JD-{number}", **more}
    size = {"weight_g": weight_g, "length_mm": length, "width_mm": width, "height_mm": height}
    return Parcel(id=IDS[number], number=number, **told, **size)


def sent(*parcels, address=ADDRESS, lots=(LOT,), name="苏州精密机械有限公司"):
    """A shipment, with rows that no database holds."""
    shipment = Shipment(id=IDS[0], created_at=THEN, pieces=sum(each.pieces for each in parcels), parcels=list(parcels))
    ordered = SimpleNamespace(
        job=SimpleNamespace(id=IDS[9], line_number=2, process="cnc_milling", material="aluminium_6061", quantity=40),
        order=SimpleNamespace(number=1003, purchase_order_number="PO-2027-18", incoterm=Incoterm.DAP),
        quote=SimpleNamespace(finishes=["anodised_clear"], certificates=["en10204_3_1"], tolerance="standard"),
        revision=SimpleNamespace(number=2, file_name="支架_v2.step", sha256="ab" * 32),
        part=SimpleNamespace(name="支架 Bracket"),
        factory=SimpleNamespace(name=name, country="CN"),
    )
    return Sent(shipment, 1, shipment.pieces, address, ordered, list(lots))


def printed(template, figures):
    return words(TypstTypesetter().pdf(template, figures, made_at=THEN))


def test_a_packing_list_says_of_which_order_from_whom_to_whom_what_and_of_which_material():
    told = printed(papers.PACKING_LIST, papers.packing_list(sent(parcel(1), parcel(2, weight_g=7050, pieces=5))))

    for said in (
        "Packing list 装箱单",
        "Order 订单 1003–2",
        "PO-2027-18",
        "2027-03-01",
        "DAP",
        "苏州精密机械有限公司",
        "Müller & Söhne GmbH Industriestraße 12 70565 Stuttgart DE +49 711 123456",
        "支架 Bracket, revision 版本 2",
        "Aluminium 6061",
        "1 / 2 10 8.4 kg 400 × 300 × 200 mm DHL JD-1",
        "2 / 2 5 7.05 kg 400 × 300 × 200 mm DHL JD-2",
        "15 15.45 kg",
        "en10204_3_1",
        "EN AW-6061 T6 H-4711 西南铝业 3.1 31-0815",
    ):
        assert said in told


def test_what_is_not_known_is_not_made_up():
    simple = parcel(1, weight_g=None, sides=(None, None, None))
    told = printed(papers.PACKING_LIST, papers.packing_list(sent(simple, parcel(2), address=None, lots=())))

    assert "Fetched by the customer 客户自提" in told
    assert "1 / 2 10 — — DHL JD-1" in told
    assert "kg" not in told.partition("JD-2")[2], "no sum of weights where one is not known"
    assert "Heat or lot" not in told


def test_each_parcel_has_a_label_and_one_can_be_printed_alone():
    shipment = sent(parcel(1), parcel(2), parcel(3, carrier="顺丰"))
    told = printed(papers.LABELS, papers.labels(shipment))

    for said in (
        "1 / 3",
        "2 / 3",
        "3 / 3",
        "8.4 kg",
        "400 × 300 × 200 mm",
        "支架 Bracket",
        "1003–2",
        "PO-2027-18",
        "顺丰",
    ):
        assert said in told
    alone = printed(papers.LABELS, papers.labels(shipment, of_parcel=2))
    assert "2 / 3" in alone and "1 / 3" not in alone
    with pytest.raises(ParcelNotFound):
        papers.labels(shipment, of_parcel=4)


def test_a_reader_of_codes_finds_each_parcel_on_its_label_and_nothing_else():
    pages = pictures(papers.LABELS, papers.labels(sent(parcel(1), parcel(2))), dots_an_inch=100)

    found = [[code.text for code in zxingcpp.read_barcodes(page)] for page in pages]
    assert [[UUID(each.lower()) for each in said] for said in found] == [[IDS[1]], [IDS[2]]]
    assert found[0] == [codes.words(IDS[1])] == [f"URN:UUID:{str(IDS[1]).upper()}"]


@pytest.mark.parametrize("letter", ["W", "苏"])
def test_the_longest_words_stay_on_their_label(letter):
    """They are printed smaller, and no label takes two pages."""
    address = dict.fromkeys(ADDRESS, letter * 100) | {"country": "DE", "name": letter * 200}
    crowded = sent(parcel(1, carrier=letter * 80, tracking_number=letter * 80), address=address, name=letter * 200)
    crowded.ordered.part.name = letter * 200
    crowded.ordered.order.purchase_order_number = letter * 60
    told = printed(papers.LABELS, papers.labels(crowded))

    assert told.replace("Weight", "").count(letter) == 200 + (200 + 5 * 100) + 160 + 200 + 60
    assert len(pictures(papers.LABELS, papers.labels(crowded), dots_an_inch=30)) == 1
