"""A factory's listings over HTTP: what it may send, what it is shown, and who may not."""

from uuid import UUID, uuid4

import pytest

from marketplace.kernel.actor import Role
from marketplace.listings.models import ListingState
from marketplace.moderation.models import Outcome
from tests.market import REASON

PATH = "/v1/factory/listings"


@pytest.fixture
def factory(market):
    return market.make_factory("Mill & Sons")


@pytest.fixture
def browser(factory, as_user):
    return as_user(factory)


def test_a_listing_is_drafted_once_under_one_key(market, factory, browser):
    body = {"work_centre_id": str(market.make_work_centre(factory)), "title": " Three mills ", "terms": "A week."}
    first, again = (browser.post(PATH, json=body, headers={"Idempotency-Key": "k-1"}) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.headers["ETag"] == '"1"'
    assert first.json["title"] == "Three mills"
    assert first.json["state"] == "draft"
    assert first.json["process"] == "cnc_milling"


def test_the_way_of_a_rejected_listing_from_draft_to_appeal(market, factory, browser):
    listing = browser.post(PATH, json={"work_centre_id": str(market.make_work_centre(factory)), "title": "Mills"}).json
    at = f"{PATH}/{listing['id']}"
    assert browser.post(f"{at}/submit").json["state"] == "submitted"
    market.decide(UUID(listing["id"]), Outcome.REJECT, reason="The photos show a machine of another make.")

    assert browser.get(at).json["state"] == "rejected"
    (decision,) = browser.get(f"{at}/decisions").json["items"]
    assert decision["outcome"] == "reject"
    assert decision["reason"] == "The photos show a machine of another make."
    assert decision["reason"] in decision["statement"]
    assert decision["may_appeal"] is True
    assert "decided_by" not in decision

    reply = browser.post(f"{at}/appeal", json={"text": "The photo is of the machine next to it."})
    assert reply.status_code == 201
    assert (reply.json["kind"], reply.json["state"]) == ("appeal", "open")
    assert browser.get(f"{at}/decisions").json["items"][0]["may_appeal"] is False
    refused = browser.post(f"{at}/appeal", json={"text": "The photo is of the machine next to it."})
    assert (refused.status_code, refused.json["code"]) == (409, "appealed_already")


def test_a_repeated_appeal_under_one_key_is_one_case(market, factory, browser):
    at = f"{PATH}/{market.make_listing(factory, ListingState.REJECTED)}"
    replies = [
        browser.post(f"{at}/appeal", json={"text": "Please look again."}, headers={"Idempotency-Key": "a-1"})
        for _ in range(2)
    ]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert replies[0].json["id"] == replies[1].json["id"]


def test_an_edit_needs_the_version_that_was_read(market, factory, browser):
    at = f"{PATH}/{market.make_listing(factory)}"
    etag = browser.get(at).headers["ETag"]

    assert browser.patch(at, json={"title": "Four mills"}).status_code == 428
    edited = browser.patch(at, json={"title": "Four mills"}, headers={"If-Match": etag})
    assert (edited.status_code, edited.json["title"], edited.json["terms"]) == (200, "Four mills", "Ships in a week.")
    assert edited.headers["ETag"] != etag
    stale = browser.patch(at, json={"title": "Five mills"}, headers={"If-Match": etag})
    assert (stale.status_code, stale.json["code"]) == (412, "edited_meanwhile")
    assert browser.get(at).json["title"] == "Four mills"


def test_a_public_listing_is_withdrawn_before_it_is_edited(market, factory, browser):
    at = f"{PATH}/{market.make_listing(factory, ListingState.LIVE)}"
    etag = browser.get(at).headers["ETag"]
    refused = browser.patch(at, json={"title": "Four mills"}, headers={"If-Match": etag})
    assert (refused.status_code, refused.json["code"]) == (409, "listing_not_editable")
    assert "Withdraw" in refused.json["detail"]

    etag = browser.post(f"{at}/withdraw").headers["ETag"]
    assert browser.patch(at, json={"title": "Four mills"}, headers={"If-Match": etag}).status_code == 200
    assert browser.post(f"{at}/submit").json["state"] == "submitted"


def test_an_incomplete_listing_says_what_is_missing(market, factory, browser):
    reply = browser.post(f"{PATH}/{market.make_listing(factory, calendar=False, rates=False)}/submit")
    assert (reply.status_code, reply.json["code"]) == (409, "listing_incomplete")
    assert reply.json["missing"] == ["calendar", "rate_card"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"work_centre_id": "not an id", "title": "Mills"},
        {"work_centre_id": str(uuid4()), "title": ""},
        {"work_centre_id": str(uuid4()), "title": "x" * 121},
        {"work_centre_id": str(uuid4()), "title": True},
        {"work_centre_id": str(uuid4()), "title": "Mills", "state": "live"},
        {"work_centre_id": str(uuid4()), "title": "Mills", "terms": "x" * 4001},
    ],
)
def test_a_draft_that_is_wrong_in_itself(browser, body):
    reply = browser.post(PATH, json=body)
    assert (reply.status_code, reply.json["code"]) == (422, "validation_failed")


