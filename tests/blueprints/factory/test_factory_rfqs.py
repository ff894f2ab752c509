"""Requests for quotation over HTTP, as an invited factory sees them."""

from datetime import date, timedelta

import pytest

from marketplace.kernel import clock
from marketplace.kernel.actor import Role
from marketplace.rfqs.models import Opening
from tests.blueprints.customer.test_rfqs import a_bid
from tests.tenders import NDA, Tender, in_days
from tests.uploads import problem

pytestmark = pytest.mark.usefixtures("app")

INBOX = "/v1/factory/rfqs"


@pytest.fixture
def customer(make_organisation):
    return make_organisation("Watt & Co")


@pytest.fixture
def owner(make_organisation):
    return make_organisation("Mill", hats=("factory",))


@pytest.fixture
def shop(scene, owner):
    return scene.shop(owner)


@pytest.fixture
def factory(as_user, owner, shop):
    return as_user(owner)


@pytest.fixture
def tender(app, customer):
    return Tender(app, customer)


@pytest.fixture
def rfq(tender, customer, scene, owner, shop):
    return tender.ask(
        scene.part(customer).id, owner, nda_text=NDA, hides_customer=True, notes="The bore is H7.", wanted_on=in_days(9)
    )


@pytest.fixture
def at(rfq):
    return f"{INBOX}/{rfq.id}"


def test_an_invitation_shows_the_requirement_and_nothing_by_which_part_or_customer_are_known(
    factory, at, rfq, customer
):
    reply = factory.get(at)

    assert (reply.json["notes"], reply.json["box_mm"], reply.json["kind"]) == ("The bore is H7.", [100, 60, 20], "step")
    assert (reply.json["nda_text"], reply.json["nda_sha256"]) == (NDA, rfq.nda_sha256)
    assert reply.json["customer"] is None
    for hidden in ("Watt", str(customer.organisation_id), "bracket.step", "abab", str(rfq.revision_id), "thumbnail"):
        assert hidden not in reply.text
    (entry,) = factory.get(INBOX).json["items"]
    assert entry.items() <= reply.json.items()


def test_a_named_customer_is_shown(factory, tender, customer, scene, owner):
    rfq = tender.ask(scene.part(customer).id, owner)

    assert factory.get(f"{INBOX}/{rfq.id}").json["customer"] == {
        "id": str(customer.organisation_id),
        "name": "Watt & Co",
    }


def test_agreeing_names_the_text_and_opens_what_is_opened(factory, at, rfq, owner):
    assert problem(factory.post(f"{at}/agree", json={"nda_sha256": None})) == (409, "nda_text_differs")
    assert problem(factory.post(f"{at}/agree", json={"nda_sha256": "yes"})) == (422, "validation_failed")
    assert problem(factory.get(f"{at}/questions")) == (409, "terms_not_agreed")

    agreed = factory.post(f"{at}/agree", json={"nda_sha256": rfq.nda_sha256}).json
    assert (agreed["state"], agreed["agreed_by"]) == ("accepted", str(owner.user_id))
    assert (agreed["may_view"], agreed["may_download"]) == (True, False)


def test_an_operator_may_ask_and_bid_but_not_bind_the_organisation(as_user, make_member, owner, shop, at, rfq, tender):
    operator = as_user(make_member(owner, Role.OPERATOR))
    assert problem(operator.post(f"{at}/agree", json={"nda_sha256": rfq.nda_sha256})) == (403, "role_too_small")
    tender.agree(rfq, owner)

    assert operator.post(f"{at}/bids", json=a_bid(shop.work_centre_id, 6_000)).status_code == 201
    viewer = as_user(make_member(owner, Role.VIEWER))
    assert viewer.get(at).status_code == 200
    assert problem(viewer.post(f"{at}/questions", json={"text": "?"})) == (403, "role_too_small")


