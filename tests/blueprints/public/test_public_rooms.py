"""What anyone may see: the catalogue, live listings, meanings of problem codes, and the pages."""

import pytest

from blueprints.http.problems import CODE_OF, STATUS_OF
from blueprints.public.problems.meanings import _of
from marketplace.capability import catalogue
from marketplace.kernel.errors import Conflict
from marketplace.listings.models import ListingState
from tests.market import REASON

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def sources_in(shown):
    """Every key of a source that stands anywhere in the document."""
    if isinstance(shown, dict):
        yield from (shown[key] for key in ("source", "pierce_source") if isinstance(shown.get(key), str))
        for each in shown.values():
            yield from sources_in(each)
    elif isinstance(shown, list):
        for each in shown:
            yield from sources_in(each)


def test_the_catalogue_names_everything_and_where_its_numbers_come_from(client):
    shown = client.get("/v1/catalogue").json

    assert [process["id"] for process in shown["processes"]] == list(catalogue.processes())
    aluminium = next(each for each in shown["materials"] if each["id"] == "aluminium_6061")
    assert (aluminium["name_zh"], aluminium["codes"]["UNS"]) == ("6061 铝合金", "A96061")
    assert aluminium["density"] == {"value": 2700.0, "unit": "kg/m3", "source": "en573"}
    assert aluminium["figures"]["cutting_speed"]["unit"] == "m/min"
    assert aluminium["laser"] in {table["id"] for table in shown["lasers"]}
    assert set(shown["sources"]) == set(sources_in({**shown, "sources": {}}))
    assert aluminium["thickest_mm"] == {"laser_cutting": 15.0, "bending": 6.0}
    assert all(shown["sources"].values())


def test_the_catalogue_shows_finishes_tolerances_inspection_and_certificates(client):
    shown = client.get("/v1/catalogue").json
    by_id = {section: {each["id"]: each for each in shown[section]} for section in ("finishes", "tolerances")}

    assert by_id["finishes"]["anodised_clear"]["families"] == ["aluminium"]
    assert by_id["finishes"]["dyed"]["processes"] == ["sls", "mjf"]
    assert by_id["tolerances"]["standard"]["ranges"][2] == {"over_mm": 6.0, "to_mm": 30.0, "deviation_um": 200.0}
    assert {"letter": "J", "aql": 2.5, "sample": 80, "accept": 5, "reject": 6} in shown["inspection"]["plans"]
    assert [each["id"] for each in shown["inspection"]["levels"]][:3] == ["none", "reduced", "standard"]
    assert "iso_9001" in [each["id"] for each in shown["certificates"]]
    sla = next(each for each in shown["processes"] if each["id"] == "sla")
    assert sla["tolerances"] == ["coarse", "standard", "fine"]
    assert sla["constants"]["layer_height"] == {"value": 0.05, "unit": "mm", "source": "digifab_resin"}