def test_an_edit_names_something(market, factory, browser):
    at = f"{PATH}/{market.make_listing(factory)}"
    assert browser.patch(at, json={}, headers={"If-Match": '"1"'}).status_code == 422
    assert browser.patch(at, json={"title": None}, headers={"If-Match": '"1"'}).status_code == 422


def test_what_is_another_factorys_does_not_exist(market, factory, as_user):
    listing_id = market.make_listing(factory, ListingState.REJECTED)
    other = as_user(market.make_factory())
    at = f"{PATH}/{listing_id}"
    replies = [
        other.get(at),
        other.patch(at, json={"title": "Mine"}, headers={"If-Match": '"1"'}),
        other.post(f"{at}/submit"),
        other.post(f"{at}/withdraw"),
        other.get(f"{at}/decisions"),
        other.post(f"{at}/appeal", json={"text": "It was mine before."}),
    ]
    assert [(reply.status_code, reply.json["code"]) for reply in replies] == [(404, "listing_not_found")] * 6
    assert other.get(PATH).json["items"] == []
    body = {"work_centre_id": str(market.make_work_centre(factory)), "title": "Mine"}
    assert other.post(PATH, json=body).json["code"] == "work_centre_not_yours"
    assert market.state_of(listing_id) is ListingState.REJECTED


def test_a_viewer_reads_and_does_not_write(market, factory, make_member, as_user):
    at = f"{PATH}/{market.make_listing(factory)}"
    viewer = as_user(make_member(factory, Role.VIEWER))
    assert (
        viewer.get(at).status_code == viewer.get(PATH).status_code == viewer.get(f"{at}/decisions").status_code == 200
    )
    for reply in (viewer.post(f"{at}/submit"), viewer.post(f"{at}/withdraw")):
        assert (reply.status_code, reply.json["code"]) == (403, "role_too_small")
    assert as_user(make_member(factory, Role.MANAGER)).post(f"{at}/submit").status_code == 200


def test_strangers_and_customers_have_no_listings(market, client, as_user, make_organisation):
    at = f"{PATH}/{market.make_listing(market.make_factory())}"
    assert client.get(at).status_code == 401
    refused = as_user(make_organisation()).get(at)
    assert (refused.status_code, refused.json["code"]) == (403, "hat_missing")


def test_listings_are_paged(market, factory, browser):
    made = {str(market.make_listing(factory)) for _ in range(3)}
    first = browser.get(f"{PATH}?limit=2").json
    rest = browser.get(f"{PATH}?limit=2&cursor={first['next_cursor']}").json
    assert rest["next_cursor"] is None
    assert {row["id"] for row in first["items"] + rest["items"]} == made
    assert browser.get(f"{PATH}?cursor=nonsense").status_code == 422


def test_the_reason_of_every_decision_is_told(market, factory, browser):
    at = f"{PATH}/{market.make_listing(factory, ListingState.SUSPENDED)}"
    suspended, approved = browser.get(f"{at}/decisions").json["items"]
    assert (suspended["kind"], suspended["outcome"], suspended["may_appeal"]) == ("report", "suspend", True)
    assert (approved["kind"], approved["outcome"], approved["may_appeal"]) == ("submission", "approve", False)
    assert suspended["reason"] == approved["reason"] == REASON