def test_pictures_are_kept_by_no_browser_for_they_may_be_closed(factory, tender, customer, scene, owner, app):
    from marketplace.kernel.database import session
    from marketplace.kernel.transaction import transaction
    from marketplace.parts.models import FileMeasurement, Preview
    from tests.scenes import BRACKET, SHA
    from tests.uploads import PICTURES

    rfq = tender.ask(scene.part(customer).id, owner, opens=Opening.VIEW)
    with app.app_context(), transaction():
        session().add(FileMeasurement(sha256=SHA, engine=BRACKET.engine, outcome={}))
        session().flush()
        session().add(Preview(sha256=SHA, engine=BRACKET.engine, thumbnail=PICTURES.thumbnail, model=PICTURES.model))
    tender.agree(rfq, owner)

    for picture, content in (("thumbnail", PICTURES.thumbnail), ("model", PICTURES.model)):
        shown = factory.get(f"{INBOX}/{rfq.id}/{picture}")
        assert shown.data == content
        assert shown.headers["Cache-Control"] == "private, no-store"
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert "ETag" not in shown.headers
    tender.revoke(rfq, owner)
    for path in ("thumbnail", "model", "file"):
        assert problem(factory.get(f"{INBOX}/{rfq.id}/{path}")) == (404, "file_not_open")


def test_a_picture_that_was_never_drawn_is_no_look(factory, tender, at, rfq, owner, as_user, customer):
    tender.agree(rfq, owner)

    assert problem(factory.get(f"{at}/thumbnail")) == (404, "picture_not_found")
    assert as_user(customer).get(f"/v1/customer/rfqs/{rfq.id}/accesses").json["items"] == []


def test_a_bid_is_shown_with_its_tree_and_revised_as_a_version(factory, tender, at, rfq, owner, shop):
    tender.agree(rfq, owner)
    first = factory.post(f"{at}/bids", json=a_bid(shop.work_centre_id, 6_000))
    assert first.status_code == 201, first.json
    second = factory.post(f"{at}/bids", json=a_bid(shop.work_centre_id, 5_000)).json

    assert second["number"] == 2
    assert second["breakdown"]["amount"] == second["total"]["minor"]
    listed = factory.get(f"{at}/bids").json["items"]
    assert [(each["id"], each["state"]) for each in listed] == [
        (second["id"], "open"),
        (first.json["id"], "superseded"),
    ]
    gone = factory.post(f"{at}/bids/{second['id']}/withdraw")
    assert gone.json["state"] == "withdrawn"
    assert problem(factory.post(f"{at}/bids/{second['id']}/withdraw")) == (409, "illegal_move")


def test_the_same_key_bids_once(factory, tender, at, rfq, owner, shop):
    tender.agree(rfq, owner)
    key = {"Idempotency-Key": "one"}
    first, again = (factory.post(f"{at}/bids", json=a_bid(shop.work_centre_id, 6_000), headers=key) for _ in range(2))

    assert first.json["id"] == again.json["id"]
    assert len(factory.get(f"{at}/bids").json["items"]) == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"quantity": 26}, 422, "quantity_not_asked"),
        ({"machine_min": 99}, 422, "minutes_too_few"),
        ({"ships_on": in_days(0).isoformat()}, 409, "ship_date_impossible"),
        ({"ships_on": "2020-01-01"}, 422, "day_out_of_reach"),
        ({"ships_on": "0001-01-01"}, 422, "day_out_of_reach"),
        ({"ships_on": "9999-12-31"}, 422, "day_out_of_reach"),
        ({"valid_days": 0}, 422, "validation_failed"),
        ({"valid_days": 91}, 422, "validation_failed"),
        ({"lines": []}, 422, "validation_failed"),
        ({"margin_bps": 9_001}, 422, "validation_failed"),
        ({"total_minor": 1}, 422, "validation_failed"),
        ({"work_centre_id": "00000000-0000-7000-8000-000000000000"}, 404, "work_centre_unknown"),
    ],
)
def test_a_wrong_bid_gets_its_problem_and_leaves_nothing(factory, tender, at, rfq, owner, shop, change, status, code):
    tender.agree(rfq, owner)

    assert problem(factory.post(f"{at}/bids", json=a_bid(shop.work_centre_id, 6_000) | change)) == (status, code)
    assert factory.get(f"{at}/bids").json["items"] == []


