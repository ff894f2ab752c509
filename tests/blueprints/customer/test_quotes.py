"""Asking for quotes over HTTP: who answers, what the price is made of, and who is refused."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from marketplace.costing import tree
from marketplace.kernel import clock
from marketplace.listings.models import ListingState
from tests.scenes import BRACKET

pytestmark = pytest.mark.usefixtures("app")


def ask(browser, wanted, **changes):
    return browser.post("/v1/customer/quotes", json={**wanted, **changes})


def test_every_live_eligible_listing_answers_cheapest_first(browser, shops, wanted):
    reply = ask(browser, wanted)

    assert reply.status_code == 201, reply.json
    offers = reply.json["offers"]
    assert reply.json["eligible"] == 3
    assert [offer["listing_id"] for offer in offers] == [str(shops[i].listing_id) for i in (1, 0, 2)]
    assert [offer["position"] for offer in offers] == [1, 2, 3]
    assert all(offer["ships_on"] > clock.now().date().isoformat() for offer in offers)


def test_the_leaves_of_every_breakdown_add_up_to_its_total(browser, shops, wanted):
    quote = ask(browser, wanted).json

    for offer in quote["offers"]:
        assert tree.check(offer["breakdown"]) == offer["total"]["minor"]
        assert offer["factory_price"]["minor"] + offer["platform_fee"]["minor"] == offer["total"]["minor"]
        whole = browser.get(f"/v1/customer/quotes/{quote['id']}/offers/{offer['id']}").json
        assert tree.check(whole["breakdown"]) == offer["total"]["minor"]
        assert whole["breakdown"]["sources"]


@pytest.mark.parametrize("state", sorted(set(ListingState) - {ListingState.LIVE}))
def test_a_listing_that_is_not_live_makes_no_offer(browser, scene, make_organisation, wanted, state):
    scene.shop(make_organisation(hats=("factory",)), state=state)

    assert ask(browser, wanted).json["offers"] == []


@pytest.mark.parametrize(
    "shop",
    [
        {"process": "fdm"},
        {"materials": ("steel_1018",)},
        {"currency": "USD"},
        {"envelope": (19, 60, 100)},
        {"envelope": (20, 60, 99)},
        {"open_min": 0},
        {"days": 0},
    ],
)
def test_a_listing_that_could_not_make_it_makes_no_offer(browser, scene, make_organisation, wanted, shop):
    scene.shop(make_organisation(hats=("factory",)), **shop)

    assert ask(browser, wanted).json["offers"] == []


def test_an_envelope_that_just_fits_in_another_orientation_is_enough(browser, scene, make_organisation, wanted):
    scene.shop(make_organisation(hats=("factory",)), envelope=(60, 100, 20))

    assert len(ask(browser, wanted).json["offers"]) == 1


def test_the_ship_date_comes_from_open_minutes(browser, scene, make_organisation, wanted):
    scene.shop(make_organisation(hats=("factory",)), open_min=60)

    (offer,) = ask(browser, wanted).json["offers"]
    days = -(-offer["machine_min"] // 60)
    assert offer["finish_by"] == (clock.now().date() + timedelta(days=days)).isoformat()
    assert offer["ships_on"] == (clock.now().date() + timedelta(days=days + 1)).isoformat()


def test_ranked_by_date_the_earliest_comes_first(browser, scene, make_organisation, wanted):
    slow = scene.shop(make_organisation(hats=("factory",)), machine_rate=1000, open_min=120)
    quick = scene.shop(make_organisation(hats=("factory",)), machine_rate=9000)

    by_date = ask(browser, wanted, rank_by="date").json["offers"]
    by_price = ask(browser, wanted, rank_by="price").json["offers"]
    assert [offer["listing_id"] for offer in by_date] == [str(quick.listing_id), str(slow.listing_id)]
    assert [offer["listing_id"] for offer in by_price] == [str(slow.listing_id), str(quick.listing_id)]


def test_a_quote_says_when_its_time_has_passed(browser, customer, as_user, shops, wanted):
    quote = browser.post("/v1/customer/quotes", json=wanted).json
    with clock.moved_by(datetime.fromisoformat(quote["expires_at"]) - clock.now() + timedelta(seconds=1)):
        browser = as_user(customer)  # its session is shorter
        later = browser.get(f"/v1/customer/quotes/{quote['id']}").json
        (listed,) = browser.get("/v1/customer/quotes").json["items"]

    assert quote["is_expired"] is False
    assert later == {**quote, "is_expired": True}
    assert (later["state"], listed["is_expired"]) == ("open", True)


def test_f1_relabelling_nationality_changes_no_price_and_no_rank(app, browser, shops, wanted):
    from sqlalchemy import update

    from marketplace.accounts.models import Organisation
    from marketplace.kernel.database import session
    from marketplace.kernel.transaction import transaction

    def answers():
        keep = ("position", "listing_id", "total", "ships_on", "breakdown")
        return [{key: offer[key] for key in keep} for offer in ask(browser, wanted).json["offers"]]

    before = answers()
    for country in ("BR", "ZA"):
        with app.app_context(), transaction():
            session().execute(update(Organisation).values(country=country))
        assert answers() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tolerance": "perfect"}, "tolerance_unknown"),
        ({"inspection": "by_eye"}, "inspection_unknown"),
        ({"finishes": ["gold"]}, "finish_unknown"),
        ({"finishes": ["bead_blasted", "dyed"]}, "finish_not_for_material"),
        ({"finishes": ["anodised_clear", "hard_anodised"]}, "finishes_contradict"),
        ({"certificates": ["iso_9999"]}, "certificate_unknown"),
    ],
)
def test_what_is_not_in_the_catalogue_or_not_done_on_the_material_is_refused(browser, shops, wanted, changes, code):
    reply = ask(browser, wanted, **changes)

    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert browser.get("/v1/customer/quotes").json["items"] == []


def test_q6_an_open_mesh_gets_findings_and_no_price(browser, scene, customer, shops, wanted):
    open_mesh = scene.part(customer, replace(BRACKET, is_closed=False, volume_mm3=0.0))

    reply = ask(browser, wanted, revision_id=str(open_mesh.id))
    assert reply.status_code == 422
    assert reply.json["code"] == "cannot_be_priced"
    assert any(finding["severity"] == "blocks" for finding in reply.json["findings"])
    assert browser.get("/v1/customer/quotes").json["items"] == []


def test_q3_nothing_is_priced_before_its_units_are_confirmed(browser, scene, customer, shops, wanted):
    unconfirmed = scene.part(customer, units=None)

    reply = ask(browser, wanted, revision_id=str(unconfirmed.id))
    assert (reply.status_code, reply.json["code"]) == (409, "units_unconfirmed")


def test_a_part_that_is_still_being_measured_is_not_priced(browser, scene, customer, wanted):
    measuring = scene.part(customer, None)

    reply = ask(browser, wanted, revision_id=str(measuring.id))
    assert (reply.status_code, reply.json["code"]) == (409, "still_measuring")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"quantity": 0}, 422, "validation_failed"),
        ({"quantity": -1}, 422, "validation_failed"),
        ({"quantity": 1_000_001}, 422, "validation_failed"),
        ({"quantity": True}, 422, "validation_failed"),
        ({"quantity": "25"}, 422, "validation_failed"),
        ({"quantity": 2.5}, 422, "validation_failed"),
        ({"quantity": None}, 422, "validation_failed"),
        ({"process": "casting"}, 422, "process_unknown"),
        ({"material": "pla"}, 422, "material_not_for_process"),
        ({"material": "unobtainium"}, 422, "material_unknown"),
        ({"currency": "QQQ"}, 422, "validation_failed"),
        ({"rank_by": "nationality"}, 422, "validation_failed"),
        ({"discount": 50}, 422, "validation_failed"),
        ({"revision_id": "me"}, 422, "validation_failed"),
        ({"revision_id": str(uuid4())}, 404, "revision_not_found"),
        ({"quantity": 1_000_000}, 422, "lot_too_large"),
    ],
)
def test_a_wrong_requirement_gets_its_problem_and_leaves_nothing(browser, shops, wanted, change, status, code):
    reply = ask(browser, wanted, **change)

    assert (reply.status_code, reply.json["code"]) == (status, code), reply.json
    assert reply.content_type == "application/problem+json"
    assert browser.get("/v1/customer/quotes").json["items"] == []


def test_a_foreign_part_cannot_be_quoted_and_a_foreign_quote_does_not_exist(
    browser, as_user, make_organisation, shops, wanted
):
    quote = ask(browser, wanted).json
    stranger = as_user(make_organisation("Stranger"))

    assert ask(stranger, wanted).status_code == 404
    assert stranger.get(f"/v1/customer/quotes/{quote['id']}").json["code"] == "quote_not_found"
    offer = quote["offers"][0]["id"]
    assert stranger.get(f"/v1/customer/quotes/{quote['id']}/offers/{offer}").status_code == 404
    assert stranger.get("/v1/customer/quotes").json["items"] == []


def test_a_quote_takes_the_place_of_another_once(browser, shops, wanted):
    first = ask(browser, wanted).json
    second = ask(browser, wanted, quantity=50, supersedes=first["id"])

    assert second.json["number"] == 2
    assert browser.get(f"/v1/customer/quotes/{first['id']}").json["state"] == "superseded"
    again = ask(browser, wanted, supersedes=first["id"])
    assert (again.status_code, again.json["code"]) == (409, "quote_superseded")


def test_the_same_key_gives_the_same_quote_and_another_request_under_it_is_refused(browser, shops, wanted):
    headers = {"Idempotency-Key": "one"}
    first = browser.post("/v1/customer/quotes", json=wanted, headers=headers)
    again = browser.post("/v1/customer/quotes", json=wanted, headers=headers)
    other = browser.post("/v1/customer/quotes", json={**wanted, "quantity": 26}, headers=headers)

    assert first.json["id"] == again.json["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert len(browser.get("/v1/customer/quotes").json["items"]) == 1


def test_without_a_key_a_repeated_request_is_a_new_quote(browser, shops, wanted):
    assert ask(browser, wanted).json["id"] != ask(browser, wanted).json["id"]


def test_a_changed_rate_card_is_in_the_next_answer_and_changes_no_quote(app, browser, shops, wanted):
    from marketplace.capability.models import RateCard
    from marketplace.kernel.database import session
    from marketplace.kernel.ids import new_id
    from marketplace.kernel.transaction import transaction

    before = ask(browser, wanted).json
    shop = shops[1]
    with app.app_context(), transaction():
        session().add(
            RateCard(
                id=new_id(),
                work_centre_id=shop.work_centre_id,
                number=2,
                currency="EUR",
                machine_rate_minor_per_h=40_000,
                labour_rate_minor_per_h=4000,
                material_minor_per_kg={"aluminium_6061": 800},
                minimum_order_minor=0,
                margin_bps=1000,
                effective_at=clock.now(),
                set_by=shop.owner.user_id,
            )
        )
    after = ask(browser, wanted).json

    assert after["offers"][-1]["listing_id"] == str(shop.listing_id)
    assert browser.get(f"/v1/customer/quotes/{before['id']}").json["offers"] == before["offers"]


def test_quotes_are_paged_by_cursor(browser, shops, wanted):
    made = [ask(browser, wanted).json["id"] for _ in range(5)]

    first = browser.get("/v1/customer/quotes?limit=2").json
    second = browser.get(f"/v1/customer/quotes?limit=2&cursor={first['next_cursor']}").json
    third = browser.get(f"/v1/customer/quotes?limit=2&cursor={second['next_cursor']}").json
    assert [quote["id"] for page in (first, second, third) for quote in page["items"]] == made[::-1]
    assert third["next_cursor"] is None


def test_a_quote_says_what_its_lot_stands_for_in_carbon_with_range_boundary_and_sources(browser, shops, wanted):
    quote = ask(browser, wanted).json
    carbon = quote["carbon"]

    assert 0 < carbon["low_kg"] < carbon["kg"] < carbon["high_kg"]
    assert [part["label"] for part in carbon["parts"]] == ["Material", "Electricity"]
    assert carbon["boundary"] and carbon["sources"]
    assert browser.get(f"/v1/customer/quotes/{quote['id']}").json["carbon"] == carbon


def test_a_quote_that_no_listing_answers_keeps_what_the_lot_usually_costs_and_says_that_nobody_stands_behind_it(
    browser, scene, make_organisation, wanted
):
    alone = ask(browser, wanted).json
    scene.shop(make_organisation(hats=("factory",)), open_min=0)
    full = ask(browser, wanted).json

    for quote in (alone, full):
        usual = quote["indicative"]
        assert quote["offers"] == []
        assert usual["at_least"]["minor"] < usual["total"]["minor"] < usual["at_most"]["minor"]
        assert usual["total"]["currency"] == "USD"
        assert usual["doubts"][0].startswith("No factory stands behind")
        assert browser.get(f"/v1/customer/quotes/{quote['id']}").json["indicative"] == usual
    assert full["left_out"] == {"calendar": 1}


def test_a_quote_that_is_answered_has_no_indicative_price(browser, shops, wanted):
    assert ask(browser, wanted).json["indicative"] is None
