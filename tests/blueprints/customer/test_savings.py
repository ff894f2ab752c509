"""Why is it dear, and what would cut it: the changes that save most, each to the cent what its quote would say."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from marketplace.accounts.models import Organisation
from marketplace.capability import catalogue
from marketplace.capability.models import RateCard, WorkCentre
from marketplace.geometry.features import Features
from marketplace.geometry.shape import Reach
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.listings.book import Shelf
from marketplace.workflows.pricing import saving
from tests.scenes import BRACKET

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def mill(app, scene, make_organisation):
    """A mill with breaks, an economy lead time and a finish; it works two materials and holds fine tolerances."""
    shop = scene.shop(make_organisation(hats=("factory",)), materials=("aluminium_6061", "brass"))
    card = RateCard(
        work_centre_id=shop.work_centre_id,
        number=2,
        currency="EUR",
        machine_rate_minor_per_h=6000,
        labour_rate_minor_per_h=4000,
        material_minor_per_kg={"aluminium_6061": 800, "brass": 900},
        minimum_order_minor=0,
        margin_bps=1000,
        breaks=[{"from_pieces": 30, "discount_bps": 1_000}],
        tiers={"standard": {"wait_days": 0, "change_bps": 0}, "economy": {"wait_days": 9, "change_bps": -500}},
        finishes={"anodised_clear": {"lot_minor": 20_000, "piece_minor": 900, "area_minor_per_m2": 0}},
        effective_at=clock.now(),
        set_by=shop.owner.user_id,
    )
    with app.app_context(), transaction():
        session().add(card)
        session().get(WorkCentre, shop.work_centre_id).tolerance = "fine"
    return shop


def quote_of(browser, wanted, **change):
    return browser.post("/v1/customer/quotes", json={**wanted, **change}).json


def savings(browser, quote):
    return browser.get(f"/v1/customer/quotes/{quote['id']}/savings")


def asked(variant, wanted):
    names = ("process", "material", "quantity", "tolerance", "finishes", "inspection", "lead_time", "deliver_to")
    return {**wanted, **{name: variant["requirement"][name] for name in names}}


def test_each_saving_is_to_the_cent_what_its_own_quote_says(browser, mill, wanted):
    quote = quote_of(browser, wanted, finishes=["anodised_clear"], inspection="full")
    found = savings(browser, quote).json

    assert found["before"]["answers"][0]["total"] == quote["offers"][0]["total"]
    assert {each["kind"] for each in found["found"]} >= {"quantity", "lead_time", "finish", "inspection"}
    before = quote["offers"][0]["total"]["minor"] / quote["quantity"]
    for each in found["found"]:
        again = quote_of(browser, asked(each["after"], wanted))
        assert again["offers"][0]["total"] == each["after"]["answers"][0]["total"], each["says"]
        saved = before - again["offers"][0]["total"]["minor"] / again["quantity"]
        assert each["saved_each"]["minor"] == pytest.approx(saved, abs=0.51)
        assert saved > 0


def test_the_best_three_are_of_three_kinds_and_most_comes_first(browser, mill, wanted):
    found = savings(browser, quote_of(browser, wanted, finishes=["anodised_clear"], inspection="full")).json

    saved = [each["saved_each"]["minor"] for each in found["found"]]
    assert saved == sorted(saved, reverse=True)
    assert len(found["best"]) == 3 == len({each["kind"] for each in found["best"]})
    assert found["best"][0] == found["found"][0]
    assert found["tried"] > len(found["found"])


def test_why_is_told_by_the_lines_that_fall(browser, mill, wanted):
    found = savings(browser, quote_of(browser, wanted, finishes=["anodised_clear"])).json
    finish = next(each for each in found["found"] if each["kind"] == "finish")
    lines = {each["label"]: each for each in finish["lines"]}

    assert finish["says"].startswith("Leave out a finish: ")
    piece = lines["Finish: anodised_clear: by the piece"]
    assert (piece["before"]["minor"], piece["after"]["minor"]) == (900, 0)
    assert "Finish: anodised_clear: by the piece: 9.00 EUR to 0.00 EUR" in finish["why"]
    assert finish["caveat"] == ""


def test_wider_inner_corners_are_priced_again_and_say_what_is_approximated(browser, customer, scene, mill, wanted):
    narrow = replace(
        BRACKET,
        features=Features(smallest_inner_radius_mm=1.0),
        reach=Reach(((0.0, 0.0, 1.0),), 0.0, None, True, 12.0, 2.0, 6.0),
    )
    quote = quote_of(browser, wanted, revision_id=str(scene.part(customer, narrow).id))
    (corners,) = [each for each in savings(browser, quote).json["found"] if each["kind"] == "radius"]

    assert corners["says"] == "Widen inner corners from 1 to 3 mm."
    assert corners["caveat"].startswith("Approximated: volume and area")
    assert corners["after"]["changed"] == []
    assert 0 < corners["saved_each"]["minor"] < quote["offers"][0]["unit_price"]["minor"]


def test_whatever_is_of_another_family_stands_last_and_says_so_however_much_it_saves(
    browser, mill, scene, make_organisation, wanted
):
    fdm = tuple(each.id for each in catalogue.materials_of("fdm"))
    scene.shop(make_organisation(hats=("factory",)), process="fdm", materials=fdm, machine_rate=10, name="Printer")
    found = savings(browser, quote_of(browser, wanted)).json
    others = [each["after"]["requirement"]["material"] != "aluminium_6061" for each in found["found"]]
    (printed,) = [each for each in found["found"] if each["kind"] == "process"]

    assert printed["after"]["requirement"]["process"] == "fdm"
    assert printed["saved_each"]["minor"] > found["found"][0]["saved_each"]["minor"]
    assert "in place of Aluminium 6061" in printed["caveat"]
    assert others == sorted(others) and others[-1] and not others[0]
    assert found["best"][0] == found["found"][0] != printed


def test_more_pieces_say_by_how_much_the_whole_bill_grows(browser, mill, wanted):
    found = savings(browser, quote_of(browser, wanted)).json
    was = Money(found["before"]["answers"][0]["total"]["minor"], "EUR")
    pieces = [each for each in found["found"] if each["kind"] == "quantity"]

    assert pieces
    for each in pieces:
        would = Money(each["after"]["answers"][0]["total"]["minor"], "EUR")
        assert each["caveat"] == f"The whole bill grows from {was} to {would}."
    assert not [each for each in found["found"] if each["kind"] == "lead_time" and each["caveat"]]


def test_the_break_of_the_best_card_is_tried(browser, mill, wanted):
    found = savings(browser, quote_of(browser, wanted)).json
    pieces = [each["after"]["requirement"]["quantity"] for each in found["found"] if each["kind"] == "quantity"]

    assert 30 in pieces


def test_a_quote_that_is_ranked_by_date_is_compared_with_the_lowest_price(
    browser, mill, scene, make_organisation, wanted
):
    scene.shop(make_organisation(hats=("factory",)), machine_rate=90_000, open_min=1_440)
    quote = quote_of(browser, wanted, rank_by="date")
    before = savings(browser, quote).json["before"]

    assert quote["offers"][0]["total"]["minor"] > quote["offers"][1]["total"]["minor"]
    assert before["answers"][0]["total"] == quote["offers"][1]["total"]


def test_nothing_is_written_and_the_quote_stays(browser, mill, wanted):
    quote = quote_of(browser, wanted)
    savings(browser, quote)

    assert browser.get(f"/v1/customer/quotes/{quote['id']}").json == quote
    assert len(browser.get("/v1/customer/quotes").json["items"]) == 1


def test_where_nobody_answers_there_is_nothing_to_save(browser, wanted):
    found = savings(browser, quote_of(browser, wanted)).json

    assert (found["best"], found["found"], found["before"]["answers"]) == ([], [], [])
    assert found["before"]["indicative"]["total"]["minor"] > 0
    assert (found["tried"], found["says"]) == (0, "Nobody answers the requirement now, so there is no price to cut.")


def test_a_listing_that_left_the_shelf_in_between_has_no_breaks(app, browser, mill, wanted, monkeypatch):
    quote = quote_of(browser, wanted)
    monkeypatch.setattr(saving.book, "shelf", lambda _: Shelf([]))
    found = savings(browser, quote)

    assert found.status_code == 200
    pieces = [each["after"]["requirement"]["quantity"] for each in found.json["found"] if each["kind"] == "quantity"]
    assert pieces and 30 not in pieces
    assert found.json["says"] == ""


def test_a_foreign_quote_is_not_there(browser, as_user, make_organisation, mill, wanted):
    quote = quote_of(browser, wanted)

    assert savings(as_user(make_organisation("Stranger")), quote).json["code"] == "quote_not_found"


def test_p1_the_statements_do_not_grow_with_what_is_listed(browser, mill, wanted, scene, make_organisation, statements):
    quote = quote_of(browser, wanted)
    counts = []
    for number in range(2):
        savings(browser, quote)
        with statements() as sent:
            assert savings(browser, quote).status_code == 200
        counts.append(len(sent))
        owner = make_organisation(hats=("factory",))
        scene.shop(owner, materials=("aluminium_6061", "brass", "pom"), name=f"Mill {number}")

    assert counts[0] == counts[1]


def test_f1_relabelling_nationality_changes_no_saving(app, browser, mill, wanted):
    quote = quote_of(browser, wanted)
    before = savings(browser, quote).json
    with app.app_context(), transaction():
        session().execute(update(Organisation).values(country="BR"))

    assert savings(browser, quote).json == before
