"""A file under export control: whoever may not see it is priced nowhere, wherever prices are asked for."""

import pytest

from blueprints.customer.quotes.schemas import ShowQuote, ShowRequirement, StateRequirement
from blueprints.customer.what_ifs.schemas import ChangeRequirement
from marketplace.quoting.service import ASKED

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def cleared(scene, make_organisation):
    """The dearest mill of all, and the only one that may see such files."""
    owner = make_organisation("Cleared", hats=("factory",))
    return scene.shop(owner, machine_rate=20_000, centre_has={"takes_controlled": True})


@pytest.fixture
def revision(customer, scene):
    return scene.part(customer)


@pytest.fixture
def controlled(wanted, revision):
    return {**wanted, "revision_id": str(revision.id), "is_controlled": True}


def quoted(browser, asked):
    reply = browser.post("/v1/customer/quotes", json=asked)
    return reply.json, [offer["listing_id"] for offer in reply.json["offers"]]


def by_listing(answers):
    return [each["listing_id"] for each in answers]


def test_a_quote_and_its_savings_ask_only_who_may_see_it(browser, shops, cleared, controlled):
    quote, answered = quoted(browser, controlled)
    savings = browser.get(f"/v1/customer/quotes/{quote['id']}/savings").json

    assert quote["is_controlled"] is True
    assert (answered, quote["left_out"]) == ([str(cleared.listing_id)], {"export": 3})
    assert savings["before"]["requirement"]["is_controlled"] is True
    found = [savings["before"], *(each["after"] for each in savings["found"])]
    assert {listing for each in found for listing in by_listing(each["answers"])} == {str(cleared.listing_id)}


def test_a_what_if_of_it_stays_controlled_and_can_ask_what_control_costs(browser, shops, cleared, controlled):
    changes = [{"quantity": 3}, {"is_controlled": False}]
    told = browser.post("/v1/customer/what-ifs", json={**controlled, "changes": changes}).json
    fewer, free = told["variants"]

    for variant in (told["base"], fewer):
        assert variant["requirement"]["is_controlled"] is True
        assert by_listing(variant["answers"]) == [str(cleared.listing_id)]
    assert free["changed"] == ["is_controlled"]
    assert free["requirement"]["is_controlled"] is False
    assert str(cleared.listing_id) not in by_listing(free["answers"])
    assert free["eligible"] == 4


def test_a_variant_can_put_a_part_under_control(browser, shops, cleared, wanted):
    told = browser.post("/v1/customer/what-ifs", json={**wanted, "changes": [{"is_controlled": True}]}).json

    assert by_listing(told["variants"][0]["answers"]) == [str(cleared.listing_id)]
    assert told["base"]["requirement"]["is_controlled"] is False


def test_side_by_side_shows_only_prices_of_who_may_see_it(browser, shops, cleared, revision):
    where = f"/v1/customer/parts/{revision.part_id}/revisions/1/processes"

    def milled(**asked):
        ways = browser.get(where, query_string={"quantity": 25, "currency": "EUR", **asked}).json["processes"]
        (way,) = (each for each in ways if each["process"] == "cnc_milling")
        return [each["answer"]["listing_id"] for each in way["materials"] if each["answer"]]

    assert milled(is_controlled="true") == [str(cleared.listing_id)]
    assert milled() == milled(is_controlled="false") == [str(shops[1].listing_id)]


@pytest.mark.parametrize("said", ["yes", "1", "TRUE", "", "null"])
def test_what_is_not_plainly_true_or_false_is_refused_rather_than_taken_for_not_controlled(browser, revision, said):
    where = f"/v1/customer/parts/{revision.part_id}/revisions/1/processes"
    reply = browser.get(where, query_string={"quantity": 25, "currency": "EUR", "is_controlled": said})

    assert (reply.status_code, reply.json["code"]) == (422, "validation_failed")


def test_where_nobody_may_see_it_nobody_is_priced(browser, shops, controlled, revision):
    quote, answered = quoted(browser, controlled)
    told = browser.post("/v1/customer/what-ifs", json={**controlled, "changes": [{"material": "brass"}]}).json
    asked = {"quantity": 25, "currency": "EUR", "is_controlled": "true"}
    where = f"/v1/customer/parts/{revision.part_id}/revisions/1/processes"
    ways = browser.get(where, query_string=asked).json["processes"]

    assert (answered, quote["indicative"] is None) == ([], False)
    assert [each["answers"] for each in (told["base"], *told["variants"])] == [[], []]
    assert not [each for way in ways for each in way["materials"] if each["answer"]]


def test_whatever_a_quote_is_asked_is_shown_and_can_be_changed_in_a_what_if():
    of_the_part, of_the_whole = {"revision_id"}, {"currency"}

    assert set(StateRequirement().fields) == set(ASKED)
    assert set(ShowRequirement().fields) == set(ASKED) - of_the_part
    assert set(ShowQuote().fields) > set(ASKED)
    assert set(ChangeRequirement().fields) == set(ASKED) - of_the_part - of_the_whole
