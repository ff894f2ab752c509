"""Requests for quotation over HTTP, as their customer sees and changes them; and the whole story, up to the money."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from blueprints.http.ports import ports
from marketplace.costing import tree
from marketplace.geometry.outcomes import Measured
from marketplace.geometry.values import Units
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.parts import service as parts
from marketplace.parts.models import Revision
from marketplace.rfqs.asking import nda_hash
from marketplace.workflows import intake
from tests.blueprints.factory.test_jobs import PARCEL, pay
from tests.scenes import BRACKET
from tests.tenders import NDA, Tender, broken, in_days
from tests.uploads import OPEN_STL, PICTURES, problem, stream

pytestmark = pytest.mark.usefixtures("app")

RFQS = "/v1/customer/rfqs"
OPEN_MESH = replace(BRACKET, is_closed=False, volume_mm3=0.0)


@pytest.fixture
def customer(make_organisation):
    return make_organisation("Watt & Co")


@pytest.fixture
def browser(customer, as_user):
    return as_user(customer)


@pytest.fixture
def shops(make_organisation, scene):
    owners = [
        make_organisation(f"Mill {n}", hats=("factory",), country=c)
        for n, c in zip("XYZ", ("CN", "DE", "US"), strict=True)
    ]
    for owner in owners:
        scene.shop(owner)
    return owners


@pytest.fixture
def tender(app, customer):
    return Tender(app, customer)


@pytest.fixture
def wanted(customer, scene, shops):
    return {
        "revision_id": str(scene.part(customer).id),
        "title": "Bracket for a pump",
        "processes": ["cnc_milling"],
        "material": "aluminium_6061",
        "quantities": [100, 25],
        "tolerance": "fine",
        "inspection": "first_article",
        "finish": "Anodised",
        "notes": "The bore is H7.",
        "currency": "EUR",
        "wanted_on": in_days(20).isoformat(),
        "delivery_country": "DE",
        "audience": "chosen",
        "factories": [str(shop.organisation_id) for shop in shops],
        "closes_in_hours": 120,
    }


def test_a_request_is_shown_as_it_was_asked(browser, wanted):
    reply = browser.post(RFQS, json=wanted)

    assert reply.status_code == 201, reply.json
    asked = {key: value for key, value in wanted.items() if key not in ("factories", "closes_in_hours")}
    assert {key: reply.json[key] for key in asked} == {**asked, "quantities": [25, 100]}
    assert (reply.json["state"], reply.json["phase"], reply.json["invited"]) == ("open", "taking_bids", 3)
    assert [each["why"] for each in reply.json["deadlines"]] == ["asked"]
    assert (reply.json["hides_customer"], reply.json["hides_factories"], reply.json["opens"]) == (False, False, "view")
    assert browser.get(f"{RFQS}/{reply.json['id']}").json == reply.json
    (listed,) = browser.get(RFQS).json["items"]
    assert listed == {key: value for key, value in reply.json.items() if key != "deadlines"}


def test_the_same_key_asks_once(browser, wanted):
    first, again = (browser.post(RFQS, json=wanted, headers={"Idempotency-Key": "one"}) for _ in range(2))

    assert first.json["id"] == again.json["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(browser.get(RFQS).json["items"]) == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"quantities": []}, 422, "validation_failed"),
        ({"quantities": [1, 2, 3, 4, 5, 6]}, 422, "validation_failed"),
        ({"quantities": [0]}, 422, "validation_failed"),
        ({"quantities": [25, 25]}, 422, "quantities_repeat"),
        ({"hides_factories": "yes"}, 422, "validation_failed"),
        ({"hides_customer": 1}, 422, "validation_failed"),
        ({"delivery_country": "XX"}, 422, "validation_failed"),
        ({"closes_in_hours": 0}, 422, "validation_failed"),
        ({"closes_in_hours": 90 * 24 + 1}, 422, "validation_failed"),
        ({"audience": "everyone"}, 422, "validation_failed"),
        ({"audience": "eligible"}, 422, "audience_unclear"),
        ({"factories": []}, 422, "audience_unclear"),
        ({"factories": ["00000000-0000-7000-8000-000000000000"]}, 422, "factory_unknown"),
        ({"audience": "eligible", "factories": [], "material": "brass"}, 409, "nobody_eligible"),
        ({"processes": ["casting"]}, 422, "process_unknown"),
        ({"processes": ["fdm"]}, 422, "material_not_for_process"),
        ({"processes": [], "material": "unobtainium"}, 422, "material_unknown"),
        ({"tolerance": "perfect"}, 422, "tolerance_unknown"),
        ({"inspection": "by_eye"}, 422, "inspection_unknown"),
        ({"country_preference": "DE"}, 422, "validation_failed"),
        ({"revision_id": "00000000-0000-7000-8000-000000000000"}, 404, "revision_not_found"),
    ],
)
def test_a_wrong_request_gets_its_problem_and_leaves_nothing(browser, wanted, change, status, code):
    assert problem(browser.post(RFQS, json={**wanted, **change})) == (status, code)
    assert browser.get(RFQS).json["items"] == []


def test_blind_the_table_shows_letters_and_the_list_of_invitations_names(browser, tender, wanted, shops):
    wanted |= {"hides_factories": True}
    rfq = SimpleNamespace(id=(asked := browser.post(RFQS, json=wanted).json)["id"], nda_sha256=None)
    tender.agree(rfq, *shops)
    question, bids = tender.question(rfq, shops[1]), [tender.bid(rfq, shop) for shop in shops]
    at = f"{RFQS}/{asked['id']}"

    table = browser.get(f"{at}/comparison?sort_by=received").json["rows"]
    shown = [browser.get(f"{at}/bids/{bid.id}") for bid in bids]
    assert [row["bid"]["bidder"]["label"] for row in table] == ["Factory B", "Factory A", "Factory C"]
    (asks,) = browser.get(f"{at}/questions").json["items"]
    assert asks["asker"] == {"label": "Factory A", "factory_id": None, "name": None}
    for reply in (browser.get(f"{at}/comparison"), browser.get(f"{at}/bids"), browser.get(f"{at}/questions"), *shown):
        for shop in shops:
            assert str(shop.organisation_id) not in reply.text
            assert "Mill" not in reply.text.replace("Milling", "")
    invited = browser.get(f"{at}/invitations").json["items"]
    assert {each["factory"]["name"] for each in invited} == {"Mill X", "Mill Y", "Mill Z"}
    assert all("alias" not in each and "bidder" not in each and "id" not in each for each in invited)

    tender.answer(rfq, question)
    decided = browser.post(f"{at}/bids/{bids[2].id}/accept").json
    after = browser.get(f"{at}/comparison?sort_by=received").json["rows"]
    assert [row["bid"]["bidder"]["name"] for row in after] == [None, None, "Mill Z"]
    assert decided["state"] == "decided"


def test_what_a_bid_was_frozen_as_has_no_savings_since_nobody_reckoned_it(browser, tender, wanted, shops):
    asked = browser.post(RFQS, json=wanted).json
    rfq = SimpleNamespace(id=asked["id"], nda_sha256=None)
    tender.agree(rfq, *shops)
    bid = tender.bid(rfq, shops[0])
    quote_id = browser.post(f"{RFQS}/{asked['id']}/bids/{bid.id}/accept").json["quote_id"]

    assert problem(browser.get(f"/v1/customer/quotes/{quote_id}/savings")) == (409, "quote_of_bid")


def test_a_row_of_the_table_explains_the_price_by_groups(browser, tender, wanted, shops):
    at = f"{RFQS}/{browser.post(RFQS, json=wanted).json['id']}"
    rfq = SimpleNamespace(id=at.rpartition("/")[2], nda_sha256=None)
    tender.agree(rfq, shops[0])
    bid = tender.bid(rfq, shops[0], tolerance_deviation="Bore H8.", note="First article in five days.")

    (row,) = browser.get(f"{at}/comparison?quantity=25").json["rows"]
    shown = row["bid"]
    assert (
        sum(row["groups"].values()) + row["margin"]["minor"] + shown["platform_fee"]["minor"] == shown["total"]["minor"]
    )
    assert (shown["tolerance_deviation"], shown["finish_deviation"], shown["note"]) == (
        "Bore H8.", "", "First article in five days.",
    )  # fmt: skip
    assert [name for name, fits in row["fit"].items() if not fits] == ["tolerance"], "the mill holds the standard class"
    assert row["is_late"] is False
    whole = browser.get(f"{at}/bids/{bid.id}").json
    assert tree.check(whole["breakdown"]) == whole["total"]["minor"]
    assert browser.get(f"{at}/comparison?quantity=100").json["rows"] == []
    assert problem(browser.get(f"{at}/comparison?quantity=7")) == (422, "quantity_not_asked")
    assert problem(browser.get(f"{at}/comparison?sort_by=nationality")) == (422, "validation_failed")


def test_a_foreign_customer_finds_nothing(browser, as_user, make_organisation, tender, wanted, shops):
    at = f"{RFQS}/{browser.post(RFQS, json=wanted).json['id']}"
    stranger = as_user(make_organisation("Stranger"))

    for path in ("", "/bids", "/comparison", "/questions", "/invitations", "/accesses"):
        assert problem(stranger.get(at + path)) == (404, "rfq_not_found")
    assert stranger.get(RFQS).json["items"] == []
    assert problem(stranger.post(f"{at}/withdraw", json={"reason": "x"})) == (404, "rfq_not_found")


def test_revoking_names_the_factory_and_not_its_bid(browser, tender, wanted, shops):
    at = f"{RFQS}/{browser.post(RFQS, json=wanted | {'hides_factories': True}).json['id']}"
    rfq = SimpleNamespace(id=at.rpartition("/")[2], nda_sha256=None)
    tender.agree(rfq, shops[0])
    name = {"factory_id": str(shops[0].organisation_id)}

    opened = browser.post(f"{at}/access/open", json={**name, "reach": "download"}).json
    assert (opened["may_view"], opened["may_download"], opened["revoked_at"]) == (True, True, None)
    closed = browser.post(f"{at}/access/revoke", json=name).json
    assert (closed["may_view"], closed["may_download"]) == (False, False)
    assert closed["revoked_at"] is not None
    early = {"factory_id": str(shops[1].organisation_id), "reach": "view"}
    assert problem(browser.post(f"{at}/access/open", json=early)) == (409, "terms_not_agreed")
    gone = browser.post(f"{at}/invitations/withdraw", json=name).json
    assert gone["state"] == "withdrawn"


def test_a_request_that_was_withdrawn_says_so_to_whoever_was_invited(browser, as_user, tender, wanted, shops):
    at = f"{RFQS}/{browser.post(RFQS, json=wanted).json['id']}"
    assert browser.post(f"{at}/withdraw", json={"reason": "The design has changed."}).json["state"] == "withdrawn"

    (entry,) = as_user(shops[0]).get("/v1/factory/rfqs").json["items"]
    assert (entry["rfq_state"], entry["phase"], entry["may_view"]) == ("withdrawn", "withdrawn", False)


@pytest.fixture
def bargain(app_with_stripe, till, scene, as_user):
    """A customer with an open mesh whose file is stored, and three factories that can be paid, each with a browser."""
    sellers = [till.seller() for _ in range(3)]
    shops = [scene.shop(seller) for seller in sellers]
    with app_with_stripe.app_context():
        sent = intake.Upload(stream=stream(OPEN_STL), file_name="clip.stl", name="Clip")
        part = intake.receive(sent, store=ports().files, most_bytes=10**6, by=till.customer.actor)
    with app_with_stripe.app_context(), transaction():
        revision = session().query(Revision).filter_by(part_id=part.id).one()
        parts.settle(revision, Measured(OPEN_MESH, PICTURES))
        revision.units = Units.MM
    return SimpleNamespace(
        revision=revision,
        customer=as_user(till.customer),
        factories=[as_user(seller) for seller in sellers],
        sellers=sellers,
        shops=shops,
    )


def test_the_story_of_an_open_mesh_from_the_request_to_the_payout(app, till, bargain):
    """Asked of three, agreed to, a question stops the clock, three bids, the table, one accepted, ordered and paid."""
    customer, factories = bargain.customer, bargain.factories
    quote = {"process": "cnc_milling", "material": "aluminium_6061", "quantity": 25, "currency": "EUR"}
    no_price = customer.post("/v1/customer/quotes", json={**quote, "revision_id": str(bargain.revision.id)})
    assert problem(no_price) == (422, "cannot_be_priced")

    asked = customer.post(RFQS, json=a_request(bargain.revision)).json
    at, inbox = f"{RFQS}/{asked['id']}", f"/v1/factory/rfqs/{asked['id']}"
    for factory in factories:
        told = factory.get(inbox).json
        assert (told["state"], told["customer"], told["may_view"], told["is_closed"]) == ("invited", None, False, False)
        assert problem(factory.get(f"{inbox}/thumbnail")) == (404, "file_not_open")
        assert factory.post(f"{inbox}/agree", json={"nda_sha256": nda_hash(told["nda_text"])}).status_code == 200
        assert factory.get(f"{inbox}/thumbnail").data == PICTURES.thumbnail

    question = factories[0].post(f"{inbox}/questions", json={"text": "Which side is up?"}).json
    assert customer.get(at).json["phase"] == "clock_stopped"
    with clock.moved_by(timedelta(hours=100)):
        answered = customer.post(f"{at}/questions/{question['id']}/answer", json={"answer": "The flat one is down."})
    assert answered.json["state"] == "answered"
    moved = customer.get(at).json
    assert moved["closes_at"] > asked["closes_at"]
    assert [each["why"] for each in moved["deadlines"]] == ["asked", "question_closed"]
    (read,) = factories[2].get(f"{inbox}/questions").json["items"]
    assert read["answer"] == "The flat one is down."

    bids = [
        factory.post(f"{inbox}/bids", json=a_bid(shop.work_centre_id, rate)).json
        for factory, shop, rate in zip(factories, bargain.shops, (6_000, 5_000, 7_000), strict=True)
    ]
    assert factories[1].post(f"{inbox}/access/request", json={"reach": "download"}).status_code == 200
    assert problem(factories[1].get(f"{inbox}/file")) == (404, "file_not_open")
    name = str(bargain.sellers[1].organisation_id)
    assert customer.post(f"{at}/access/open", json={"factory_id": name, "reach": "download"}).status_code == 200
    file = factories[1].get(f"{inbox}/file")
    assert file.data == OPEN_STL
    file.close()
    looks = customer.get(f"{at}/accesses").json["items"]
    assert [(each["organisation"]["id"], each["what"]) for each in looks[:1]] == [(name, "file")]
    assert [each["what"] for each in looks[1:]] == ["thumbnail"] * 3

    rows = customer.get(f"{at}/comparison").json["rows"]
    assert [row["bid"]["id"] for row in rows] == [bids[1]["id"], bids[0]["id"], bids[2]["id"]]
    assert [row["bid"]["bidder"]["name"] for row in rows] == [None] * 3

    key = {"Idempotency-Key": "the cheapest"}
    decided = [customer.post(f"{at}/bids/{rows[0]['bid']['id']}/accept", headers=key).json for _ in range(2)]
    assert decided[0]["quote_id"] == decided[1]["quote_id"]
    assert problem(customer.post(f"{at}/bids/{bids[0]['id']}/accept")) == (409, "another_accepted")
    states = [factory.get("/v1/factory/rfqs").json["items"][0]["state"] for factory in factories]
    assert states == ["not_chosen", "chosen", "not_chosen"]
    assert factories[1].get(inbox).json["customer"] is not None
    assert factories[0].get(inbox).json["customer"] is None

    choice = {"lines": [{name: decided[0][name] for name in ("quote_id", "offer_id")}]}
    order = customer.post("/v1/customer/orders", json=choice)
    assert order.status_code == 201, order.json
    assert order.json["total"]["minor"] == bids[1]["total"]["minor"]
    pay(till, customer, order.json)
    job = f"/v1/factory/jobs/{factories[1].get('/v1/factory/jobs').json['items'][0]['id']}"
    for step, told in (("accept", None), ("reports", {"pieces_done": 25}), ("ship", PARCEL)):
        assert factories[1].post(f"{job}/{step}", json=told).status_code < 300
    assert customer.post(f"/v1/customer/orders/{order.json['id']}/accept").json["state"] == "accepted"
    till.work()
    (transfer,) = till.stripe.client.v1.transfers.list().data
    assert transfer.amount == bids[1]["factory_price"]["minor"]
    assert broken(app) == []


def a_request(revision):
    return {
        "revision_id": str(revision.id),
        "title": "Clip, as scanned",
        "material": "aluminium_6061",
        "quantities": [25],
        "currency": "EUR",
        "delivery_country": "DE",
        "audience": "eligible",
        "hides_customer": True,
        "hides_factories": True,
        "nda_text": NDA,
        "closes_in_hours": 120,
    }


def a_bid(work_centre_id, rate):
    line = {"label": "Milling", "per": "piece", "unit": "min", "quantity": 4, "group": "machine", "rate_minor": rate}
    return {
        "work_centre_id": str(work_centre_id),
        "quantity": 25,
        "lines": [line, {**line, "label": "Set-up", "group": "setup", "per": "lot", "quantity": 60}],
        "margin_bps": 1_000,
        "machine_min": 160,
        "ships_on": in_days(12).isoformat(),
        "valid_days": 30,
    }
