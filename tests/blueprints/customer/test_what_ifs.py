"""What-ifs over HTTP: variants are answered as quotes would be, side by side, and nothing is kept."""

from uuid import uuid4

import pytest
from sqlalchemy import update

from marketplace.accounts.models import Organisation
from marketplace.costing import tree
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction

pytestmark = pytest.mark.usefixtures("app")


def ask(browser, wanted, *changes, **more):
    return browser.post("/v1/customer/what-ifs", json={**wanted, "changes": changes, **more})


def answers(variant):
    return [(each["listing_id"], each["total"]["minor"], each["ships_on"]) for each in variant["answers"]]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"quantity": 1},
        {"quantity": 1000},
        {"inspection": "full"},
        {"rank_by": "date"},
        {"quantity": 3, "rank_by": "date"},
    ],
)
def test_a_variant_is_answered_to_the_cent_and_day_as_its_quote_would_be(browser, shops, wanted, change):
    (variant,) = ask(browser, wanted, change).json["variants"]
    quote = browser.post("/v1/customer/quotes", json={**wanted, **change}).json

    assert answers(variant) == answers({"answers": quote["offers"]})
    assert variant["reasons"] == [offer["because"] for offer in quote["offers"]]
    assert (variant["eligible"], variant["left_out"]) == (quote["eligible"], quote["left_out"])
    for answer, offer in zip(variant["answers"], quote["offers"], strict=True):
        assert {name: offer[name] for name in answer} == answer


def test_a_curve_of_quantities_is_one_call_and_no_piece_gets_dearer(browser, shops, wanted):
    reply = ask(browser, wanted, quantities=[1, 10, 100, 200, 10])

    assert [each["requirement"]["quantity"] for each in reply.json["variants"]] == [1, 10, 100, 200]
    assert all(each["changed"] == ["quantity"] for each in reply.json["variants"])
    pieces = [each["answers"][0]["unit_price"]["minor"] for each in reply.json["variants"]]
    assert pieces == sorted(pieces, reverse=True)


def test_listings_whose_calendars_are_full_are_counted(browser, shops, wanted):
    (variant,) = ask(browser, wanted, {"quantity": 1000}).json["variants"]

    assert (variant["answers"], variant["eligible"], variant["left_out"]) == ([], 3, {"calendar": 3})


def test_what_stands_against_one_variant_stands_in_it_and_the_others_are_priced(browser, shops, wanted):
    odd = [{"material": "pla"}, {"process": "alchemy"}, {"quantity": 1_000_000}, {"tolerance": "perfect"}]
    reply = ask(browser, wanted, *odd, {"material": "brass"}, {"quantity": 2})

    *wrong, brass, two = reply.json["variants"]
    codes = [each["problem"]["code"] for each in wrong]
    assert codes == ["material_not_for_process", "process_unknown", "lot_too_large", "tolerance_unknown"]
    assert all(each["problem"]["detail"] and each["answers"] == [] for each in wrong)
    assert all(each["eligible"] is None and each["left_out"] is None for each in wrong)
    assert (brass["problem"], brass["eligible"], brass["left_out"]) == (None, 0, {"material": 3})
    assert two["eligible"] == 3
    assert len(reply.json["base"]["answers"]) == 3


@pytest.mark.parametrize("named", ["tolerance", "inspection"])
def test_what_is_unknown_in_the_requirement_itself_is_refused_once(browser, shops, wanted, named):
    reply = ask(browser, {**wanted, named: "perfect"}, {"quantity": 2}, {"quantity": 3})

    assert (reply.status_code, reply.json["code"]) == (422, f"{named}_unknown")


def test_as_many_answers_as_asked_for_and_the_tree_of_the_best(browser, shops, wanted):
    short = ask(browser, wanted, {"quantity": 2}, answers=1, is_explained=True).json
    bare = ask(browser, wanted, {"quantity": 2}).json

    for variant in (short["base"], *short["variants"]):
        assert len(variant["answers"]) == 1
        assert tree.check(variant["breakdown"]) == variant["answers"][0]["total"]["minor"]
    assert bare["base"]["breakdown"] is None


def test_nothing_is_written(browser, shops, wanted):
    assert ask(browser, wanted, {"quantity": 2}).status_code == 200
    assert browser.get("/v1/customer/quotes").json["items"] == []


def test_p1_many_variants_take_as_many_statements_as_one(browser, shops, wanted, statements):
    ask(browser, wanted)
    counts = []
    for quantities in ([2], list(range(2, 26))):
        with statements() as sent:
            assert ask(browser, wanted, quantities=quantities).status_code == 200
        counts.append(len(sent))

    assert counts[0] == counts[1]


def test_f1_relabelling_nationality_changes_no_variant(app, browser, shops, wanted):
    before = ask(browser, wanted, {"quantity": 2}, {"inspection": "full"}, is_explained=True).json
    with app.app_context(), transaction():
        session().execute(update(Organisation).values(country="BR"))

    assert ask(browser, wanted, {"quantity": 2}, {"inspection": "full"}, is_explained=True).json == before


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"revision_id": str(uuid4())}, 404, "revision_not_found"),
        ({"changes": [{"quantity": 0}]}, 422, "validation_failed"),
        ({"changes": [{"discount": 5}]}, 422, "validation_failed"),
        ({"changes": [{"revision_id": str(uuid4())}]}, 422, "validation_failed"),
        ({"changes": [{"currency": "USD"}]}, 422, "validation_failed"),
        ({"changes": [{}] * 25}, 422, "validation_failed"),
        ({"changes": [{}] * 12, "quantities": [1] * 13}, 422, "validation_failed"),
        ({"quantities": [1] * 25}, 422, "validation_failed"),
        ({"answers": 0}, 422, "validation_failed"),
        ({"answers": 11}, 422, "validation_failed"),
        ({"supersedes": str(uuid4())}, 422, "validation_failed"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(browser, shops, wanted, change, status, code):
    reply = browser.post("/v1/customer/what-ifs", json={**wanted, **change})

    assert (reply.status_code, reply.json["code"]) == (status, code), reply.json


def test_another_customers_part_is_not_there(as_user, make_organisation, shops, wanted):
    reply = ask(as_user(make_organisation("Stranger")), wanted)

    assert (reply.status_code, reply.json["code"]) == (404, "revision_not_found")


def test_q3_a_part_without_units_is_asked_nothing(browser, scene, customer, shops, wanted):
    reply = ask(browser, wanted, revision_id=str(scene.part(customer, units=None).id))

    assert (reply.status_code, reply.json["code"]) == (409, "units_unconfirmed")