def test_an_impossible_ship_date_and_a_passed_deadline_are_told_as_days_and_instants_are(
    factory, tender, at, rfq, owner, shop
):
    tender.agree(rfq, owner)
    sent = a_bid(shop.work_centre_id, 6_000)
    drafted = factory.post(f"{at}/draft-bid", json={"work_centre_id": str(shop.work_centre_id), "quantity": 25}).json
    too_soon = factory.post(f"{at}/bids", json=sent | {"ships_on": in_days(0).isoformat()})
    with clock.moved_by(timedelta(hours=121)):
        too_late = factory.post(f"{at}/bids", json=sent)

    assert problem(too_soon) == (409, "ship_date_impossible")
    assert date.fromisoformat(too_soon.json["earliest"]) <= date.fromisoformat(drafted["ships_on"])
    assert problem(too_late) == (409, "rfq_closed")
    assert too_late.json["closed_at"] == factory.get(at).json["closes_at"]


@pytest.mark.parametrize(
    "change",
    [{"unit": "hour"}, {"group": "bribe"}, {"per": "day"}, {"quantity": 0}, {"quantity": 1.5}, {"rate_minor": -1},
     {"label": " "}, {"amount": 1}],
)  # fmt: skip
def test_a_wrong_line_is_refused(factory, tender, at, rfq, owner, shop, change):
    tender.agree(rfq, owner)
    sent = a_bid(shop.work_centre_id, 6_000)
    sent["lines"][0] |= change

    assert problem(factory.post(f"{at}/bids", json=sent)) == (422, "validation_failed")


def test_a_draft_can_be_sent_as_it_is(factory, tender, at, rfq, owner, shop):
    tender.agree(rfq, owner)
    drafted = factory.post(f"{at}/draft-bid", json={"work_centre_id": str(shop.work_centre_id), "quantity": 25})
    assert drafted.status_code == 200, drafted.json
    assert {line["group"] for line in drafted.json["lines"]} >= {"material", "setup", "machine"}

    sent = factory.post(f"{at}/bids", json={**drafted.json, "valid_days": 14})
    assert sent.status_code == 201, sent.json
    assert sent.json["ships_on"] == drafted.json["ships_on"]


def test_questions_are_read_by_all_who_agreed_and_name_nobody(
    factory, tender, at, rfq, owner, make_organisation, scene, as_user
):
    other = make_organisation("Other Mill", hats=("factory",))
    scene.shop(other)
    tender.invite(rfq, other)
    tender.agree(rfq, owner, other)
    asked = factory.post(f"{at}/questions", json={"text": "May the corners be round?"}).json

    seen = as_user(other).get(f"{at}/questions")
    assert [each["id"] for each in seen.json["items"]] == [asked["id"]]
    assert str(owner.user_id) not in seen.text and str(owner.organisation_id) not in seen.text
    theirs = as_user(other).post(f"{at}/questions/{asked['id']}/withdraw")
    assert problem(theirs) == (404, "question_not_found")
    assert factory.post(f"{at}/questions/{asked['id']}/withdraw").json["state"] == "withdrawn"
    assert as_user(other).get(f"{at}/questions").json["items"] == []
    assert len(factory.get(f"{at}/questions").json["items"]) == 1


def test_declining_tells_the_customer_why(factory, at, rfq, as_user, customer):
    assert factory.post(f"{at}/decline", json={"reason": "We are full."}).json["state"] == "declined"

    (invited,) = as_user(customer).get(f"/v1/customer/rfqs/{rfq.id}/invitations").json["items"]
    assert (invited["state"], invited["declined_because"]) == ("declined", "We are full.")


def test_who_was_not_invited_finds_nothing(as_user, make_organisation, scene, at, shop, rfq):
    stranger = make_organisation(hats=("factory",))
    scene.shop(stranger)
    browser = as_user(stranger)

    for path in ("", "/questions", "/bids", "/thumbnail", "/model", "/file"):
        assert problem(browser.get(at + path)) == (404, "rfq_not_found")
    for path, sent in (
        ("agree", {"nda_sha256": rfq.nda_sha256}),
        ("decline", {"reason": "x"}),
        ("questions", {"text": "?"}),
        ("bids", a_bid(shop.work_centre_id, 1)),
        ("draft-bid", {"work_centre_id": str(shop.work_centre_id), "quantity": 25}),
        ("access/request", {"reach": "view"}),
    ):
        assert problem(browser.post(f"{at}/{path}", json=sent)) == (404, "rfq_not_found")
