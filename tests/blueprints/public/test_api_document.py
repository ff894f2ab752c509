"""The API's document: valid OpenAPI 3.1, complete enough to use, and readable without the internet."""

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from blueprints.http.problems import MEDIA_TYPE
from tests.documents import body_schemas, operations, resolved, without_example


@pytest.fixture
def document(client):
    return client.get("/v1/openapi.json").json


def test_it_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_it_is_written_once_and_kept_by_its_etag(client):
    first = client.get("/v1/openapi.json")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = client.get("/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_every_api_route_is_described(document, app):
    described = {(path, method) for path, method, _ in operations(document)}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/v1/") and rule.rule != "/v1/openapi.json":
            path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                assert (path, method.lower()) in described


def test_pages_are_not_described(document):
    assert not {"/", "/docs", "/v1/openapi.json"} & set(document["paths"])


def test_every_operation_says_what_it_does_under_a_name_of_its_own(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in operations(document):
        assert operation.get("summary"), f"{method} {path} has no summary"
        assert operation["summary"].endswith((".", "…")) or len(operation["summary"]) < 120


def test_every_operation_says_who_may_ask_or_that_anyone_may(document):
    schemes = set(document["components"]["securitySchemes"])
    guarded = ("/v1/customer/", "/v1/factory/", "/v1/admin/", "/v1/developer/")
    for path, method, operation in operations(document):
        asked = {scheme for each in operation["security"] for scheme in each}
        assert asked <= schemes
        assert asked or not path.startswith(guarded), f"{method} {path} asks nobody"


def test_every_body_is_described_with_an_example_of_each_field(document):
    wanting = [
        f"{method} {path}: {name}"
        for path, method, operation in operations(document)
        for schema in body_schemas(operation)
        for name in without_example(document, schema)
    ]
    assert wanting == []


def test_every_answer_is_described_and_every_refusal_is_a_problem_document(document):
    for path, method, operation in operations(document):
        statuses = operation["responses"]
        good = [status for status in statuses if status[0] == "2"]
        assert good, f"{method} {path} never succeeds"
        for status in good:
            assert status == "204" or resolved(document, statuses[status])["content"], f"{method} {path} {status}"
        assert "500" in statuses
        for status, answer in statuses.items():
            if status[0] in "45":
                schema = resolved(document, answer)["content"][MEDIA_TYPE]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, f"{method} {path} {status}"


def test_a_path_with_a_number_or_an_id_says_so(document):
    for path, _, operation in operations(document):
        known = [*operation.get("parameters", []), *document["paths"][path].get("parameters", [])]
        named = {parameter["name"] for parameter in known if parameter["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
