"""Why does this listing not answer: every reason, or its answer."""

from uuid import uuid4

import pytest

from marketplace.listings.models import ListingState

pytestmark = pytest.mark.usefixtures("app")


def ask(browser, shop, wanted, **change):
    return browser.post(f"/v1/customer/listings/{shop.listing_id}/eligibility", json={**wanted, **change})


def test_a_listing_that_answers_shows_the_answer_of_a_quote(browser, shops, wanted):
    found = ask(browser, shops[2], wanted).json
    offer = browser.post("/v1/customer/quotes", json=wanted).json["offers"][2]

    assert found["reasons"] == []
    assert found["answer"] == {name: offer[name] for name in found["answer"]}
    assert found["answer"]["listing_id"] == str(shops[2].listing_id)


def test_every_reason_is_told_at_once(browser, scene, make_organisation, wanted):
    small = scene.shop(make_organisation(hats=("factory",)), envelope=(10, 20, 30), currency="USD")

    found = ask(browser, small, wanted).json

    assert found["answer"] is None
    assert {each["reason"]: (each["asked"], each["has"]) for each in found["reasons"]} == {
        "currency": ("EUR", "USD"),
        "envelope": ([20.0, 60.0, 100.0], [10, 20, 30]),
    }
    assert found["reasons"][1]["says"] == "The part is 20 × 60 × 100 mm; the largest that fits is 10 × 20 × 30 mm."


def test_another_process_a_full_calendar_and_what_no_card_pays_are_reasons(browser, scene, make_organisation, wanted):
    owner = make_organisation(hats=("factory",))
    printer = scene.shop(owner, process="fdm", materials=("pla",))
    full = scene.shop(owner, open_min=0, name="Full")
    dear = scene.shop(owner, machine_rate=60_000_000, name="Dear")

    (reason,) = ask(browser, printer, wanted).json["reasons"]
    assert (reason["reason"], reason["asked"], reason["has"]) == ("process", "cnc_milling", "fdm")
    (reason,) = ask(browser, full, wanted).json["reasons"]
    assert reason["reason"] == "calendar"
    (reason,) = ask(browser, dear, wanted).json["reasons"]
    assert (reason["reason"], "a card can pay" in reason["says"]) == ("not_payable", True)


def test_a_listing_that_is_not_live_and_a_part_of_somebody_else_are_not_there(
    browser, as_user, scene, make_organisation, shops, wanted
):
    owner = make_organisation(hats=("factory",))
    draft = scene.shop(owner, state=ListingState.DRAFT)

    assert ask(browser, draft, wanted).json["code"] == "listing_not_found"
    assert ask(as_user(make_organisation("Stranger")), shops[0], wanted).json["code"] == "revision_not_found"
    assert ask(browser, shops[0], wanted, revision_id=str(uuid4())).status_code == 404
    assert ask(browser, shops[0], wanted, material="pla").json["code"] == "material_not_for_process"
