"""One part by every process of the catalogue, side by side."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from marketplace.accounts.models import Organisation
from marketplace.capability import catalogue
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from tests.scenes import BRACKET
from tests.stopwatch import cpu_seconds

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def revision(customer, scene):
    return scene.part(customer)


@pytest.fixture
def printer(scene, make_organisation):
    return scene.shop(make_organisation(hats=("factory",)), process="fdm", materials=("abs", "pla"), name="Printer")


def look(browser, revision, **asked):
    where = f"/v1/customer/parts/{revision.part_id}/revisions/1/processes"
    return browser.get(where, query_string={"quantity": 25, "currency": "EUR", **asked})


def by_process(reply):
    return {each["process"]: each for each in reply.json["processes"]}


def test_every_process_is_shown_with_its_best_material_and_answered_as_its_quote_would_be(
    browser, shops, printer, revision, wanted
):
    ways = by_process(look(browser, revision))

    assert list(ways) == list(catalogue.processes())
    for process, material in (("cnc_milling", "aluminium_6061"), ("fdm", ways["fdm"]["best"]["material"])):
        asked = {**wanted, "revision_id": str(revision.id), "process": process, "material": material}
        offer = browser.post("/v1/customer/quotes", json=asked).json["offers"][0]
        best = ways[process]["best"]
        assert best["answer"] == {name: offer[name] for name in best["answer"]}
        tried = {each["material"]: each for each in ways[process]["materials"]}
        assert set(tried) == {each.id for each in catalogue.materials_of(process)}
        totals = [each["answer"]["total"]["minor"] for each in tried.values() if each["answer"]]
        assert best["answer"]["total"]["minor"] == min(totals)


def test_where_no_listing_answers_the_usual_price_stands_in_and_where_none_can_be_made_the_reason(browser, revision):
    ways = by_process(look(browser, revision))

    assert all(way["best"]["answer"] is None for way in ways.values())
    for way in ways.values():
        assert (way["best"]["indicative"] is None) == (way["best"]["problem"] is not None), way
    usual = [each["indicative"]["total"]["minor"] for each in ways["fdm"]["materials"]]
    assert ways["fdm"]["best"]["indicative"]["total"]["minor"] == min(usual)
    assert ways["fdm"]["carbon_kg"] > 0


def test_what_is_asked_of_every_process_and_unknown_is_refused_once(browser, revision):
    reply = look(browser, revision, tolerance="perfect")

    assert (reply.status_code, reply.json["code"]) == (422, "tolerance_unknown")


def test_a_blocked_process_tells_its_findings_once_beside_its_materials_and_shows_no_price(
    browser, customer, scene, wanted
):
    part = scene.part(customer, replace(BRACKET, is_closed=False, volume_mm3=0.0))
    reply = look(browser, part)
    refused = browser.post("/v1/customer/quotes", json={**wanted, "revision_id": str(part.id)}).json

    for process, way in by_process(reply).items():
        assert way["is_blocked"] and way["findings"][0]["severity"] == "blocks"
        assert [each["material"] for each in way["materials"]] == [each.id for each in catalogue.materials_of(process)]
        for tried in (way["best"], *way["materials"]):
            assert (tried["problem"]["code"], tried["problem"]["facts"]) == ("cannot_be_priced", {})
            assert (tried["answer"], tried["indicative"], tried["eligible"]) == (None, None, None)
    assert by_process(reply)["cnc_milling"]["findings"] == refused["findings"]
    rules = [each["rule"] for way in by_process(reply).values() for each in way["findings"]]
    assert all(reply.text.count(f'"{rule}"') == rules.count(rule) for rule in rules)


def test_it_takes_little_time_and_as_many_statements_whatever_is_listed(
    browser, revision, shops, scene, make_organisation, statements
):
    look(browser, revision)
    counts = []
    for number in range(2):
        with statements() as sent:
            assert look(browser, revision).status_code == 200
        assert cpu_seconds(lambda: look(browser, revision)) < 5
        counts.append(len(sent))
        owner = make_organisation(hats=("factory",))
        for process in ("fdm", "sls"):
            materials = [each.id for each in catalogue.materials_of(process)]
            scene.shop(owner, process=process, materials=materials, name=f"{process} {number}")
        look(browser, revision)

    assert counts[0] == counts[1]


def test_f1_relabelling_nationality_changes_nothing(app, browser, revision, shops, printer):
    before = look(browser, revision).json
    with app.app_context(), transaction():
        session().execute(update(Organisation).values(country="ZA"))

    assert look(browser, revision).json == before


@pytest.mark.parametrize(
    "asked",
    [{"quantity": 0}, {"quantity": "x"}, {"currency": "QQQ"}, {"material": "pla"}, {"deliver_to": "Germany"}],
)
def test_a_look_that_makes_no_sense_is_refused(browser, revision, asked):
    reply = look(browser, revision, **asked)

    assert (reply.status_code, reply.json["code"]) == (422, "validation_failed")


def test_a_foreign_part_an_unmeasured_one_and_one_without_units_are_refused(
    browser, as_user, make_organisation, customer, scene, revision
):
    assert look(as_user(make_organisation("Stranger")), revision).json["code"] == "revision_not_found"
    assert look(browser, scene.part(customer, None)).json["code"] == "still_measuring"
    assert look(browser, scene.part(customer, units=None)).json["code"] == "units_unconfirmed"