def test_the_catalogue_is_kept_until_it_changes(client):
    first = client.get("/v1/catalogue")
    assert first.headers["Cache-Control"] == "public, max-age=86400"
    again = client.get("/v1/catalogue", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/v1/catalogue", headers={"If-None-Match": '"other"'}).status_code == 200


def test_only_live_listings_are_shown_and_no_rates(market, client):
    factory = market.make_factory("Mill & Sons", country="VN")
    listings = {state: market.make_listing(factory, state) for state in ListingState}

    (shown,) = client.get("/v1/listings").json["items"]

    assert shown["id"] == str(listings[ListingState.LIVE])
    assert shown["factory"] == {"id": str(factory.organisation_id), "name": "Mill & Sons", "country": "VN"}
    assert (shown["envelope_mm"], shown["materials"]) == ([200, 300, 400], ["aluminium_6061"])
    assert not [name for name in shown if "rate" in name or "minor" in name or "margin" in name]
    assert client.get(f"/v1/listings/{shown['id']}").json == shown
    for state, listing_id in listings.items():
        assert client.get(f"/v1/listings/{listing_id}").status_code == (200 if state is ListingState.LIVE else 404)


def test_listings_of_one_process(market, client):
    factory = market.make_factory()
    market.make_listing(factory, ListingState.LIVE)
    printed = market.make_listing(factory, ListingState.LIVE, process="fdm")
    assert [each["id"] for each in client.get("/v1/listings?process=fdm").json["items"]] == [str(printed)]
    unknown = client.get("/v1/listings?process=alchemy")
    assert (unknown.status_code, unknown.json["code"]) == (422, "process_unknown")
    assert client.get("/v1/listings?country=VN").status_code == 422


def test_the_list_of_listings_is_paged_and_takes_one_query_however_long(market, client, statements):
    factory = market.make_factory()
    made = [str(market.make_listing(factory, ListingState.LIVE)) for _ in range(4)]
    with statements() as sent:
        first = client.get("/v1/listings?limit=3").json

    assert len(sent) == 1
    rest = client.get(f"/v1/listings?limit=3&cursor={first['next_cursor']}").json
    assert [each["id"] for each in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None


def test_the_country_of_a_factory_does_not_order_the_list(market, client):
    made = [str(market.make_listing(market.make_factory(country=c), ListingState.LIVE)) for c in ("CN", "DE", "VN")]
    assert [each["id"] for each in client.get("/v1/listings").json["items"]] == made[::-1]


def test_what_a_problem_document_names_can_be_read(client):
    problem = client.get("/v1/listings?limit=0").json
    meaning = client.get(problem["type"]).json
    assert (meaning["code"], meaning["status"]) == (problem["code"], problem["status"])
    assert meaning["meaning"]


def test_every_code_has_a_status_and_a_meaning(client):
    items = client.get("/problems").json["items"]
    codes = [each["code"] for each in items]
    assert codes == sorted(set(codes))
    assert {kind.code for kind in STATUS_OF} | set(CODE_OF.values()) | {"internal_error"} <= set(codes)
    assert {"listing_incomplete", "reason_missing", "role_too_small"} <= set(codes)
    assert all(each["meaning"].strip() and 400 <= each["status"] <= 599 for each in items)
    incomplete = next(each for each in items if each["code"] == "listing_incomplete")
    assert (incomplete["status"], incomplete["title"]) == (409, "Conflict")


def test_an_unknown_code_is_not_found(client):
    refused = client.get("/problems/nonsense")
    assert (refused.status_code, refused.json["code"]) == (404, "problem_unknown")


def test_a_refusal_without_words_of_its_own_means_its_kind():
    class Nameless(Conflict):
        code = "nameless"

    assert _of(Nameless).meaning == Conflict.__doc__


@pytest.mark.parametrize("path", ["/problems", "/problems/listing_incomplete"])
def test_browsers_get_a_page_and_programs_json(client, path):
    page = client.get(path, headers=BROWSER)
    assert page.mimetype == "text/html"
    assert "listing_incomplete" in page.text
    assert client.get(path).mimetype == "application/json"
    assert "Accept" in page.headers["Vary"]
    tag = page.headers["ETag"]
    assert client.get(path, headers=BROWSER | {"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("path", ["/", "/docs", "/problems"])
def test_pages_ask_nothing_of_other_servers_and_run_no_script_of_their_own_lines(client, path):
    page = client.get(path, headers=BROWSER)
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for line in page.text.splitlines():
        assert "http://" not in line and "https://" not in line
        assert "<script" not in line or 'src="/assets/' in line
        assert "onclick" not in line


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("site.css", "text/css"),
        ("docs.css", "text/css"),
        ("swagger-ui.css", "text/css"),
        ("docs.js", "text/javascript"),
        ("swagger-ui-bundle.js", "text/javascript"),
        ("mark.svg", "image/svg+xml"),
    ],
)
def test_what_pages_are_drawn_with_is_here_and_kept(client, name, kind):
    reply = client.get(f"/assets/{name}")
    assert (reply.status_code, reply.mimetype) == (200, kind)
    again = client.get(f"/assets/{name}", headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["nope.js", "..%2Froutes.py", "oauth2-redirect.html"])
def test_no_other_file_is_served(client, name):
    assert client.get(f"/assets/{name}").status_code == 404


def test_the_reason_of_a_decision_is_not_public(market, client):
    market.make_listing(market.make_factory(), ListingState.LIVE)
    assert REASON not in client.get("/v1/listings").text
